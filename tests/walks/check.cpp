#include "walks/check.hpp"

#include "walks/check_parts.hpp"
#include "walks/content.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace mooring::walks {
namespace {

// As it stands in a Secret of a cluster.
constexpr const char* mark_in_base64 = "czNjcjN0LXdhbGst";

void check_secrets(const Checking& c, const char* run, const Seen& seen) {
    for (const auto& [form, text] : seen.outputs) {
        const std::size_t at = std::min(text.find(secret_mark), text.find(mark_in_base64));
        if (at == std::string::npos) continue;
        c.violated("secret",
                   fmt::format("in the {} of the {} run: {}", form, run, text.substr(at < 120 ? 0 : at - 120, 200)));
    }
}

void check_requests(const Checking& c, const Seen& seen) {
    for (const auto& [route, count] : seen.requests) {
        if (!route.starts_with("GET ")) c.violated("not a GET", fmt::format("{} ({} times)", route, count));
    }
}

void check_run(const Checking& c, const char* name, const Seen& seen) {
    check_secrets(c, name, seen);
    check_requests(c, seen);
}

std::string first_difference(const std::string& expected, const std::string& actual) {
    std::size_t at = 0;
    while (at < expected.size() && at < actual.size() && expected[at] == actual[at]) ++at;
    const std::size_t from = at < 120 ? 0 : at - 120;
    const auto part = [from](const std::string& text) { return text.substr(std::min(from, text.size()), 240); };
    return fmt::format("\n{}\n  instead of\n{}", part(actual), part(expected));
}

// The same world, asked twice: the same bytes.
void check_repeated(const Checking& c) {
    for (const auto& [form, text] : c.walk.again->outputs) {
        if (text != c.walk.judged.outputs.at(form)) c.violated("not repeatable", form);
    }
}

// A tag that permission narrows, and a name that only memory has, make other rows of the same declarations.
// What voids a memory takes its names, too. Of two environments of one name, whoever sees one alone cannot know that
// the name says too little.
bool may_have_other_rows(const World& world) {
    const bool by_tag = std::ranges::any_of(world.declared, [](const Declared& one) { return one.by_tag; });
    const bool renamed = std::ranges::any_of(world.steps, [](const Step& step) {
        return step.kind == StepKind::rename_place || step.kind == StepKind::restore_backup;
    });
    const std::vector<Place>& places = world.start.places;
    const bool namesakes = places.size() > 1 && places[0].name == places[1].name;
    return by_tag || namesakes || (renamed && !world.only.empty());
}

// Rule 8 of design §2: who loses permission never gains score.
void check_lessened(const Checking& c, const Lessened& less) {
    check_run(c, "lessened", less.seen);
    if (may_have_other_rows(c.world)) return;
    const Summary& whole = c.walk.judged.report.summary;
    const Summary& part = less.seen.report.summary;
    const auto counted = [](const Summary& summary) { return summary.declared - summary.suspended; };
    if (part.score.value_or(0) > whole.score.value_or(0)) {
        c.violated("score rose", fmt::format("without {}: {}, with it {}", less.what, part.score.value_or(0),
                                             whole.score.value_or(0)));
    }
    if (counted(part) < counted(whole) || (c.world.only.empty() && counted(part) != counted(whole))) {
        c.violated("denominator", "without " + less.what);
    }
}

} // namespace

std::vector<Violation> check(const World& world, const Walk& walk) {
    std::vector<Violation> found;
    const Checking c{world, walk, found};
    if (walk.first) check_run(c, "first", *walk.first);
    check_run(c, "judged", walk.judged);
    check_rows(c, walk.judged);
    check_waivers(c, walk.judged);
    check_extra(c, walk.judged);
    check_sums(c, walk.judged);
    if (walk.later) {
        check_run(c, "later", *walk.later);
        check_later(c, *walk.later);
        check_waivers(c, *walk.later);
    }
    for (const Compared& pair : walk.compared) {
        if (pair.expected != pair.actual) c.violated(pair.what, first_difference(pair.expected, pair.actual));
    }
    if (walk.again) check_repeated(c);
    for (const Lessened& less : walk.lessened) check_lessened(c, less);
    return found;
}

} // namespace mooring::walks
