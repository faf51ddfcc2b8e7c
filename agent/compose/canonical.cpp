#include "compose/canonical.hpp"

#include "base/text.hpp"
#include "compose/facts.hpp"
#include "compose/text.hpp"

#include <algorithm>
#include <utility>

namespace mooring::compose {

Outcome Context::fail(const yaml::Node& node, std::string_view message, std::string_view code) {
    std::string where;
    for (const std::string_view key : path_) append_key(where, key);
    if (!where.empty()) where += ": ";
    problem_ =
        yaml::Problem{.message = printable(where + std::string(message)), .mark = node.mark, .code = std::string(code)};
    return Outcome::failed;
}

bool Context::may_make(yaml::Mark mark, std::size_t values) {
    constexpr std::size_t most = 200'000; // about 50 MB
    made_ += values;
    if (made_ <= most) return true;
    fail({.mark = mark},
         "more than " + std::to_string(most) +
             " values once ranges and short forms are written out; split the file into several stacks",
         "too-large");
    return false;
}

Outcome canonicalise(yaml::Node&& node, const RuleNode& rule, Context& context, Value& out) {
    out.line = node.mark.line;
    return info(rule.row->form).convert(std::move(node), rule, context, out);
}

std::optional<yaml::Scalar> take_scalar(const yaml::Node& node, Context& context) {
    auto scalar = yaml::resolve(node);
    if (!scalar) {
        context.fail(node, scalar.error().message, scalar.error().code);
        return std::nullopt;
    }
    return std::move(*scalar);
}

std::optional<std::string> take_text(yaml::Node& node, Context& context) {
    if (node.tag.empty() && yaml::is_text(node)) return settled(std::move(node.text));
    auto scalar = node.kind == yaml::Kind::scalar ? take_scalar(node, context) : yaml::Scalar{.type = yaml::Type::null};
    if (!scalar) return std::nullopt;
    if (scalar->type == yaml::Type::text) return settled(std::move(scalar->text));
    const bool is_value = node.kind == yaml::Kind::scalar;
    context.fail(node, is_value ? "must be a string; put `" + node.text + "` in quotes" : "must be a string",
                 "wrong-type");
    return std::nullopt;
}

std::optional<std::string> take_printed(yaml::Node& node, Context& context) {
    if (node.tag.empty() && yaml::is_text(node)) return settled(std::move(node.text));
    if (node.kind == yaml::Kind::sequence || node.kind == yaml::Kind::mapping) {
        context.fail(node, "must be a single value, not a list or mapping", "wrong-type");
        return std::nullopt;
    }
    auto scalar = take_scalar(node, context);
    if (!scalar) return std::nullopt;
    return scalar->type == yaml::Type::text ? settled(std::move(scalar->text)) : std::move(scalar->text);
}

bool has_text_keys(const yaml::Node& mapping, Context& context) {
    for (const auto& [key, value] : mapping.entries) {
        if (yaml::is_text(key)) continue;
        const bool is_value = key.kind == yaml::Kind::scalar;
        context.fail(key, is_value ? "keys must be texts; put `" + key.text + "` in quotes" : "keys must be texts",
                     "wrong-type");
        return false;
    }
    return true;
}

namespace {

// What has no meaning must still be well-formed: the loader refuses a number as key even inside x- extensions.
bool is_sound(const yaml::Node& node, Context& context) { // NOLINT(misc-no-recursion): bounded by Limits::depth
    if (node.kind == yaml::Kind::scalar && !node.tag.empty()) return take_scalar(node, context).has_value();
    if (!has_text_keys(node, context)) return false;
    for (const yaml::Node& item : node.items) {
        if (!is_sound(item, context)) return false;
    }
    for (const auto& [key, value] : node.entries) {
        if (!is_sound(value, context)) return false;
    }
    return true;
}

// Forms of maps name the keys that must be there in their row's detail.
bool has_needed_keys(const yaml::Node& mapping, const RuleNode& rule, Context& context) {
    const std::string_view needed = rule.row == nullptr ? std::string_view{} : rule.row->detail;
    if (needed.empty()) return true;
    for (const std::string_view key : split(needed, '|')) {
        if (mapping.find(key) != nullptr) continue;
        context.fail(mapping, "the key `" + std::string(key) + "` is missing");
        return false;
    }
    return true;
}

void fail_unknown(const yaml::Node& key, const RuleNode& rule, Context& context) {
    std::vector<std::string> known;
    known.reserve(rule.fields.size());
    for (const auto& [name, field] : rule.fields) known.emplace_back(name);
    const auto near = closest_match(key.text, known);
    const std::string hint = near ? "; did you mean `" + *near + "`?" : "";
    context.fail(key, "unknown key `" + printable(key.text, 80) + "`" + hint, "unknown-key");
}

} // namespace

bool read_fields(yaml::Node& mapping, const RuleNode& rule, Context& context, bool extensions, Value& out) {
    out.shape = Shape::map;
    if (!has_text_keys(mapping, context) || !has_needed_keys(mapping, rule, context)) return false;
    out.members.reserve(mapping.entries.size());
    for (auto& [key, node] : mapping.entries) {
        const Context::Step step(context, key.text);
        if (extensions && key.text.starts_with("x-")) {
            if (!is_sound(node, context)) return false;
            continue;
        }
        const RuleNode* field = rule.child(key.text);
        if (field == nullptr) {
            fail_unknown(key, rule, context);
            return false;
        }
        Value value;
        const Outcome outcome = canonicalise(std::move(node), *field, context, value);
        if (outcome == Outcome::failed) return false;
        if (outcome == Outcome::absent) continue;
        value.line = key.mark.line;
        out.members.push_back({.key = settled_literal(std::move(key.text)), .value = std::move(value)});
    }
    sort_members(out);
    return true;
}

// Compose's own YAML tags: !reset and !override.

namespace {

bool is_tagged(const yaml::Node& node) { return node.tag == "!reset" || node.tag == "!override"; }

bool has_tags(const yaml::Node& node) { // NOLINT(misc-no-recursion): bounded by Limits::depth
    if (is_tagged(node)) return true;
    return std::ranges::any_of(node.items, has_tags) ||
           std::ranges::any_of(node.entries, [](const auto& entry) { return has_tags(entry.second); });
}

void take(yaml::Node& node, KeyPath& path, std::vector<KeyPath>& places) { // NOLINT(misc-no-recursion)
    std::erase_if(node.items, [](const yaml::Node& item) { return item.tag == "!reset"; });
    for (auto& [key, value] : node.entries) {
        path.push_back(key.text);
        if (is_tagged(value))
            places.push_back(path);
        else
            take(value, path, places);
        path.pop_back();
    }
    std::erase_if(node.entries, [](const auto& entry) { return entry.second.tag == "!reset"; });
    for (auto& [key, value] : node.entries) {
        if (value.tag == "!override") value.tag.clear();
    }
    for (yaml::Node& item : node.items) take(item, path, places);
}

} // namespace

std::vector<KeyPath> take_tags(yaml::Node& document) {
    std::vector<KeyPath> places;
    KeyPath path;
    if (has_tags(document)) take(document, path, places);
    return places;
}

void remove_at(yaml::Node& tree, const std::vector<KeyPath>& places) {
    for (const KeyPath& place : places) {
        yaml::Node* node = &tree;
        for (std::size_t i = 0; node != nullptr && i < place.size(); ++i) {
            const auto entry = std::ranges::find(node->entries, place[i], [](const auto& e) { return e.first.text; });
            if (entry == node->entries.end())
                node = nullptr;
            else if (i + 1 < place.size())
                node = &entry->second;
            else
                node->entries.erase(entry);
        }
    }
}

namespace {

template <typename Members>
auto place_of(Members& members, std::string_view key) {
    return std::ranges::lower_bound(members, key, {},
                                    [](const Member& member) { return std::string_view(member.key); });
}

} // namespace

const Value* find(const Value& value, std::string_view key) {
    const auto place = place_of(value.members, key);
    return place != value.members.end() && place->key == key ? &place->value : nullptr;
}

Value* find(Value& value, std::string_view key) {
    const auto place = place_of(value.members, key);
    return place != value.members.end() && place->key == key ? &place->value : nullptr;
}

void put(Value& map, std::string_view key, Value&& value) {
    const auto place = place_of(map.members, key);
    if (place != map.members.end() && place->key == key) {
        place->value = std::move(value);
    } else {
        map.members.insert(place, Member{.key = std::string(key), .value = std::move(value)});
    }
}

void remove(Value& map, std::string_view key) {
    const auto place = place_of(map.members, key);
    if (place != map.members.end() && place->key == key) map.members.erase(place);
}

// What is sorted are pointers, because a member takes eight times the room of one.
void sort_members(Value& value) {
    auto& members = value.members;
    const auto not_ascending = [](const Member& a, const Member& b) { return a.key >= b.key; };
    if (std::ranges::adjacent_find(members, not_ascending) == members.end()) return;
    std::vector<Member*> order(members.size());
    std::ranges::transform(members, order.begin(), [](Member& member) { return &member; });
    std::ranges::sort(order, [](const Member* a, const Member* b) {
        const int difference = a->key.compare(b->key);
        return difference != 0 ? difference < 0 : a < b; // as they stood
    });
    std::vector<Member> sorted;
    sorted.reserve(members.size());
    for (std::size_t i = 0; i < order.size(); ++i) {
        const bool is_last_of_key = i + 1 == order.size() || order[i]->key != order[i + 1]->key;
        if (is_last_of_key) sorted.push_back(std::move(*order[i]));
    }
    members = std::move(sorted);
}

Value make_text(std::string text, std::uint32_t line) {
    return {.shape = Shape::text, .line = line, .text = std::move(text)};
}

Value make_path(std::string path, std::uint32_t line) {
    return {.shape = Shape::text, .path = true, .line = line, .text = std::move(path)};
}

Value make_number(std::string text, std::uint32_t line) {
    return {.shape = Shape::number, .line = line, .text = std::move(text)};
}

Value make_boolean(bool value, std::uint32_t line) {
    return {.shape = Shape::boolean, .line = line, .text = value ? "true" : "false"};
}

bool is_text(const Value* value, std::string_view text) {
    return value != nullptr && value->shape == Shape::text && value->text == text;
}

} // namespace mooring::compose
