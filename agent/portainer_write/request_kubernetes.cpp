// Kubernetes: the name that is sent must be the recorded one, byte for byte, or 2.39 and 2.43 hang (kubernetes.md §0).
#include "base/text.hpp"
#include "portainer_write/request_parts.hpp"

#include <utility>

namespace mooring::portainer_write {
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
