#include "apply/aftermath.hpp"

#include "base/text.hpp"
#include "compose/compose.hpp"
#include "kubernetes/kubernetes.hpp"
#include "model/stack.hpp"

#include <algorithm>
#include <map>
#include <utility>

namespace mooring::apply {
namespace {

using portainer_write::Change;
using portainer_write::Create;
using portainer_write::CreateFromFile;
using portainer_write::CreateFromGit;
using portainer_write::Redeploy;
using portainer_write::SetAccess;
using portainer_write::Settings;
using portainer_write::Update;
using reconcile::Action;

using Made = std::expected<Sending, std::string>;

bool differs(const Material& m, std::string_view path) {
    return std::ranges::any_of(m.seen.result.changes, [&](const mooring::Change& change) {
        return change.waiver.empty() && change.path == path;
    });
}

bool differs(const Material& m, std::initializer_list<Subject> subjects) {
    return std::ranges::any_of(m.seen.result.changes, [&](const mooring::Change& change) {
        return change.waiver.empty() && std::ranges::find(subjects, change.subject) != subjects.end();
    });
}

std::optional<AutoUpdate> auto_update_of(const Material& m) {
    const auto& declared = m.seen.desired->auto_update;
    const auto* recorded = m.record != nullptr && m.record->auto_update ? &*m.record->auto_update : nullptr;
    AutoUpdate update = recorded != nullptr ? *recorded : AutoUpdate{};
    if (declared && declared->interval) update.interval = *declared->interval;
    if (declared && declared->webhook && !*declared->webhook) update.webhook.clear();
    if (declared && declared->webhook.value_or(false) && update.webhook.empty()) update.webhook = m.webhook;
    if (update.interval.empty() && update.webhook.empty()) return std::nullopt;
    return update;
}

// Kubernetes: with what a server needs to deploy and to delete it rightly.
std::expected<Secret, std::string> file_to_send(std::string_view text, StackType type,
                                                const std::string& stack_namespace,
                                                const kubernetes::Kinds* namespaced) {
    if (type != StackType::kubernetes) return Secret(std::string(text));
    auto sent =
        kubernetes::text_to_send(text, stack_namespace, namespaced == nullptr ? kubernetes::Kinds{} : *namespaced);
    if (!sent) return std::unexpected("its file is not sent: " + sent.error());
    return Secret(std::move(*sent));
}

// What the texts of a server, or of the cluster or engine behind it, may repeat of a file.
std::vector<Secret> secrets_of(std::string_view file, StackType type) {
    std::vector<Secret> secrets;
    for (std::string& one :
         type == StackType::kubernetes ? kubernetes::secret_texts(file) : compose::secret_texts(file))
        secrets.emplace_back(std::move(one));
    return secrets;
}

// As Portainer stores it.
std::string stored_name(const DesiredStack& desired) {
    return desired.type == StackType::kubernetes ? desired.name : normalise_stack_name(desired.name);
}

Made create_from_file(const Material& m, const DesiredContent& content) {
    CreateFromFile create;
    create.environment = m.environment;
    create.name = stored_name(*m.seen.desired);
    create.type = m.seen.desired->type;
    create.namespace_ = m.seen.desired->namespace_;
    if (create.type == StackType::swarm) create.swarm_id = m.swarm_id;
    auto file = file_to_send(content.text, create.type, create.namespace_, m.namespaced);
    if (!file) return std::unexpected(std::move(file.error()));
    create.file = std::move(*file);
    create.withheld = secrets_of(create.file.reveal(), create.type);
    create.env = variables_of(*m.seen.desired, {}, {});
    return Create(std::move(create));
}

Made create_from_git(const Material& m, const DesiredGit& git) {
    if (git.any) return std::unexpected("`git: any` does not say from where it would be created");
    CreateFromGit create;
    create.environment = m.environment;
    create.name = stored_name(*m.seen.desired);
    create.type = m.seen.desired->type;
    create.namespace_ = m.seen.desired->namespace_;
    if (create.type == StackType::swarm) create.swarm_id = m.swarm_id;
    create.url = git.url;
    create.reference = full_reference(git.reference);
    create.path = git.path;
    create.additional_files = git.additional_files;
    create.tls_skip_verify = git.tls_skip_verify.value_or(false);
    if (git.credentials) {
        if (!git.credentials->password) return std::unexpected("the repository's credentials cannot be read");
        create.credentials = {.username = git.credentials->username, .password = *git.credentials->password};
    }
    create.auto_update = auto_update_of(m);
    create.env = variables_of(*m.seen.desired, {}, {});
    return Create(std::move(create));
}

Made create(const Material& m) {
    const DesiredStack& desired = *m.seen.desired;
    for (const DesiredEnv& one : desired.env.value_or(std::vector<DesiredEnv>{})) {
        if (!one.value) return std::unexpected("the value of " + one.name + " is not known");
    }
    if (const auto* git = std::get_if<DesiredGit>(&desired.source)) return create_from_git(m, *git);
    return create_from_file(m, std::get<DesiredContent>(desired.source));
}

bool is_inactive(const StackRecord& record) { return record.status == std::to_underlying(StackStatus::inactive); }

// The recorded file is sent back where nothing of it is to change, so that a write for a variable is no write of a
// file.
Made update(const Material& m) {
    Update update;
    const auto* content = std::get_if<DesiredContent>(&m.seen.desired->source);
    const bool replaces = m.part.detaches || m.seen.result.rule == "file-lost" || differs(m, {Subject::content}) ||
                          m.record->type == StackType::kubernetes; // the same objects, written as they can be sent
    if (replaces && content == nullptr) return std::unexpected("no file is declared");
    if (!replaces && (m.file == nullptr || !*m.file)) return std::unexpected("the recorded file could not be read");
    const StackType type = m.record->type.value_or(StackType::standalone);
    auto file = file_to_send(replaces ? content->text : **m.file, type, m.record->namespace_, m.namespaced);
    if (!file) return std::unexpected(std::move(file.error()));
    update.file = std::move(*file);
    update.withheld = secrets_of(update.file.reveal(), type);
    if (m.file != nullptr && *m.file)
        std::ranges::move(secrets_of(**m.file, type), std::back_inserter(update.withheld));
    update.env = variables_of(*m.seen.desired, m.record->env, accepted_paths(m.seen));
    update.pull = m.part.pulls;
    update.prune = m.part.prunes;
    update.detach = m.part.detaches;
    update.start = is_inactive(*m.record); // the plan allows it, or has no part that deploys
    return Change(std::move(update));
}

// Nothing is pulled: what ran before ran without. Prune stays as the record has it.
Made update_of_before(const Material& m) {
    if (m.before == nullptr) return std::unexpected("what was there before is not known");
    Update update;
    update.file = Secret(m.before->file);
    update.withheld = secrets_of(m.before->file, m.before->record.type.value_or(StackType::standalone));
    update.env = m.before->record.env;
    return Change(std::move(update));
}

Made settings(const Material& m) {
    const auto* git = std::get_if<DesiredGit>(&m.seen.desired->source);
    if (git == nullptr) return std::unexpected("no repository is declared");
    Settings settings;
    if (differs(m, "git.reference")) settings.reference = full_reference(git->reference);
    if (differs(m, "git.path")) settings.path = git->path;
    if (differs(m, "git.additionalFiles")) settings.additional_files = git->additional_files;
    if (differs(m, "git.tlsSkipVerify")) settings.tls_skip_verify = git->tls_skip_verify;
    if (differs(m, {Subject::env, Subject::env_twice}))
        settings.env = variables_of(*m.seen.desired, m.record->env, accepted_paths(m.seen));
    if (differs(m, {Subject::auto_update})) {
        settings.auto_update = auto_update_of(m);
        settings.end_auto_update = !settings.auto_update;
    }
    return Change(std::move(settings));
}

Made access(const Material& m) {
    if (!m.access) {
        return std::unexpected("the declared access names a user or team that the server does not show to this token");
    }
    const bool nobody = !m.access->is_public && m.access->users.empty() && m.access->teams.empty();
    return Change(SetAccess{.is_public = m.access->is_public,
                            .administrators_only = nobody,
                            .users = {m.access->users.begin(), m.access->users.end()},
                            .teams = {m.access->teams.begin(), m.access->teams.end()}});
}

bool same_variables(const std::vector<EnvVar>& sent, const std::vector<EnvVar>& recorded) {
    return std::ranges::equal(sent, recorded);
}

bool same_auto_update(const AutoUpdate& sent, const std::optional<AutoUpdate>& recorded) {
    return recorded && parse_go_duration(sent.interval) == parse_go_duration(recorded->interval) &&
           sent.webhook == recorded->webhook;
}

// Asked of each kind of change in turn.
struct Shown {
    const StackRecord& record;
    const std::optional<std::string>& file;

    bool operator()(const Update& sent) const {
        const bool env = !sent.env || same_variables(*sent.env, record.env);
        return env && !record.from_git() && file && *file == sent.file.reveal();
    }
    bool operator()(const Settings& sent) const {
        if (!record.git) return false;
        const GitConfig& git = *record.git;
        const auto as = [](const auto& wanted, const auto& found) { return !wanted || *wanted == found; };
        const bool source = as(sent.reference, full_reference(git.reference)) && as(sent.path, git.config_file_path) &&
                            as(sent.additional_files, record.additional_files) &&
                            as(sent.tls_skip_verify, git.tls_skip_verify);
        const bool polls = sent.end_auto_update
                               ? !record.auto_update
                               : !sent.auto_update || same_auto_update(*sent.auto_update, record.auto_update);
        return source && polls && (!sent.env || same_variables(*sent.env, record.env));
    }
    bool operator()(const Redeploy&) const { return record.from_git(); }
    bool operator()(const portainer_write::Start&) const {
        return record.status == std::to_underlying(StackStatus::active);
    }
    bool operator()(const portainer_write::Stop&) const { return is_inactive(record); }
    bool operator()(const SetAccess& sent) const {
        return compare::has_access(record, {.is_public = sent.is_public,
                                            .users = {sent.users.begin(), sent.users.end()},
                                            .teams = {sent.teams.begin(), sent.teams.end()}});
    }
    bool operator()(const portainer_write::Remove&) const { return false; }

    bool operator()(const CreateFromFile& sent) const {
        return same_variables(sent.env, record.env) && !record.from_git() && file && *file == sent.file.reveal();
    }
    bool operator()(const CreateFromGit& sent) const {
        return same_variables(sent.env, record.env) && record.from_git();
    }
};

} // namespace

std::set<std::string> accepted_paths(const drift::Assessment& seen) {
    std::set<std::string> paths;
    for (const mooring::Change& change : seen.result.changes) {
        if (!change.waiver.empty()) paths.insert(change.path);
    }
    for (const mooring::Change& change : seen.ignored) paths.insert(change.path);
    return paths;
}

std::vector<EnvVar> variables_of(const DesiredStack& desired, const std::vector<EnvVar>& recorded,
                                 const std::set<std::string>& accepted) {
    if (!desired.env) return recorded;
    std::map<std::string, const DesiredEnv*> declared;
    for (const DesiredEnv& one : *desired.env) declared[one.name] = &one;
    std::map<std::string, const EnvVar*> last; // of a name that is there twice, the last value is the one that counts
    for (const EnvVar& one : recorded) last[one.name] = &one;

    std::vector<EnvVar> out;
    std::set<std::string> placed;
    for (const EnvVar& one : recorded) {
        const std::string path = compare::env_path(one.name);
        const auto wanted = declared.find(one.name);
        const bool known = wanted != declared.end();
        if (accepted.contains(path) || (!known && !desired.env_strict)) {
            out.push_back(one);
        } else if (known && accepted.contains(path + std::string(compare::twice_suffix))) {
            const bool counts = last.at(one.name) == &one;
            out.push_back({.name = one.name, .value = counts ? wanted->second->value.value_or(one.value) : one.value});
        } else if (known && placed.insert(one.name).second) {
            const Secret& kept = last.at(one.name)->value;
            out.push_back({.name = one.name, .value = wanted->second->value.value_or(kept)});
        }
    }
    for (const DesiredEnv& one : *desired.env) {
        if (!last.contains(one.name) && one.value && !accepted.contains(compare::env_path(one.name)))
            out.push_back({.name = one.name, .value = *one.value});
    }
    return out;
}

Made sending_of(const Material& material) {
    switch (material.part.action) {
    case Action::create:
        return create(material);
    case Action::update:
        return material.part.rolls_back ? update_of_before(material) : update(material);
    case Action::redeploy:
        return Change(Redeploy{
            .pull = material.part.pulls, .prune = material.part.prunes, .start = is_inactive(*material.record)});
    case Action::settings:
        return settings(material);
    case Action::start:
        return Change(portainer_write::Start{});
    case Action::stop:
        return Change(portainer_write::Stop{});
    case Action::access:
        return access(material);
    case Action::remove:
        return Change(portainer_write::Remove{});
    }
    std::unreachable();
}

bool shows(const Sending& sent, const StackRecord& record, const std::optional<std::string>& file) {
    const Shown shown{.record = record, .file = file};
    const auto any = [&](const auto& kind) { return std::visit(shown, kind); };
    return std::visit(any, sent);
}

} // namespace mooring::apply
