#include "portainer_double/compose.hpp"

#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <array>
#include <sstream>
#include <string_view>

namespace portainer_double {
namespace {

constexpr std::array top_level_keys{"version", "name",    "services", "networks", "volumes",
                                    "configs", "secrets", "include",  "models"};

constexpr std::array service_keys{"annotations",
                                  "attach",
                                  "blkio_config",
                                  "build",
                                  "cap_add",
                                  "cap_drop",
                                  "cgroup",
                                  "cgroup_parent",
                                  "command",
                                  "configs",
                                  "container_name",
                                  "cpu_count",
                                  "cpu_percent",
                                  "cpu_period",
                                  "cpu_quota",
                                  "cpu_rt_period",
                                  "cpu_rt_runtime",
                                  "cpu_shares",
                                  "cpus",
                                  "cpuset",
                                  "credential_spec",
                                  "depends_on",
                                  "deploy",
                                  "develop",
                                  "device_cgroup_rules",
                                  "devices",
                                  "dns",
                                  "dns_opt",
                                  "dns_search",
                                  "domainname",
                                  "entrypoint",
                                  "env_file",
                                  "environment",
                                  "expose",
                                  "extends",
                                  "external_links",
                                  "extra_hosts",
                                  "gpus",
                                  "group_add",
                                  "healthcheck",
                                  "hostname",
                                  "image",
                                  "init",
                                  "ipc",
                                  "isolation",
                                  "label_file",
                                  "labels",
                                  "links",
                                  "logging",
                                  "mac_address",
                                  "mem_limit",
                                  "mem_reservation",
                                  "mem_swappiness",
                                  "memswap_limit",
                                  "network_mode",
                                  "networks",
                                  "oom_kill_disable",
                                  "oom_score_adj",
                                  "pid",
                                  "pids_limit",
                                  "platform",
                                  "ports",
                                  "post_start",
                                  "pre_stop",
                                  "privileged",
                                  "profiles",
                                  "provider",
                                  "pull_policy",
                                  "read_only",
                                  "restart",
                                  "runtime",
                                  "scale",
                                  "secrets",
                                  "security_opt",
                                  "shm_size",
                                  "stdin_open",
                                  "stop_grace_period",
                                  "stop_signal",
                                  "storage_opt",
                                  "sysctls",
                                  "tmpfs",
                                  "tty",
                                  "ulimits",
                                  "use_api_socket",
                                  "user",
                                  "userns_mode",
                                  "uts",
                                  "volumes",
                                  "volumes_from",
                                  "working_dir"};

using Entries = std::vector<std::pair<std::string, YAML::Node>>;

std::string text_of(const YAML::Node& node) { return node.IsScalar() ? node.Scalar() : std::string(); }

// The entries of a mapping with merge keys written out; the first of a key wins, which is the nearer one.
Entries entries_of(const YAML::Node& node) {
    Entries entries;
    if (!node.IsMap()) return entries;
    const auto add = [&](const std::string& key, const YAML::Node& value) {
        if (std::ranges::none_of(entries, [&](const auto& e) { return e.first == key; }))
            entries.emplace_back(key, value);
    };
    std::vector<YAML::Node> merged;
    for (const auto& entry : node) {
        if (text_of(entry.first) == "<<") {
            merged.push_back(entry.second);
        } else {
            add(text_of(entry.first), entry.second);
        }
    }
    for (const YAML::Node& from : merged) {
        for (const auto& [key, value] : from.IsSequence() && from.size() > 0 ? entries_of(from[0]) : entries_of(from)) {
            add(key, value);
        }
    }
    return entries;
}

YAML::Node find(const Entries& entries, std::string_view key) {
    const auto at = std::ranges::find_if(entries, [&](const auto& entry) { return entry.first == key; });
    return at == entries.end() ? YAML::Node(YAML::NodeType::Undefined) : at->second;
}

template <typename Keys>
std::optional<std::string> unknown_key(const Entries& entries, const Keys& known) {
    for (const auto& [key, value] : entries) {
        if (!key.starts_with("x-") && std::ranges::find(known, std::string_view(key)) == known.end()) return key;
    }
    return std::nullopt;
}

class Reader {
  public:
    explicit Reader(const std::vector<EnvVar>& env) : env_(env) {}

    std::string text(const YAML::Node& node) const { return interpolate(text_of(node), env_); }

    // "sleep 3600" or ["sleep", "3600"].
    std::vector<std::string> words(const YAML::Node& node) const {
        std::vector<std::string> result;
        if (node.IsDefined() && node.IsSequence()) {
            for (const YAML::Node& item : node) result.push_back(text(item));
        } else if (node.IsDefined() && node.IsScalar()) {
            std::istringstream in(text(node));
            for (std::string word; in >> word;) result.push_back(word);
        }
        return result;
    }

    // A mapping or a list of "name=value".
    Labels pairs(const YAML::Node& node) const {
        Labels result;
        if (!node.IsDefined()) return result;
        for (const auto& [key, value] : entries_of(node)) result[key] = text(value);
        if (node.IsSequence()) {
            for (const YAML::Node& item : node) {
                const std::string pair = text(item);
                const std::size_t equals = pair.find('=');
                result[pair.substr(0, equals)] = equals == std::string::npos ? "" : pair.substr(equals + 1);
            }
        }
        return result;
    }

    ServicePlan service(const std::string& name, const Entries& entries) const;
    NamedObject named(const YAML::Node& node) const;

  private:
    const std::vector<EnvVar>& env_;

    Mount mount(const YAML::Node& node) const;
    void read_deploy(ServicePlan& plan, const Entries& entries) const;
};

Mount Reader::mount(const YAML::Node& node) const {
    Mount result;
    const auto place = [&](const std::string& source) {
        const bool is_bind = source.starts_with('/') || source.starts_with('.') || source.starts_with('~');
        (is_bind ? result.source : result.volume) = source;
    };
    if (node.IsMap()) {
        const Entries entries = entries_of(node);
        place(text(find(entries, "source")));
        result.target = text(find(entries, "target"));
        return result;
    }
    const std::string line = text(node);
    const std::size_t colon = line.find(':');
    if (colon == std::string::npos) {
        result.target = line;
        return result;
    }
    place(line.substr(0, colon));
    result.target = line.substr(colon + 1, line.find(':', colon + 1) - colon - 1);
    result.writable = !line.ends_with(":ro");
    return result;
}

void Reader::read_deploy(ServicePlan& plan, const Entries& entries) const {
    const YAML::Node deploy = find(entries, "deploy");
    if (!deploy.IsDefined()) return;
    const Entries inner = entries_of(deploy);
    const YAML::Node replicas = find(inner, "replicas");
    if (replicas.IsDefined()) plan.replicas = std::atoll(text(replicas).c_str());
    const YAML::Node mode = find(inner, "mode");
    plan.global = mode.IsDefined() && text(mode) == "global";
    plan.service_labels = pairs(find(inner, "labels"));
}

std::set<std::string> restricted_features(const Entries& entries, const std::vector<Mount>& mounts) {
    constexpr std::array features{
        std::pair{"privileged", "privileged mode"},      std::pair{"devices", "device mapping"},
        std::pair{"sysctls", "sysctl setting"},          std::pair{"cap_add", "container capabilities"},
        std::pair{"cap_drop", "container capabilities"}, std::pair{"security_opt", "security-opt"}};
    std::set<std::string> result;
    for (const auto& [key, feature] : features) {
        const YAML::Node value = find(entries, key);
        if (value.IsDefined() && text_of(value) != "false") result.insert(feature);
    }
    const YAML::Node pid = find(entries, "pid");
    if (pid.IsDefined() && text_of(pid) == "host") result.insert("pid host");
    if (std::ranges::any_of(mounts, [](const Mount& m) { return !m.source.empty(); })) result.insert("bind-mount");
    return result;
}

ServicePlan Reader::service(const std::string& name, const Entries& entries) const {
    ServicePlan plan;
    plan.name = name;
    plan.image = text(find(entries, "image"));
    plan.command = words(find(entries, "command"));
    plan.entrypoint = words(find(entries, "entrypoint"));
    for (const auto& [key, value] : pairs(find(entries, "environment"))) plan.env.push_back(key + "=" + value);
    plan.labels = pairs(find(entries, "labels"));
    plan.container_name = text(find(entries, "container_name"));
    plan.network_mode = text(find(entries, "network_mode"));
    const YAML::Node networks = find(entries, "networks");
    if (networks.IsDefined()) {
        plan.networks = words(networks);
        for (const auto& [key, value] : entries_of(networks)) plan.networks.push_back(key);
    }
    if (const YAML::Node volumes = find(entries, "volumes"); volumes.IsDefined() && volumes.IsSequence()) {
        for (const YAML::Node& item : volumes) plan.mounts.push_back(mount(item));
    }
    if (const YAML::Node scale = find(entries, "scale"); scale.IsDefined())
        plan.replicas = std::atoll(text(scale).c_str());
    read_deploy(plan, entries);
    plan.restart = text(find(entries, "restart"));
    plan.has_healthcheck = find(entries, "healthcheck").IsDefined();
    plan.in_profile = find(entries, "profiles").IsDefined();
    plan.restricted = restricted_features(entries, plan.mounts);
    return plan;
}

NamedObject Reader::named(const YAML::Node& node) const {
    const Entries entries = entries_of(node);
    const YAML::Node external = find(entries, "external");
    return {.name = text(find(entries, "name")),
            .external = external.IsDefined() && text_of(external) != "false",
            .labels = pairs(find(entries, "labels"))};
}

std::expected<Project, ContentProblem> read_project(const YAML::Node& root, const std::vector<EnvVar>& env) {
    using Kind = ContentProblem::Kind;
    if (root.IsNull())
        return std::unexpected(ContentProblem{.kind = Kind::empty, .where = {}, .what = "empty compose file"});
    const Entries top = entries_of(root);
    if (!root.IsMap()) {
        return std::unexpected(
            ContentProblem{.kind = Kind::other, .where = {}, .what = "top-level object must be a mapping"});
    }
    if (const auto key = unknown_key(top, top_level_keys)) {
        return std::unexpected(ContentProblem{.kind = Kind::unknown_key, .where = "(root)", .what = *key});
    }
    const Reader reader(env);
    Project project;
    for (const auto& [name, node] : entries_of(find(top, "services"))) {
        const Entries entries = entries_of(node);
        if (const auto key = unknown_key(entries, service_keys)) {
            return std::unexpected(
                ContentProblem{.kind = Kind::unknown_key, .where = "services." + name, .what = *key});
        }
        ServicePlan plan = reader.service(name, entries);
        if (plan.image.empty() && !find(entries, "build").IsDefined()) {
            return std::unexpected(
                ContentProblem{.kind = Kind::other,
                               .where = {},
                               .what = "service \"" + name + "\" has neither an image nor a build context specified"});
        }
        plan.canonical = interpolate(YAML::Dump(node), env);
        project.services.push_back(std::move(plan));
    }
    if (project.services.empty()) {
        return std::unexpected(ContentProblem{.kind = Kind::other, .where = {}, .what = "no service selected"});
    }
    for (const auto& [key, node] : entries_of(find(top, "networks"))) project.networks[key] = reader.named(node);
    for (const auto& [key, node] : entries_of(find(top, "volumes"))) project.volumes[key] = reader.named(node);
    return project;
}

} // namespace

std::expected<Project, ContentProblem> read_compose(const std::string& text, const std::vector<EnvVar>& env) {
    try {
        return read_project(YAML::Load(text), env);
    } catch (const YAML::Exception& error) {
        const std::string line = std::to_string(error.mark.line + 1);
        return std::unexpected(ContentProblem{.kind = ContentProblem::Kind::syntax,
                                              .where = line,
                                              .what = "yaml: line " + line + ": did not find expected node content"});
    }
}

} // namespace portainer_double
