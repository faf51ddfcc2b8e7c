// The second way to read a text, behind the quick reader: libyaml's events, a seventh of the cost of yaml-cpp's, and
// the parser that Docker's loader has (go-yaml is a port of it). It takes every text of correct YAML; what it refuses
// is yaml-cpp's, which says what is wrong. That both give the same tree is a test (tests/unit/yaml/events_test.cpp).
#pragma once

#include "yaml/node.hpp"

#include <expected>
#include <optional>
#include <string_view>
#include <vector>

namespace mooring::yaml {

// All documents of the text, or a limit that was reached, a key that is given twice, a wrong merge key; nullopt when
// libyaml refuses the text, or it holds what the two libraries are known to read differently.
std::optional<std::expected<std::vector<Node>, Problem>> parse_events(std::string_view text, const Limits& limits);

// parse() for texts that Docker's loader reads: what is not plain is read from libyaml's events, and yaml-cpp has the
// last word on what libyaml refuses. Manifests and configuration stay with parse(), whose messages they were tested
// with.
std::expected<std::vector<Node>, Problem> parse_compose(std::string_view text, const Limits& limits = {});

} // namespace mooring::yaml
