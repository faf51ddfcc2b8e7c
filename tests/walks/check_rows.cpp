// Rows and verdicts.
#include "walks/check_parts.hpp"
#include "walks/differences.hpp"
#include "walks/rows.hpp"
#include "walks/stage.hpp"
#include "walks/truth.hpp"
#include "walks/world_json.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace mooring::walks {
namespace {

std::string words(const std::set<Verdict>& verdicts) {
    std::string text;
    for (const Verdict verdict : verdicts) text += (text.empty() ? "" : " or ") + std::string(to_string(verdict));
    return text;
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
    const bool branch = result.server == "branch";
    const auto read = [&](const Seen& seen) { return (branch ? seen.branch_files : seen.files).contains(*result.id); };
    return read(c.walk.judged) || (c.world.keyed && c.walk.first && read(*c.walk.first));
}

// A record of this name stands, or an id that the first run knew as this stack answers; a restored backup gives ids
// anew, and then nobody can tell.
bool may_exist(const Checking& c, const Declared& declared) {
    if (declared.branch) return stands(c.world, declared, c.world.branch.state);
    const bool restored =
        std::ranges::any_of(c.world.steps, [](const Step& s) { return s.kind == StepKind::restore_backup; });
    return restored || stands(c.world, declared, after_steps(c.world)) || stands(c.world, declared, after_all(c.world));
}

void check_in_sync(const Checking& c, const StackResult& result) {
    if (!file_was_read(c, result)) c.violated("in sync unread", about(result));
    const bool accepted =
        std::ranges::none_of(result.changes, [](const Change& change) { return change.waiver.empty(); });
    if (!result.unread.empty() || !accepted) c.violated("in sync with a rest", about(result));
}

// Somebody refused what was asked, or the record itself says that its source is not shown.
bool is_refusal(const Checking& c, const Declared& declared, const StackResult& result) {
    if (result.cause == Cause::role) return true;
    if (result.cause == Cause::git_source) return declared.content.git && result.exists == true;
    if (result.cause != Cause::credentials) return has_status(result, 403);
    return result.exists == std::nullopt && ended_with(c.walk.judged.report, declared.branch ? "branch" : "main") == 77;
}

void check_claims(const Checking& c, const Declared& declared, const StackResult& result) {
    if (result.verdict == Verdict::missing && (!result.proof || result.exists != false)) {
        c.violated("missing without proof", about(result));
    }
    if (result.verdict != Verdict::missing && (result.proof || result.exists == false)) {
        c.violated("proof of something else", about(result));
    }
    if (result.verdict == Verdict::deleted && result.exists) c.violated("deleted, and more", about(result));
    if (result.exists == true && !may_exist(c, declared)) c.violated("false existence", about(result));
    if (result.verdict == Verdict::denied && !is_refusal(c, declared, result)) {
        c.violated("denied without a refusal", about(result));
    }
    if (result.verdict == Verdict::in_sync) check_in_sync(c, result);
    if (result.verdict == Verdict::drifted && result.changes.empty())
        c.violated("drift without a change", about(result));
    if (result.message.empty() && result.verdict != Verdict::in_sync && result.verdict != Verdict::drifted) {
        c.violated("nothing is explained", about(result));
    }
    if (result.verdict == Verdict::suspended && !result.evidence.empty()) {
        c.violated("suspended and asked for", about(result));
    }
}

bool speaks_of_absence(Verdict verdict) {
    return verdict == Verdict::missing || verdict == Verdict::pending || verdict == Verdict::not_visible ||
           verdict == Verdict::deleted;
}

// A record of this name that an environment left behind, which is gone or has another id now, is named beside an
// absence.
void check_orphan_named(const Checking& c, const Declared& declared, const StackResult& result) {
    const bool absent = speaks_of_absence(result.verdict) && !result.id && result.environment_id;
    if (!absent || !c.world.calm() || declared.branch || declared.tied != 0) return;
    const State state = after_steps(c.world);
    bool named = true;
    for (const Stack& stack : state.stacks) {
        const bool kin = stack.name == declared.name && stack.space == declared.space &&
                         (stack.kind == Kind::kubernetes) == (declared.kind == Kind::kubernetes);
        const bool left_behind = find_place(state, stack.place) == nullptr && stack.place != *result.environment_id;
        if (!kin || !left_behind || stack.tied_to || !lists(state, stack)) continue;
        named = result.message.contains(fmt::format("Stack {} of this name", stack.id));
        if (named) return;
    }
    if (!named) c.violated("orphan unnamed", about(result));
}

bool is_row_of(const ExpectedRow& expected, const StackResult& result) {
    if (result.where.file != place_of_declaration(expected.declaration).file) return false;
    if (result.verdict == Verdict::extra) return false;
    const bool of_tag = result.environment_name.starts_with("tags:");
    return expected.selector == of_tag;
}

// Of several rows of one declaration the one of this environment.
const StackResult* find_row(const ExpectedRow& expected, bool by_tag, std::vector<const StackResult*>& rows) {
    const auto found = std::ranges::find_if(rows, [&](const StackResult* result) {
        const bool place = !by_tag || expected.selector || result->environment_id == expected.declared.place;
        return place && is_row_of(expected, *result);
    });
    if (found == rows.end()) return nullptr;
    const StackResult* result = *found;
    rows.erase(found);
    return result;
}

// Which environments a tag reaches while things change is not known: each row that there is, is right for its own.
void check_loose_rows(const Checking& c, const std::vector<const StackResult*>& rows) {
    for (const StackResult* result : rows) {
        const auto declaration = std::ranges::find_if(c.world.declared, [&](const Declared& declared) {
            const auto index = static_cast<std::size_t>(&declared - c.world.declared.data());
            return result->where.file == place_of_declaration(index).file;
        });
        if (declaration == c.world.declared.end() || !declaration->by_tag) {
            c.violated("a row too many", about(*result));
            continue;
        }
        Declared one = *declaration;
        one.by_tag = false;
        one.place = static_cast<int>(result->environment_id.value_or(0));
        std::set<Verdict> right = admissible(c.world, one);
        if (one.place == 0) right.erase(Verdict::missing);
        if (!right.contains(result->verdict)) {
            c.violated(rule_for(result->verdict), about(*result) + "; right: " + words(right));
        }
        check_claims(c, one, *result);
    }
}

bool is_expected(const Checking& c, const ExpectedRow& row) {
    return c.world.calm() || !c.world.declared[row.declaration].by_tag;
}

} // namespace

std::string about(const StackResult& result) {
    return fmt::format("{} in {} of {} is called {} (rule {}: {})", result.name, result.environment_name, result.server,
                       to_string(result.verdict), result.rule, result.message);
}

void check_rows(const Checking& c, const Seen& seen) {
    std::vector<const StackResult*> rows;
    for (const StackResult& result : seen.report.stacks) {
        if (result.verdict != Verdict::extra) rows.push_back(&result);
    }
    for (const ExpectedRow& expected : expected_rows(c.world)) {
        if (!is_expected(c, expected)) continue;
        const StackResult* result = find_row(expected, c.world.declared[expected.declaration].by_tag, rows);
        if (result == nullptr) {
            const bool must = expected.presence == Presence::must;
            if (must) c.violated("a stack was forgotten", expected.declared.name);
            continue;
        }
        if (!expected.right.contains(result->verdict)) {
            c.violated(rule_for(result->verdict),
                       fmt::format("{}; right: {}; {}", about(*result), words(expected.right),
                                   features_of(c.world, expected.declared)));
        }
        check_orphan_named(c, expected.declared, *result);
        check_claims(c, expected.declared, *result);
    }
    if (c.world.calm()) {
        for (const StackResult* result : rows) c.violated("a row too many", about(*result));
    } else {
        check_loose_rows(c, rows);
    }
}

// What is absent from two complete lists in a row is no longer pending.
void check_pending_ends(const Checking& c, const StackResult& later) {
    const bool once_more = c.world.agent && c.world.calm() && later.rule == "absence-seen-once";
    if (!once_more) return;
    for (const StackResult& judged : c.walk.judged.report.stacks) {
        const bool same = judged.where.file == later.where.file && judged.environment_id == later.environment_id;
        if (same && judged.rule == later.rule) c.violated("pending for ever", about(later));
    }
}

// The run when all is over: nothing that an earlier one left behind leads to a wrong verdict.
void check_later(const Checking& c, const Seen& seen) {
    for (std::size_t i = 0; i < c.world.declared.size(); ++i) {
        const Declared& declared = c.world.declared[i];
        if (declared.by_tag) continue;
        for (const StackResult& result : seen.report.stacks) {
            if (result.where.file != place_of_declaration(i).file) continue;
            const std::set<Verdict> right = admissible_later(c.world, declared);
            check_pending_ends(c, result);
            if (right.contains(result.verdict)) continue;
            c.violated(rule_for(result.verdict) + " later",
                       fmt::format("{}; right: {}; {}", about(result), words(right), features_of(c.world, declared)));
        }
    }
}

} // namespace mooring::walks
