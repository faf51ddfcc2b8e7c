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
    const auto [known, is_new] = folders_.try_emplace(folder, std::move(layer));
    if (is_new) return;
    const Layer& second = layer; // try_emplace leaves it alone when the key is known
    const Layer& first = known->second;
    remarks.error(place(second.file, second.mark), "two-defaults",
                  "this folder has Defaults already, in " + first.file + ":" + std::to_string(first.mark.line),
                  "put them into one document");
    broken_.insert(folder);
}

bool Layers::is_broken(const std::filesystem::path& folder) const {
    for (const auto& above : upwards(folder)) {
        if (broken_.contains(above)) return true;
    }
    return false;
}

std::vector<const Layer*> Layers::above(const std::filesystem::path& folder) const {
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
