// What runs remarked about manifests and servers, as findings: from when to when, and in how many runs. Pure.
#include "base/text.hpp"
#include "evidence/assessment.hpp"
#include "report/wording.hpp"
#include "words/amounts.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <map>
#include <tuple>

namespace mooring::evidence {
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
