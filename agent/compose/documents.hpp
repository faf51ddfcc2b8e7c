// What happens to YAML trees before they become canonical: compose's own tags, `extends` within the file, and several
// documents becoming one.
#pragma once

#include "yaml/node.hpp"

#include <cstddef>
#include <expected>
#include <optional>
#include <string>
#include <vector>

namespace mooring::compose {

// Where `!reset` and `!override` stood, as keys from the top.
using KeyPath = std::vector<std::string>;

// tags.cpp: removes what is tagged `!reset`, and gives the places of both tags, which say that what an earlier document
// or an extended service has there is gone. Recurses as deep as the tree.
std::vector<KeyPath> take_tags(yaml::Node& document);
// Removes the values at the places, where they exist.
void remove_at(yaml::Node& tree, const std::vector<KeyPath>& places);

// extends.cpp: merges every service into those that extend it. `most_nodes` bounds what is written out. Problems: a
// service that is not there, a circle.
std::optional<yaml::Problem> apply_extends(yaml::Node& document, const std::vector<KeyPath>& tagged,
                                           std::size_t most_nodes);

// merge.cpp: lays `over` over `base` as `docker compose -f base -f over` does: maps merge, lists are appended, commands
// are replaced.
std::optional<yaml::Problem> lay_over(yaml::Node& base, yaml::Node&& over);
// The same for two services.
std::optional<yaml::Problem> lay_service_over(yaml::Node& base, yaml::Node&& over);

// All documents of a file as one. Problems: none at all, one that is no mapping, and those above.
std::expected<yaml::Node, yaml::Problem> join_documents(std::vector<yaml::Node>&& documents,
                                                        const yaml::Limits& limits);

} // namespace mooring::compose
