#include "evidence/document.hpp"

#include "base/text.hpp"
#include "evidence/figures.hpp"
#include "evidence/sections.hpp"
#include "words/amounts.hpp"
#include "words/verdicts.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace mooring::evidence {

Tone tone_of(Verdict verdict) {
    if (verdict == Verdict::denied) return Tone::denied; // a tone of its own (design §2, rule 2)
    switch (words::standing_of(verdict)) {
    case words::Standing::good:
        return Tone::good;
    case words::Standing::accepted:
        return Tone::accepted;
    case words::Standing::drift:
        return Tone::drift;
    case words::Standing::blind:
        return Tone::blind;
    }
    return Tone::plain;
}

const std::vector<std::string>& section_ids() {
    static const std::vector<std::string> ids{"scope",   "coverage", "score",   "findings", "gaps",
                                              "stacks",  "changes",  "unread",  "waivers",  "corrections",
                                              "blocked", "chain",    "controls"};
    return ids;
}

namespace {

std::size_t count_of(const Assessment& it, Finding::Level level) {
    return static_cast<std::size_t>(std::ranges::count(it.findings, level, &Finding::level));
}

// How much was seen stands before how good it is.
std::vector<KeyFigure> key_figures(const Assessment& it) {
    const auto whole = static_cast<double>(it.scope.period.to - it.scope.period.from);
    const std::size_t failures = count_of(it, Finding::Level::failure);
    const std::size_t warnings = count_of(it, Finding::Level::warning);
    return {{.name = "Observed", .value = words::percent(static_cast<double>(it.observation.observed) / whole)},
            {.name = "Coverage", .value = words::percent(it.means.coverage)},
            {.name = "Score", .value = words::percent(it.means.score)},
            {.name = "Score with waivers", .value = words::percent(it.means.score_with_waivers)},
            {.name = "Failures", .value = std::to_string(failures), .tone = failures > 0 ? Tone::drift : Tone::plain},
            {.name = "Warnings", .value = std::to_string(warnings), .tone = warnings > 0 ? Tone::blind : Tone::plain}};
}

std::string byline_of(const Heading& heading) {
    std::vector<std::string> parts;
    if (!heading.organisation.empty()) parts.push_back(printable(heading.organisation));
    if (!heading.author.empty()) parts.push_back("prepared by " + printable(heading.author));
    return join(parts, ", ");
}

} // namespace

Document compose_document(const Assessment& it) {
    Document out;
    out.title = it.heading.title.empty() ? "Compliance report" : printable(it.heading.title);
    out.subtitle = fmt::format("{}, {} to {} (UTC, end exclusive)",
                               it.heading.title.empty() ? "Portainer stacks" : "Compliance report of Portainer stacks",
                               format_utc(it.scope.period.from), format_utc(it.scope.period.to));
    out.byline = byline_of(it.heading);
    out.figures = key_figures(it);
    out.sections = {scope_section(it),   coverage_section(it),    score_section(it),   findings_section(it),
                    gaps_section(it),    stacks_section(it),      changes_section(it), unread_section(it),
                    waivers_section(it), corrections_section(it), blocked_section(it), chain_section(it)};
    if (!it.controls.controls.empty()) out.sections.push_back(controls_section(it));
    out.footer = it.last_hash.empty() ? "No run in this period."
                                      : "Hash of the ledger's last run of the period: " + it.last_hash;
    return out;
}

} // namespace mooring::evidence
