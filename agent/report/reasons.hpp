// Why a stack has its verdict or is accepted, and what to do about it, for every form that people read. Pure.
#pragma once

#include "model/verdict.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace mooring::report {

struct Reason {
    enum class Kind {
        why,     // the judge's message, and what was tried
        unread,  // "Not read: runtime."
        request, // a request that failed: "GET /api/stacks/12 -> 403 ..."
        ignored, // how many differences a rule took away
        note,    // worth knowing beside the verdict
        remedy,  // what a person must do
    };
    Kind kind = Kind::why;
    std::string text; // printable, one line
};

// Requests, ignored differences and notes stand beside the verdict; the others are its reasons proper.
bool is_aside(Reason::Kind kind);

// In the order in which they are read; changes are not among them. At most three failed requests are listed, the rest
// is counted.
std::vector<Reason> reasons_of(const StackResult& stack);

// All of them behind each other, for forms that have one field for it.
std::string all_reasons(const StackResult& stack);

// One sentence: "2 changes: services.web.image, env.DB_PASSWORD" of what was read whole and has changes, else the
// message, which may be "".
std::string brief(const StackResult& stack);

// Whether the run came to its verdicts: it was neither interrupted nor ended with an exit code beside 0, 2, 3 and 4.
bool is_judged(const Report& report);

// "waiver old-nginx: replaced in May (owner web@example.org, until 2027-01-01T00:00:00Z)"; the name alone where the
// report does not know the waiver.
std::string waiver_words(const Report& report, std::string_view waiver);

// Why a stack with Standing::accepted is: its waivers, or the message of its suspension.
std::string acceptance(const Report& report, const StackResult& stack);

} // namespace mooring::report
