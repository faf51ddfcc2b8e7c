// A tree as text, with places, to compare what two readers made of one file.
#pragma once

#include "yaml/node.hpp"

#include <string>
#include <vector>

namespace mooring::yaml {

// A null's place is its owner's in one reader and the next token's in the other, and says nothing.
inline void print(const Node& node, std::string& out) {
    if (node.kind == Kind::null) {
        out += "null ";
        return;
    }
    out += std::to_string(node.mark.line) + ":" + std::to_string(node.mark.column);
    if (node.kind == Kind::scalar) {
        out += (node.plain ? " plain <" : " quoted <") + node.text + "> " + node.tag;
        return;
    }
    out += node.kind == Kind::mapping ? "{ " : "[ ";
    for (const auto& [key, value] : node.entries) {
        print(key, out);
        out += "= ";
        print(value, out);
    }
    for (const Node& item : node.items) print(item, out);
    out += "} ";
}

inline std::string print(const std::vector<Node>& documents) {
    std::string out;
    for (const Node& document : documents) {
        print(document, out);
        out += "\n";
    }
    return out;
}

} // namespace mooring::yaml
