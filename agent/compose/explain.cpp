// The rule that governs a path.
#include "compose/compose.hpp"

#include "compose/canonical.hpp"
#include "compose/path.hpp"

#include <algorithm>
#include <array>

namespace mooring::compose {

namespace {

// Whether the mapping of this row may hold x- extensions, which are dropped.
bool has_extensions(const RuleNode& node) {
    if (node.fields.empty() || node.row == nullptr) return false;
    constexpr std::array closed{Form::closed_record, Form::closed_records, Form::extends, Form::env_files};
    return std::ranges::find(closed, node.row->form) == closed.end();
}

constexpr Rule extension{.pattern = "x-*", .form = "not compared", .reason = "extensions have no effect on what runs"};

} // namespace

std::optional<Rule> explain(std::string_view path) {
    const RuleNode* node = &rule_tree();
    const Row* row = nullptr;
    for (const PathKey& key : split_path(path)) {
        const RuleNode* next = key.is_identity && node->element != nullptr ? node->element : node->child(key.text);
        if (!key.is_identity && key.text.starts_with("x-") && has_extensions(*node)) return extension;
        if (next == nullptr) {
            // Below a list or map of the user's the rule of the list or map holds; an unknown key has none.
            const bool has_own_keys = node->fields.empty() && node->any == nullptr;
            return has_own_keys && row != nullptr
                       ? std::optional(Rule{row->pattern, info(row->form).words, row->reason})
                       : std::nullopt;
        }
        node = next;
        if (node->row != nullptr) row = node->row;
    }
    if (row == nullptr || row->form == Form::literal) return std::nullopt;
    return Rule{.pattern = row->pattern, .form = info(row->form).words, .reason = row->reason};
}

} // namespace mooring::compose
