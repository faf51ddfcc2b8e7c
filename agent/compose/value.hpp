// The canonical tree: what a compose file means, with every spelling gone.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace mooring::compose {

enum class Shape : std::uint8_t {
    null,     // a key that counts though it has no value (environment)
    boolean,  // text is "true" or "false"
    number,   // text is its decimal form
    text,     // text is itself
    map,      // members by key
    keyed,    // a set: members by the identity of its elements (compose-oracle §2)
    sequence, // members in order, keys empty
};

struct Member;

struct Value {
    Shape shape = Shape::null;
    bool free_keys = false; // maps: keys are the user's (environment, labels), not fields of the format
    bool open = false;      // texts in lists of words: no word of a list says the same (words.hpp)
    bool path = false;      // texts: a path that the loader resolves (project_path.hpp)
    std::uint32_t line = 0; // in the file the value came from
    std::string text;
    std::vector<Member> members; // maps and keyed lists are sorted by key
};

struct Member {
    std::string key;
    Value value;
};

// The member of this key of a map or keyed list; nullptr if there is none.
const Value* find(const Value& value, std::string_view key);
Value* find(Value& value, std::string_view key);

// Puts a member at its sorted place; an existing one is replaced.
void put(Value& map, std::string_view key, Value&& value);
void remove(Value& map, std::string_view key);

// Sorts the members of a map or keyed list by key; of two with one key the later one stays.
void sort_members(Value& value);

Value make_text(std::string text, std::uint32_t line);
Value make_path(std::string path, std::uint32_t line);
Value make_number(std::string text, std::uint32_t line);
Value make_boolean(bool value, std::uint32_t line);

bool is_text(const Value* value, std::string_view text);

} // namespace mooring::compose
