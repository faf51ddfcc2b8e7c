// Score, bits and exit code (design §3.1).

#include "drift/judge.hpp"

#include "base/text.hpp"
#include "model/stack.hpp"

#include <algorithm>
#include <fmt/format.h>

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

// Ignore rules and waivers: what people have accepted.

namespace {

bool matches_path(std::string_view pattern, const Change& change) {
    return glob_matches(pattern, change.path) ||
           glob_matches(pattern, fmt::format("{}:{}", to_string(change.plane), change.path));
}

// That a service does not run is taken away only by a rule that names it: a stack of which nothing runs is never in
// sync (design §3.3), and `services.web.*` is meant for what the file says.
bool ignores(const IgnoreRule& rule, const Change& change) {
    const bool is_down = change.plane == Plane::runtime && change.path.ends_with(".running");
    const std::string_view path = rule.path;
    return matches_path(path, change) && (!is_down || path.starts_with("runtime:") || path.ends_with("running"));
}

bool in_force(const Waiver& waiver, UnixSeconds now) { return waiver.from <= now && now < waiver.until; }

// An environment whose name is not known is matched by its id.
bool covers(const Waiver& waiver, const StackResult& result) {
    const std::string environment = !result.environment_name.empty() ? result.environment_name
                                    : result.environment_id          ? std::to_string(*result.environment_id)
                                                                     : std::string();
    return glob_matches(waiver.server, result.server) && glob_matches(waiver.environment, environment) &&
           (glob_matches(waiver.stack, result.name) || glob_matches(waiver.stack, normalise_stack_name(result.name)));
}

void use(StackResult& result, const Waiver& waiver) {
    const auto at = std::ranges::lower_bound(result.waivers, waiver.name);
    if (at == result.waivers.end() || *at != waiver.name) result.waivers.insert(at, waiver.name);
}

void waive_changes(StackResult& result, const Waiver& waiver) {
    for (Change& change : result.changes) {
        if (!change.waiver.empty() || !matches_path(waiver.path, change)) continue;
        change.waiver = waiver.name;
        use(result, waiver);
    }
}

void waive_presence(StackResult& result, const Waiver& waiver) {
    if (result.verdict != Verdict::missing && result.verdict != Verdict::extra) return;
    if (result.waived || !glob_matches(waiver.path, to_string(result.verdict))) return;
    result.waived = true;
    use(result, waiver);
}

// A deleted stack is not proven to be missing: to accept its absence would accept whatever took its place unseen.
void say_why_not_waived(StackResult& result, const Waiver& waiver) {
    if (result.verdict != Verdict::deleted) return;
    if (!glob_matches(waiver.path, "missing") && !glob_matches(waiver.path, "deleted")) return;
    result.notes.push_back(fmt::format("waiver {} does not cover this: it may accept `missing`, which is proven, but "
                                       "whether something hidden took the place of a deleted stack is not known",
                                       printable(waiver.name, 100)));
}

Diagnostic remark(const Waiver& waiver, Severity severity, std::string code, std::string message, std::string cure) {
    return {.severity = severity,
            .code = std::move(code),
            .message = std::move(message),
            .suggestion = std::move(cure),
            .where = waiver.where,
            .server = {}};
}

} // namespace

std::vector<Change> apply_ignore(StackResult& result, const std::vector<IgnoreRule>& rules) {
    std::vector<Change> left;
    std::vector<Change> accepted;
    for (Change& change : result.changes) {
        const auto rule = std::ranges::find_if(rules, [&](const IgnoreRule& one) { return ignores(one, change); });
        if (rule == rules.end()) {
            left.push_back(std::move(change));
            continue;
        }
        ++result.ignored;
        result.notes.push_back(
            fmt::format("ignored {}:{} ({})", to_string(change.plane), change.path, printable(rule->reason, 200)));
        accepted.push_back(std::move(change));
    }
    result.changes = std::move(left);
    return accepted;
}

void apply_waivers(StackResult& result, const std::vector<Waiver>& waivers, UnixSeconds now) {
    for (const Waiver& waiver : waivers) {
        if (!in_force(waiver, now) || !covers(waiver, result)) continue;
        waive_changes(result, waiver);
        waive_presence(result, waiver);
        say_why_not_waived(result, waiver);
    }
    if (result.verdict != Verdict::drifted || result.changes.empty()) return;
    if (std::ranges::any_of(result.changes, [](const Change& change) { return change.waiver.empty(); })) return;
    result.verdict = Verdict::in_sync;
    result.waived = true;
}

Diagnostics waiver_diagnostics(const std::vector<StackResult>& results, const std::vector<Waiver>& waivers,
                               UnixSeconds now) {
    Diagnostics out;
    for (const Waiver& waiver : waivers) {
        const std::string name = printable(waiver.name, 100);
        const bool used = std::ranges::any_of(results, [&](const StackResult& result) {
            return std::ranges::binary_search(result.waivers, waiver.name);
        });
        if (waiver.until <= now) {
            out.push_back(remark(waiver, Severity::warning, "waiver-expired",
                                 fmt::format("waiver `{}` expired on {}", name, format_utc(waiver.until)),
                                 "renew it with its approver, or delete it"));
        } else if (waiver.from > now) {
            out.push_back(remark(waiver, Severity::note, "waiver-not-begun",
                                 fmt::format("waiver `{}` begins on {}", name, format_utc(waiver.from)), ""));
        } else if (!used) {
            out.push_back(remark(waiver, Severity::warning, "waiver-unused",
                                 fmt::format("waiver `{}` accepts nothing that was seen in this run", name),
                                 "check its stack, environment and path, or delete it"));
        }
    }
    return out;
}

std::vector<AcceptedWaiver> accepted_waivers(const std::vector<StackResult>& results,
                                             const std::vector<Waiver>& waivers) {
    std::set<std::string> used;
    for (const StackResult& result : results) used.insert(result.waivers.begin(), result.waivers.end());
    std::vector<AcceptedWaiver> out;
    for (const Waiver& waiver : waivers) {
        if (used.erase(waiver.name) == 0) continue;
        out.push_back({.name = waiver.name,
                       .owner = waiver.owner,
                       .reason = waiver.reason,
                       .approver = waiver.approver,
                       .until = waiver.until});
    }
    std::ranges::sort(out, {}, &AcceptedWaiver::name);
    return out;
}

} // namespace mooring::drift
