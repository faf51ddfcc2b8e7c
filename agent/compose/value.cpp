#include "compose/value.hpp"

#include <algorithm>
#include <utility>

namespace mooring::compose {
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
