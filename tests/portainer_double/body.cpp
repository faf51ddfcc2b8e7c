#include "portainer_double/body.hpp"

#include "base/text.hpp"

#include <cstdlib>

namespace portainer_double {
namespace {

// Go's words for where a JSON text ends too early or goes wrong.
std::string parse_error(const std::string& text) {
    if (mooring::trim(text).empty()) return "EOF";
    const char first = mooring::trim(text).front();
    if (first == '{' || first == '[' || first == '"') return "Unexpected EOF";
    return std::string("Invalid character '") + first + "' looking for beginning of value";
}

} // namespace

Answer invalid_payload(std::string_view details) { return problem(400, "Invalid request payload", details); }

std::expected<Body, Answer> Body::read(const Request& request) {
    Body body;
    body.value_ = Json::parse(request.body, nullptr, false);
    if (body.value_.is_discarded()) return std::unexpected(invalid_payload(parse_error(request.body)));
    if (!body.value_.is_object()) body.value_ = Json::object();
    return body;
}

Body Body::read_form(const Request& request) {
    Body body;
    const std::string type(request.header("content-type"));
    const std::size_t at = type.find("boundary=");
    if (at == std::string::npos) return body;
    std::string boundary = type.substr(at + 9);
    if (boundary.starts_with('"')) boundary = boundary.substr(1, boundary.find('"', 1) - 1);
    const std::string mark = "--" + boundary;
    std::size_t start = request.body.find(mark);
    while (start != std::string::npos) {
        start += mark.size();
        const std::size_t end = request.body.find("\r\n" + mark, start);
        const std::size_t head_end = request.body.find("\r\n\r\n", start);
        if (end == std::string::npos || head_end == std::string::npos) break;
        const std::string head = request.body.substr(start, head_end - start);
        const std::size_t name = head.find("name=\"");
        if (name != std::string::npos) {
            const std::string key = head.substr(name + 6, head.find('"', name + 6) - name - 6);
            body.value_[key] = request.body.substr(head_end + 4, end - head_end - 4);
        }
        start = end + 2;
    }
    return body;
}

const Json* Body::find(std::string_view name) const {
    const std::string wanted = mooring::to_lower(name);
    for (const auto& [key, value] : value_.items()) {
        if (mooring::to_lower(key) == wanted) return &value;
    }
    return nullptr;
}

std::string Body::text(std::string_view name) const {
    const Json* value = find(name);
    return value != nullptr && value->is_string() ? value->get<std::string>() : std::string();
}

bool Body::flag(std::string_view name) const {
    const Json* value = find(name);
    return value != nullptr && value->is_boolean() && value->get<bool>();
}

Id Body::number(std::string_view name) const {
    const Json* value = find(name);
    if (value == nullptr) return 0;
    if (value->is_string()) return std::atoll(value->get<std::string>().c_str());
    return value->is_number_integer() ? value->get<Id>() : 0;
}

std::vector<Id> Body::ids(std::string_view name) const {
    std::vector<Id> result;
    const Json* value = find(name);
    if (value == nullptr || !value->is_array()) return result;
    for (const Json& item : *value) {
        if (item.is_number_integer()) result.push_back(item.get<Id>());
    }
    return result;
}

void Body::read_policies(std::string_view name, std::set<Id>& ids) const {
    const Json* policies = find(name);
    if (policies == nullptr || !policies->is_object()) return;
    ids.clear();
    for (const auto& [id, policy] : policies->items()) ids.insert(std::atoll(id.c_str()));
}

std::optional<std::vector<EnvVar>> Body::env(std::string_view name) const {
    const Json* value = find(name);
    Json parsed;
    if (value != nullptr && value->is_string()) { // forms carry it as JSON text
        parsed = Json::parse(value->get<std::string>(), nullptr, false);
        value = &parsed;
    }
    if (value == nullptr || !value->is_array()) return std::nullopt;
    std::vector<EnvVar> env;
    for (const Json& item : *value) {
        if (item.is_object()) env.push_back({.name = item.value("name", ""), .value = item.value("value", "")});
    }
    return env;
}

} // namespace portainer_double
