// JSON read strictly: what is taken has no key twice and no depth without end, and reads back.
#include "fuzz/target.hpp"
#include "ledger/json.hpp"

#include <algorithm>

namespace mooring::fuzz {
namespace {

using ledger::Json;

std::size_t depth_of(const Json& value) {
    std::size_t deepest = 0;
    if (value.is_structured()) {
        for (const Json& member : value) deepest = std::max(deepest, depth_of(member));
    }
    return value.is_structured() ? deepest + 1 : 0;
}

std::size_t keys_of(const Json& value) {
    std::size_t keys = value.is_object() ? value.size() : 0;
    if (value.is_structured()) {
        for (const Json& member : value) keys += keys_of(member);
    }
    return keys;
}

// Every key of the text, whether or not another one overwrites it.
std::size_t keys_in(std::string_view text) {
    std::size_t keys = 0;
    const Json parsed = Json::parse(
        text,
        [&](int, Json::parse_event_t event, const Json&) {
            keys += event == Json::parse_event_t::key ? 1U : 0U;
            return true;
        },
        false);
    require(!parsed.is_discarded(), "what is taken is JSON");
    return keys;
}

} // namespace

void run(std::string_view input) {
    const auto value = ledger::parse_json(input);
    if (!value) {
        require(is_harmless(value.error()), "a problem is one line", value.error());
        return;
    }
    require(depth_of(*value) <= 17, "the limit on depth holds");
    require(keys_of(*value) == keys_in(input), "no key stands twice");
    const auto again = ledger::parse_json(value->dump());
    require(again.has_value() && *again == *value, "what is taken reads back", value->dump());
}

} // namespace mooring::fuzz
