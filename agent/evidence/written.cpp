// What was written in a period, and what was kept from being written: of the ledger's log of writes.
#include "base/text.hpp"
#include "evidence/document.hpp"
#include "words/words.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <map>

namespace mooring::evidence {
namespace {

bool is_in_scope(const WrittenStack& stack, const Material& material) {
    if (!glob_matches(material.scope.server, stack.server)) return false;
    if (material.scope.label.empty()) return true;
    return std::ranges::any_of(material.spells, [&](const ledger::Spell& spell) {
        return spell.stack.server == stack.server && spell.stack.name == stack.name;
    });
}

bool same_stack(const WrittenStack& one, const WrittenStack& other) {
    return one.server == other.server && one.name == other.name;
}

// What a person's look ends, and what another write does.
void end_kept(std::vector<Kept>& kept, const LogEntry& entry) {
    for (Kept& one : kept) {
        if (one.to != 0) continue;
        const bool about_it = same_stack(one.stack, entry.stack);
        const bool of_server = one.stack.name.empty();
        const bool looked_at = entry.kind == LogKind::resumed && about_it && !of_server;
        const bool trusted = entry.kind == LogKind::trusted && of_server && one.stack.server == entry.stack.server;
        const bool again = about_it && !of_server &&
                           (entry.kind == LogKind::quarantined ||
                            (entry.kind == LogKind::intent && one.stack.environment == entry.stack.environment));
        if (!looked_at && !trusted && !again) continue;
        one.to = entry.at;
        if (!again) one.ended_by = entry.by;
    }
}

std::string subject_of(const WrittenStack& stack) {
    if (stack.name.empty()) return printable(stack.server, 200);
    return fmt::format("{}/{}@{}", printable(stack.name, 200), printable(stack.environment_name, 200),
                       printable(stack.server, 200));
}

std::string spoken(std::string_view word) {
    std::string out(word);
    std::ranges::replace(out, '_', ' ');
    return out;
}

} // namespace

std::vector<Written> written_in(const Material& material) {
    std::vector<Written> out;
    std::map<std::int64_t, std::size_t> places; // by the intent's number
    for (const LogEntry& entry : material.log) {
        if (entry.kind == LogKind::intent && material.scope.period.contains(entry.at) &&
            is_in_scope(entry.stack, material)) {
            places[entry.number] = out.size();
            out.push_back({.at = entry.at,
                           .stack = entry.stack,
                           .action = entry.intent.action,
                           .by = printable(entry.by, 200),
                           .user = printable(entry.intent.user, 100),
                           .changes = entry.intent.changes,
                           .outcome = {},
                           .message = {}});
        }
        if (entry.kind != LogKind::outcome) continue;
        const auto place = places.find(entry.answers);
        if (place == places.end() || out[place->second].outcome) continue;
        out[place->second].outcome = entry.result.outcome;
        out[place->second].message = printable(entry.result.message, 2000);
    }
    return out;
}

std::vector<Kept> kept_in(const Material& material) {
    std::vector<Kept> all;
    std::map<std::int64_t, const LogEntry*> open;
    for (const LogEntry& entry : material.log) {
        end_kept(all, entry);
        if (entry.kind == LogKind::intent) open[entry.number] = &entry;
        if (entry.kind == LogKind::outcome) {
            open.erase(entry.answers);
            if (needs_a_look(entry.result.outcome))
                all.push_back({.code = std::string(to_string(entry.result.outcome)),
                               .from = entry.at,
                               .stack = entry.stack,
                               .message = printable(entry.result.message, 2000),
                               .ended_by = {}});
        }
        if (entry.kind == LogKind::resumed)
            std::erase_if(open, [&](const auto& one) { return same_stack(one.second->stack, entry.stack); });
        if (entry.kind == LogKind::quarantined || entry.kind == LogKind::halted)
            all.push_back({.code = entry.halt.code,
                           .from = entry.at,
                           .stack = entry.stack,
                           .message = printable(entry.halt.message, 2000),
                           .ended_by = {}});
    }
    for (const auto& [number, intent] : open)
        all.push_back({.code = "open",
                       .from = intent->at,
                       .stack = intent->stack,
                       .message = fmt::format("nobody has noted what came of the {}", intent->intent.action),
                       .ended_by = {}});
    const ledger::Period& period = material.scope.period;
    std::erase_if(all, [&](const Kept& one) {
        const bool outside = one.from >= period.to || (one.to != 0 && one.to < period.from);
        return outside || !is_in_scope(one.stack, material);
    });
    std::ranges::stable_sort(all, {}, &Kept::from);
    return all;
}

Section corrections_section(const PeriodAssessment& it) {
    Section section{.id = "corrections", .title = "Corrections"};
    if (it.written.empty()) section.paragraphs.emplace_back("Nothing was written to Portainer in this period.");
    if (it.written.empty()) return section;
    section.paragraphs.emplace_back("What Mooring wrote to Portainer, by itself or for a person. Each write was noted "
                                    "before it was sent, and its outcome is what was read back, not what the answer "
                                    "said.");
    Table table{.caption = "", .columns = {"When", "Stack", "Step", "By", "What", "Outcome"}, .rows = {}};
    for (const Written& one : it.written) {
        const bool wrong = one.outcome && went_wrong(*one.outcome);
        std::string outcome = one.outcome ? spoken(to_string(*one.outcome)) : "not known";
        if (!one.message.empty()) outcome += ": " + one.message;
        table.rows.push_back({time_cell(one.at),
                              {.text = subject_of(one.stack)},
                              {.text = printable(one.action)},
                              {.text = fmt::format("{}, as {}", one.by, one.user)},
                              {.text = printable(join(one.changes, "; "), 2000)},
                              {.text = std::move(outcome),
                               .tone = wrong         ? Tone::drift
                                       : one.outcome ? Tone::good
                                                     : Tone::blind}});
    }
    section.tables.push_back(std::move(table));
    return section;
}

Section blocked_section(const PeriodAssessment& it) {
    Section section{.id = "blocked", .title = "Blocked"};
    section.paragraphs.emplace_back(
        it.kept.empty() ? "Nothing was quarantined, and no write was left unsettled."
                        : "What was not corrected any more until a person had looked: differences that came back, "
                          "writes of which nobody knows what came of them, a second writer with the agent's token.");
    if (it.kept.empty()) return section;
    Table table{.caption = "", .columns = {"Since", "Until", "What", "Why", "Ended by"}, .rows = {}};
    for (const Kept& one : it.kept) {
        table.rows.push_back({time_cell(one.from),
                              one.to == 0 ? Cell{.text = "it lasts", .tone = Tone::drift} : time_cell(one.to),
                              {.text = subject_of(one.stack)},
                              {.text = fmt::format("{}: {}", spoken(one.code), one.message)},
                              {.text = one.to == 0            ? ""
                                       : one.ended_by.empty() ? "another write"
                                                              : printable(one.ended_by, 200)}});
    }
    section.tables.push_back(std::move(table));
    return section;
}

} // namespace mooring::evidence
