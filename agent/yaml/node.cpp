#include "yaml/node.hpp"

namespace mooring::yaml {

const Node* Node::find(std::string_view key) const {
    for (const auto& [name, value] : entries) {
        if (name.kind == Kind::scalar && name.text == key) return &value;
    }
    return nullptr;
}

} // namespace mooring::yaml
