#include "kubernetes/value.hpp"

#include "base/secret.hpp"
#include "kubernetes/walk.hpp"

#include <algorithm>
#include <cstdlib>
#include <utility>

namespace mooring::kubernetes {
namespace {

bool is_floating(std::string_view number) { return number.find_first_of(".eEnN") != std::string_view::npos; }

bool same_number(const std::string& one, const std::string& other) {
    if (one == other) return true;
    if (!is_floating(one) && !is_floating(other)) return false;
    return std::strtod(one.c_str(), nullptr) == std::strtod(other.c_str(), nullptr);
}

auto place_of(std::vector<Member>& members, std::string_view key) {
    return std::ranges::lower_bound(members, key, {},
                                    [](const Member& member) { return std::string_view(member.key); });
}

} // namespace

bool Value::operator==(const Value& other) const { // NOLINT(misc-no-recursion): as deep as the tree
    if (shape != other.shape || members.size() != other.members.size()) return false;
    if (shape == Shape::number) return same_number(text, other.text);
    return text == other.text && std::ranges::equal(members, other.members, [](const Member& a, const Member& b) {
               return a.key == b.key && a.value == b.value;
           });
}

const Value* find(const Value& value, std::string_view key) {
    if (value.shape != Shape::map) return nullptr;
    const auto at = std::ranges::lower_bound(value.members, key, {},
                                             [](const Member& member) { return std::string_view(member.key); });
    return at != value.members.end() && at->key == key ? &at->value : nullptr;
}

const Value* find_said(const Value& value, std::string_view key) {
    const Value* found = find(value, key);
    return found != nullptr && found->shape != Shape::null ? found : nullptr;
}

Value* find(Value& value, std::string_view key) { return const_cast<Value*>(find(std::as_const(value), key)); }

const Value* at(const Value& value, std::initializer_list<std::string_view> keys) {
    const Value* found = &value;
    for (const std::string_view key : keys) {
        if (found != nullptr) found = find(*found, key);
    }
    return found;
}

std::string_view text_at(const Value& value, std::initializer_list<std::string_view> keys) {
    const Value* found = at(value, keys);
    return found != nullptr && found->shape == Shape::text ? std::string_view(found->text) : std::string_view();
}

void put(Value& map, std::string_view key, Value&& value) {
    const auto at = place_of(map.members, key);
    if (at != map.members.end() && at->key == key)
        at->value = std::move(value);
    else
        map.members.insert(at, Member{.key = std::string(key), .value = std::move(value)});
}

void remove(Value& map, std::string_view key) {
    if (map.shape != Shape::map) return;
    const auto at = place_of(map.members, key);
    if (at != map.members.end() && at->key == key) map.members.erase(at);
}

// Members are large: they are moved once, and not at all where a server wrote them in order.
void sort_members(Value& map) {
    const auto out_of_order = [](const Member& left, const Member& right) { return left.key >= right.key; };
    if (std::ranges::adjacent_find(map.members, out_of_order) == map.members.end()) return;
    std::vector<Member*> order(map.members.size());
    std::ranges::transform(map.members, order.begin(), [](Member& member) { return &member; });
    std::ranges::stable_sort(order, {}, [](const Member* member) -> const std::string& { return member->key; });
    std::vector<Member> sorted;
    sorted.reserve(order.size());
    for (std::size_t i = 0; i < order.size(); ++i) {
        if (i + 1 < order.size() && order[i + 1]->key == order[i]->key) continue;
        sorted.push_back(std::move(*order[i]));
    }
    map.members = std::move(sorted);
}

Value make_text(std::string text, std::uint32_t line) {
    return {.shape = Shape::text, .line = line, .text = std::move(text), .members = {}};
}

Value make_map(std::uint32_t line) { return {.shape = Shape::map, .line = line, .text = {}, .members = {}}; }

// The notation of paths (kubernetes.md §8).

std::string_view key_text(const Value& element, std::string_view key) {
    const Value* value = find(element, key);
    return value == nullptr || value->text.empty() ? key_default(key) : std::string_view(value->text);
}

std::string identity(const Field& list, const Value& element) {
    std::string out;
    for (const std::string& key : list.keys) {
        if (!out.empty()) out += ',';
        out += key;
        out += '=';
        out += mask_text(key_text(element, key));
    }
    return out;
}

bool same_identity(const Field& list, const Value& one, const Value& other) {
    return std::ranges::all_of(list.keys, [&](const std::string& key) {
        const Value* a = find(one, key);
        const Value* b = find(other, key);
        const bool both = a != nullptr && b != nullptr && !a->text.empty() && !b->text.empty();
        return both ? *a == *b : key_text(one, key) == key_text(other, key);
    });
}

std::string lookup_key(const Field& list, const Value& element) {
    std::string out;
    for (const std::string& key : list.keys) {
        const Value* value = find(element, key);
        const bool is_number = value != nullptr && value->shape == Shape::number;
        out += is_number ? '#' : '"';
        out += key_text(element, key);
        out += '\0';
    }
    return out;
}

std::string path_of(const Steps& steps) {
    std::string path;
    for (const Step& step : steps) {
        switch (step.kind) {
        case Step::Kind::key:
            append_key(path, mask_text(step.key));
            break;
        case Step::Kind::element:
            path += '[' + identity(*step.list, *step.element) + ']';
            break;
        case Step::Kind::index:
            path += '[' + std::to_string(step.index) + ']';
            break;
        case Step::Kind::member:
            path += '[' + mask_text(step.element->text) + ']';
            break;
        }
    }
    return path;
}

} // namespace mooring::kubernetes
