// YAML text -> a bounded tree with line and column. The only folder that includes yaml-cpp; it works from yaml-cpp's
// events, because its own nodes forget duplicate keys, quoting and places (design §11).
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mooring::yaml {

struct Mark { // both start at 1
    std::uint32_t line = 0;
    std::uint32_t column = 0;
};

enum class Kind : std::uint8_t { null, scalar, sequence, mapping };

// Aliases and merge keys are written out (within Limits::expanded_nodes), so a tree has no sharing. `null` is the
// absence of a value (`key:`), its plain spellings (~ null Null NULL), which yaml-cpp does not tell apart, and what is
// tagged `!!null`.
struct Node {
    Kind kind = Kind::null;
    bool plain = false; // scalars: neither quoted nor a block scalar
    std::string text{}; // scalars: the value after unquoting
    std::string tag{};  // explicit tags only: "!!str" as its full URI, "!reset"; "" otherwise
    Mark mark{};
    std::vector<Node> items{};                    // sequences
    std::vector<std::pair<Node, Node>> entries{}; // mappings, in the order of the text

    // The value of a scalar key of a mapping; nullptr if there is none or this is no mapping.
    const Node* find(std::string_view key) const;
};

struct Problem {
    std::string message; // one sentence, without place
    Mark mark;           // {0,0}: the whole text
    std::string code;    // "syntax", "duplicate-key", "too-deep", "too-large", "alias-expansion", "encoding",
                         // "too-many-documents"; agent/compose adds its own
};

// All checked before or while reading, never after.
struct Limits {
    std::size_t bytes = 4U << 20U;        // of the text, and of all scalars after writing out aliases
    std::size_t depth = 100;              // of nested lists and mappings, aliases written out
    std::size_t expanded_nodes = 200'000; // after writing out aliases; 128 bytes of memory each
    std::size_t documents = 1'000;
};

// All documents of a text, or the first problem. Duplicate keys are a problem of the code "duplicate-key". A text of
// blanks and comments holds no document; `---` alone holds one that is null.
std::expected<std::vector<Node>, Problem> parse(std::string_view text, const Limits& limits = {});

// What a scalar means: YAML 1.2 core with the additions that Docker's loader knows (compose-oracle §3.1).
enum class Type : std::uint8_t { null, boolean, integer, floating, timestamp, text };

struct Scalar {
    Type type = Type::text;
    bool boolean = false;
    std::int64_t integer = 0; // an integer above it (up to 2^64-1) has is_unsigned, and its bits here
    bool is_unsigned = false;
    double floating = 0;
    std::string text{}; // as Go's %v writes it: "83" for 0123, "1e+06" for 1000000.0, "" for null; a text is itself
};

// Resolves a scalar or null node by its tag and spelling: bools are true True TRUE false False FALSE; null is ~ null
// Null NULL or nothing; integers know 0x 0o 0b, a leading 0 (octal) and `_`; dates are timestamps; never base 60. The
// problem (code "tag") says that the text does not fit its explicit tag. With an unknown tag (!local, !!foo) any scalar
// is a text. A list or mapping is a problem of the code "type".
std::expected<Scalar, Problem> resolve(const Node& node);

// Whether the node is a scalar that resolve() calls a text, without making one.
bool is_text(const Node& node);

// A number as Go's %v writes it: the shortest form that reads back, with an exponent from 1e+06 up and below 0.0001.
// Infinities are "+Inf" and "-Inf", what is no number "NaN".
std::string go_text(double number);

} // namespace mooring::yaml
