// Flags and variables, put into the tree of the configuration before it is decoded: so that each is checked by the same
// schema and decoded by the same code as the file.
#pragma once

#include "manifest/config.hpp"
#include "manifest/remarks.hpp"
#include "yaml/node.hpp"

#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace mooring::config {

// The tree and where its values came from, if not from the file: "servers[0].url" -> --url.
struct Tree {
    yaml::Node spec{};
    std::map<std::string, Origin> origins{};
};

// `with_servers` is false when the file is broken: what is about a server then has nothing to be put into.
void apply_overrides(Tree& tree, const Overrides& overrides, const Variables& variables, bool with_servers,
                     manifest::Remarks& remarks);

// Whether a variable is set to something, and that; nullopt otherwise.
bool is_set(const Variables& variables, std::string_view name);
std::optional<std::string> text_of(const Variables& variables, std::string_view name);

} // namespace mooring::config
