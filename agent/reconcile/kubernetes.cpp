// What is known of a Kubernetes stack before it is written (reconcile.md §3.1 to §3.3, kubernetes.md §0, §10).
#include "kubernetes/kubernetes.hpp"

#include "base/text.hpp"
#include "kubernetes/live.hpp"
#include "model/stack.hpp"
#include "reconcile/case.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <fmt/format.h>

namespace mooring::reconcile {
namespace {

using C = const Case&;

const DesiredContent* content_of(C c) { return std::get_if<DesiredContent>(&c.desired.source); }

// The answer to a create tells no id, and a user's list has no Kubernetes stack: the new record would not be found.
void say_user_token(C, Step& step) {
    block(step, "record_not_found_again",
          "a user's list shows no Kubernetes stack, so that what is created could not be found and watched",
          "plan with an administrator's token");
}

// What is to be put under a stack's hands though it exists: blocked, or named.
void take_over(C c, Step& step, std::vector<std::string> taken, std::string_view how) {
    if (taken.empty()) return;
    const std::string names = printable(join(taken, ", "), 4000);
    if (!unless_allowed(c, step, Allowance::adopt_running, "would_adopt",
                        fmt::format("{} exists already, made by something else; {} takes it over", names, how)))
        return;
    step.notes.push_back("takes over what exists already: " + names);
    step.takes_over = std::move(taken);
}

// The records in whose place this one comes: their objects go with them, or nothing is created.
std::set<std::string> ids_that_go_before(C c) {
    std::set<std::string> ids;
    const std::string old = normalise_stack_name(c.desired.policy.replaces);
    for (const drift::Assessment& seen : c.input.assessments) {
        if (old.empty() || seen.result.server != c.desired.server || !may_go(c.input, seen)) continue;
        const StackRecord& record = *seen.record;
        const bool here = record.environment == c.result().environment_id && record.type == StackType::kubernetes;
        if (here && normalise_stack_name(record.name) == old) ids.insert(std::to_string(record.id));
    }
    return ids;
}

// Nothing of it may exist: applying takes objects over, whoever made them.
void objects_are_free(C c, Step& step) {
    if (c.declares_git()) {
        block(step, "objects_not_known",
              "which objects the repository holds is not known, so that creating might take over what is there",
              "create it in Portainer, then: mooring adopt " + printable(c.desired.name, 100));
        return;
    }
    const auto asked = c.server.objects_there.find(place_of(c.seen));
    const auto there = asked == c.server.objects_there.end() ? std::nullopt : asked->second;
    if (!there) {
        block(step, "objects_not_known",
              "whether its objects exist already was not read whole, so that creating might take over what is there",
              "plan with a token that may read its namespace and kinds");
        return;
    }
    const std::set<std::string> goes = ids_that_go_before(c);
    std::vector<std::string> taken;
    for (const match::ObjectThere& one : *there) {
        if (!goes.contains(one.stack_id)) taken.push_back(one.name);
    }
    take_over(c, step, std::move(taken), "creating");
}

bool always(C) { return true; }

// clang-format off
constexpr std::array missing_table{
    PlanRow{"kubernetes-user", [](C c) { return !c.administrator(); }, say_user_token},
    PlanRow{"kubernetes-objects", always, objects_are_free},
};
// clang-format on

// Kinds of the file that are in no table, and what discovery said of them: which are namespaced goes along with the
// step. A kind that nobody asked about, or whose definition is yet to come, is named.
void place_custom_objects(C c, Step& step, const std::string& stack_namespace) {
    if (!c.objects || stack_namespace.empty()) return;
    std::set<std::string> unknown;
    const auto learned = c.server.kinds.find(step.ground.environment.value_or(0));
    const KindsSeen kinds = learned == c.server.kinds.end() ? KindsSeen{} : learned->second;
    for (const kubernetes::Object& object : c.objects->objects) {
        if (kubernetes::resource(object.api_version, object.key.kind) || !object.key.namespace_.empty()) continue;
        const auto kind = kinds.find({object.api_version, object.key.kind});
        if (kind == kinds.end())
            unknown.insert(printable(kubernetes::label(object.key), 100));
        else if (kind->second)
            step.namespaced.insert(kind->first);
    }
    if (!unknown.empty())
        step.notes.push_back(
            fmt::format("{} is sent without a namespace: whether its kind has one is not known; Portainer 2.43 "
                        "would delete it elsewhere unless its file names `{}`",
                        join(std::vector(unknown.begin(), unknown.end()), ", "), printable(stack_namespace, 100)));
}

// What Portainer cannot read hangs 2.23 and 2.39 for good; what it refuses ends half done.
void file_can_be_sent(C c, Step& step) {
    const DesiredContent* content = content_of(c);
    if (!sends_file(step) || content == nullptr) return;
    const std::string& stack_namespace = c.record() != nullptr ? c.record()->namespace_ : c.desired.namespace_;
    const auto remarks =
        c.objects ? kubernetes::remarks(*c.objects, stack_namespace) : std::vector<kubernetes::Remark>{};
    for (const kubernetes::Remark& one : remarks) {
        if (one.refused || one.code == "definition" || one.code == "twice")
            return block(step, one.code, one.message, one.cure);
    }
    place_custom_objects(c, step, stack_namespace);
    if (const auto sent = kubernetes::text_to_send(content->text, stack_namespace, step.namespaced); !sent)
        block(step, "not_sendable", sent.error());
}

// A repository's head is what comes, and nobody reads it before (kubernetes.md §0.8).
void say_what_is_not_known(C c, Step& step) {
    if (!has(step, Action::redeploy)) return;
    step.notes.emplace_back("what the repository's head holds is not known: an object that it has anew and that exists "
                            "already would be taken over");
    const auto& status = c.server.facts->status.value;
    const std::string version = status ? status->version : std::string();
    if (release_of(version) >= std::pair(2, 43)) return;
    step.notes.push_back(fmt::format("a file at the repository's head that does not parse would hang Portainer {} for "
                                     "good: look at it first",
                                     version.empty() ? "before 2.43" : printable(version, 40)));
}

// Whether what is sent has another meaning than the recorded file, accepted differences among it.
bool sends_another_file(const drift::Assessment& seen) {
    const auto of_content = [](const Change& change) { return change.subject == Subject::content; };
    return seen.result.rule == "file-lost" || std::ranges::any_of(seen.result.changes, of_content) ||
           std::ranges::any_of(seen.ignored, of_content);
}

// Deploying takes over what the file has anew and somebody else made.
void what_is_new_is_free(C c, Step& step) {
    if (c.record() == nullptr || !has(step, Action::update) || !sends_another_file(c.seen)) return;
    const auto asked = c.server.objects_there.find(place_of(c.seen));
    if (asked == c.server.objects_there.end() || !asked->second) {
        block(step, "objects_not_known",
              "whether objects that its file has anew exist already was not read whole, so that updating might take "
              "over what is there",
              "plan with a token that may read its namespace and kinds");
        return;
    }
    std::vector<std::string> held;
    std::vector<std::string> nobodys;
    for (const match::ObjectThere& one : *asked->second) {
        if (one.stack_id.empty())
            nobodys.push_back(one.name);
        else
            held.push_back(fmt::format("{} (of stack {})", one.name, one.stack_id));
    }
    if (!held.empty())
        block(step, "held_by_another",
              fmt::format("{} exists already: updating would take it over", printable(join(held, ", "), 300)),
              "let one stack alone declare it");
    take_over(c, step, std::move(nobodys), "updating");
}

// Objects that leave the file stay in the cluster: nobody removes them.
void name_what_stays(C c, Step& step) {
    if (c.record() == nullptr || !has(step, Action::update)) return;
    std::vector<std::string> stay;
    for (const Change& change : c.result().changes) {
        const bool whole = change.subject == Subject::content && !change.desired && !change.path.contains(':');
        if (whole) stay.push_back(printable(change.path, 100));
    }
    if (!stay.empty())
        step.notes.push_back(
            fmt::format("stays in the cluster, because Portainer removes nothing: {}", join(stay, ", ")));
}

bool mentions_portainer(const kubernetes::Value& value) { // NOLINT(misc-no-recursion): bounded when it was read
    return std::ranges::any_of(value.members, [](const auto& member) {
        return (member.key == "image" && is_portainers(member.value.text)) || mentions_portainer(member.value);
    });
}

constexpr std::array all_kubernetes{
    Guard{"kubernetes-file", file_can_be_sent},        Guard{"kubernetes-unknown", say_what_is_not_known},
    Guard{"kubernetes-free", what_is_new_is_free},     Guard{"kubernetes-immutable", keep_what_is_fixed},
    Guard{"kubernetes-data", keep_what_is_stored},     Guard{"kubernetes-stays", name_what_stays},
    Guard{"kubernetes-protected", protect_kubernetes},
};

} // namespace

void protect_kubernetes(const Case& c, Step& step) {
    const auto& globs = c.server.settings.protect;
    const std::string& name = c.record() != nullptr ? c.record()->name : c.desired.name;
    const auto glob = std::ranges::find_if(globs, [&](const std::string& one) { return glob_matches(one, name); });
    if (glob != globs.end()) {
        block(step, "protected", fmt::format("the configuration protects `{}`", printable(*glob, 100)));
    } else if (std::ranges::any_of(c.seen.images, is_portainers) ||
               (c.objects && std::ranges::any_of(c.objects->objects, [](const kubernetes::Object& object) {
                    return mentions_portainer(object.tree);
                }))) {
        block(step, "protected", "it runs Portainer, which would take itself down half way");
    }
}

std::chrono::seconds longest_rollout(const kubernetes::File& file) {
    constexpr std::int64_t usual = 600; // kubernetes.md §5
    constexpr std::int64_t most = std::int64_t{24} * 3600;
    std::int64_t longest = 0;
    for (const kubernetes::Object& object : file.objects) {
        if (object.key.kind != "Deployment") continue;
        std::int64_t seconds = usual;
        if (const auto* declared = kubernetes::at(object.tree, {"spec", "progressDeadlineSeconds"}))
            std::from_chars(declared->text.data(), declared->text.data() + declared->text.size(), seconds);
        longest = std::max(longest, std::min(seconds, most));
    }
    return std::chrono::seconds(longest);
}

std::vector<const drift::Assessment*> kinds_to_ask(const PlanInput& input, const std::string& server) {
    std::vector<const drift::Assessment*> out;
    for (const drift::Assessment& seen : input.assessments) {
        const bool ours = seen.result.server == server && seen.desired != nullptr && seen.result.environment_id;
        const bool sends = seen.result.verdict == Verdict::drifted || seen.result.verdict == Verdict::missing ||
                           seen.result.rule == "file-lost";
        if (ours && sends && seen.desired->type == StackType::kubernetes &&
            std::holds_alternative<DesiredContent>(seen.desired->source))
            out.push_back(&seen);
    }
    return out;
}

std::vector<const drift::Assessment*> objects_to_ask(const PlanInput& input, const std::string& server) {
    std::vector<const drift::Assessment*> out;
    for (const drift::Assessment& seen : input.assessments) {
        if (seen.result.server != server || seen.desired == nullptr || !seen.result.environment_id ||
            seen.desired->type != StackType::kubernetes)
            continue;
        const bool missing = seen.record == nullptr && seen.result.verdict == Verdict::missing;
        const bool replaced = seen.record != nullptr && std::holds_alternative<DesiredContent>(seen.desired->source) &&
                              sends_another_file(seen);
        if (missing || replaced) out.push_back(&seen);
    }
    return out;
}

ClusterPlace place_of(const drift::Assessment& seen) {
    return {.environment = seen.result.environment_id.value_or(0),
            .namespace_ = seen.desired->namespace_,
            .name = seen.desired->name};
}

std::span<const PlanRow> missing_kubernetes_rows() { return missing_table; }
std::span<const Guard> kubernetes_guards() { return all_kubernetes; }

} // namespace mooring::reconcile
