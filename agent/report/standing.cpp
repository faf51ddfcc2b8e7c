#include "report/standing.hpp"

#include "base/text.hpp"
#include "report/reasons.hpp"
#include "report/wording.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <utility>

namespace mooring::report {

Standing standing_of(Verdict verdict) {
    switch (verdict) {
    case Verdict::in_sync:
        return Standing::good;
    case Verdict::suspended:
        return Standing::accepted;
    case Verdict::drifted:
    case Verdict::missing:
    case Verdict::deleted:
    case Verdict::extra:
        return Standing::drift;
    case Verdict::denied:
    case Verdict::not_visible:
    case Verdict::orphaned:
    case Verdict::unreachable:
    case Verdict::pending:
    case Verdict::error:
        return Standing::blind;
    }
    std::unreachable();
}

Standing standing_of(const StackResult& stack) {
    const Standing standing = standing_of(stack.verdict);
    return stack.waived && standing != Standing::blind ? Standing::accepted : standing;
}

bool is_asked_for(std::string_view word, Verdict verdict) {
    return word == to_string(verdict) || (verdict == Verdict::deleted && word == to_string(Verdict::missing));
}

std::string_view level_of(Standing standing) {
    switch (standing) {
    case Standing::drift:
        return "error";
    case Standing::blind:
        return "warning";
    case Standing::good:
    case Standing::accepted:
        return "note";
    }
    std::unreachable();
}

bool is_judged(const Report& report) {
    return !report.partial && (report.exit_code == 0 || (report.exit_code >= 2 && report.exit_code <= 4));
}

std::string verdict_words(const StackResult& stack) { return words(stack.verdict) + qualification(stack); }

std::string waiver_words(const Report& report, std::string_view waiver) {
    std::string out = "waiver " + printable(waiver);
    const auto known = std::ranges::find(report.waivers, waiver, &AcceptedWaiver::name);
    if (known == report.waivers.end()) return out;
    if (!known->reason.empty()) out += ": " + printable(known->reason);
    return out + fmt::format(" (owner {}, until {})", printable(known->owner), format_utc(known->until));
}

std::string acceptance(const Report& report, const StackResult& stack) {
    std::string out;
    if (stack.verdict == Verdict::suspended) out = brief(stack);
    for (const std::string& waiver : stack.waivers) out += (out.empty() ? "" : "; ") + waiver_words(report, waiver);
    return out.empty() ? verdict_words(stack) : out;
}

} // namespace mooring::report
