#include "portainer_double/docker_filters.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <regex>

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

bool is_running(const Container& container) {
    return container.state == "running" || container.state == "paused" || container.state == "restarting";
}

} // namespace

DockerFilters::DockerFilters(std::string_view json) {
    if (json.empty()) return;
    const auto value = nlohmann::json::parse(json, nullptr, false);
    broken_ = !value.is_object();
    if (broken_) return;
    for (const auto& [key, list] : value.items()) wanted_[key] = texts_of(list);
}

std::string DockerFilters::unknown(std::initializer_list<std::string_view> known) const {
    for (const auto& [key, texts] : wanted_) {
        if (std::ranges::find(known, std::string_view(key)) == known.end()) return key;
    }
    return {};
}

const std::vector<std::string>& DockerFilters::wanted(const std::string& key) const {
    static const std::vector<std::string> none;
    const auto at = wanted_.find(key);
    return at == wanted_.end() ? none : at->second;
}

bool DockerFilters::fits_labels(const Labels& labels) const {
    return std::ranges::all_of(wanted("label"), [&](const std::string& label) {
        const std::size_t equals = label.find('=');
        const auto at = labels.find(label.substr(0, equals));
        return at != labels.end() && (equals == std::string::npos || at->second == label.substr(equals + 1));
    });
}

// A regular expression that is found in the name, with or without the slash that Docker puts before it.
bool DockerFilters::fits_name(const std::string& name) const {
    return none_or_any(wanted("name"), [&](const std::string& pattern) {
        try {
            const std::regex expression(pattern);
            return std::regex_search("/" + name, expression) || std::regex_search(name, expression);
        } catch (const std::regex_error&) {
            return name.find(pattern) != std::string::npos;
        }
    });
}

bool DockerFilters::fits_prefix(const std::string& key, const std::string& id) const {
    return none_or_any(wanted(key), [&](const std::string& prefix) { return id.starts_with(prefix); });
}

bool DockerFilters::fits_exactly(const std::string& key, const std::string& value) const {
    return none_or_any(wanted(key), [&](const std::string& text) { return text == value; });
}

bool DockerFilters::fits(const Container& container) const {
    const bool on_network = none_or_any(wanted("network"), [&](const std::string& wanted_network) {
        return std::ranges::any_of(container.networks, [&](const auto& entry) {
            return entry.first == wanted_network || entry.second.network_id == wanted_network;
        });
    });
    const bool with_volume = none_or_any(wanted("volume"), [&](const std::string& place) {
        return std::ranges::any_of(container.mounts, [&](const Mount& m) {
            return m.volume == place || m.target == place || (m.volume.empty() && m.source == place);
        });
    });
    const bool has_code = wanted("exited").empty() || !is_running(container);
    return on_network && with_volume && has_code && fits_name(container.name) && fits_labels(container.labels) &&
           fits_prefix("id", container.id) && fits_exactly("status", container.state) &&
           fits_exactly("health", container.health.empty() ? "none" : container.health) &&
           fits_exactly("exited", std::to_string(container.exit_code)) &&
           none_or_any(wanted("ancestor"), [&](const std::string& image) {
               return image == container.image || container.image_id.starts_with(image) ||
                      container.image_id.starts_with("sha256:" + image);
           });
}

bool DockerFilters::fits(const Network& network) const {
    return fits_name(network.name) && fits_labels(network.labels) && fits_prefix("id", network.id) &&
           fits_exactly("driver", network.driver) && fits_exactly("scope", network.scope);
}

bool DockerFilters::fits(const Host& host, const Volume& volume) const {
    const bool used = std::ranges::any_of(host.containers, [&](const Container& container) {
        return std::ranges::any_of(container.mounts, [&](const Mount& m) { return m.volume == volume.name; });
    });
    const bool fits_dangling = none_or_any(
        wanted("dangling"), [&](const std::string& text) { return (text == "true" || text == "1") != used; });
    return fits_dangling && fits_name(volume.name) && fits_labels(volume.labels) && fits_exactly("driver", "local");
}

bool DockerFilters::fits(const SwarmService& service, const Labels& labels) const {
    return fits_prefix("name", service.name) && fits_labels(labels) && fits_prefix("id", service.id) &&
           fits_exactly("mode", service.global ? "global" : "replicated");
}

bool DockerFilters::fits(const SwarmTask& task, const SwarmService& service, const Labels& labels) const {
    const bool of_service = none_or_any(
        wanted("service"), [&](const std::string& text) { return text == service.name || text == service.id; });
    const bool desired = none_or_any(wanted("desired-state"), [&](const std::string& text) {
        return text == task.desired || (text == "accepted" && task.desired == "running");
    });
    return of_service && desired && fits_prefix("id", task.id) && fits_labels(labels);
}

} // namespace portainer_double
