#include "portainer_double/compose_service.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <sstream>

namespace portainer_double {
namespace {

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
    void read_health(ServicePlan& plan, const Entries& entries) const;
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
    const std::string word = mode.IsDefined() ? text(mode) : std::string();
    plan.global = word.starts_with("global");
    plan.job = word.ends_with("-job");
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

// `false`, or anything that ends in "exit 1".
bool always_fails(const std::vector<std::string>& words) {
    std::string text;
    for (const std::string& word : words) text += " " + word;
    while (text.ends_with('\'') || text.ends_with('"')) text.pop_back();
    return text.ends_with(" exit 1") || text.ends_with("'exit 1") || text.ends_with("\"exit 1") ||
           text.ends_with(" false");
}

void Reader::read_health(ServicePlan& plan, const Entries& entries) const {
    const YAML::Node check = find(entries, "healthcheck");
    plan.has_healthcheck = check.IsDefined();
    if (check.IsDefined()) plan.unhealthy = always_fails(words(find(entries_of(check), "test")));
    const YAML::Node needs = find(entries, "depends_on");
    if (!needs.IsDefined() || !needs.IsMap()) return;
    for (const auto& [service, node] : entries_of(needs)) {
        if (text(find(entries_of(node), "condition")) == "service_healthy") plan.needs_healthy.push_back(service);
    }
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
    plan.ends = always_fails(plan.entrypoint.empty() ? plan.command : plan.entrypoint);
    read_health(plan, entries);
    plan.profiles = words(find(entries, "profiles"));
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

} // namespace

ServicePlan read_service(const std::string& name, const Entries& entries, const std::vector<EnvVar>& env) {
    return Reader(env).service(name, entries);
}

NamedObject read_named(const YAML::Node& node, const std::vector<EnvVar>& env) { return Reader(env).named(node); }

} // namespace portainer_double
