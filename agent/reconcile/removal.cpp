// Removing what nobody declares any more (reconcile.md §5). Off unless all of this holds; volumes stay.
#include "base/text.hpp"
#include "model/stack.hpp"
#include "reconcile/case.hpp"
#include "reconcile/plan.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace mooring::reconcile {
namespace {

using C = const Case&;

void manifests_are_whole(C c, Step& step) {
    if (!c.input.manifests_whole) {
        block(step, "manifests_incomplete", "not every manifest could be read, so that one may declare it",
              "fix the errors that `mooring validate` shows");
    } else if (c.input.declared.empty()) {
        block(step, "nothing_declared", "the manifests declare no stack at all: an emptied folder lets nothing go",
              "remove the last stacks in Portainer");
    }
}

// A selector reaches other environments when a tag or a group changes in Portainer: nobody took the stack out of a
// file.
void no_file_declares_it(C c, Step& step) {
    const std::string name = normalise_stack_name(c.record()->name);
    for (const DesiredStack& one : c.input.declared) {
        const bool selects = std::holds_alternative<EnvironmentSelector>(one.environment);
        if (!selects || one.server != c.desired.server || normalise_stack_name(one.name) != name) continue;
        block(step, "still_declared",
              fmt::format("{}:{} declares this name for environments of a tag or group, and this one is not among them "
                          "any more",
                          printable(one.where.file, 200), one.where.line),
              "give the environment its tag or group back, or remove the stack in Portainer");
        return;
    }
}

// One ledger may serve several folders, and each calls extra what the others declare.
void no_other_folder_declares_it(C c, Step& step) {
    const auto other =
        c.input.declared_elsewhere ? c.input.declared_elsewhere(c.desired.server, *c.record()) : std::nullopt;
    if (!other) return;
    if (other->uncertain) {
        block(
            step, "place_not_known",
            other->file.empty()
                ? std::string("it was never noted where its manifest is: another folder may declare it")
                : fmt::format("it was last declared in {}, which is not found from here: another folder may declare it",
                              printable(other->file, 300)),
            "check once with the manifest that declares it; if none does, remove it in Portainer");
        return;
    }
    block(step, "declared_elsewhere",
          fmt::format("it is or was declared in {}, outside the folder of these manifests{}",
                      printable(other->file, 300), other->is_there ? "; that file is still there" : ""),
          "plan with a folder that holds both; if that file is gone for good, remove the stack in Portainer");
}

bool is_still_called(const StackRecord& record, const std::string& name) {
    if (record.type == StackType::kubernetes) return record.name == name;
    return normalise_stack_name(record.name) == normalise_stack_name(name);
}

// What was only found in sync is not Mooring's to remove.
void it_was_made_or_adopted(C c, Step& step) {
    const Owned owned = c.input.owned_as ? c.input.owned_as(c.desired.server, *c.record()) : Owned{};
    if (owned.how != Ownership::created && owned.how != Ownership::adopted) {
        block(step, "not_adopted", "Mooring neither made this stack nor was it adopted", "remove it in Portainer");
    } else if (owned.environment != c.record()->environment || !is_still_called(*c.record(), owned.name)) {
        block(step, "changed_since_owned",
              fmt::format("it was called {} in environment {} when it became Mooring's", printable(owned.name, 100),
                          owned.environment),
              "remove it in Portainer, if that is meant");
    }
}

// The server's clock counts, and this machine's where it is behind.
void it_was_called_extra_for_long(C c, Step& step) {
    const std::size_t least_runs = c.input.by_agent ? 3 : 2; // the agent's own run is recorded before it plans
    const auto& list = c.server.facts->list_again.value ? c.server.facts->list_again : c.server.facts->list;
    const UnixSeconds now = std::min(c.input.now, list.reply.server_date.value_or(c.input.now));
    const CalledExtra seen =
        c.input.called_extra ? c.input.called_extra(c.desired.server, c.record()->id) : CalledExtra{};
    const UnixSeconds wait = c.server.settings.limits.prune_after.count();
    if (seen.runs >= least_runs && seen.since + wait <= now) return;
    hold(step, "seen_too_shortly",
         seen.runs == 0 ? std::string("no recorded run has called it extra so far; two must, at least `pruneAfter` ago")
                        : fmt::format("called extra by {} recorded run{} since {}; two must beside this one, the first "
                                      "at least {} minutes ago (`pruneAfter`)",
                                      seen.runs, seen.runs == 1 ? "" : "s", format_utc(seen.since), (wait + 59) / 60));
}

void it_is_alone_of_its_name(C c, Step& step) {
    const bool again = c.server.facts->list_again.value.has_value();
    const auto& list = again ? c.server.facts->list_again : c.server.facts->list;
    if (!list.value || !c.server.facts->list_complete(again)) {
        block(step, "list_not_complete",
              "this token does not see every stack, so that another may share its containers",
              "plan with an administrator's token");
        return;
    }
    const StackRecord& own = *c.record();
    for (const StackRecord& other : *list.value) {
        if (other.id == own.id || !is_still_called(own, other.name)) continue;
        if (own.type == StackType::kubernetes && (other.type != own.type || other.namespace_ != own.namespace_))
            continue;
        if (!c.server.shares_engine(other.environment, c.record()->environment)) continue;
        block(step, "two_of_a_name",
              fmt::format("stack {} has this name, too, and may share the engine: its containers would go as well",
                          other.id),
              "remove one of them in Portainer");
        return;
    }
}

void only_its_own_goes(C c, Step& step) {
    if (c.is_kubernetes()) return; // removal_kubernetes_guards()
    const ExtraFacts* facts = facts_of(c);
    const auto strangers = facts == nullptr ? std::nullopt : strangers_of(*c.record(), *facts);
    if (!strangers) {
        block(step, "not_read", "its file or what runs of it could not be read", "remove it in Portainer");
    } else if (!strangers->empty()) {
        block(step, "strangers",
              fmt::format("it would take down what is not in its file: {}", printable(join(*strangers, ", "), 300)),
              "remove those by hand first, or the stack in Portainer");
    }
}

void it_can_be_brought_back(C c, Step& step) {
    const StackRecord& record = *c.record();
    if (!record.from_git() || c.input.irrecoverable.contains(record.name)) return;
    const bool hidden = record.git_hidden();
    const bool credentials = !hidden && record.git && record.git->has_authentication;
    if (!hidden && !credentials && record.additional_files.empty()) return;
    block(step, "irrecoverable",
          hidden        ? "this token is not shown from where it is deployed, so that no backup brings it back"
          : credentials ? "the server does not show its Git credentials, so that no backup brings it back"
                        : "a backup does not hold its additional files",
          fmt::format("--irrecoverable {}", printable(record.name, 100)));
}

// A missing stack that does not say what it replaces may be this one under another name.
void nothing_looks_renamed(C c, Step& step) {
    for (const drift::Assessment& seen : c.input.assessments) {
        const bool absent = seen.desired != nullptr && seen.record == nullptr && seen.result.server == c.desired.server;
        if (!absent || !seen.desired->policy.replaces.empty() || seen.result.verdict == Verdict::suspended) continue;
        const ExtraFacts* facts = facts_of(c);
        if (!may_be_renamed(c.server, seen, *c.record(), facts == nullptr ? std::nullopt : facts->file)) continue;
        const std::string name = printable(seen.desired->name, 100);
        block(step, "looks_renamed",
              fmt::format("`{}` is declared, does not exist and looks like this one: it may be its new name", name),
              fmt::format("write `policy: {{replaces: {}}}` into its manifest, or create `{}` first",
                          printable(c.record()->name, 100), name));
        return;
    }
}

void nothing_is_under_way(C c, Step& step) {
    if (c.has_status(StackStatus::deploying)) hold(step, "pending", "a deployment is under way");
    const auto kept = c.input.unsettled ? c.input.unsettled(c.desired.server, c.record()->name) : std::nullopt;
    if (kept) {
        block(step, "unsettled", *kept,
              fmt::format("once you know what came of it: mooring resume {}", printable(c.record()->name, 100)));
    }
}

void its_kind_is_known(C c, Step& step) {
    if (!c.record()->type) block(step, "kind_not_known", "its kind is not known", "remove it in Portainer");
}

constexpr std::array removals{
    Guard{"removal-kind", its_kind_is_known},
    Guard{"removal-manifests", manifests_are_whole},
    Guard{"removal-declared", no_file_declares_it},
    Guard{"removal-elsewhere", no_other_folder_declares_it},
    Guard{"removal-owned", it_was_made_or_adopted},
    Guard{"removal-renamed", nothing_looks_renamed},
    Guard{"removal-under-way", nothing_is_under_way},
    Guard{"removal-alone", it_is_alone_of_its_name},
    Guard{"removal-strangers", only_its_own_goes},
    Guard{"removal-irrecoverable", it_can_be_brought_back},
    Guard{"removal-protected", protect},
    Guard{"removal-seen", it_was_called_extra_for_long},
};

// What a reader should know of what goes.
void add_notes(C c, Step& step) {
    const ExtraFacts* facts = facts_of(c);
    if (facts != nullptr && c.is_kubernetes()) return name_what_goes(c, *facts, step);
    if (facts == nullptr || !c.file) return;
    const std::string project = normalise_stack_name(c.record()->name);
    if (facts->containers && c.record()->type == StackType::standalone) {
        const auto count = std::ranges::count(*facts->containers, project, &Container::project);
        step.notes.push_back(fmt::format("takes down {} container{}", count, count == 1 ? "" : "s"));
    }
    const auto unnamed =
        unnamed_volumes_of(project, c.record()->type == StackType::swarm, c.containers(), c.services());
    if (!unnamed) {
        step.notes.emplace_back("not known: whether it stores data in volumes without a name, out of reach afterwards");
    } else if (!unnamed->empty()) {
        step.notes.push_back("out of reach afterwards, because they have no name: " +
                             printable(join(std::vector(unnamed->begin(), unnamed->end()), ", "), 4000));
    }
    const auto volumes = compose::facts(*c.file, project).volumes;
    if (!volumes.empty()) step.notes.push_back("volumes stay: " + printable(join(volumes, ", "), 4000));
}

Step begin(C c) {
    const StackRecord& record = *c.record();
    Step step;
    step.server = c.desired.server;
    step.name = record.name;
    step.environment = c.result().environment_name;
    step.where = c.result().where;
    step.parts = {{.action = Action::remove}};
    step.ground = {.id = record.id,
                   .environment = record.environment,
                   .created_at = record.created_at,
                   .updated_at = record.updated_at,
                   .updated_by = record.updated_by,
                   .status = record.status};
    return step;
}

bool holds(const DesiredScope& scope, const drift::Assessment& seen) {
    return scope.prune && scope.server == seen.result.server && scope.where == seen.result.where;
}

} // namespace

const ExtraFacts* facts_of(const Case& c) {
    const auto found = c.server.extras.find(c.record()->id);
    return found == c.server.extras.end() ? nullptr : &found->second;
}

std::span<const Guard> removal_guards() { return removals; }

bool may_go(const PlanInput& input, const drift::Assessment& seen) {
    return seen.record != nullptr && seen.result.verdict == Verdict::extra && !seen.result.waived &&
           std::ranges::any_of(input.scopes, [&](const DesiredScope& scope) { return holds(scope, seen); });
}

std::vector<StackRecord> extras_to_ask(const PlanInput& input, const std::string& server) {
    std::vector<StackRecord> records;
    for (const drift::Assessment& seen : input.assessments) {
        if (seen.desired == nullptr && seen.result.server == server && may_go(input, seen))
            records.push_back(*seen.record);
    }
    return records;
}

std::optional<std::vector<std::string>> strangers_of(const StackRecord& record, const ExtraFacts& facts) {
    if (!facts.file || !facts.containers) return std::nullopt;
    const bool swarm = record.type == StackType::swarm;
    if (swarm && !facts.services) return std::nullopt;
    const auto file = compose::load(*facts.file, {});
    if (!file) return std::nullopt;
    const std::string project = normalise_stack_name(record.name);
    std::set<std::string> known;
    for (const compose::ServiceFacts& one : compose::facts(*file, project).services) known.insert(one.name);
    std::vector<std::string> strangers;
    for (const Container& one : *facts.containers) {
        if (one.project == project && !known.contains(one.service)) strangers.push_back("container " + one.name);
    }
    if (swarm) {
        for (const SwarmService& one : *facts.services) {
            const bool ours =
                one.name.starts_with(project + "_") && known.contains(one.name.substr(project.size() + 1));
            if (one.namespace_ == project && !ours) strangers.push_back("service " + one.name);
        }
    }
    std::ranges::sort(strangers);
    return strangers;
}

Step plan_removal(Case& c, std::string_view without) {
    Step step = begin(c);
    const ExtraFacts* facts = facts_of(c);
    if (facts != nullptr && facts->file && c.is_kubernetes()) {
        if (auto objects = kubernetes::load(*facts->file)) c.objects = std::move(*objects);
    } else if (facts != nullptr && facts->file) {
        if (auto file = compose::load(*facts->file, {})) c.file = std::move(*file);
    }
    const auto beside = c.is_kubernetes() ? removal_kubernetes_guards() : std::span<const Guard>();
    for (const auto& guards : {removal_guards(), beside, permissions()}) {
        for (const Guard& guard : guards) {
            if (guard.name != without) guard.check(c, step);
        }
    }
    add_notes(c, step);
    settle(step);
    return step;
}

} // namespace mooring::reconcile
