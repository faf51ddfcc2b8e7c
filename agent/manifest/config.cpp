// The route: find the file, check it, put flags and variables in, decode.
#include "manifest/config.hpp"

#include "base/file.hpp"
#include "manifest/config_decode.hpp"
#include "manifest/decode.hpp"
#include "manifest/layers.hpp"
#include "manifest/schema_check.hpp"

#include <algorithm>
#include <array>
#include <optional>

namespace mooring::config {
namespace {

namespace fs = std::filesystem;
using manifest::DocumentKind;
using manifest::place;
using manifest::Remarks;

constexpr std::size_t largest_file = 1U << 20U;
constexpr yaml::Limits file_limits{.bytes = largest_file, .depth = 30, .expanded_nodes = 50'000, .documents = 100};

struct FileText {
    std::string shown;
    std::string text;
};

// The first file that exists; nothing without one, and an error where one was named or cannot be read.
std::optional<FileText> find_file(const Overrides& overrides, const Variables& variables, const Places& places,
                                  Remarks& remarks) {
    std::vector<fs::path> candidates{(places.working_folder / "mooring.yaml").lexically_normal(), places.system_file};
    const auto named = text_of(variables, "MOORING_CONFIG");
    const bool is_named = !overrides.config.empty() || named;
    if (is_named) candidates = {overrides.config.empty() ? fs::path(*named) : overrides.config};
    for (const fs::path& path : candidates) {
        auto text = manifest::read_resolved(path, largest_file);
        if (text) return FileText{path.generic_string(), std::move(*text)};
        if (text.error().kind == ErrorKind::not_found && !is_named) continue;
        remarks.error(place(path.generic_string()), "unreadable",
                      "the configuration cannot be read: " + text.error().message,
                      is_named ? "check --config or MOORING_CONFIG" : "let the user that runs Mooring read it");
        return std::nullopt;
    }
    return std::nullopt;
}

// The one document of kind Agent; nullptr and an error if there is none, or another.
const yaml::Node* only_document(const std::vector<yaml::Node>& documents, const std::string& file, Remarks& remarks) {
    const yaml::Node* found = nullptr;
    for (const yaml::Node& document : documents) {
        if (manifest::classify(document) == DocumentKind::empty) continue;
        if (found != nullptr) {
            remarks.error(place(file, document.mark), "too-many-documents", "a configuration is one document",
                          "put manifests into a folder of their own");
            return nullptr;
        }
        found = &document;
    }
    if (found == nullptr)
        remarks.error(place(file), "missing-key", "the configuration is empty",
                      "it starts with `apiVersion: mooring/v1` and `kind: Agent`");
    return found;
}

// Of a configuration with errors, what manifests depend on; nullopt if a slip may be about just that.
std::optional<yaml::Node> part_for_manifests(const yaml::Node& document) {
    constexpr std::array<std::string_view, 3> needed{"manifests", "defaults", "environment"};
    const yaml::Node* spec = document.find("spec");
    const bool is_beside = std::ranges::any_of(needed, [&](auto key) { return document.find(key) != nullptr; });
    if (is_beside || spec == nullptr || spec->kind != yaml::Kind::mapping) return std::nullopt;
    const manifest::SchemaRule& rule = *manifest::rules_of("agent").properties.find("spec")->second;
    yaml::Node part{.kind = yaml::Kind::mapping, .mark = spec->mark};
    for (const auto& [key, value] : spec->entries) {
        const auto known = rule.properties.find(key.text);
        if (known == rule.properties.end()) return std::nullopt;
        if (std::ranges::find(needed, key.text) == needed.end()) continue;
        if (!manifest::check(value, *known->second).empty()) return std::nullopt;
        part.entries.emplace_back(key, value);
    }
    return part;
}

// The `spec` of the file if it obeys the schema, or the part of it that manifests depend on.
std::optional<yaml::Node> read_spec(const FileText& file, Remarks& remarks) {
    const auto documents = yaml::parse(file.text, file_limits);
    if (!documents) {
        const yaml::Problem& problem = documents.error();
        remarks.error(place(file.shown, problem.mark), problem.code, problem.message);
        return std::nullopt;
    }
    const yaml::Node* document = only_document(*documents, file.shown, remarks);
    if (document == nullptr) return std::nullopt;
    const auto problems = manifest::check(*document, manifest::rules_of("agent"));
    for (const auto& p : problems) remarks.error(place(file.shown, p.mark), p.code, p.message, p.suggestion);
    if (!problems.empty()) return part_for_manifests(*document);
    return *document->find("spec");
}

} // namespace

std::string to_string(const SettingOrigin& origin) {
    switch (origin.kind) {
    case SettingOrigin::Kind::by_default:
        return "default";
    case SettingOrigin::Kind::file:
        return origin.where.file + ":" + std::to_string(origin.where.line);
    case SettingOrigin::Kind::variable:
    case SettingOrigin::Kind::flag:
        break;
    }
    return origin.name;
}

Loaded load(const Overrides& overrides, const Variables& variables, const Places& places) {
    Remarks remarks;
    Tree tree;
    const auto file = find_file(overrides, variables, places, remarks);
    const auto spec = file ? read_spec(*file, remarks) : std::nullopt;
    const bool is_broken = remarks.errors() > 0;
    if (spec) tree.spec = *spec;
    apply_overrides(tree, overrides, variables, !is_broken, remarks);
    Loaded loaded;
    loaded.config = decode_config(tree, file ? file->shown : "", variables, remarks);
    loaded.manifests_known = spec || !is_broken;
    loaded.diagnostics = remarks.take();
    return loaded;
}

Diagnostics require_servers(const Config& config) {
    if (!config.servers.empty()) return {};
    return {{.severity = Severity::error,
             .code = "no-server",
             .message = "no server is configured",
             .suggestion = "set PORTAINER_URL and PORTAINER_API_KEY_FILE, or let `mooring init` write a mooring.yaml",
             .where = place(config.file),
             .server = {}}};
}

bool lies_below_manifests(const Config& config) {
    if (config.file.empty()) return false;
    std::error_code ignored;
    const fs::path file = fs::weakly_canonical(config.file, ignored);
    const fs::path folder = fs::weakly_canonical(config.manifests, ignored);
    const fs::path relative = file.lexically_relative(folder);
    return !relative.empty() && *relative.begin() != "..";
}

manifest::LoadOptions load_options(const Config& config, const Variables& variables) {
    manifest::LoadOptions options;
    options.root = config.manifests;
    options.exclude = config.exclude;
    for (const ServerEntry& entry : config.servers) options.servers.push_back(entry.server.name);
    options.default_server = config.default_server;
    options.runtime = config.runtime;
    options.defaults = config.defaults;
    options.credentials = credentials_of(config, variables);
    options.variables = variables;
    options.writable_variables = config.writable_variables;
    return options;
}

} // namespace mooring::config
