// kinds Scope and Waiver.
#include "base/clock.hpp"
#include "manifest/decode.hpp"
#include "manifest/typed.hpp"

namespace mooring::manifest {

std::optional<DesiredScope> decode_scope(const yaml::Node& document, const ManifestFile& file, Context& context) {
    DocumentLog log(context.remarks, file.shown);
    const yaml::Node& spec = *document.find("spec");
    const Layer own{.file = file.shown, .mark = document.mark, .metadata = {}, .spec = {}};
    const yaml::Node* server = spec.find("server");
    DesiredScope scope;
    scope.where = place(file.shown, document.mark);
    scope.server = decode_server(server == nullptr ? Found{} : Found{server, &own}, document.mark, context, log);
    const yaml::Node* one = spec.find("environment");
    const yaml::Node* several = spec.find("environments");
    if (one != nullptr && several != nullptr)
        log.error(several->mark, "wrong-keys", "`spec` has `environment` and `environments`", "give only one of them");
    if (one != nullptr) scope.environments = {to_environment_ref(*one)};
    if (several != nullptr) {
        const yaml::Node* names = several->find("names");
        scope.environments = to_environment_refs(names == nullptr ? *several : *names);
    }
    scope.names = text_or(spec, "names", "*");
    scope.except = to_texts(spec.find("except"));
    if (const yaml::Node* prune = spec.find("prune")) scope.prune = as_boolean(*prune).value_or(false);
    if (log.failed()) return std::nullopt;
    return scope;
}

std::optional<Waiver> decode_waiver(const yaml::Node& document, const ManifestFile& file, Context& context) {
    DocumentLog log(context.remarks, file.shown);
    const yaml::Node& spec = *document.find("spec");
    Waiver waiver;
    waiver.name = text_or(*document.find("metadata"), "name");
    waiver.server = text_or(spec, "server", "*");
    waiver.environment = text_or(spec, "environment", "*");
    waiver.stack = text_or(spec, "stack");
    waiver.path = text_or(spec, "path");
    waiver.owner = text_or(spec, "owner");
    waiver.reason = text_or(spec, "reason");
    waiver.approver = text_or(spec, "approver");
    waiver.where = place(file.shown, document.mark);
    const auto from = to_time(*spec.find("from"), log);
    const auto until = to_time(*spec.find("until"), log);
    if (from && until && *until <= *from)
        log.error(spec.find("until")->mark, "wrong-value", "the waiver ends before it starts",
                  "`until` must be after `from`");
    if (log.failed()) return std::nullopt;
    waiver.from = *from;
    waiver.until = *until;
    return waiver;
}

} // namespace mooring::manifest
