// In which environments a stack is declared.
#include "manifest/decode.hpp"

#include <set>
#include <utility>

namespace mooring::manifest {
namespace {

std::vector<Place> expand(const yaml::Node& several, const Layer& layer, DocumentLog& log) {
    if (const yaml::Node* tags = several.find("tags"))
        return {EnvironmentSelector{.tags = to_texts(tags), .group = {}}};
    if (const yaml::Node* group = several.find("group")) return {EnvironmentSelector{.tags = {}, .group = group->text}};
    const yaml::Node* names = several.find("names");
    const yaml::Node& list = names == nullptr ? several : *names;
    std::vector<Place> out;
    std::set<std::pair<EnvironmentId, std::string>> seen;
    for (const yaml::Node& item : list.items) {
        EnvironmentRef reference = to_environment_ref(item);
        // The id decides, whatever name is pinned beside it.
        if (!seen.emplace(reference.id.value_or(0), reference.id ? "" : reference.name).second)
            log.error(place(layer.file, item.mark), "listed-twice", "this environment is listed twice", "remove one");
        out.emplace_back(std::move(reference));
    }
    return out;
}

} // namespace

std::vector<Place> decode_places(const std::vector<const Layer*>& chain, DocumentLog& log) {
    for (const Layer* layer : chain) {
        const yaml::Node* one = layer->spec.find("environment");
        const yaml::Node* several = layer->spec.find("environments");
        if (one != nullptr && several != nullptr) {
            log.error(place(layer->file, several->mark), "wrong-keys", "`spec` has `environment` and `environments`",
                      "give only one of them");
        }
        if (one != nullptr) return {to_environment_ref(*one)};
        if (several != nullptr) return expand(*several, *layer, log);
    }
    log.error(chain.front()->mark, "missing-key", "`spec.environment` is missing",
              "add `environment: NAME`, here or in a Defaults of this folder");
    return {};
}

} // namespace mooring::manifest
