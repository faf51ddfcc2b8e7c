#include "portainer_double/compose.hpp"

#include "portainer_double/compose_service.hpp"

#include <algorithm>
#include <array>

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

template <typename Keys>
std::optional<std::string> unknown_key(const Entries& entries, const Keys& known) {
    for (const auto& [key, value] : entries) {
        if (!key.starts_with("x-") && std::ranges::find(known, std::string_view(key)) == known.end()) return key;
    }
    return std::nullopt;
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
    Project project;
    for (const auto& [name, node] : entries_of(find(top, "services"))) {
        const Entries entries = entries_of(node);
        if (const auto key = unknown_key(entries, service_keys)) {
            return std::unexpected(
                ContentProblem{.kind = Kind::unknown_key, .where = "services." + name, .what = *key});
        }
        ServicePlan plan = read_service(name, entries, env);
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
    for (const auto& [key, node] : entries_of(find(top, "networks"))) project.networks[key] = read_named(node, env);
    for (const auto& [key, node] : entries_of(find(top, "volumes"))) project.volumes[key] = read_named(node, env);
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
