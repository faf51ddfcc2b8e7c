// `Defaults`: which values stand above a folder's stacks. The nearest folder wins, a stack's own value wins over all.
#pragma once

#include "manifest/remarks.hpp"
#include "yaml/node.hpp"

#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace mooring::manifest {

// What one document says about stacks: a Defaults document, the configuration's defaults, or the Stack itself.
struct Layer {
    std::string file;      // as shown
    yaml::Mark mark{};     // of the document
    yaml::Node metadata{}; // null when it has none
    yaml::Node spec{};
};

// A value and the file that it was written in.
struct Found {
    const yaml::Node* node = nullptr;
    const Layer* layer = nullptr;

    explicit operator bool() const { return node != nullptr; }
    SourceLocation where() const { return place(layer->file, node->mark); }
};

class Layers {
  public:
    // `base` stands above every folder; its spec may be null.
    explicit Layers(Layer base) : base_(std::move(base)) {}

    // A second Defaults of one folder is an error with both places, and leaves the folder broken.
    void add(const std::filesystem::path& folder, Layer layer, Remarks& remarks);
    // A folder whose Defaults could not be understood: its stacks cannot be either.
    void mark_broken(const std::filesystem::path& folder) { broken_.insert(folder); }

    bool is_broken(const std::filesystem::path& folder) const;
    // Those that stand above the stacks of a folder, nearest first. Pointers live as long as this.
    std::vector<const Layer*> above(const std::filesystem::path& folder) const;

  private:
    Layer base_;
    std::map<std::filesystem::path, Layer> folders_;
    std::set<std::filesystem::path> broken_;
};

// The nearest layer's value of that key of `spec`; nothing if none has it.
Found find_in_spec(const std::vector<const Layer*>& chain, std::string_view key);

} // namespace mooring::manifest
