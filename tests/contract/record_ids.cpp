#include "contract/record_ids.hpp"

#include <algorithm>
#include <array>
#include <regex>

namespace contract {
namespace {

std::string collection_of(const Line& line, const Json& answer) {
    if (answer.contains("ProjectPath")) return "stacks";
    constexpr std::array collections{"users", "teams", "endpoints", "resource_controls"};
    for (const char* collection : collections) {
        if (line.request.target == std::string("/api/") + collection) return collection;
    }
    return {};
}

} // namespace

void RecordIds::pair(const std::string& collection, const Json& recorded, const Json& actual) {
    if (!recorded.is_object() || !actual.is_object() || !recorded.contains("Id") || !actual.contains("Id")) return;
    actual_by_recorded_[collection][recorded["Id"].dump()] = actual["Id"].dump();
}

void RecordIds::learn(const Line& line, const Response& actual) {
    const bool made = line.request.method == "POST" && line.response.json && line.response.json->is_object() &&
                      line.response.json->contains("Id");
    if (!made) return;
    const std::string collection = collection_of(line, *line.response.json);
    if (collection.empty()) return;
    if (actual.status != line.response.status || !actual.json) {
        missing_.insert(collection + "/" + (*line.response.json)["Id"].dump());
        return;
    }
    pair(collection, *line.response.json, *actual.json);
    if (collection != "stacks") return;
    pair("resource_controls", line.response.json->value("ResourceControl", Json()),
         actual.json->value("ResourceControl", Json()));
}

bool RecordIds::is_missing(const std::string& target) const {
    return std::ranges::any_of(missing_, [&](const std::string& record) {
        const std::string place = "/api/" + record;
        return target.starts_with(place) &&
               (target.size() == place.size() || target[place.size()] == '/' || target[place.size()] == '?');
    });
}

std::string RecordIds::translate(const std::string& target) const {
    static const std::regex place(
        "(/api/)(stacks|users|teams|endpoints|resource_controls)(/)([0-9]+)|(endpointId=)([0-9]+)");
    std::string result;
    auto rest = target.cbegin();
    for (std::sregex_iterator at(target.begin(), target.end(), place), end; at != end; ++at) {
        const bool in_query = (*at)[5].matched;
        const std::string collection = in_query ? "endpoints" : (*at)[2].str();
        const std::string id = in_query ? (*at)[6].str() : (*at)[4].str();
        result.append(rest, (*at)[0].first);
        result += in_query ? (*at)[5].str() : (*at)[1].str() + (*at)[2].str() + (*at)[3].str();
        const auto ids = actual_by_recorded_.find(collection);
        const bool known = ids != actual_by_recorded_.end() && ids->second.contains(id);
        result += known ? ids->second.at(id) : id;
        rest = (*at)[0].second;
    }
    result.append(rest, target.cend());
    return result;
}

} // namespace contract
