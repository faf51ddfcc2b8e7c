#include "yaml/quick_anchors.hpp"

#include <algorithm>
#include <ranges>

namespace mooring::yaml {
namespace {

bool is_of_name(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
}

} // namespace

std::size_t anchor_length(std::string_view text) {
    const auto end = static_cast<std::size_t>(std::ranges::find_if_not(text, is_of_name) - text.begin());
    return end == text.size() || std::string_view(" ,]}").contains(text[end]) ? end : 0;
}

std::size_t Anchors::begin(std::string_view name) {
    all_.push_back({.name = name});
    return all_.size() - 1;
}

bool Anchors::finish(std::size_t number, const Node& node) {
    Anchor& anchor = all_[number];
    anchor.size = measure(node);
    copied_ += anchor.size.nodes;
    if (copied_ > limits_.expanded_nodes) return false;
    anchor.node = node;
    anchor.complete = true;
    return true;
}

bool Anchors::alias(std::string_view name, std::size_t most_levels, Node& into) {
    const auto reversed = all_ | std::views::reverse;
    const auto found = std::ranges::find(reversed, name, &Anchor::name);
    if (found == reversed.end() || !found->complete || found->size.levels > most_levels) return false;
    nodes_ += found->size.nodes;
    bytes_ += found->size.bytes;
    if (nodes_ > limits_.expanded_nodes || bytes_ > limits_.bytes) return false;
    into = found->node;
    return true;
}

Anchors::Size Anchors::measure(const Node& node) { // NOLINT(misc-no-recursion): as deep as the reader went
    Size all{.nodes = 1, .bytes = node.text.size(), .levels = 0};
    const auto add = [&all](const Size& one) {
        all.nodes += one.nodes;
        all.bytes += one.bytes;
        all.levels = std::max(all.levels, one.levels);
    };
    for (const Node& item : node.items) add(measure(item));
    for (const auto& [key, value] : node.entries) {
        add(measure(key));
        add(measure(value));
    }
    if (node.kind == Kind::sequence || node.kind == Kind::mapping) ++all.levels;
    return all;
}

} // namespace mooring::yaml
