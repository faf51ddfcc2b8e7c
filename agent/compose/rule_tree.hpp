// The table of rules as a tree, to walk along with a file.
#pragma once

#include "compose/rules.hpp"

#include <string_view>
#include <utility>
#include <vector>

namespace mooring::compose {

struct RuleNode {
    const Row* row = nullptr;                                           // null only between rows
    std::vector<std::pair<std::string_view, const RuleNode*>> fields{}; // sorted by name
    const RuleNode* any = nullptr;                                      // the row of `*`
    const RuleNode* element = nullptr;                                  // the row of `[]`

    // The rule for the value of this key; nullptr if the format has no such key here.
    const RuleNode* child(std::string_view key) const;
};

// The rule of the whole file; made at the first call.
const RuleNode& rule_tree();

} // namespace mooring::compose
