#include "serve/transitions.hpp"

#include "model/lasting.hpp"
#include "report/reasons.hpp"
#include "words/verdicts.hpp"

#include <fmt/format.h>
#include <set>

namespace mooring::serve {
namespace {

std::string words_or(const std::optional<Verdict>& verdict, std::string_view otherwise) {
    return verdict ? words::verdict_words(*verdict) : std::string(otherwise);
}

} // namespace

std::string state_of(const StackResult& result) {
    std::string out = fmt::format("{} {}{}", to_string(result.verdict), result.waived ? "waived " : "",
                                  result.cause ? to_string(*result.cause) : "");
    for (const Change& change : result.changes) {
        if (!change.waiver.empty()) continue;
        out += fmt::format("\n{} {}", to_string(change.plane), change.path);
        if (!change.secret)
            out += fmt::format(" {} {}", lasting_side(change, change.desired.value_or("-")),
                               lasting_side(change, change.actual.value_or("-")));
    }
    return out;
}

std::vector<Transition> transitions(const std::map<StackKey, StackView>& before, const std::vector<StackView>& after) {
    std::vector<Transition> out;
    std::set<const StackView*> still_there; // of `before`
    for (const StackView& now : after) {
        const auto known = before.find(now.key);
        const Verdict verdict = now.result.verdict;
        Transition one{.key = {}, .before = {}, .after = verdict, .brief = {}};
        bool is_one = verdict != Verdict::in_sync;
        if (known != before.end() && known->second.watched) {
            still_there.insert(&known->second);
            one.before = known->second.result.verdict;
            one.details = one.before == verdict && state_of(known->second.result) != state_of(now.result);
            is_one = one.before != verdict || one.details;
        }
        if (!is_one) continue; // most of 10,000 stacks, most of the time
        one.key = now.key;
        one.brief = report::brief(now.result);
        out.push_back(std::move(one));
    }
    for (const auto& [key, view] : before) {
        if (!view.watched || still_there.contains(&view)) continue; // that was over before
        out.push_back({.key = key, .before = view.result.verdict, .after = {}, .brief = {}});
    }
    return out;
}

std::string line_of(const Transition& transition) {
    const auto& key = transition.key;
    std::string what = transition.details ? words_or(transition.after, "") + ", with other differences"
                                          : fmt::format("{} -> {}", words_or(transition.before, "new"),
                                                        words_or(transition.after, "no longer watched"));
    if (!transition.brief.empty() && transition.after != Verdict::in_sync) what += ": " + transition.brief;
    return fmt::format("{}/{}@{}: {}", key.name, key.environment, key.server, what);
}

Level level_of(const Transition& transition) {
    if (!transition.after) return Level::info;
    const auto standing = words::standing_of(*transition.after);
    return standing == words::Standing::drift || standing == words::Standing::blind ? Level::warn : Level::info;
}

} // namespace mooring::serve
