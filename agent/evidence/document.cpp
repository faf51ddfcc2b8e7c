#include "evidence/document.hpp"

#include "base/text.hpp"
#include "evidence/figures.hpp"
#include "evidence/sections.hpp"
#include "evidence/wording.hpp"
#include "report/standing.hpp"

#include <fmt/format.h>

namespace mooring::evidence {

Tone tone_of(Verdict verdict) {
    if (verdict == Verdict::denied) return Tone::denied; // a tone of its own (design §2, rule 2)
    switch (report::standing_of(verdict)) {
    case report::Standing::good:
        return Tone::good;
    case report::Standing::accepted:
        return Tone::accepted;
    case report::Standing::drift:
        return Tone::drift;
    case report::Standing::blind:
        return Tone::blind;
    }
    return Tone::plain;
}

const std::vector<std::string>& section_ids() {
    static const std::vector<std::string> ids{"scope",   "coverage", "score",   "findings", "gaps",    "stacks",
                                              "changes", "unread",   "waivers", "chain",    "controls"};
    return ids;
}

Document compose_document(const Assessment& it) {
    Document out;
    out.title = "Compliance report";
    out.subtitle = fmt::format("Portainer stacks, {} to {} (UTC, the end not included)",
                               format_utc(it.scope.period.from), format_utc(it.scope.period.to));
    out.sections = {scope_section(it),   coverage_section(it), score_section(it),   findings_section(it),
                    gaps_section(it),    stacks_section(it),   changes_section(it), unread_section(it),
                    waivers_section(it), chain_section(it)};
    if (!it.controls.controls.empty()) out.sections.push_back(controls_section(it));
    out.footer = it.last_hash.empty()
                     ? "No run in this period."
                     : fmt::format("Hash of the last run, {}: {}", format_utc(it.last_run_at), it.last_hash);
    return out;
}

} // namespace mooring::evidence
