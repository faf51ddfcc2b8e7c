// A tree of values as JSON has them: what a Kubernetes manifest declares, and what an API server answers.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mooring::kubernetes {

enum class Shape : std::uint8_t {
    null,
    boolean, // text is "true" or "false"
    number,  // text is its shortest decimal form
    text,    // text is itself
    map,     // members sorted by key
    list,    // members in order, keys empty
};

struct Member;

struct Value {
    Shape shape = Shape::null;
    std::uint32_t line = 0; // in the file the value came from; 0 for what a server said
    std::string text;
    std::vector<Member> members;

    bool is_single() const { return shape != Shape::map && shape != Shape::list; }
    bool operator==(const Value& other) const; // lines do not count; 1 and 1.0 are one number
};

struct Member {
    std::string key;
    Value value;
};

// The member of this key of a map; nullptr if there is none, or the value is not a map.
const Value* find(const Value& value, std::string_view key);
Value* find(Value& value, std::string_view key);
// The same; a null is as absent.
const Value* find_said(const Value& value, std::string_view key);
// The same along several keys: at(live, {"status", "readyReplicas"}).
const Value* at(const Value& value, std::initializer_list<std::string_view> keys);

// The text of a text along the keys; "" if there is none or it is something else.
std::string_view text_at(const Value& value, std::initializer_list<std::string_view> keys);

// Puts a member at its sorted place; an existing one is replaced.
void put(Value& map, std::string_view key, Value&& value);
void remove(Value& map, std::string_view key);
// Sorts the members of a map by key; of two with one key the later one stays.
void sort_members(Value& map);

Value make_text(std::string text, std::uint32_t line = 0);
Value make_map(std::uint32_t line = 0);

// Single values that are the same though they are spelt otherwise, as the API server reads them.

// A quantity (`500m`, `1Gi`, `1e3`, `0.5`) by value: digits and a power of ten, "5e-1". Below a nano it is rounded up,
// as the server does. nullopt: not one.
std::optional<std::string> quantity_value(std::string_view text);

// An RFC 3339 time by value: nanoseconds since 1970. nullopt: not one.
std::optional<std::string> time_value(std::string_view text);

// Line breaks and blanks do not count. nullopt: not base64.
std::optional<std::string> from_base64(std::string_view text);
std::string to_base64(std::string_view bytes);

} // namespace mooring::kubernetes
