#include "serve/page_corrections.hpp"

#include "base/text.hpp"
#include "serve/routes.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace mooring::serve {
namespace {

using reconcile::Readiness;
using reconcile::Step;

constexpr std::size_t most_steps = 50;
constexpr std::size_t most_paths = 4;

std::string spoken(std::string_view word) {
    std::string out(word);
    std::ranges::replace(out, '_', ' ');
    return out;
}

std::string href_of(const Step& step) {
    return path_of("/stacks", {.server = step.server, .environment = step.environment, .name = step.name});
}

std::string what_differs(const Step& step) {
    std::vector<std::string> paths;
    for (const reconcile::Correction& one : step.corrections) {
        if (paths.size() == most_paths) {
            paths.push_back(fmt::format("and {} more", step.corrections.size() - most_paths));
            break;
        }
        paths.push_back(one.secret ? fmt::format("`{}` differs (secret)", printable(one.path, 200))
                                   : fmt::format("`{}` becomes `{}`", printable(one.path, 200),
                                                 printable(one.becomes.value_or("(not there)"), 200)));
    }
    return join(paths, ", ");
}

CorrectionRow row_of(const Step& step) {
    CorrectionRow row{.href = href_of(step), .name = step.name, .environment = step.environment};
    if (step.readiness == Readiness::to_do) {
        std::vector<std::string> actions;
        actions.reserve(step.parts.size());
        for (const reconcile::Part& part : step.parts) actions.emplace_back(to_string(part.action));
        row.state = join(actions, ", ");
        row.tone = "good";
        row.brief = what_differs(step);
        return row;
    }
    const reconcile::Obstacle& first = step.obstacles.front();
    const bool quarantined = first.code == "quarantined";
    row.state = quarantined ? "quarantined" : spoken(to_string(step.readiness));
    row.tone = quarantined ? "broken" : step.readiness == Readiness::held ? "quiet" : "drifted";
    row.brief = printable(first.message, 600);
    row.remedy = printable(first.remedy, 600);
    return row;
}

CorrectionRow row_of(const Corrected& one, const std::string& server) {
    return {.href = path_of("/stacks", {.server = server, .environment = one.environment, .name = one.name}),
            .name = one.name,
            .environment = one.environment,
            .state = fmt::format("{}: {}", one.action, spoken(to_string(one.outcome))),
            .tone = went_wrong(one.outcome)               ? "broken"
                    : one.outcome == PartOutcome::skipped ? "quiet"
                                                          : "good",
            .brief = printable(one.message.empty() ? join(one.changes, ", ") : one.message, 600),
            .remedy = {},
            .at = moment_of(one.at)};
}

CorrectionsCard card_of(const ServerView& server, const Corrections& corrections) {
    CorrectionsCard card;
    card.server = server.name;
    if (!corrections.problem.empty()) {
        card.halted = corrections.problem;
    } else if (corrections.halted) {
        card.halted = corrections.halted->message;
        if (!corrections.halted->remedy.empty()) card.halted += ". What to do: " + corrections.halted->remedy;
    }
    if (!corrections.under_way.empty())
        card.under_way =
            fmt::format("{}, since {}", corrections.under_way, moment_of(corrections.under_way_since).words);
    std::vector<const Step*> steps;
    steps.reserve(corrections.steps.size());
    for (const Step& step : corrections.steps) steps.push_back(&step);
    std::ranges::stable_sort(steps, std::ranges::greater{}, [](const Step* step) { return step->readiness; });
    for (const Step* step : steps) {
        if (card.steps.size() < most_steps)
            card.steps.push_back(row_of(*step));
        else
            ++card.more;
    }
    for (const Corrected& one : corrections.done) card.done.push_back(row_of(one, server.name));
    if (card.steps.empty()) card.empty = "Nothing is left to correct where the policy says `mode: correct`.";
    return card;
}

} // namespace

std::vector<CorrectionsCard> corrections_of(const Board& board) {
    std::vector<CorrectionsCard> cards;
    for (const ServerView& server : board.servers) {
        if (server.corrections) cards.push_back(card_of(server, *server.corrections));
    }
    return cards;
}

} // namespace mooring::serve
