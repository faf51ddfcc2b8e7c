#include "portainer_write/request.hpp"

#include "base/text.hpp"
#include "model/stack.hpp"
#include "portainer/decode.hpp"

#include <algorithm>
#include <boost/json/parse.hpp>
#include <fmt/format.h>
#include <utility>

namespace mooring::portainer_write {
namespace {

bool all_utf8(const std::vector<EnvVar>& env) {
    return std::ranges::all_of(env, [](const EnvVar& v) { return is_utf8(v.name) && is_utf8(v.value.reveal()); });
}

// Of a file stack that can be deployed by a call (`Webhook`, in some editions): a PUT without it ends that.
std::string webhook_of(const StackRecord& record) {
    boost::system::error_code error;
    const auto unknown = boost::json::parse(record.unknown, error);
    if (error || !unknown.is_object()) return {};
    std::string ignored;
    return portainer::Fields(unknown.get_object(), ignored).text("Webhook");
}

// Every part that deploys keeps to these.
std::optional<Veto> stops(const StackRecord& record, bool may_start) {
    if (record.status == std::to_underlying(StackStatus::inactive) && !may_start) return Veto::would_start;
    return std::nullopt;
}

// Of every change but that of access.
std::optional<Veto> stops_any(const StackRecord& record) {
    if (!record.type) return Veto::unknown_type;
    if (record.id <= 0 || record.environment <= 0) return Veto::no_record;
    return std::nullopt;
}

std::optional<Veto> stops_create(EnvironmentId environment, const std::string& name, StackType type,
                                 const std::string& swarm_id, const std::vector<EnvVar>& env) {
    if (environment <= 0) return Veto::no_record;
    if (name.empty() || normalise_stack_name(name) != name) return Veto::name;
    if ((type == StackType::swarm) == swarm_id.empty()) return Veto::no_swarm_id;
    if (!all_utf8(env)) return Veto::not_utf8;
    return std::nullopt;
}

Made request(const CreateFromFile& create) {
    if (const auto veto = stops_create(create.environment, create.name, create.type, create.swarm_id, create.env))
        return std::unexpected(*veto);
    if (create.file.empty()) return std::unexpected(Veto::empty_file);
    if (!is_utf8(create.file.reveal())) return std::unexpected(Veto::not_utf8);
    JsonText json(6 * create.file.reveal().size() + room_for(create.env) + room_beside);
    json.text("Name", create.name);
    if (!create.swarm_id.empty()) json.text("SwarmID", create.swarm_id);
    json.text("StackFileContent", create.file.reveal()).env("Env", create.env);
    std::vector<Secret> secrets = create.withheld;
    hide(secrets, create.env);
    return made("POST", create_target(create.type, "string", create.environment), std::move(json), std::move(secrets),
                Shows::new_stack);
}

Made request(const CreateFromGit& create) {
    if (const auto veto = stops_create(create.environment, create.name, create.type, create.swarm_id, create.env))
        return std::unexpected(*veto);
    if (holds_user(create.url)) return std::unexpected(Veto::url_with_user);
    if (create.credentials && create.credentials->password.empty()) return std::unexpected(Veto::no_password);
    JsonText json(room_for(create.env) + room_beside);
    json.text("Name", create.name);
    if (!create.swarm_id.empty()) json.text("SwarmID", create.swarm_id);
    json.text("RepositoryURL", create.url).text("RepositoryReferenceName", create.reference);
    json.text("ComposeFile", create.path).texts("AdditionalFiles", create.additional_files);
    if (create.credentials) give_credentials(json, *create.credentials);
    json.flag("TLSSkipVerify", create.tls_skip_verify).auto_update("AutoUpdate", create.auto_update);
    json.env("Env", create.env);
    std::vector<Secret> secrets;
    hide(secrets, create.env);
    if (create.credentials) secrets.push_back(create.credentials->password);
    return made("POST", create_target(create.type, "repository", create.environment), std::move(json),
                std::move(secrets), Shows::new_stack);
}

Made request(const Update& update, const StackRecord& record) {
    if (record.git_hidden()) return std::unexpected(Veto::git_hidden);
    if (record.from_git() && !update.detach) return std::unexpected(Veto::git_stack);
    if (const auto veto = stops(record, update.start)) return std::unexpected(*veto);
    if (update.file.empty()) return std::unexpected(Veto::empty_file);
    const std::vector<EnvVar>& env = update.env ? *update.env : record.env;
    if (!is_utf8(update.file.reveal()) || !all_utf8(env)) return std::unexpected(Veto::not_utf8);
    JsonText json(6 * update.file.reveal().size() + room_for(env) + room_beside);
    json.text("StackFileContent", update.file.reveal()).env("Env", env);
    json.flag("Prune", update.prune || (record.option && record.option->prune));
    json.flag("PullImage", update.pull).flag("RepullImageAndRedeploy", update.pull); // the latter since 2.36
    if (const std::string webhook = webhook_of(record); !webhook.empty()) json.text("Webhook", webhook);
    std::vector<Secret> secrets = update.withheld;
    hide(secrets, env);
    hide(secrets, record.env);
    return made("PUT", at(record), std::move(json), std::move(secrets), Shows::stack);
}

// An omitted value overwrites, so that each is sent (portainer-api.md §3.5).
Made request(const Settings& settings, const StackRecord& record) {
    if (const auto veto = stops_git(record)) return std::unexpected(*veto);
    std::optional<AutoUpdate> update = settings.auto_update ? settings.auto_update : record.auto_update;
    if (settings.end_auto_update) update.reset();
    const bool stopped = record.status == std::to_underlying(StackStatus::inactive);
    if (stopped && update && !update->interval.empty()) return std::unexpected(Veto::would_poll);
    if (settings.credentials && settings.credentials->password.empty()) return std::unexpected(Veto::no_password);
    const std::vector<EnvVar>& env = settings.env ? *settings.env : record.env;
    if (!all_utf8(env)) return std::unexpected(Veto::not_utf8);
    JsonText json(room_for(env) + room_beside);
    json.text("RepositoryReferenceName", settings.reference.value_or(record.git->reference));
    json.text("ConfigFilePath", settings.path.value_or(record.git->config_file_path));
    if (settings.additional_files || !record.additional_files.empty()) {
        json.texts("AdditionalFiles", settings.additional_files.value_or(record.additional_files));
    }
    if (settings.credentials) {
        give_credentials(json, *settings.credentials);
    } else {
        keep_credentials(json, *record.git);
    }
    json.flag("TLSSkipVerify", settings.tls_skip_verify.value_or(record.git->tls_skip_verify));
    json.env("Env", env).auto_update("AutoUpdate", update);
    json.flag("Prune", record.option && record.option->prune);
    std::vector<Secret> secrets;
    hide(secrets, env);
    hide(secrets, record.env);
    if (settings.credentials) secrets.push_back(settings.credentials->password);
    return made("POST", at(record, "/git"), std::move(json), std::move(secrets), Shows::stack);
}

// Before 2.43 `{}` would wipe reference and Env, and clone without the stored credentials.
Made request(const Redeploy& redeploy, const StackRecord& record) {
    if (const auto veto = stops_git(record)) return std::unexpected(*veto);
    if (const auto veto = stops(record, redeploy.start)) return std::unexpected(*veto);
    if (!all_utf8(record.env)) return std::unexpected(Veto::not_utf8);
    JsonText json(room_for(record.env) + room_beside);
    json.text("RepositoryReferenceName", record.git->reference);
    keep_credentials(json, *record.git);
    json.env("Env", record.env).flag("Prune", redeploy.prune || (record.option && record.option->prune));
    json.flag("PullImage", redeploy.pull).flag("RepullImageAndRedeploy", redeploy.pull);
    std::vector<Secret> secrets;
    hide(secrets, record.env);
    return made("PUT", at(record, "/git/redeploy"), std::move(json), std::move(secrets), Shows::stack);
}

Made request(const Start&, const StackRecord& record) {
    if (record.status == std::to_underlying(StackStatus::failed)) return std::unexpected(Veto::start_failed);
    return without_body("POST", at(record, "/start"), record, Shows::stack);
}

Made request(const Stop&, const StackRecord& record) {
    return without_body("POST", at(record, "/stop"), record, Shows::stack);
}

Made request(const Remove&, const StackRecord& record) {
    return without_body("DELETE", at(record), record, Shows::nothing);
}

// The access control is found by environment and stored name, letter for letter (portainer-api.md §2.2).
Made request(const SetAccess& access, const StackRecord& record) {
    const bool named = access.is_public || access.administrators_only || !access.users.empty() || !access.teams.empty();
    if (!named || (access.is_public && access.administrators_only)) return std::unexpected(Veto::access_unclear);
    JsonText json(room_beside + 24 * (access.users.size() + access.teams.size()));
    const auto& control = record.resource_control;
    if (!control) {
        json.text("ResourceID", fmt::format("{}_{}", record.environment, record.name)).number("Type", 6);
    }
    json.flag("Public", access.is_public).flag("AdministratorsOnly", access.administrators_only);
    json.numbers("Users", access.users).numbers("Teams", access.teams);
    std::vector<Secret> secrets;
    hide(secrets, record.env);
    std::string target = "/api/resource_controls";
    if (control) target += fmt::format("/{}", control->id);
    return made(control ? "PUT" : "POST", std::move(target), std::move(json), std::move(secrets), Shows::access);
}

} // namespace

std::expected<WriteRequest, Veto> request_for(const Create& create) {
    const auto made = [](const auto& one) {
        return one.type == StackType::kubernetes ? kubernetes_request(one) : request(one);
    };
    return std::visit(made, create);
}

std::expected<WriteRequest, Veto> request_for(const Change& change, const StackRecord& record) {
    if (const auto veto = stops_any(record)) return std::unexpected(*veto);
    const bool deploying = record.status == std::to_underlying(StackStatus::deploying);
    if (deploying && !std::holds_alternative<SetAccess>(change)) return std::unexpected(Veto::deploying);
    const bool kubernetes = record.type == StackType::kubernetes;
    auto made = kubernetes ? kubernetes_request(change, record)
                           : std::visit([&](const auto& one) { return request(one, record); }, change);
    if (made) made->stack = record.id;
    return made;
}

// Kubernetes: the name that is sent must be the recorded one, byte for byte, or 2.39 and 2.43 hang (kubernetes.md §0).

namespace {

std::optional<Veto> stops_file(const Secret& file) {
    if (file.empty()) return Veto::empty_file;
    if (!is_utf8(file.reveal())) return Veto::not_utf8;
    return std::nullopt;
}

std::optional<Veto> stops_place(EnvironmentId environment, const std::string& name, const std::string& place) {
    if (environment <= 0) return Veto::no_record;
    if (!is_utf8(name) || !is_utf8(place)) return Veto::not_utf8;
    return std::nullopt;
}

// A file onto a Git record changes its settings alone, and leaves Status 3 behind in 2.43: it is never sent.
Made update(const Update& update, const StackRecord& record) {
    if (record.git_hidden()) return std::unexpected(Veto::git_hidden);
    if (record.from_git()) return std::unexpected(Veto::git_stack);
    if (const auto veto = stops_file(update.file)) return std::unexpected(*veto);
    if (!is_utf8(record.name)) return std::unexpected(Veto::not_utf8);
    JsonText json(6 * (update.file.reveal().size() + record.name.size()) + room_beside);
    json.text("StackFileContent", update.file.reveal()).text("StackName", record.name);
    return made("PUT", at(record), std::move(json), update.withheld, Shows::stack);
}

// Sent whole, as for compose files: what is left out is blanked.
Made settings(const Settings& settings, const StackRecord& record) {
    if (const auto veto = stops_git(record)) return std::unexpected(*veto);
    if (settings.credentials && settings.credentials->password.empty()) return std::unexpected(Veto::no_password);
    std::optional<AutoUpdate> update = settings.auto_update ? settings.auto_update : record.auto_update;
    if (settings.end_auto_update) update.reset();
    JsonText json(room_beside);
    json.text("RepositoryReferenceName", settings.reference.value_or(record.git->reference));
    json.text("ConfigFilePath", settings.path.value_or(record.git->config_file_path));
    if (settings.additional_files || !record.additional_files.empty())
        json.texts("AdditionalFiles", settings.additional_files.value_or(record.additional_files));
    settings.credentials ? give_credentials(json, *settings.credentials) : keep_credentials(json, *record.git);
    json.flag("TLSSkipVerify", settings.tls_skip_verify.value_or(record.git->tls_skip_verify));
    json.auto_update("AutoUpdate", update);
    std::vector<Secret> secrets;
    if (settings.credentials) secrets.push_back(settings.credentials->password);
    return made("POST", at(record, "/git"), std::move(json), std::move(secrets), Shows::stack);
}

// Before 2.43 reference and name are blanked where they are not sent.
Made redeploy(const StackRecord& record) {
    if (const auto veto = stops_git(record)) return std::unexpected(*veto);
    if (!is_utf8(record.name)) return std::unexpected(Veto::not_utf8);
    JsonText json(6 * record.name.size() + room_beside);
    json.text("StackName", record.name).text("RepositoryReferenceName", record.git->reference);
    keep_credentials(json, *record.git);
    return made("PUT", at(record, "/git/redeploy"), std::move(json), {}, Shows::stack);
}

} // namespace

Made kubernetes_request(const CreateFromFile& create) {
    if (const auto veto = stops_place(create.environment, create.name, create.namespace_))
        return std::unexpected(*veto);
    if (const auto veto = stops_file(create.file)) return std::unexpected(*veto);
    JsonText json(6 * create.file.reveal().size() + room_beside);
    json.text("StackName", create.name).text("Namespace", create.namespace_);
    json.text("StackFileContent", create.file.reveal());
    return made("POST", create_target(create.type, "string", create.environment), std::move(json), create.withheld,
                Shows::output);
}

Made kubernetes_request(const CreateFromGit& create) {
    if (const auto veto = stops_place(create.environment, create.name, create.namespace_))
        return std::unexpected(*veto);
    if (holds_user(create.url)) return std::unexpected(Veto::url_with_user);
    if (create.credentials && create.credentials->password.empty()) return std::unexpected(Veto::no_password);
    JsonText json(room_beside);
    json.text("StackName", create.name).text("Namespace", create.namespace_);
    json.text("RepositoryURL", create.url).text("RepositoryReferenceName", create.reference);
    json.text("ManifestFile", create.path).texts("AdditionalFiles", create.additional_files);
    if (create.credentials) give_credentials(json, *create.credentials);
    json.flag("TLSSkipVerify", create.tls_skip_verify).auto_update("AutoUpdate", create.auto_update);
    std::vector<Secret> secrets;
    if (create.credentials) secrets.push_back(create.credentials->password);
    return made("POST", create_target(create.type, "repository", create.environment), std::move(json),
                std::move(secrets), Shows::output);
}

Made kubernetes_request(const Change& change, const StackRecord& record) {
    if (const auto* one = std::get_if<Update>(&change)) return update(*one, record);
    if (const auto* one = std::get_if<Settings>(&change)) return settings(*one, record);
    if (std::holds_alternative<Redeploy>(change)) return redeploy(record);
    if (std::holds_alternative<Remove>(change)) return without_body("DELETE", at(record), record, Shows::nothing);
    return std::unexpected(Veto::kubernetes); // start, stop, access
}

} // namespace mooring::portainer_write
