#include "manifest/layers.hpp"

#include <utility>

namespace mooring::manifest {
namespace {

// The folder itself, then its parents up to the root, which is "".
std::vector<std::filesystem::path> upwards(std::filesystem::path folder) {
    std::vector<std::filesystem::path> out;
    for (; !folder.empty(); folder = folder.parent_path()) out.push_back(folder);
    out.emplace_back();
    return out;
}

} // namespace

void Layers::add(const std::filesystem::path& folder, Layer layer, Remarks& remarks) {
    const auto known = folders_.find(folder);
    if (known == folders_.end()) {
        folders_.emplace(folder, std::move(layer));
        return;
    }
    const Layer& first = known->second;
    remarks.error(place(layer.file, layer.mark), "two-defaults",
                  "this folder has Defaults already, in " + first.file + ":" + std::to_string(first.mark.line),
                  "put them into one document");
    broken_.insert(folder);
}

bool Layers::is_broken(const std::filesystem::path& folder) const {
    if (broken_.empty()) return false;
    for (const auto& above : upwards(folder)) {
        if (broken_.contains(above)) return true;
    }
    return false;
}

std::vector<const Layer*> Layers::above(const std::filesystem::path& folder) const {
    if (folders_.empty()) return {&base_};
    std::vector<const Layer*> out;
    for (const auto& path : upwards(folder)) {
        if (const auto found = folders_.find(path); found != folders_.end()) out.push_back(&found->second);
    }
    out.push_back(&base_);
    return out;
}

Found find_in_spec(const std::vector<const Layer*>& chain, std::string_view key) {
    for (const Layer* layer : chain) {
        if (const yaml::Node* node = layer->spec.find(key)) return {node, layer};
    }
    return {};
}

} // namespace mooring::manifest
