// The effective configuration, as a file that could be used again but for what is secret in addresses (`***`), with
// where each value came from.
#include "base/secret.hpp"
#include "base/text.hpp"
#include "manifest/config.hpp"
#include "manifest/config_decode.hpp"
#include "manifest/layers.hpp"
#include "model/stack.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace mooring::config {
namespace {

using Json = nlohmann::ordered_json;

Json tls_of(const TlsSettings& tls) {
    Json out = Json::object();
    if (!tls.ca_file.empty()) out["ca"] = tls.ca_file;
    if (!tls.pin.empty()) out["pin"] = tls.pin;
    if (tls.insecure_skip_verify) out["insecureSkipVerify"] = true;
    return out;
}

// Only what differs from what every server has; whether anything is written at all is always said.
void add_write(const WriteSettings& write, Json& out) {
    out["apply"] = write.apply;
    if (write.correct) out["correct"] = true;
    if (!write.instance.empty()) out["instance"] = write.instance;
    if (!write.protect.empty()) out["protect"] = write.protect;
    const WriteLimits& limits = write.limits;
    if (!write.apply && limits == WriteLimits{}) return;
    Json& all = out["limits"];
    all["maxShare"] = std::to_string(limits.max_share) + "%";
    if (limits.max_changes) all["maxChanges"] = *limits.max_changes;
    all["maxRemoves"] = limits.max_removes;
    all["pruneAfter"] = format_go_duration(limits.prune_after);
    all["deployTimeout"] = format_go_duration(limits.deploy_timeout);
    if (limits.settle) all["settle"] = format_go_duration(*limits.settle);
    all["redeployAfter"] = format_go_duration(limits.redeploy_after);
    all["humanGrace"] = format_go_duration(limits.human_grace);
}

Json json_of(const BackupSettings& backup) {
    Json out = Json::object();
    if (!backup.folder.empty()) out["path"] = backup.folder.generic_string();
    out["keep"] = std::to_string(backup.keep.count() / 24) + "d";
    return out;
}

Json server_of(const ServerEntry& entry, bool own_proxy) {
    const ServerConnection& server = entry.server;
    Json out = {{"name", server.name}, {"url", mask_text(url_without_user(server.url))}};
    if (Json credential = json_of(entry.credential); !credential.is_null()) out["credential"] = std::move(credential);
    if (Json tls = tls_of(server.tls); !tls.empty()) out["tls"] = std::move(tls);
    out["limits"] = {{"list", server.limits.list},
                     {"dockerList", server.limits.docker_list},
                     {"file", server.limits.file},
                     {"headers", server.limits.headers}};
    out["concurrency"] = server.concurrency;
    out["timeouts"] = {{"request", format_go_duration(server.request_timeout)},
                       {"run", format_go_duration(server.deadline)}};
    out["attempts"] = server.retries.attempts;
    add_write(entry.write, out);
    // A proxy from the environment may hold a password, and comes from there again.
    if (own_proxy) out["proxy"] = mask_text(url_without_user(std::string(server.proxy.https.reveal())));
    return out;
}

// The defaults as they were written; they hold names only.
Json json_of(const yaml::Node& node) {
    if (node.kind == yaml::Kind::mapping) {
        Json out = Json::object();
        for (const auto& [key, value] : node.entries) out[key.text] = json_of(value);
        return out;
    }
    if (node.kind == yaml::Kind::sequence) {
        Json out = Json::array();
        for (const yaml::Node& item : node.items) out.push_back(json_of(item));
        return out;
    }
    if (const auto flag = manifest::as_boolean(node)) return *flag;
    return node.text;
}

Json spec_of(const Config& config) {
    Json spec = Json::object();
    spec["servers"] = Json::array();
    for (const ServerEntry& entry : config.servers) {
        const auto proxy = config.origins.find("servers[" + entry.server.name + "].proxy");
        spec["servers"].push_back(
            server_of(entry, proxy != config.origins.end() && proxy->second.kind == SettingOrigin::Kind::file));
    }
    spec["manifests"] = config.manifests.generic_string();
    if (!config.exclude.empty())
        spec["manifests"] = {{"path", config.manifests.generic_string()}, {"exclude", config.exclude}};
    if (!config.defaults.spec.entries.empty()) spec["defaults"] = json_of(config.defaults.spec);
    if (!config.environment.empty()) spec["environment"] = config.environment;
    spec["runtime"] = config.runtime;
    if (!config.remember.empty()) spec["remember"] = config.remember.generic_string();
    if (!config.ledger.empty()) spec["ledger"] = config.ledger.generic_string();
    if (config.keep_days) spec["keep"] = std::to_string(*config.keep_days) + "d";
    spec["relistAfter"] = format_go_duration(config.relist_after);
    spec["fullVerify"] = format_go_duration(config.full_verify);
    if (config.backup != BackupSettings{}) spec["backup"] = json_of(config.backup);
    if (!config.writable_variables.empty()) spec["secrets"] = {{"fromEnv", config.writable_variables}};
    spec["output"] = {{"format", config.format}, {"color", config.color}};
    spec["agent"] = json_of(config.agent);
    return spec;
}

// A text as YAML: plain where nobody could read it as anything else, in a list neither, otherwise quoted as in JSON,
// which YAML reads too.
std::string as_yaml(const Json& value) {
    if (!value.is_string()) return value.dump();
    const auto& text = value.get_ref<const std::string&>();
    constexpr std::string_view safe = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_./-+=@:";
    yaml::Node node{.kind = yaml::Kind::scalar, .plain = true, .text = text};
    const bool is_plain = !text.empty() && text.find_first_not_of(safe) == std::string::npos && !text.ends_with(':') &&
                          std::string_view("-@=").find(text[0]) == std::string_view::npos &&
                          manifest::type_of(node) == manifest::Type::text;
    return is_plain ? text : value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

class YamlWriter {
  public:
    explicit YamlWriter(const Config& config) : config_(config) {}

    std::string write(const Json& spec) {
        add("apiVersion: mooring/v1");
        add("kind: Agent");
        add("spec:");
        map(spec, "", "  ");
        return std::move(out_);
    }

  private:
    void add(const std::string& line, const std::string& path = {}) {
        const std::string origin = path.empty() ? "" : origin_of(path);
        out_ += line;
        if (!origin.empty())
            out_ += std::string(line.size() < column ? column - line.size() : 1, ' ') + "# " + printable(origin);
        out_ += '\n';
    }

    std::string origin_of(const std::string& path) const {
        const auto found = config_.origins.find(path);
        return to_string(found == config_.origins.end() ? SettingOrigin{} : found->second);
    }

    void map(const Json& value, const std::string& path, const std::string& indent) {
        for (const auto& [key, child] : value.items()) {
            if (key == "servers")
                servers(child, indent);
            else if (child.is_object() && key != "credential")
                nested(key, child, path, indent);
            else
                add(indent + key + ": " + inline_form(child), path + key);
        }
    }

    void nested(const std::string& key, const Json& child, const std::string& path, const std::string& indent) {
        const bool is_whole =
            key == "defaults" || key == "manifests" || key == "agent"; // origins are noted for the whole
        add(indent + key + ":", is_whole ? path + key : "");
        for (const auto& [name, value] : child.items()) {
            const std::string here = is_whole ? "" : fmt::format("{}{}.{}", path, key, name);
            add(fmt::format("{}  {}: {}", indent, name, inline_form(value)), here);
        }
    }

    void servers(const Json& list, const std::string& indent) {
        add(indent + (list.empty() ? "servers: []" : "servers:"));
        for (const Json& server : list) {
            const std::string path = "servers[" + server["name"].get<std::string>() + "].";
            add(indent + "  - name: " + as_yaml(server["name"]));
            Json rest = server;
            rest.erase("name");
            map(rest, path, indent + "    ");
            if (!server.contains("credential")) add(indent + "    # credential: none is given");
            const auto proxy = config_.origins.find(path + "proxy");
            if (proxy != config_.origins.end() && !server.contains("proxy"))
                add(indent + "    # proxy: as the variable " + proxy->second.name + " says");
        }
    }

    static std::string inline_form(const Json& value) {
        if (!value.is_structured()) return as_yaml(value);
        std::vector<std::string> parts;
        parts.reserve(value.size());
        for (const auto& [key, item] : value.items())
            parts.push_back((value.is_object() ? key + ": " : "") + inline_form(item));
        return (value.is_object() ? "{" : "[") + join(parts, ", ") + (value.is_object() ? "}" : "]");
    }

    static constexpr std::size_t column = 56;
    const Config& config_;
    std::string out_;
};

} // namespace

std::string print_effective(const Config& config, Form form) {
    const Json spec = spec_of(config);
    if (form == Form::yaml) return YamlWriter(config).write(spec);
    Json origins = Json::object();
    for (const auto& [path, origin] : config.origins) origins[path] = to_string(origin);
    const Json whole = {{"apiVersion", "mooring/v1"},
                        {"kind", "Agent"},
                        {"spec", spec},
                        {"file", config.file.empty() ? Json() : Json(config.file)},
                        {"origins", std::move(origins)}};
    return whole.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

} // namespace mooring::config
