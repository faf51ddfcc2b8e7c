#include "compose/rules.hpp"

#include "compose/canonical.hpp"
#include "compose/compose.hpp"
#include "compose/text.hpp"

#include <algorithm>
#include <array>
#include <deque>

namespace mooring::compose {
namespace {

class Tree {
  public:
    Tree() {
        nodes_.emplace_back();
        for (const FieldRule& row : rows()) place(row);
    }
    const RuleNode& root() const { return nodes_.front(); }

  private:
    void place(const FieldRule& row) {
        RuleNode* node = &nodes_.front();
        std::string_view rest = row.pattern;
        while (!rest.empty()) {
            if (rest.starts_with('.')) rest.remove_prefix(1);
            const std::size_t length = rest.starts_with("[]") ? 2 : std::min(rest.find_first_of(".["), rest.size());
            node = step(*node, rest.substr(0, length));
            rest.remove_prefix(length);
        }
        node->row = &row;
        if (row.form == Form::literal) node->any = node->element = node; // whatever stands below is literal, too
    }

    RuleNode* step(RuleNode& node, std::string_view segment) {
        if (segment == "*") return own(node.any);
        if (segment == "[]") return own(node.element);
        const auto place = std::ranges::lower_bound(node.fields, segment, {}, &Field::first);
        if (place != node.fields.end() && place->first == segment) return const_cast<RuleNode*>(place->second);
        RuleNode* made = &nodes_.emplace_back();
        node.fields.emplace(place, segment, made);
        return made;
    }

    RuleNode* own(const RuleNode*& slot) {
        if (slot == nullptr) slot = &nodes_.emplace_back();
        return const_cast<RuleNode*>(slot); // only this class makes nodes, and none is const
    }

    using Field = std::pair<std::string_view, const RuleNode*>;
    std::deque<RuleNode> nodes_; // addresses stay
};

} // namespace

const RuleNode* RuleNode::child(std::string_view key) const {
    const auto place = std::ranges::lower_bound(fields, key, {}, [](const auto& field) { return field.first; });
    if (place != fields.end() && place->first == key) return place->second;
    return any;
}

const RuleNode& rule_tree() {
    static const Tree tree;
    return tree.root();
}

// The rule that governs a path.

namespace {

// Whether the mapping of this row may hold x- extensions, which are dropped.
bool has_extensions(const RuleNode& node) {
    if (node.fields.empty() || node.row == nullptr) return false;
    constexpr std::array closed{Form::closed_record, Form::closed_records, Form::extends, Form::env_files};
    return std::ranges::find(closed, node.row->form) == closed.end();
}

constexpr PathRule extension{
    .pattern = "x-*", .form = "not compared", .reason = "extensions have no effect on what runs"};

} // namespace

std::optional<PathRule> explain(std::string_view path) {
    const RuleNode* node = &rule_tree();
    const FieldRule* row = nullptr;
    for (const PathKey& key : split_path(path)) {
        const RuleNode* next = key.is_identity && node->element != nullptr ? node->element : node->child(key.text);
        if (!key.is_identity && key.text.starts_with("x-") && has_extensions(*node)) return extension;
        if (next == nullptr) {
            // Below a list or map of the user's the rule of the list or map holds; an unknown key has none.
            const bool has_own_keys = node->fields.empty() && node->any == nullptr;
            return has_own_keys && row != nullptr
                       ? std::optional(PathRule{row->pattern, info(row->form).words, row->reason})
                       : std::nullopt;
        }
        node = next;
        if (node->row != nullptr) row = node->row;
    }
    if (row == nullptr || row->form == Form::literal) return std::nullopt;
    return PathRule{.pattern = row->pattern, .form = info(row->form).words, .reason = row->reason};
}

} // namespace mooring::compose
