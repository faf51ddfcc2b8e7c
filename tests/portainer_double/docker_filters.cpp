#include "portainer_double/docker_filters.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace portainer_double {
namespace {

// ["a","b"], or {"a":true,"b":true} as older clients send it.
std::vector<std::string> texts_of(const nlohmann::json& list) {
    std::vector<std::string> texts;
    if (list.is_object()) {
        for (const auto& [text, on] : list.items()) texts.push_back(text);
    }
    if (list.is_array()) {
        for (const auto& text : list) {
            if (text.is_string()) texts.push_back(text.get<std::string>());
        }
    }
    return texts;
}

template <typename Fits>
bool none_or_any(const std::vector<std::string>& wanted, Fits fits) {
    return wanted.empty() || std::ranges::any_of(wanted, fits);
}

} // namespace

DockerFilters::DockerFilters(std::string_view json) {
    const auto value = nlohmann::json::parse(json, nullptr, false);
    if (!value.is_object()) return;
    for (const auto& [key, list] : value.items()) wanted_[key] = texts_of(list);
}

const std::vector<std::string>& DockerFilters::wanted(const std::string& key) const {
    static const std::vector<std::string> none;
    const auto at = wanted_.find(key);
    return at == wanted_.end() ? none : at->second;
}

bool DockerFilters::fits(const std::string& name, const Labels& labels) const {
    const auto has_label = [&](const std::string& label) {
        const std::size_t equals = label.find('=');
        const auto at = labels.find(label.substr(0, equals));
        return at != labels.end() && (equals == std::string::npos || at->second == label.substr(equals + 1));
    };
    return std::ranges::all_of(wanted("label"), has_label) &&
           none_or_any(wanted("name"), [&](const std::string& part) { return name.find(part) != std::string::npos; });
}

bool DockerFilters::names_service(const std::string& name, const std::string& id) const {
    return none_or_any(wanted("service"), [&](const std::string& text) { return text == name || text == id; });
}

bool DockerFilters::fits_state(const std::string& state) const {
    return none_or_any(wanted("status"), [&](const std::string& text) { return text == state; });
}

} // namespace portainer_double
