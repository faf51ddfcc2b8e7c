// `extends` within one file.
#include "compose/documents.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <cstdint>
#include <map>
#include <string_view>

namespace mooring::compose {
namespace {

yaml::Problem problem(const yaml::Node& node, std::string message) {
    return {.message = std::move(message), .mark = node.mark, .code = "extends"};
}

// Text and lists count, too: what is copied must stay within what a file may write out.
std::size_t count_nodes(const yaml::Node& node) { // NOLINT(misc-no-recursion): bounded by Limits::depth
    std::size_t count = 1;
    for (const yaml::Node& item : node.items) count += count_nodes(item);
    for (const auto& [key, value] : node.entries) count += 1 + count_nodes(value);
    return count;
}

// The service of this file that `extends` names; nullptr when it names none, or one of another file.
const yaml::Node* base_name(const yaml::Node& service) {
    const yaml::Node* extends = service.find("extends");
    if (extends == nullptr) return nullptr;
    if (extends->kind == yaml::Kind::scalar) return extends;
    const yaml::Node* file = extends->find("file");
    if (file != nullptr && file->kind != yaml::Kind::null) return nullptr;
    const yaml::Node* name = extends->find("service");
    return name != nullptr && name->kind == yaml::Kind::scalar ? name : nullptr;
}

class Extender {
  public:
    Extender(yaml::Node& services, const std::vector<KeyPath>& tagged, std::size_t most_nodes)
        : tagged_(tagged), left_(most_nodes) {
        for (auto& [key, value] : services.entries) services_.emplace(key.text, &value);
    }

    std::optional<yaml::Problem> apply() {
        for (const auto& [name, service] : services_) {
            if (auto found = settle(name)) return found;
        }
        return std::nullopt;
    }

  private:
    // Follows the chain of bases up, then merges down; without recursion, for a chain may be as long as the file.
    std::optional<yaml::Problem> settle(std::string_view name) {
        std::vector<std::string_view> chain{name};
        while (const yaml::Node* base = base_name(*services_.at(chain.back()))) {
            const auto found = services_.find(base->text);
            if (found == services_.end()) {
                return problem(*base,
                               "extends `" + printable(base->text, 80) + "`, which is not a service of this file");
            }
            chain.push_back(found->first);
            if (chain.size() > services_.size()) return problem(*base, "services extend each other in a circle");
        }
        for (std::size_t i = chain.size() - 1; i-- > 0;) {
            if (auto found = merge(chain[i], *services_.at(chain[i + 1]))) return found;
        }
        return std::nullopt;
    }

    std::optional<yaml::Problem> merge(std::string_view name, const yaml::Node& base) {
        yaml::Node& service = *services_.at(name);
        if (base.kind != yaml::Kind::mapping) return problem(service, "extends a service that is not a mapping");
        const std::size_t size = count_nodes(base);
        if (size > left_) return problem(service, "services grow too large once `extends` is written out");
        left_ -= size;
        yaml::Node merged = base;
        remove_at(merged, tags_below(name));
        std::erase_if(service.entries, [](const auto& entry) { return entry.first.text == "extends"; });
        if (auto found = lay_service_over(merged, std::move(service))) return found;
        service = std::move(merged);
        return std::nullopt;
    }

    // The tagged places inside the service, as seen from it.
    std::vector<KeyPath> tags_below(std::string_view name) const {
        std::vector<KeyPath> places;
        for (const KeyPath& place : tagged_) {
            if (place.size() > 2 && place[0] == "services" && place[1] == name)
                places.emplace_back(place.begin() + 2, place.end());
        }
        return places;
    }

    std::map<std::string_view, yaml::Node*> services_; // keys and values stay where they are
    const std::vector<KeyPath>& tagged_;
    std::size_t left_;
};

} // namespace

std::optional<yaml::Problem> apply_extends(yaml::Node& document, const std::vector<KeyPath>& tagged,
                                           std::size_t most_nodes) {
    const auto services =
        std::ranges::find(document.entries, "services", [](const auto& entry) { return entry.first.text; });
    if (services == document.entries.end()) return std::nullopt;
    const bool any = std::ranges::any_of(services->second.entries,
                                         [](const auto& entry) { return entry.second.find("extends") != nullptr; });
    if (!any) return std::nullopt;
    return Extender(services->second, tagged, most_nodes).apply();
}

} // namespace mooring::compose
