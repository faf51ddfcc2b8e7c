#include "contract/lines.hpp"

#include <algorithm>
#include <cctype>

namespace contract {

std::vector<const Line*> lines_of(const Walk& walk) {
    std::vector<const Line*> lines;
    for (const Scenario& scenario : walk.scenarios) {
        for (const Line& line : scenario.lines) lines.push_back(&line);
    }
    return lines;
}

std::string path_of(const Line& line) { return line.request.target.substr(0, line.request.target.find('?')); }

std::optional<std::int64_t> number_in(const std::string& path, std::string_view prefix, std::string_view suffix) {
    if (!path.starts_with(prefix) || !path.ends_with(suffix) || path.size() < prefix.size() + suffix.size()) return {};
    const std::string digits = path.substr(prefix.size(), path.size() - prefix.size() - suffix.size());
    const bool number = !digits.empty() && digits.size() < 10 &&
                        std::ranges::all_of(digits, [](unsigned char c) { return std::isdigit(c) != 0; });
    return number ? std::optional<std::int64_t>(std::stoll(digits)) : std::nullopt;
}

std::vector<const Json*> objects_of(const Response& response) {
    std::vector<const Json*> objects;
    if (!response.json) return objects;
    if (response.json->is_object()) objects.push_back(&*response.json);
    if (!response.json->is_array()) return objects;
    for (const Json& item : *response.json) {
        if (item.is_object()) objects.push_back(&item);
    }
    return objects;
}

bool succeeded(const Line& line) { return line.response.status >= 200 && line.response.status < 300; }

bool is_stack(const Json& object) { return object.contains("ProjectPath") && object.contains("EndpointId"); }
bool is_environment(const Json& object) { return object.contains("URL") && object.contains("GroupId"); }

std::int64_t id_of(const Json& object) {
    const auto id = object.find("Id");
    return id != object.end() && id->is_number_integer() ? id->get<std::int64_t>() : 0;
}

std::string text_of(const Json& object, const char* member) {
    const auto found = object.find(member);
    return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

Json body_of(const Line& line) {
    Json body = Json::parse(line.request.body, nullptr, false);
    return body.is_object() ? body : Json::object();
}

} // namespace contract
