#include "apply/apply.hpp"

#include "base/text.hpp"
#include "model/stack.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <set>
#include <utility>
#include <vector>

namespace mooring::apply {
namespace {

bool same_access(const std::optional<ResourceControl>& one, const std::optional<ResourceControl>& other) {
    if (!one || !other) return !one == !other;
    return one->is_public == other->is_public && std::ranges::is_permutation(one->users, other->users) &&
           std::ranges::is_permutation(one->teams, other->teams);
}

bool same_git(const std::optional<GitConfig>& one, const std::optional<GitConfig>& other) {
    if (!one || !other) return !one == !other;
    return one->url == other->url && one->reference == other->reference &&
           one->config_file_path == other->config_file_path && one->commit == other->commit &&
           one->tls_skip_verify == other->tls_skip_verify && one->has_authentication == other->has_authentication &&
           one->username == other->username && one->credential_id == other->credential_id;
}

// But for the job, which comes and goes with each deployment.
bool same_polling(const std::optional<AutoUpdate>& one, const std::optional<AutoUpdate>& other) {
    if (!one || !other) return !one == !other;
    return one->interval == other->interval && one->webhook == other->webhook &&
           one->force_update == other->force_update && one->force_pull_image == other->force_pull_image;
}

std::string by_whom(const StackRecord& now) {
    if (now.updated_at == 0) return {};
    return fmt::format(", updated by {} on {}", now.updated_by.empty() ? "somebody" : printable(now.updated_by, 100),
                       format_utc(now.updated_at));
}

} // namespace

std::string moved(const StackRecord& then, const StackRecord& now) {
    const auto changed = [&](std::string_view what) {
        return fmt::format("{} changed since it was planned{}", what, by_whom(now));
    };
    if (then.created_at != now.created_at || then.type != now.type) return changed("the record");
    if (then.environment != now.environment) return changed("its environment");
    if (then.name != now.name) return changed("its name");
    if (then.status != now.status) return changed("its status");
    if (then.updated_at != now.updated_at || then.updated_by != now.updated_by) return changed("the stack");
    if (!std::ranges::equal(then.env, now.env)) return changed("its variables");
    if (!same_access(then.resource_control, now.resource_control)) return changed("its access");
    if (!same_git(then.git, now.git) || then.workflow_id != now.workflow_id ||
        then.additional_files != now.additional_files)
        return changed("its Git source");
    if (!same_polling(then.auto_update, now.auto_update)) return changed("its automatic update");
    if (then.option != now.option || then.unknown != now.unknown) return changed("its settings");
    return {};
}

bool is_named_as(const StackRecord& record, const DesiredStack& desired) {
    if (desired.type == StackType::kubernetes)
        return record.name == desired.name && record.namespace_ == desired.namespace_;
    return normalise_stack_name(record.name) == normalise_stack_name(desired.name);
}

const StackRecord* of_name(std::span<const StackRecord> list, EnvironmentId environment, const DesiredStack& desired) {
    const auto found = std::ranges::find_if(
        list, [&](const StackRecord& one) { return one.environment == environment && is_named_as(one, desired); });
    return found == list.end() ? nullptr : &*found;
}

bool sends_prune(const reconcile::Part& part, const StackRecord& record) {
    return part.prunes || (record.option && record.option->prune);
}

std::vector<std::string> taken_over(const reconcile::Step& step, const reconcile::ExtraFacts& runs) {
    const std::string project = normalise_stack_name(step.name);
    std::vector<std::string> newly;
    const auto look = [&](const std::string& owner, std::string_view kind, const std::string& name) {
        if (owner == project && std::ranges::find(step.takes_over, name) == step.takes_over.end())
            newly.push_back(fmt::format("{} {}", kind, name));
    };
    for (const Container& one : runs.containers.value_or(std::vector<Container>{}))
        look(one.project, "container", one.name);
    for (const SwarmService& one : runs.services.value_or(std::vector<SwarmService>{}))
        look(one.namespace_, "service", one.name);
    return newly;
}

namespace {

// Of a project: names of its services, as what runs says them.
std::set<std::string> services_of(const std::string& project, const match::RuntimeFacts& runs) {
    std::set<std::string> names;
    for (const Container& one : runs.containers.value.value_or(std::vector<Container>{})) {
        if (one.project == project) names.insert(one.service);
    }
    for (const SwarmService& one : runs.services.value.value_or(std::vector<SwarmService>{})) {
        if (one.namespace_ == project) names.insert(one.name);
    }
    return names;
}

// Its source is not read: what runs of it now and did not then.
std::vector<std::string> newly_of_git(const StackRecord& record, const reconcile::ExtraFacts& runs,
                                      const match::RuntimeFacts* then) {
    std::vector<std::string> newly;
    if (then == nullptr) return newly; // nothing was read then, and the plan says what that means
    const std::string project = normalise_stack_name(record.name);
    const std::set<std::string> known = services_of(project, *then);
    const bool swarm = record.type == StackType::swarm;
    for (const Container& one : runs.containers.value_or(std::vector<Container>{})) {
        if (!swarm && then->containers.value && one.project == project && !known.contains(one.service))
            newly.push_back("container " + one.name);
    }
    for (const SwarmService& one : runs.services.value_or(std::vector<SwarmService>{})) {
        if (swarm && then->services.value && one.namespace_ == project && !known.contains(one.name))
            newly.push_back("service " + one.name);
    }
    return newly;
}

} // namespace

std::vector<std::string> files_of(const drift::Assessment& seen, const Readings& ground, const Before* put_back) {
    std::vector<std::string> texts;
    const auto* content = seen.desired == nullptr ? nullptr : std::get_if<DesiredContent>(&seen.desired->source);
    if (content != nullptr) texts.push_back(content->text);
    if (ground.file) texts.push_back(*ground.file);
    if (put_back != nullptr) texts.push_back(put_back->file);
    return texts;
}

std::vector<std::string> removed_beside(const reconcile::Step& step, const StackRecord& record,
                                        const std::vector<std::string>& files, const reconcile::ExtraFacts& runs,
                                        const match::RuntimeFacts* then) {
    std::optional<std::vector<std::string>> strangers;
    for (const std::string& text : files) {
        reconcile::ExtraFacts facts = runs;
        facts.file = text;
        const auto beside = reconcile::strangers_of(record, facts);
        if (!beside) continue;
        if (!strangers) strangers = beside;
        std::erase_if(*strangers, [&](const auto& one) { return std::ranges::find(*beside, one) == beside->end(); });
    }
    if (!strangers) strangers = newly_of_git(record, runs, then);
    std::erase_if(*strangers,
                  [&](const auto& one) { return std::ranges::find(step.pruned, one) != step.pruned.end(); });
    return *strangers;
}

bool is_same_engine(const Engine& then, const Engine& now) {
    if (then.swarm_id != now.swarm_id) return false;
    return !then.swarm_id.empty() || then.id == now.id;
}

bool has_no_lasting_id(const Engine& then, const Engine& now, const Engine& again) {
    if (!then.swarm_id.empty() || !now.swarm_id.empty() || !again.swarm_id.empty()) return false;
    return then.id != now.id && now.id != again.id && again.id != then.id;
}

namespace {

bool is_our_write(const Fallen& fallen) {
    const StackRecord& before = fallen.before->record;
    const StackRecord& now = *fallen.now;
    const bool untouched = now.updated_at == before.updated_at && now.updated_by == before.updated_by;
    return untouched || now.updated_by == fallen.user;
}

} // namespace

bool may_be_put_back(const Fallen& fallen) {
    if (fallen.desired.policy.rollback != Rollback::automatic || fallen.outcome != PartOutcome::outage) return false;
    if (fallen.part.action != reconcile::Action::update || fallen.part.detaches || fallen.part.rolls_back) return false;
    if (!fallen.before || !fallen.now || !fallen.ran || fallen.ran->empty()) return false;
    const StackRecord& before = fallen.before->record;
    const bool of_a_file = before.type == StackType::standalone && !before.from_git() && !fallen.now->from_git();
    const bool ran = before.status == std::to_underlying(StackStatus::active);
    const bool ended = fallen.now->status == std::to_underlying(StackStatus::active) ||
                       fallen.now->status == std::to_underlying(StackStatus::failed);
    return of_a_file && ran && ended && is_our_write(fallen);
}

reconcile::Part rollback_part(const StackRecord& record) {
    reconcile::Part part{.action = reconcile::Action::update, .rolls_back = true};
    part.prunes = sends_prune(part, record);
    return part;
}

PartResult put_back(PartResult written, const Running& ran, const Running& runs) {
    if (!ran || !runs) {
        written.outcome = PartOutcome::sent;
        written.message = "what runs could not be read";
        return written;
    }
    std::vector<std::string> away;
    std::ranges::set_difference(*ran, *runs, std::back_inserter(away));
    written.outcome = away.empty() ? PartOutcome::done : PartOutcome::outage;
    written.message = away.empty() ? "what ran before runs again"
                                   : fmt::format("still not running: {}", printable(join(away, ", "), 300));
    return written;
}

} // namespace mooring::apply
