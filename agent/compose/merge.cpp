// One compose tree laid over another, as the loader does for `-f a -f b` and for `extends`. The form of a path says
// how.
#include "compose/canonical.hpp"

#include "compose/facts.hpp"
#include "compose/rules.hpp"
#include "yaml/node.hpp"

#include <algorithm>
#include <unordered_map>
#include <unordered_set>

namespace mooring::compose {
namespace {

using yaml::Kind;
using yaml::Node;
using Found = std::optional<yaml::Problem>;

Found merge(Node& base, Node&& over, const RuleNode* rule);

std::string key_and_value(const Node& key, const Node& value) {
    const auto scalar = yaml::resolve(value);
    std::string name = settled_literal(key.text); // in a list references are read in the key, too
    if (!scalar || scalar->type == yaml::Type::null) return name;
    return name + "=" + scalar->text;
}

// A map as the list of its KEY=VALUE, a text as the list of it.
void make_list(Node& node) {
    if (node.kind == Kind::sequence) return;
    Node list{.kind = Kind::sequence, .mark = node.mark};
    for (const auto& [key, value] : node.entries) {
        const auto add = [&](const Node& one) {
            list.items.push_back({.kind = Kind::scalar, .text = key_and_value(key, one), .mark = one.mark});
        };
        if (value.kind == Kind::sequence)
            std::ranges::for_each(value.items, add);
        else
            add(value);
    }
    if (node.kind == Kind::scalar) list.items.push_back(std::move(node));
    node = std::move(list);
}

// A list of names as a map of them.
void make_map(Node& node, const Node& settings) {
    if (node.kind != Kind::sequence) return;
    Node map{.kind = Kind::mapping, .mark = node.mark};
    for (Node& item : node.items) {
        const bool is_new = map.find(item.text) == nullptr;
        if (is_new) map.entries.emplace_back(std::move(item), settings);
    }
    node = std::move(map);
}

Node started() {
    Node dependency{.kind = Kind::mapping};
    dependency.entries.emplace_back(Node{.kind = Kind::scalar, .text = "condition"},
                                    Node{.kind = Kind::scalar, .text = "service_started"});
    return dependency;
}

void append(Node& base, Node&& over) { std::ranges::move(over.items, std::back_inserter(base.items)); }

Found merge_entries(Node& base, Node&& over, const RuleNode* rule) {
    std::unordered_map<std::string, std::size_t> places;
    for (std::size_t i = 0; i < base.entries.size(); ++i) places.emplace(base.entries[i].first.text, i);
    for (auto& [key, value] : over.entries) {
        const auto place = places.find(key.text);
        if (place == places.end()) {
            base.entries.emplace_back(std::move(key), std::move(value));
        } else if (key.text.starts_with("x-")) {
            base.entries[place->second].second = std::move(value);
        } else {
            const RuleNode* child = rule == nullptr ? nullptr : rule->child(key.text);
            if (auto found = merge(base.entries[place->second].second, std::move(value), child)) return found;
        }
    }
    return std::nullopt;
}

Found merge_plainly(Node& base, Node&& over, const RuleNode* rule) {
    if (over.kind == Kind::null) return std::nullopt;
    if (base.kind == Kind::scalar || base.kind == Kind::null) {
        base = std::move(over);
        return std::nullopt;
    }
    if (base.kind != over.kind) {
        return yaml::Problem{.message = "a list, mapping or value cannot be laid over one of another kind",
                             .mark = over.mark,
                             .code = "wrong-type"};
    }
    if (base.kind == Kind::mapping) return merge_entries(base, std::move(over), rule);
    append(base, std::move(over));
    return std::nullopt;
}

// Lists in which each item may stand once: what is there already is not appended, as newer loaders have it (older ones
// refuse the file).
Found merge_unique(Node& base, Node&& over, const RuleNode* rule) {
    const auto identity = [](const Node& item) { return item.text + (yaml::is_text(item) ? "" : "#"); };
    std::unordered_set<std::string> before;
    for (const Node& item : base.items) {
        if (item.kind == Kind::scalar) before.insert(identity(item));
    }
    std::erase_if(over.items,
                  [&](const Node& item) { return item.kind == Kind::scalar && before.contains(identity(item)); });
    return merge_plainly(base, std::move(over), rule);
}

// A key that is laid over wins even without a value: `A:` takes from the shell what `A: 1` had set.
void replace_entries(Node& base, Node&& over) {
    std::unordered_map<std::string, std::size_t> places;
    for (std::size_t i = 0; i < base.entries.size(); ++i) places.emplace(base.entries[i].first.text, i);
    for (auto& [key, value] : over.entries) {
        const auto place = places.find(key.text);
        if (place == places.end())
            base.entries.emplace_back(std::move(key), std::move(value));
        else
            base.entries[place->second].second = std::move(value);
    }
}

Found merge_lists(Node& base, Node&& over) {
    if (base.kind == Kind::mapping && over.kind == Kind::mapping) {
        replace_entries(base, std::move(over));
        return std::nullopt;
    }
    make_list(base);
    make_list(over);
    append(base, std::move(over));
    return std::nullopt;
}

Found merge_maps(Node& base, Node&& over, const RuleNode* rule, const Node& settings) {
    make_map(base, settings);
    make_map(over, settings);
    return merge_plainly(base, std::move(over), rule);
}

void make_build(Node& node) {
    if (node.kind != Kind::scalar) return;
    Node build{.kind = Kind::mapping, .mark = node.mark};
    build.entries.emplace_back(Node{.kind = Kind::scalar, .text = "context", .mark = node.mark}, std::move(node));
    node = std::move(build);
}

// Options of another driver say nothing about this one.
Found merge_logging(Node& base, Node&& over, const RuleNode* rule) {
    const Node* before = base.find("driver");
    const Node* after = over.find("driver");
    if (before == nullptr || after == nullptr || before->text == after->text)
        return merge_plainly(base, std::move(over), rule);
    base = std::move(over);
    return std::nullopt;
}

// The pools laid over win; one of the same subnet keeps what they leave out.
Found merge_pools(Node& base, Node&& over, const RuleNode* rule) {
    if (base.kind != Kind::sequence || over.kind != Kind::sequence) return merge_plainly(base, std::move(over), rule);
    const auto subnet = [](const Node& pool) {
        return pool.find("subnet") == nullptr ? std::string{} : pool.find("subnet")->text;
    };
    std::unordered_map<std::string, const Node*> before;
    for (const Node& pool : base.items) before.emplace(subnet(pool), &pool);
    for (Node& pool : over.items) {
        const auto same = before.find(subnet(pool));
        if (same == before.end()) continue;
        Node merged = *same->second;
        if (auto found = merge_plainly(merged, std::move(pool), rule->element)) return found;
        pool = std::move(merged);
    }
    base = std::move(over);
    return std::nullopt;
}

Found merge(Node& base, Node&& over, const RuleNode* rule) { // NOLINT(misc-no-recursion): bounded by Limits::depth
    const Form form = rule == nullptr || rule->row == nullptr ? Form::literal : rule->row->form;
    switch (form) {
    case Form::words:
    case Form::health_test:
    case Form::ulimit:
        base = std::move(over);
        return std::nullopt;
    case Form::environment:
    case Form::labels:
    case Form::mapping:
    case Form::contexts:
    case Form::hosts:
    case Form::texts_or_text:
    case Form::texts_once:
    case Form::set_or_text:
    case Form::paths:
    case Form::env_files:
        return merge_lists(base, std::move(over));
    case Form::texts_unique:
    case Form::set_unique:
    case Form::number_set:
        return merge_unique(base, std::move(over), rule);
    case Form::dependencies:
        return merge_maps(base, std::move(over), rule, started());
    case Form::networks:
        return merge_maps(base, std::move(over), rule, {});
    case Form::build:
        make_build(base);
        make_build(over);
        return merge_plainly(base, std::move(over), rule);
    case Form::logging:
        return merge_logging(base, std::move(over), rule);
    case Form::ipam_pools:
        return merge_pools(base, std::move(over), rule);
    default:
        return merge_plainly(base, std::move(over), rule);
    }
}

// What a document leaves behind has its requests written out: another document's are appended to them.
void write_out_requests(Node& document) {
    for (auto& [top, services] : document.entries) {
        if (top.text != "services") continue;
        for (auto& [name, service] : services.entries) {
            for (auto& [key, value] : service.entries) {
                if (key.text != "gpus" || value.kind != Kind::scalar || value.text != "all") continue;
                Node all{.kind = Kind::sequence, .mark = value.mark};
                all.items.push_back({.kind = Kind::mapping, .mark = value.mark});
                value = std::move(all);
            }
        }
    }
}

} // namespace

std::optional<yaml::Problem> lay_over(Node& base, Node&& over) { return merge(base, std::move(over), &rule_tree()); }

std::optional<yaml::Problem> lay_service_over(Node& base, Node&& over) {
    return merge(base, std::move(over), rule_tree().child("services")->any);
}

std::expected<Node, yaml::Problem> join_documents(std::vector<Node>&& documents, const yaml::Limits& limits) {
    if (documents.empty())
        return std::unexpected(yaml::Problem{.message = "an empty compose file", .mark = {}, .code = "empty"});
    Node joined;
    for (std::size_t i = 0; i < documents.size(); ++i) {
        Node& document = documents[i];
        if (document.kind != Kind::mapping) {
            return std::unexpected(yaml::Problem{
                .message = "a compose file is a mapping at its top", .mark = document.mark, .code = "wrong-type"});
        }
        const auto tagged = take_tags(document);
        if (auto found = apply_extends(document, tagged, limits.expanded_nodes))
            return std::unexpected(std::move(*found));
        if (i == 0) {
            joined = std::move(document);
            continue;
        }
        remove_at(joined, tagged);
        write_out_requests(joined);
        if (auto found = lay_over(joined, std::move(document))) return std::unexpected(std::move(*found));
    }
    return joined;
}

} // namespace mooring::compose
