#include "manifest/config_decode.hpp"

#include "base/clock.hpp"
#include "base/text.hpp"
#include "manifest/decode.hpp"
#include "manifest/layers.hpp"

#include <cstdlib>
#include <set>
#include <utility>

namespace mooring::config {
namespace {

using manifest::in_quotes;
using manifest::Remarks;
using yaml::Node;

constexpr std::chrono::seconds between_two_looks{15}; // reconcile.md §4, move 7

// "20%", "30d": the schema has seen to the form.
int leading_number(const Node& node) { return std::atoi(node.text.c_str()); } // NOLINT(cert-err34-c)

class WriteDecoder {
  public:
    WriteDecoder(const Node& server, const std::string& path, const std::string& file, const NoteOrigin& note,
                 Remarks& remarks)
        : server_(server), path_(path), file_(file), note_(note), remarks_(remarks) {}

    WriteSettings run() {
        take(server_, path_, "apply", [&](const Node& node) { out_.apply = *manifest::as_boolean(node); });
        take(server_, path_, "correct", [&](const Node& node) { decode_correct(node); });
        take(server_, path_, "instance", [&](const Node& node) { out_.instance = to_lower(node.text); });
        take(server_, path_, "protect", [&](const Node& node) { out_.protect = manifest::to_texts(&node); });
        if (const Node* limits = server_.find("limits")) decode_limits(*limits, path_ + "limits.");
        return std::move(out_);
    }

  private:
    template <typename Use>
    void take(const Node& map, const std::string& path, std::string_view key, Use use) {
        const Node* node = map.find(key);
        if (node == nullptr) return;
        note_(path + std::string(key), *node);
        use(*node);
    }

    // A trap: somebody believes that the agent corrects, and it does not.
    void decode_correct(const Node& node) {
        out_.correct = *manifest::as_boolean(node);
        if (!out_.correct) return;
        if (!out_.apply)
            remarks_.error(where(node), "wrong-keys",
                           "`correct: true` of " + in_quotes(server_.find("name")->text) +
                               " means nothing without `apply: true`",
                           "add `apply: true`, or remove `correct`");
    }

    void decode_limits(const Node& node, const std::string& path) {
        WriteLimits& limits = out_.limits;
        take(node, path, "maxShare",
             [&](const Node& n) { limits.max_share = static_cast<unsigned>(leading_number(n)); });
        take(node, path, "maxChanges", [&](const Node& n) { limits.max_changes = to_count(n); });
        take(node, path, "maxRemoves", [&](const Node& n) { limits.max_removes = to_count(n); });
        take(node, path, "pruneAfter", [&](const Node& n) { limits.prune_after = to_seconds(n); });
        take(node, path, "deployTimeout", [&](const Node& n) {
            limits.deploy_timeout = to_seconds(n);
            if (limits.deploy_timeout < between_two_looks) too_short(n, "deployTimeout");
        });
        take(node, path, "settle", [&](const Node& n) {
            limits.settle = to_seconds(n);
            if (*limits.settle < between_two_looks) too_short(n, "settle");
        });
        take(node, path, "redeployAfter", [&](const Node& n) { limits.redeploy_after = to_seconds(n); });
        take(node, path, "humanGrace", [&](const Node& n) { limits.human_grace = to_seconds(n); });
    }

    void too_short(const Node& node, const std::string& key) {
        remarks_.error(where(node), "wrong-value",
                       in_quotes(key) + " must be at least 15s, which lie between the two looks after a write");
    }

    static std::size_t to_count(const Node& node) {
        return static_cast<std::size_t>(manifest::as_integer(node).value_or(0));
    }

    std::chrono::seconds to_seconds(const Node& node) {
        const auto duration = parse_go_duration(node.text);
        if (!duration) remarks_.error(where(node), "wrong-value", "this duration is too long");
        return std::chrono::ceil<std::chrono::seconds>(duration.value_or(std::chrono::nanoseconds(0)));
    }

    SourceLocation where(const Node& node) const {
        return node.mark.line == 0 ? SourceLocation{} : manifest::place(file_, node.mark);
    }

    const Node& server_;
    const std::string& path_;
    const std::string& file_;
    const NoteOrigin& note_;
    Remarks& remarks_;
    WriteSettings out_;
};

} // namespace

WriteSettings decode_write(const Node& server, const std::string& path, const std::string& file, const NoteOrigin& note,
                           Remarks& remarks) {
    return WriteDecoder(server, path, file, note, remarks).run();
}

BackupSettings decode_backup(const Node& backup, const std::string& file, const NoteOrigin& note) {
    BackupSettings out;
    if (const Node* folder = backup.find("path")) {
        note("backup.path", *folder);
        out.folder = (std::filesystem::path(file).parent_path() / folder->text).lexically_normal();
    }
    if (const Node* keep = backup.find("keep")) {
        note("backup.keep", *keep);
        out.keep = std::chrono::hours(24 * leading_number(*keep));
    }
    return out;
}

} // namespace mooring::config

// The small parts that several kinds of documents share.

namespace mooring::manifest {
namespace {

Principal to_principal(const yaml::Node& node) {
    if (const yaml::Node* id = node.find("id")) return {.id = as_integer(*id), .name = {}};
    return {.id = std::nullopt, .name = node.text};
}

std::vector<Principal> to_principals(const yaml::Node* list) {
    std::vector<Principal> out;
    if (list == nullptr) return out;
    for (const yaml::Node& item : list->items) out.push_back(to_principal(item));
    return out;
}

} // namespace

EnvironmentRef to_environment_ref(const yaml::Node& node) {
    if (const yaml::Node* id = node.find("id")) return {.id = as_integer(*id), .name = text_or(node, "name")};
    return {.id = std::nullopt, .name = node.text};
}

std::vector<EnvironmentRef> to_environment_refs(const yaml::Node& list) {
    std::vector<EnvironmentRef> out;
    out.reserve(list.items.size());
    for (const yaml::Node& item : list.items) out.push_back(to_environment_ref(item));
    return out;
}

DesiredAccess to_access(const yaml::Node& node) {
    DesiredAccess access;
    if (node.kind == yaml::Kind::mapping) {
        access.kind = DesiredAccess::Kind::restricted;
        access.users = to_principals(node.find("users"));
        access.teams = to_principals(node.find("teams"));
    } else if (node.text == "public") {
        access.kind = DesiredAccess::Kind::everyone;
    }
    return access;
}

std::vector<std::string> to_texts(const yaml::Node* list) {
    std::vector<std::string> out;
    if (list == nullptr) return out;
    for (const yaml::Node& item : list->items) out.push_back(item.text);
    return out;
}

std::string text_or(const yaml::Node& map, std::string_view key, std::string_view otherwise) {
    const yaml::Node* node = map.find(key);
    return node == nullptr ? std::string(otherwise) : node->text;
}

std::optional<UnixSeconds> to_time(const yaml::Node& node, DocumentLog& log) {
    const auto time = parse_utc(node.text);
    if (!time)
        log.error(node.mark, "wrong-value", "there is no such day or time: " + in_quotes(printable(node.text, 40)));
    return time;
}

std::string decode_server(const Found& named, yaml::Mark document, Context& context, DocumentLog& log) {
    const std::vector<std::string>& known = context.options.servers;
    if (named) {
        const bool is_known = known.empty() || std::ranges::find(known, named.node->text) != known.end();
        if (!is_known) {
            log.error(named.where(), "unknown-server",
                      "no server " + in_quotes(printable(named.node->text, 100)) + " is configured",
                      suggest(named.node->text, known));
        }
        return named.node->text;
    }
    if (!context.options.default_server.empty()) return context.options.default_server;
    if (known.size() > 1) {
        log.error(document, "missing-key", "`spec.server` is missing, and several servers are configured",
                  "add `server:`, one of " + quoted_list(known, ", "));
    }
    return known.size() == 1 ? known.front() : std::string();
}

// kinds Scope and Waiver.

namespace {

// What the Defaults above a Scope say of when something may be written: whoever wrote a stack that is gone from the
// files said nothing else.
void take_hold(const Layer& own, const std::filesystem::path& folder, const Layers& layers, Context& context,
               DocumentLog& log, DesiredScope& scope) {
    std::vector<const Layer*> chain = layers.above(folder);
    chain.insert(chain.begin(), &own);
    DesiredStack nobody;
    decode_policy(chain, nobody, context, log);
    scope.windows = std::move(nobody.policy.windows);
    scope.freezes = std::move(nobody.policy.freezes);
}

} // namespace

std::optional<DesiredScope> decode_scope(const yaml::Node& document, const ManifestFile& file, const Layers& layers,
                                         Context& context) {
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
    take_hold(own, file.folder, layers, context, log, scope);
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

// In which environments a stack is declared.

namespace {

std::vector<Place> expand(const yaml::Node& several, const Layer& layer, DocumentLog& log) {
    if (const yaml::Node* tags = several.find("tags"))
        return {EnvironmentSelector{.tags = to_texts(tags), .group = {}}};
    if (const yaml::Node* group = several.find("group")) return {EnvironmentSelector{.tags = {}, .group = group->text}};
    const yaml::Node* names = several.find("names");
    const yaml::Node& list = names == nullptr ? several : *names;
    std::vector<Place> out;
    std::set<std::pair<EnvironmentId, std::string>> seen;
    for (const yaml::Node& item : list.items) {
        EnvironmentRef reference = to_environment_ref(item);
        // The id decides, whatever name is pinned beside it.
        if (!seen.emplace(reference.id.value_or(0), reference.id ? "" : reference.name).second)
            log.error(place(layer.file, item.mark), "listed-twice", "this environment is listed twice", "remove one");
        out.emplace_back(std::move(reference));
    }
    return out;
}

} // namespace

std::vector<Place> decode_places(const std::vector<const Layer*>& chain, DocumentLog& log) {
    for (const Layer* layer : chain) {
        const yaml::Node* one = layer->spec.find("environment");
        const yaml::Node* several = layer->spec.find("environments");
        if (one != nullptr && several != nullptr) {
            log.error(place(layer->file, several->mark), "wrong-keys", "`spec` has `environment` and `environments`",
                      "give only one of them");
        }
        if (one != nullptr) return {to_environment_ref(*one)};
        if (several != nullptr) return expand(*several, *layer, log);
    }
    log.error(chain.front()->mark, "missing-key", "`spec.environment` is missing",
              "add `environment: NAME`, here or in a Defaults of this folder");
    return {};
}

} // namespace mooring::manifest
