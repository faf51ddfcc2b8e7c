// The stack `shop` of the tests of agent/match, and what a comparison of it says.
#pragma once

#include "compare/compare.hpp"
#include "unit/match/shop_fixture.hpp"

#include <string>

namespace mooring::compare {

using namespace match;

class CompareFixture : public ShopFixture {
  protected:
    Comparison compare() {
        row.stack = &stack;
        return compare_record(row, record, server, options);
    }
};

// Every text of a comparison, for searching it.
inline std::string all_text(const Comparison& found) {
    std::string out;
    for (const Change& change : found.changes) out += change.path + "\n" + arrow(change) + "\n" + change.where.file;
    for (const auto& list : {found.unread, found.notes, found.errors}) {
        for (const std::string& text : list) out += "\n" + text;
    }
    if (found.refusal) out += "\n" + found.refusal->message + found.refusal->details + found.refusal->target;
    return out;
}

} // namespace mooring::compare
