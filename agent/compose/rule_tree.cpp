#include "compose/rule_tree.hpp"

#include <algorithm>
#include <deque>

namespace mooring::compose {
namespace {

class Tree {
  public:
    Tree() {
        nodes_.emplace_back();
        for (const Row& row : rows()) place(row);
    }
    const RuleNode& root() const { return nodes_.front(); }

  private:
    void place(const Row& row) {
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

} // namespace mooring::compose
