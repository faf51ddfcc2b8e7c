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

void sort_members(Value& value) {
    auto& members = value.members;
    const auto not_ascending = [](const Member& a, const Member& b) { return a.key >= b.key; };
    if (std::ranges::adjacent_find(members, not_ascending) == members.end()) return;
    std::ranges::stable_sort(members, {}, &Member::key);
    std::size_t kept = 0;
    for (std::size_t i = 1; i < members.size(); ++i) {
        if (members[i].key != members[kept].key) ++kept;
        if (kept != i) members[kept] = std::move(members[i]);
    }
    members.resize(std::min(kept + 1, members.size()));
}

Value make_text(std::string text, std::uint32_t line) {
    return {.shape = Shape::text, .line = line, .text = std::move(text)};
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
