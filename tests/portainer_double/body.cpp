#include "portainer_double/body.hpp"

#include "base/text.hpp"
#include "portainer_double/json_complaint.hpp"

#include <algorithm>
#include <cstdlib>
#include <sstream>

namespace portainer_double {

Answer invalid_payload(std::string_view details) { return problem(400, "Invalid request payload", details); }

namespace {

bool fits(Kind kind, const Json& value) {
    const auto all = [&](bool (Json::*is)() const noexcept) {
        return value.is_array() &&
               std::ranges::all_of(value, [&](const Json& item) { return item.is_null() || (item.*is)(); });
    };
    switch (kind) {
    case Kind::text:
        return value.is_string();
    case Kind::flag:
        return value.is_boolean();
    case Kind::number:
        return value.is_number_integer();
    case Kind::texts:
        return all(&Json::is_string);
    case Kind::numbers:
        return all(&Json::is_number_integer);
    case Kind::pairs:
        return all(&Json::is_object);
    case Kind::object:
        return value.is_object();
    }
    return true;
}

std::string go_type(const Field& field, const Json& value) {
    const bool of_item = value.is_array();
    const std::string plain = field.kind == Kind::flag                                    ? "bool"
                              : field.kind == Kind::number || field.kind == Kind::numbers ? "int"
                              : field.kind == Kind::pairs                                 ? "portainer.Pair"
                                                                                          : "string";
    const std::string type = field.go_type.empty() ? plain : std::string(field.go_type);
    const bool is_list = field.kind == Kind::texts || field.kind == Kind::numbers || field.kind == Kind::pairs;
    return is_list && !of_item ? "[]" + type : type;
}

Answer wrong_type(const Json& value, const std::string& place, const std::string& type) {
    const std::string quoted = Json(json_excerpt(value.dump())).dump();
    return invalid_payload("Json: cannot unmarshal " + quoted + " into Go " + place + " of type " + type);
}

} // namespace

std::expected<Body, Answer> Body::read(const Request& request, const Payload& payload) {
    if (const std::string complaint = json_complaint(request.body); !complaint.empty())
        return std::unexpected(invalid_payload(capitalised(complaint)));
    Body body;
    std::istringstream in(request.body);
    try {
        in >> body.value_; // one value; the rest of the text is nobody's
    } catch (const Json::exception&) {
        return std::unexpected(invalid_payload("Unexpected EOF"));
    }
    if (body.value_.is_null()) body.value_ = Json::object();
    if (!body.value_.is_object())
        return std::unexpected(wrong_type(body.value_, "value", std::string(payload.go_type)));
    for (const Field& field : payload.fields) {
        const Json* value = body.find(field.name);
        if (value == nullptr || fits(field.kind, *value)) continue;
        const std::string place = "struct field " + std::string(payload.go_type) + "." + std::string(field.name);
        return std::unexpected(wrong_type(*value, place, go_type(field, *value)));
    }
    return body;
}

std::expected<Body, Answer> Body::read_after_query(const Request& request, const Payload& payload) {
    if (has_form_body(request)) return std::unexpected(invalid_payload("EOF"));
    return read(request, payload);
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
        if (mooring::to_lower(key) == wanted) return value.is_null() ? nullptr : &value;
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

void Body::read_policies(std::string_view name, Policies& policies) const {
    const Json* sent = find(name);
    if (sent == nullptr || !sent->is_object()) return;
    policies.clear();
    for (const auto& [id, policy] : sent->items()) {
        const auto role = policy.find("RoleId");
        const bool given = role != policy.end() && role->is_number_integer();
        policies.emplace(std::atoll(id.c_str()), given ? role->get<int>() : 0);
    }
}

std::optional<std::vector<std::string>> Body::texts(std::string_view name) const {
    const Json* value = find(name);
    if (value == nullptr || !value->is_array()) return std::nullopt;
    std::vector<std::string> result;
    for (const Json& item : *value) result.push_back(item.is_string() ? item.get<std::string>() : std::string());
    return result;
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
        if (!item.is_object()) continue;
        EnvVar variable;
        for (const auto& [key, part] : item.items()) {
            if (!part.is_string()) continue;
            const std::string wanted = mooring::to_lower(key);
            if (wanted == "name") variable.name = part.get<std::string>();
            if (wanted == "value") variable.value = part.get<std::string>();
        }
        env.push_back(std::move(variable));
    }
    return env;
}

} // namespace portainer_double
