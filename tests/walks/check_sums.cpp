// What a report says of all its rows together, recomputed.
#include "walks/check_parts.hpp"
#include "walks/differences.hpp"
#include "walks/rows.hpp"
#include "walks/stage.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace mooring::walks {
namespace {

// The sums of design §3.1, counted anew.
struct Sums {
    std::size_t declared = 0; // without suspended ones
    std::size_t covered = 0;
    std::size_t in_sync = 0;
    std::size_t waived = 0;
    bool drift = false;
    bool blind = false;
};

bool has_unwaived_change(const StackResult& result) {
    return std::ranges::any_of(result.changes, [](const Change& change) { return change.waiver.empty(); });
}

void count(const StackResult& result, Sums& sums) {
    switch (result.verdict) {
    case Verdict::suspended:
        return;
    case Verdict::extra:
        sums.drift = sums.drift || !result.waived;
        return;
    case Verdict::in_sync:
        ++sums.in_sync;
        if (result.waived) ++sums.waived;
        ++sums.covered;
        break;
    case Verdict::drifted:
        sums.drift = true;
        ++sums.covered;
        break;
    case Verdict::missing:
        sums.drift = sums.drift || !result.waived;
        ++sums.covered;
        break;
    case Verdict::deleted:
        sums.drift = true;
        sums.blind = true;
        break;
    default:
        sums.blind = true;
        sums.drift = sums.drift || has_unwaived_change(result);
        break;
    }
    ++sums.declared;
}

bool is_share(const std::optional<double>& said, std::size_t part, std::size_t whole) {
    if (whole == 0) return !said;
    return said && std::abs(*said - static_cast<double>(part) / static_cast<double>(whole)) < 1e-9;
}

void check_summary(const Checking& c, const Summary& said, const Sums& sums) {
    if (said.declared - said.suspended != sums.declared || said.covered != sums.covered) {
        c.violated("counts", fmt::format("{} of {}", said.covered, said.declared));
    }
    if (!is_share(said.coverage, sums.covered, sums.declared)) c.violated("coverage", "");
    if (!is_share(said.score, sums.in_sync - sums.waived, sums.declared)) c.violated("score", "");
    if (!is_share(said.score_with_waivers, sums.in_sync, sums.declared)) c.violated("score with waivers", "");
}

int bits_of(const Sums& sums) {
    if (sums.drift && sums.blind) return 4;
    return sums.drift ? 2 : (sums.blind ? 3 : 0);
}

// Where nothing fails, the credentials alone can end a run; elsewhere an answer that never came may have.
void check_exit(const Checking& c, const Seen& seen, const Sums& sums) {
    const int said = seen.report.exit_code;
    const bool branch_refuses = c.world.branch.configured && c.world.branch.condition == Condition::refusing;
    const bool refused = !after_all(c.world).token || branch_refuses;
    const bool ended = said == 70 || said == 77 || said == 69;
    if (c.world.calm() && refused != (said == 77)) c.violated("exit", fmt::format("{}: refused {}", said, refused));
    if (c.world.calm() && ended && said != 77) c.violated("exit", fmt::format("{} where nothing failed", said));
    if (said == 77 && !refused && c.world.faults.empty()) c.violated("exit", "77, and the token is good");
    if (!ended && said != bits_of(sums)) c.violated("exit", fmt::format("{} instead of {}", said, bits_of(sums)));
}

std::size_t remarks(const Report& report, const char* code) {
    return static_cast<std::size_t>(std::ranges::count(report.diagnostics, code, &Diagnostic::code));
}

void check_remarks(const Checking& c, const Seen& seen) {
    const auto ended = std::ranges::count(c.world.declared, Suspended::ended, &Declared::suspended);
    if (remarks(seen.report, "suspension-expired") != static_cast<std::size_t>(ended)) {
        c.violated("suspension", "an end was not remarked");
    }
    if (!c.world.only.empty()) return;
    const auto of_force = [&](Force force) {
        return static_cast<std::size_t>(std::ranges::count(c.world.waivers, force, &Accepted::force));
    };
    if (remarks(seen.report, "waiver-expired") != of_force(Force::expired)) c.violated("waiver", "expired unsaid");
    if (remarks(seen.report, "waiver-not-begun") != of_force(Force::later)) c.violated("waiver", "not begun unsaid");
    std::size_t unused = of_force(Force::now);
    for (std::size_t i = 0; i < c.world.waivers.size(); ++i) {
        const bool used = std::ranges::any_of(seen.report.stacks, [&](const StackResult& result) {
            return std::ranges::find(result.waivers, name_of_waiver(i)) != result.waivers.end();
        });
        if (used) --unused;
    }
    if (remarks(seen.report, "waiver-unused") != unused) c.violated("waiver", "unused unsaid");
}

} // namespace

int ended_with(const Report& report, const char* server) {
    const auto found = std::ranges::find(report.servers, server, &ServerResult::name);
    return found == report.servers.end() ? 0 : found->exit_code;
}

void check_sums(const Checking& c, const Seen& seen) {
    Sums sums;
    for (const StackResult& result : seen.report.stacks) count(result, sums);
    check_summary(c, seen.report.summary, sums);
    check_exit(c, seen, sums);
    check_remarks(c, seen);
}

} // namespace mooring::walks
