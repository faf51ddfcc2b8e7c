// Score, bits and exit code (design §3.1).
#include "drift/score.hpp"

#include <algorithm>

namespace mooring::drift {
namespace {

bool is_blind(Verdict verdict) {
    switch (verdict) {
    case Verdict::deleted:
    case Verdict::denied:
    case Verdict::not_visible:
    case Verdict::orphaned:
    case Verdict::unreachable:
    case Verdict::pending:
    case Verdict::error:
        return true;
    default:
        return false;
    }
}

bool has_unwaived_change(const StackResult& result) {
    return std::ranges::any_of(result.changes, [](const Change& change) { return change.waiver.empty(); });
}

// The bits that `--fail-on` lets through. A change that was seen in a stack read in part is drift too, so that
// `--fail-on drifted` alone still reports it.
int bits_of(const StackResult& result, const std::set<Verdict>& fail_on) {
    const bool chosen = fail_on.contains(result.verdict);
    const bool seen_change =
        is_blind(result.verdict) && has_unwaived_change(result) && fail_on.contains(Verdict::drifted);
    int bits = 0;
    if (sets_drift_bit(result) && (chosen || seen_change)) bits |= 1;
    if (sets_blind_bit(result) && chosen) bits |= 2;
    return bits;
}

bool any_server_ends_with(const Report& report, int code) {
    return std::ranges::any_of(report.servers, [code](const ServerResult& server) { return server.exit_code == code; });
}

// 69 is said when no server gave identity and list (design §3.1); one of several that is down only makes its own stacks
// unreachable.
bool no_server_answered(const Report& report) {
    return !report.servers.empty() &&
           std::ranges::all_of(report.servers, [](const ServerResult& server) { return server.exit_code != 0; });
}

} // namespace

bool sets_drift_bit(const StackResult& result) {
    switch (result.verdict) {
    case Verdict::drifted:
    case Verdict::deleted:
        return true;
    case Verdict::missing:
    case Verdict::extra:
        return !result.waived;
    case Verdict::in_sync:
    case Verdict::suspended:
        return false;
    default:
        return has_unwaived_change(result);
    }
}

bool sets_blind_bit(const StackResult& result) { return is_blind(result.verdict); }

Summary summarise(const std::vector<StackResult>& results) {
    Summary summary;
    for (const Verdict verdict : all_verdicts) summary.verdicts[verdict] = 0;
    for (const StackResult& result : results) {
        ++summary.verdicts[result.verdict];
        if (result.verdict != Verdict::in_sync) continue;
        if (result.waived) ++summary.in_sync_waived;
        if (!result.runtime_asked) ++summary.in_sync_runtime_not_asked;
    }
    const std::size_t in_sync = summary.verdicts[Verdict::in_sync];
    summary.declared = results.size() - summary.verdicts[Verdict::extra];
    summary.suspended = summary.verdicts[Verdict::suspended];
    summary.covered = in_sync + summary.verdicts[Verdict::drifted] + summary.verdicts[Verdict::missing];
    const std::size_t counted = summary.declared - summary.suspended;
    if (counted == 0) return summary;
    const auto share = [counted](std::size_t part) { return static_cast<double>(part) / static_cast<double>(counted); };
    summary.coverage = share(summary.covered);
    summary.score = share(in_sync - summary.in_sync_waived);
    summary.score_with_waivers = share(in_sync);
    return summary;
}

int exit_code(const Report& report, const std::set<Verdict>& fail_on, bool invalid_input) {
    if (invalid_input) return 65;
    for (const int code : {70, 77}) {
        if (any_server_ends_with(report, code)) return code;
    }
    if (no_server_answered(report)) return 69;
    if (report.partial) return 130;
    int bits = 0;
    for (const StackResult& result : report.stacks) bits |= bits_of(result, fail_on);
    return bits == 0 ? 0 : bits + 1;
}

} // namespace mooring::drift
