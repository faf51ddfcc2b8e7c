// What corrects each difference of a drifted stack (reconcile.md §3.1): every row that fits adds its part, and the
// first one that blocks names the stack.
#include "base/text.hpp"
#include "reconcile/case.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace mooring::reconcile {
namespace {

using C = const Case&;

constexpr std::array place{Subject::type, Subject::environment, Subject::name, Subject::namespace_};
constexpr std::array variables{Subject::env, Subject::env_twice};
constexpr std::array git_settings{Subject::git_settings, Subject::auto_update, Subject::polling};
// What the file's own policy would keep up, or what a deployment makes anew.
constexpr std::array curable{Subject::gone,     Subject::not_started, Subject::ended_kept,  Subject::image,
                             Subject::too_many, Subject::scaled,      Subject::object_gone, Subject::object_differs};
constexpr std::array for_people{Subject::ended, Subject::troubled,        Subject::tasks,         Subject::update,
                                Subject::job,   Subject::object_deleting, Subject::object_unready};

// Deploys what the manifest has, in the stack's own way.
void deploy(C c, Step& step, std::string_view why) {
    if (!c.from_git()) return void(need(step, Action::update));
    need(step, Action::redeploy);
    unless_allowed(c, step, Allowance::redeploy_git, "deploys_the_head",
                   fmt::format("{} needs a deployment, which takes what the branch's head has now", why));
}

void say_place(C c, Step& step) {
    const Change& change = *c.differs(place);
    block(step, "not_in_place",
          fmt::format("{} is {} and is declared as {}: no write changes that", change.path,
                      change.actual.value_or("nothing"), change.desired.value_or("nothing")),
          "declare it as it is, or remove it and have it created");
}

void write_source(C c, Step& step) {
    if (c.is_kubernetes() && !c.declares_git()) {
        block(step, "detaches_git", "the stack is deployed from Git, and Portainer takes no file in its place",
              "declare the repository, or a person removes the stack and creates it from the file");
        return;
    }
    if (c.declares_git()) {
        block(step, "file_to_git",
              "a Git stack is declared where a file stack stands: only removing and creating it changes that",
              "a person removes the stack and creates it from Git");
        return;
    }
    Part& part = need(step, Action::update);
    part.detaches = true;
    unless_allowed(c, step, Allowance::detach_git, "detaches_git",
                   "the declared file would take the place of the stack's Git source, for good");
}

void say_no_git(C c, Step& step) {
    if (c.differs(Subject::git_settings) != nullptr) {
        block(step, "no_git",
              "the record still names additional files of a repository, which every deployment takes, and no update "
              "removes them",
              "a person removes the stack and creates it from the declared file");
        return;
    }
    block(step, "no_git", "automatic update is declared for a stack that is not deployed from Git",
          "remove `autoUpdate`, or declare `git`");
}

void write_git_settings(C c, Step& step) {
    need(step, Action::settings);
    if (!c.has_status(StackStatus::active) && c.differs(Subject::polling) != nullptr) {
        block(step, "not_settled", "automatic update starts again only for a stack that is active");
    }
    // How the server's certificate is checked says nothing of what is deployed.
    const bool comes_from_elsewhere = std::ranges::any_of(c.result().changes, [](const Change& one) {
        return one.subject == Subject::git_settings && one.waiver.empty() && one.path != "git.tlsSkipVerify";
    });
    if (comes_from_elsewhere) need(step, Action::redeploy);
}

void write_variables(C c, Step& step) {
    if (!c.from_git()) return void(need(step, Action::update));
    need(step, Action::settings);
    deploy(c, step, "changing variables of a Git stack");
}

void write_state(C c, Step& step) {
    const bool start = c.desired.state.value_or(DesiredState::running) == DesiredState::running;
    need(step, start ? Action::start : Action::stop);
    if (c.from_git() && !start && c.record()->auto_update) {
        step.notes.emplace_back("automatic update pauses while the stack is stopped");
    }
}

void write_deployment(C c, Step& step) {
    if (c.has_status(StackStatus::deploying)) {
        block(step, "deployment_stuck", c.differs(Subject::deployment)->actual.value_or("it is stuck"),
              "restart Portainer");
        return;
    }
    deploy(c, step, "a deployment that failed");
    step.notes.emplace_back("the last deployment failed; another one may take down what still runs first");
}

void write_runtime(C c, Step& step) { deploy(c, step, "what does not run as declared"); }

// A rollout that failed is cured by another file of the same object: that is what is sent for.
bool is_sent_anew(C c, const Change& unready) {
    return unready.subject == Subject::object_unready &&
           std::ranges::any_of(c.result().changes, [&](const Change& one) {
               return one.subject == Subject::content && one.waiver.empty() && one.path.starts_with(unready.key + ":");
           });
}

const Change* for_a_person(C c) {
    const auto& changes = c.result().changes;
    const auto found = std::ranges::find_if(changes, [&](const Change& one) {
        return one.waiver.empty() && std::ranges::find(for_people, one.subject) != for_people.end() &&
               !is_sent_anew(c, one) && !c.undoes_own_outage(one);
    });
    return found == changes.end() ? nullptr : &*found;
}

bool undoes_own_outage(C c) {
    return std::ranges::any_of(c.result().changes, [&](const Change& one) { return c.undoes_own_outage(one); });
}

void put_back(C c, Step& step) {
    need(step, Action::update);
    const std::set<std::string> fell = c.puts_back()->fell;
    step.notes.push_back("puts back what Mooring's own write took down: " +
                         printable(join(std::vector(fell.begin(), fell.end()), ", "), 300));
}

// What a person does in Portainer where nothing proves that Mooring's own write took it down; "" if this restores
// nothing.
std::string way_back_by_hand(C c) {
    const auto back = c.puts_back();
    if (!back) return {};
    const std::string folder = printable(back->folder, 1000);
    return fmt::format(
        "the log does not prove that Mooring's own newest write, for which this backup was kept, took it "
        "down: look at its log; if the backup is meant all the same, open the stack's Editor in "
        "Portainer, put the text of {}/compose.yaml there{}, and update the stack",
        folder,
        c.is_kubernetes() ? std::string() : fmt::format(" and the variables of {}/record.json (`env`)", folder));
}

void say_for_people(C c, Step& step) {
    const Change& change = *for_a_person(c);
    const std::string by_hand = way_back_by_hand(c);
    block(
        step, "needs_a_person",
        fmt::format("{} is {}: deploying again would not cure that", change.path, change.actual.value_or("not there")),
        !by_hand.empty() ? by_hand
        : change.subject == Subject::update
            ? "look at the service's update in Portainer, correct the cause, and plan again"
            : "look at its log and its state, correct the cause, and plan again");
}

void say_held(C c, Step& step) {
    const Change& change = *c.differs(Subject::object_held);
    block(step, "held_by_another",
          fmt::format("{} is {}: deploying would take it over", change.path, change.actual.value_or("another stack's")),
          "let one stack alone declare it");
}

// A deployment leaves what was added by hand.
void say_undeclared(C c, Step& step) {
    const Change& change = *c.differs(Subject::object_undeclared);
    block(step, "set_by_hand",
          fmt::format("{} was set by hand and is in no file: deploying again leaves it", change.path),
          "remove it by hand, declare it, or leave `policy.strict` out");
}

void say_unwanted(C c, Step& step) {
    const Change& change = *c.differs(Subject::unwanted);
    if (c.has_status(StackStatus::inactive)) {
        block(step, "runs_though_stopped",
              fmt::format("the stack is stopped, and {} is {}", change.path, change.actual.value_or("running")),
              "start it in Portainer, then stop it");
        return;
    }
    if (c.declares_stopped()) return; // stopping it is the part of `state`
    block(step, "runs_unasked",
          fmt::format("{} is {} and nothing of it is to run: no deployment stops it", change.path,
                      change.actual.value_or("running")),
          "stop it by hand, or declare it");
}

void say_foreign(C c, Step& step) {
    const Change& change = *c.differs(Subject::foreign);
    if (unless_allowed(c, step, Allowance::prune_services, "foreign_service",
                       fmt::format("{} runs and is not in the file", change.path))) {
        deploy(c, step, "a service that the file does not have");
        if (has(step, Action::update)) need(step, Action::update).prunes = true;
    }
}

// clang-format off
constexpr std::array difference_table{
    PlanRow{"place", [](C c) { return c.differs(place) != nullptr; }, say_place},
    PlanRow{"source", [](C c) { return c.differs(Subject::source) != nullptr; }, write_source},
    PlanRow{"git-url", [](C c) { return c.differs(Subject::git_url) != nullptr; }, [](C, Step& step) { block(step, "other_repository", "another repository is declared: only removing and creating the stack changes that", "a person removes the stack and creates it from the declared repository"); }},
    PlanRow{"git-settings", [](C c) { return c.differs(git_settings) != nullptr && c.from_git(); }, write_git_settings, but_access},
    PlanRow{"auto-update-of-a-file-stack", [](C c) { return c.differs(git_settings) != nullptr && !c.from_git(); }, say_no_git},
    PlanRow{"commit", [](C c) { return c.differs(Subject::commit) != nullptr; }, [](C c, Step& step) { need(step, Action::redeploy); unless_allowed(c, step, Allowance::redeploy_git, "deploys_the_head", "the declared commit is not the deployed one, and deploying takes the branch's head, whichever that is"); }, but_access},
    PlanRow{"content", [](C c) { return c.differs(Subject::content) != nullptr && !c.from_git(); }, [](C, Step& step) { need(step, Action::update); }},
    PlanRow{"variables", [](C c) { return c.differs(variables) != nullptr; }, write_variables, but_access},
    PlanRow{"state", [](C c) { return c.differs(Subject::state) != nullptr; }, write_state, but_access},
    PlanRow{"access", [](C c) { return c.differs(Subject::access) != nullptr; }, [](C, Step& step) { need(step, Action::access); }},
    PlanRow{"access-out-of-reach", [](C c) { return c.differs(Subject::access) != nullptr && c.access_is_out_of_reach(); }, say_access_out_of_reach},
    PlanRow{"deployment", [](C c) { return c.differs(Subject::deployment) != nullptr; }, write_deployment},
    PlanRow{"runtime", [](C c) { return c.differs(curable) != nullptr; }, write_runtime, but_access},
    PlanRow{"own-outage", undoes_own_outage, put_back, but_access},
    PlanRow{"for-people", [](C c) { return for_a_person(c) != nullptr; }, say_for_people, but_access},
    PlanRow{"held", [](C c) { return c.differs(Subject::object_held) != nullptr; }, say_held},
    PlanRow{"set-by-hand", [](C c) { return c.differs(Subject::object_undeclared) != nullptr; }, say_undeclared},
    PlanRow{"unwanted", [](C c) { return c.differs(Subject::unwanted) != nullptr; }, say_unwanted, but_access},
    PlanRow{"foreign", [](C c) { return c.differs(Subject::foreign) != nullptr; }, say_foreign, but_access},
};
// clang-format on

} // namespace

std::span<const PlanRow> difference_rows() { return difference_table; }

void keep_commit(const Case& c, Step& step) {
    if (!has(step, Action::redeploy) || !c.from_git()) return;
    const auto* git = std::get_if<DesiredGit>(&c.desired.source);
    if (!c.is_kubernetes()) // which says more
        step.notes.emplace_back("takes what the branch's head holds by then, whichever commit that is");
    if (git == nullptr || !git->commit || c.differs(Subject::commit) != nullptr) return;
    block(step, "deploys_the_head",
          fmt::format("commit {} is declared, and a deployment takes what the branch's head has now, whichever commit "
                      "that is",
                      printable(*git->commit, 40)),
          "declare the commit of the branch's head, or leave `git.commit` out");
}

} // namespace mooring::reconcile
