#include "evidence/timeline.hpp"

#include "base/text.hpp"
#include "evidence/assessment.hpp"
#include "report/wording.hpp"
#include "words/words.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <iterator>
#include <map>
#include <ranges>
#include <set>
#include <span>
#include <tuple>
#include <utility>

namespace mooring::evidence {
namespace {

using ledger::Spell;
using ledger::StackKey;

bool has_label(const Spell& spell, const Scope& scope) {
    if (scope.label.empty()) return true;
    const auto label = spell.state->labels.find(scope.label);
    return label != spell.state->labels.end() && glob_matches(scope.label_value, label->second);
}

bool uses_waiver(const Spell& spell) { return !spell.state->waivers.empty(); }

// A stack belongs to the scope whole if any of its spells does: a label that comes later leaves no hole. Returns what
// the rest says of waivers, since one that is used outside the scope is not dead.
std::vector<Spell> keep_scope(std::vector<Spell>& spells, const Scope& scope) {
    std::set<StackKey> wanted;
    for (const Spell& spell : spells) {
        if (glob_matches(scope.server, spell.stack.server) && has_label(spell, scope)) wanted.insert(spell.stack);
    }
    std::vector<Spell> elsewhere;
    std::ranges::copy_if(spells, std::back_inserter(elsewhere),
                         [&](const Spell& spell) { return !wanted.contains(spell.stack) && uses_waiver(spell); });
    std::erase_if(spells, [&wanted](const Spell& spell) { return !wanted.contains(spell.stack); });
    return elsewhere;
}

// The spells before `first`, back to the last one that was in sync.
Result<std::vector<Spell>> trouble_before(ledger::Ledger& ledger, const Spell& first) {
    auto before = ledger.history(first.stack, {.from = 0, .to = first.first_at});
    if (!before) return before;
    const auto is_in_sync = [](const Spell& spell) { return spell.state->verdict == Verdict::in_sync; };
    std::erase_if(*before, [&first](const Spell& spell) { return spell.first_run >= first.first_run; });
    const auto last_good = std::find_if(before->rbegin(), before->rend(), is_in_sync);
    before->erase(before->begin(), last_good.base());
    return before;
}

Result<std::vector<Spell>> with_trouble_before(ledger::Ledger& ledger, std::vector<Spell> spells) {
    std::vector<Spell> all;
    all.reserve(spells.size());
    for (Spell& spell : spells) {
        const bool begins = all.empty() || all.back().stack != spell.stack;
        if (begins && spell.state->verdict != Verdict::in_sync) {
            auto before = trouble_before(ledger, spell);
            if (!before) return before;
            std::ranges::move(*before, std::back_inserter(all));
        }
        all.push_back(std::move(spell));
    }
    return all;
}

// A run before the period cannot hold for longer than this into it.
constexpr UnixSeconds look_back = UnixSeconds{8} * 86400;

// The last run of each server before the period.
Result<std::vector<ledger::Run>> runs_before(ledger::Ledger& ledger, ledger::Period period) {
    auto runs = ledger.runs({.from = period.from - look_back, .to = period.from});
    if (!runs) return runs;
    std::set<std::string> known;
    std::vector<ledger::Run> out;
    for (ledger::Run& run : *runs | std::views::reverse) {
        bool is_last = false;
        for (const ServerResult& server : *run.servers) is_last = known.insert(server.name).second || is_last;
        if (is_last) out.push_back(std::move(run));
    }
    std::ranges::reverse(out);
    return out;
}

// Nothing is known of what is still to come. A run of a clock that goes ahead is no less a run.
Result<void> end_with(UnixSeconds now, std::span<const ledger::Run> runs, Scope& scope) {
    UnixSeconds last = now;
    for (const ledger::Run& run : runs) last = std::max(last, run.started_at);
    ledger::Period& period = scope.period;
    if (last < period.from) {
        return fail(ErrorKind::usage,
                    fmt::format("the period begins on {}, which is still to come: nothing can be said "
                                "of it yet",
                                format_utc(period.from)));
    }
    if (last + 1 >= period.to) return {};
    scope.ends = std::exchange(period.to, last + 1); // the second that has begun is part of it
    return {};
}

} // namespace

Result<Material> collect(ledger::Ledger& ledger, const Scope& asked, std::optional<UnixSeconds> now) {
    Material material{.scope = asked};
    auto runs = ledger.runs(asked.period);
    if (!runs) return std::unexpected(runs.error());
    material.runs = std::move(*runs);
    if (now) {
        if (const auto ended = end_with(*now, material.runs, material.scope); !ended)
            return std::unexpected(ended.error());
    }
    const Scope& scope = material.scope;
    auto before = runs_before(ledger, scope.period);
    if (!before) return std::unexpected(before.error());
    material.before = std::move(*before);
    auto spells = ledger.spells(scope.period);
    if (!spells) return std::unexpected(spells.error());
    material.elsewhere = keep_scope(*spells, scope);
    auto all = with_trouble_before(ledger, std::move(*spells));
    if (!all) return std::unexpected(all.error());
    material.spells = std::move(*all);
    const auto current = ledger.current();
    if (!current) return std::unexpected(current.error());
    for (const ledger::Current& one : *current) material.first_seen[one.spell.stack] = one.first_seen;
    auto log = ledger.log();
    // A log that cannot be believed says nothing; that it is broken stands in the proof below.
    if (log) material.log = std::move(*log);
    auto verification = ledger.verify(scope.period);
    if (!verification) return std::unexpected(verification.error());
    material.verification = std::move(*verification);
    return material;
}

// What runs remarked about manifests and servers, as findings: from when to when, and in how many runs. Pure.

namespace {

using Level = Finding::Level;

constexpr std::size_t most_remarks = 100;

// What is told of elsewhere, or better: use of waivers is judged over the whole period and all servers.
bool is_told_elsewhere(const Diagnostic& remark) {
    constexpr std::array<std::string_view, 4> codes{"waiver-expired", "waiver-unused", "waiver-not-begun",
                                                    "stale-manifests"};
    return remark.severity == Severity::note || std::ranges::find(codes, remark.code) != codes.end();
}

bool is_of_manifests(const Diagnostic& remark) { return remark.severity == Severity::error && remark.server.empty(); }

// A stretch of runs, each of which found the manifests wrong.
struct Unreadable {
    UnixSeconds from = 0;
    UnixSeconds to = 0; // start of the first run that could read them, or of the last that could not
    std::size_t runs = 0;
    bool lasts = true;
    bool older_used = false;
    Diagnostic first;
};

std::vector<Unreadable> unreadable_manifests(const std::vector<ledger::Run>& runs) {
    std::vector<Unreadable> out;
    bool open = false;
    for (const ledger::Run& run : runs) {
        if (!run.looked()) continue;
        const auto error = std::ranges::find_if(*run.remarks, is_of_manifests);
        const bool wrong = error != run.remarks->end();
        if (wrong && !open) out.push_back({.from = run.started_at, .first = *error});
        if (open || wrong) out.back().to = run.started_at;
        open = wrong;
        if (!out.empty()) out.back().lasts = open;
        if (!wrong) continue;
        ++out.back().runs;
        out.back().older_used = out.back().older_used || std::ranges::find(*run.remarks, "stale-manifests",
                                                                           &Diagnostic::code) != run.remarks->end();
    }
    return out;
}

std::string with_place(const Diagnostic& remark) {
    const std::string where = report::place(remark.where);
    return (where.empty() ? "" : where + ": ") + report::remark(remark);
}

Finding finding_of(const Unreadable& one) {
    return {.level = Level::warning,
            .code = "manifests-unreadable",
            .subject = "manifests",
            .text = fmt::format(
                "They could not be read as a whole from {}{}, in {}; {}. First: {}", format_utc(one.from),
                one.lasts ? " on" : " to " + format_utc(one.to), words::counted(one.runs, "run"),
                one.older_used ? "stacks were judged by older ones" : "what could not be read was not judged",
                with_place(one.first)),
            .cure = "Fix the errors in the manifests; `mooring validate` lists them.",
            .from = one.from,
            .to = one.to};
}

} // namespace

std::vector<Finding> remark_findings(const std::vector<ledger::Run>& runs) {
    std::vector<Finding> out;
    for (const Unreadable& one : unreadable_manifests(runs)) out.push_back(finding_of(one));
    struct Seen {
        Finding finding;
        std::size_t runs = 0;
    };
    std::map<std::tuple<std::string, std::string, std::string>, Seen> seen; // code, subject, text
    std::size_t left_out = 0;
    for (const ledger::Run& run : runs) {
        for (const Diagnostic& remark : *run.remarks) {
            if (is_told_elsewhere(remark) || is_of_manifests(remark)) continue;
            const std::string subject = remark.server.empty() ? "manifests" : printable(remark.server);
            const std::string text = with_place(remark);
            const std::tuple key{remark.code, subject, text};
            if (seen.size() >= most_remarks && !seen.contains(key)) {
                ++left_out;
                continue;
            }
            Seen& one = seen[key];
            if (one.runs++ == 0)
                one.finding = {.level = Level::note, .code = remark.code, .subject = subject, .from = run.started_at};
            one.finding.to = run.started_at;
        }
    }
    for (auto& [key, one] : seen) {
        one.finding.text = fmt::format("{} (in {}, from {} to {})", std::get<2>(key), words::counted(one.runs, "run"),
                                       format_utc(one.finding.from), format_utc(one.finding.to));
        out.push_back(std::move(one.finding));
    }
    if (left_out > 0)
        out.push_back({.level = Level::note,
                       .code = "more-remarks",
                       .subject = "observation",
                       .text = fmt::format("{} of other kinds were left out.", words::counted(left_out, "remark")),
                       .from = runs.front().started_at,
                       .to = runs.back().started_at});
    return out;
}

} // namespace mooring::evidence
