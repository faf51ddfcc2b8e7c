// What a scalar means: YAML 1.2 core with the additions that Docker's loader knows (compose-oracle §3.1).
#pragma once

#include "yaml/node.hpp"

#include <cstdint>
#include <expected>
#include <string>

namespace mooring::yaml {

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
