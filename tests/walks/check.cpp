#include "walks/check.hpp"

#include "walks/content.hpp"
#include "walks/stage.hpp"
#include "walks/truth.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <optional>

namespace mooring::walks {
namespace {

struct Checking {
    const World& world;
    const Walk& walk;
    std::vector<Violation>& found;

    void violated(std::string rule, std::string what) const { found.push_back({std::move(rule), std::move(what)}); }
};

std::string words(const std::set<Verdict>& verdicts) {
    std::string text;
    for (const Verdict verdict : verdicts) text += (text.empty() ? "" : " or ") + std::string(to_string(verdict));
    return text;
}

std::string about(const StackResult& result) {
    return fmt::format("{} in {} is called {} (rule {}: {})", result.name, result.environment_name,
                       to_string(result.verdict), result.rule, result.message);
}

std::string rule_for(Verdict said) {
    switch (said) {
    case Verdict::missing:
        return "false missing";
    case Verdict::in_sync:
        return "false in sync";
    case Verdict::drifted:
        return "false drift";
    case Verdict::denied:
        return "false denied";
    default:
        return "wrong verdict";
    }
}

bool has_status(const StackResult& result, int status) {
    const auto answered = [status](const Evidence& evidence) { return evidence.status == status; };
    return std::ranges::any_of(result.evidence, answered) || std::ranges::any_of(result.probes, answered);
}

// In sync is said of what was read: now, or by the first run, since when its record is unchanged (design §3.3).
bool file_was_read(const Checking& c, const StackResult& result) {
    if (!result.id) return false;
    if (c.walk.judged.files.contains(*result.id)) return true;
    return c.world.keyed && c.walk.first && c.walk.first->files.contains(*result.id);
}

// A record of this name stands, or an id that the first run knew as this stack answers; a restored backup gives ids
// anew, and then nobody can tell.
bool may_exist(const Checking& c, const Declared& declared) {
    const bool restored =
        std::ranges::any_of(c.world.steps, [](const Step& s) { return s.kind == StepKind::restore_backup; });
    return restored || stands(c.world, declared, after_steps(c.world)) || stands(c.world, declared, after_all(c.world));
}

void check_claims(const Checking& c, const Declared& declared, const StackResult& result) {
    if (result.verdict == Verdict::missing && (!result.proof || result.exists != false)) {
        c.violated("missing without proof", about(result));
    }
    if (result.verdict != Verdict::missing && (result.proof || result.exists == false)) {
        c.violated("proof of something else", about(result));
    }
    if (result.exists == true && !may_exist(c, declared)) c.violated("false existence", about(result));
    if (result.verdict == Verdict::denied && result.cause != Cause::role && !has_status(result, 403)) {
        c.violated("denied without a refusal", about(result));
    }
    if (result.verdict == Verdict::in_sync) {
        if (!file_was_read(c, result)) c.violated("in sync unread", about(result));
        if (!result.unread.empty() || !result.changes.empty()) c.violated("in sync with a rest", about(result));
    }
    if (result.verdict == Verdict::drifted && result.changes.empty())
        c.violated("drift without a change", about(result));
    if (result.message.empty() && result.verdict != Verdict::in_sync && result.verdict != Verdict::drifted) {
        c.violated("nothing is explained", about(result));
    }
}

void check_verdicts(const Checking& c, const Seen& seen) {
    for (std::size_t i = 0; i < c.world.declared.size(); ++i) {
        const Declared& declared = c.world.declared[i];
        const std::string file = place_of_declaration(i).file;
        const auto found = std::ranges::find_if(seen.report.stacks,
                                                [&](const StackResult& result) { return result.where.file == file; });
        if (found == seen.report.stacks.end()) {
            c.violated("a stack was forgotten", declared.name);
            continue;
        }
        const std::set<Verdict> right = admissible(c.world, declared);
        if (!right.contains(found->verdict)) {
            c.violated(rule_for(found->verdict), about(*found) + "; right: " + words(right));
        }
        check_claims(c, declared, *found);
    }
}

// Undeclared is said of what stands and is declared nowhere.
void check_extra(const Checking& c, const Seen& seen) {
    const State before = after_steps(c.world);
    const State after = after_all(c.world);
    for (const StackResult& result : seen.report.stacks) {
        if (result.verdict != Verdict::extra) continue;
        const int id = static_cast<int>(result.id.value_or(0));
        const Stack* stack = find_stack(before, id); // a backup may give the id to another
        if (stack == nullptr || stack->name != result.name) stack = find_stack(after, id);
        if (!c.world.scope || stack == nullptr) {
            c.violated("false extra", about(result));
            continue;
        }
        const bool declared = std::ranges::any_of(c.world.declared, [&](const Declared& one) {
            const Place* called = find_place(before, one.called);
            const int place = one.place != 0 || called == nullptr ? one.place : called->id;
            return one.name == stack->name && place == stack->place && one.kind == stack->kind;
        });
        if (declared) c.violated("false extra", about(result));
    }
}

// 77 and 70 judge nothing; with 69 every stack is unreachable; the other codes are the bits of the verdicts.
void check_exit(const Checking& c, const Seen& seen) {
    const Report& report = seen.report;
    const bool all_in_sync = std::ranges::all_of(
        report.stacks, [](const StackResult& result) { return result.verdict == Verdict::in_sync; });
    if (report.exit_code == 0 && (!all_in_sync || report.stacks.size() != c.world.declared.size())) {
        c.violated("exit 0", "not all is in sync");
    }
    const bool token = after_all(c.world).token;
    if (report.exit_code == 77 && token && c.world.faults.empty()) c.violated("exit 77", "the token is good");
    if (!token && c.world.calm() && report.exit_code != 77) c.violated("exit", "the token is not known any more");
}

void check_secrets(const Checking& c, const char* run, const Seen& seen) {
    for (const auto& [form, text] : seen.outputs) {
        const std::size_t at = text.find(secret_mark);
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

// The same world, asked twice: the same bytes.
void check_repeated(const Checking& c) {
    for (const auto& [form, text] : c.walk.again->outputs) {
        if (text != c.walk.judged.outputs.at(form)) c.violated("not repeatable", form);
    }
}

// Rule 8 of design §2: who loses permission never gains score.
void check_lessened(const Checking& c, const Lessened& less) {
    check_run(c, "lessened", less.seen);
    const Summary& whole = c.walk.judged.report.summary;
    const Summary& part = less.seen.report.summary;
    const auto counted = [](const Summary& summary) { return summary.declared - summary.suspended; };
    if (part.score.value_or(0) > whole.score.value_or(0)) {
        c.violated("score rose", fmt::format("without {}: {}, with it {}", less.what, part.score.value_or(0),
                                             whole.score.value_or(0)));
    }
    if (less.seen.report.exit_code != 77 && counted(part) != counted(whole)) {
        c.violated("denominator", "without " + less.what);
    }
}

} // namespace

std::vector<Violation> check(const World& world, const Walk& walk) {
    std::vector<Violation> found;
    const Checking c{world, walk, found};
    if (walk.first) check_run(c, "first", *walk.first);
    check_run(c, "judged", walk.judged);
    check_exit(c, walk.judged);
    const int code = walk.judged.report.exit_code;
    if (code != 77 && code != 70) check_verdicts(c, walk.judged);
    check_extra(c, walk.judged);
    if (walk.again) check_repeated(c);
    for (const Lessened& less : walk.lessened) check_lessened(c, less);
    return found;
}

} // namespace mooring::walks
