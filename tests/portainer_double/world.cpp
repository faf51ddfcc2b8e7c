#include "portainer_double/world.hpp"

#include "base/text.hpp"
#include "portainer_double/kube_store.hpp"

#include <algorithm>
#include <array>
#include <chrono>

namespace portainer_double {
namespace {

constexpr std::string_view own_socket = "unix:///var/run/docker.sock";

template <typename Items>
auto find_by_id(Items& items, Id id) -> decltype(&items.front()) {
    const auto at = std::ranges::find_if(items, [&](const auto& item) { return item.id == id; });
    return at == items.end() ? nullptr : &*at;
}

std::string uuid(std::string_view hex) {
    std::string text(hex.substr(0, 32));
    text[12] = '4';
    text[16] = '8';
    for (const std::size_t at : {20U, 16U, 12U, 8U}) text.insert(at, 1, '-');
    return text;
}

} // namespace

World::World(Version chosen)
    : version(chosen), shown_version(to_string(chosen)), hides_git_sources(traits(chosen).hides_git_sources) {
    instance_id = uuid(take_hash());
    groups.push_back(
        {.id = 1, .name = "Unassigned", .description = "Unassigned environments", .users = {}, .teams = {}});
    new_database();
}

UnixSeconds World::now() const {
    if (fixed_clock) return *fixed_clock + clock_offset;
    const auto since = std::chrono::system_clock::now().time_since_epoch();
    return std::chrono::duration_cast<std::chrono::seconds>(since).count() + clock_offset;
}

Id World::take_id(const std::string& bucket) { return ++next_ids[bucket]; }

std::uint64_t World::draw() { // splitmix64
    std::uint64_t z = (random_ += 0x9e3779b97f4a7c15ULL);
    z = (z ^ (z >> 30U)) * 0xbf58476d1ce4e5b9ULL;
    z = (z ^ (z >> 27U)) * 0x94d049bb133111ebULL;
    return z ^ (z >> 31U);
}

std::string World::take_hash() {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string hash;
    for (int word = 0; word < 4; ++word) {
        std::uint64_t bits = draw();
        for (int i = 0; i < 16; ++i, bits >>= 4U) hash += digits[bits & 15U];
    }
    return hash;
}

std::string World::take_short_id() {
    constexpr std::string_view digits = "0123456789abcdefghijklmnopqrstuvwxyz";
    std::string id;
    for (int i = 0; i < 25; ++i) id += digits[draw() % digits.size()];
    return id;
}

User* World::find_user(Id id) { return find_by_id(users, id); }

User* World::find_user(std::string_view name) {
    const std::string wanted = mooring::to_lower(name); // names differ in more than case
    const auto at =
        std::ranges::find_if(users, [&](const User& user) { return mooring::to_lower(user.name) == wanted; });
    return at == users.end() ? nullptr : &*at;
}

Environment* World::find_environment(Id id) { return find_by_id(environments, id); }

Environment* World::find_environment(std::string_view name) {
    const auto at = std::ranges::find_if(environments, [&](const Environment& e) { return e.name == name; });
    return at == environments.end() ? nullptr : &*at;
}

Stack* World::find_stack(Id id) {
    const auto at = stacks.find(id);
    return at == stacks.end() ? nullptr : &at->second;
}

ResourceControl* World::find_resource_control(Id id) {
    const auto at = std::ranges::find_if(controls, [&](const auto& entry) { return entry.second.id == id; });
    return at == controls.end() ? nullptr : &at->second;
}

const ResourceControl* World::find_resource_control(const std::string& resource_id) const {
    const auto shared = sub_resources.find(resource_id);
    const auto at = controls.find(shared == sub_resources.end() ? resource_id : shared->second);
    return at == controls.end() ? nullptr : &at->second;
}

const ResourceControl* World::control_of(const Stack& stack) const {
    if (stack.type == kubernetes_stack) return nullptr;
    return find_resource_control(std::to_string(stack.environment) + "_" + stack.name);
}

std::vector<Id> World::teams_of(Id user) const {
    std::vector<Id> ids;
    for (const Membership& membership : memberships) {
        if (membership.user == user) ids.push_back(membership.team);
    }
    return ids;
}

Host& World::host(const std::string& url) {
    const auto at = std::ranges::find_if(hosts, [&](const Host& host) { return host.url == url; });
    if (at != hosts.end()) return *at;
    Host& made = hosts.emplace_back();
    made.url = url;
    for (const char* tag : {"local/db:16", "local/web:1.1", "local/web:1.0"}) {
        made.images.push_back({.id = "sha256:" + take_hash(), .tag = tag});
    }
    for (const char* name : {"none", "host"}) {
        Network& network = made.networks.emplace_back();
        network.id = take_hash();
        network.name = name;
        network.driver = std::string_view(name) == "none" ? "null" : "host";
        network.created = now();
    }
    return made;
}

Host& World::deployment_host(const Environment& environment, int stack_type) {
    const bool second_socket = environment.url.starts_with("unix://") && environment.url != own_socket;
    const bool honoured = stack_type == swarm_stack && !rules().swarm_on_own_socket;
    return host(second_socket && !honoured ? std::string(own_socket) : environment.url);
}

User& World::add_user(std::string name, int role, std::string password) {
    return users.emplace_back(
        User{.id = take_id("users"), .name = std::move(name), .role = role, .password = std::move(password)});
}

Token& World::add_token(Id user, std::string description, std::string raw) {
    if (raw.empty()) raw = "ptr_" + take_hash().substr(0, 43) + "=";
    return tokens.emplace_back(Token{.id = take_id("tokens"),
                                     .user = user,
                                     .description = std::move(description),
                                     .raw = std::move(raw),
                                     .created = now()});
}

Environment& World::add_environment(std::string name, std::string url) {
    Environment& made = environments.emplace_back();
    made.id = take_id("endpoints");
    made.name = std::move(name);
    made.url = std::move(url);
    made.container_engine = "docker";
    made.security = default_security(version);
    host_of(made);
    return made;
}

Cluster& World::cluster_of(const Environment& environment) {
    std::shared_ptr<Cluster>& cluster = clusters[environment.url];
    if (cluster) return *cluster;
    cluster = std::make_shared<Cluster>();
    cluster->url = environment.url;
    start_cluster(*cluster, now());
    return *cluster;
}

ResourceControl& World::add_control(const Stack& stack, const User& creator) {
    ResourceControl made;
    made.id = take_id("resource_controls");
    made.resource_id = std::to_string(stack.environment) + "_" + stack.name;
    made.administrators_only = creator.role == administrator;
    if (creator.role != administrator) made.users.push_back(creator.id);
    return controls[made.resource_id] = made;
}

void World::remove_user(Id id) {
    std::erase_if(users, [&](const User& user) { return user.id == id; });
    std::erase_if(tokens, [&](const Token& token) { return token.user == id; });
    std::erase_if(memberships, [&](const Membership& membership) { return membership.user == id; });
    std::erase_if(sessions, [&](const auto& session) { return session.second.user == id; });
}

void World::remove_environment(Id id) {
    std::erase_if(environments, [&](const Environment& environment) { return environment.id == id; });
}

void World::remove_stack(Id id) {
    const Stack* stack = find_stack(id);
    if (stack == nullptr) return;
    controls.erase(std::to_string(stack->environment) + "_" + stack->name);
    std::erase_if(pending, [&](const PendingDeployment& job) { return job.stack == id; });
    stacks.erase(id);
}

void World::new_database() {
    instance_id = uuid(take_hash());
    next_ids.clear();
    next_ids["endpoint_groups"] = 1;
    users.clear();
    tokens.clear();
    teams.clear();
    memberships.clear();
    environments.clear();
    tags.clear();
    stacks.clear();
    controls.clear();
    sub_resources.clear();
    git_sources.clear();
    pending.clear();
    held.clear();
    clusters.clear();
    writes_hang = false;
    sessions.clear();
    add_user("admin", administrator, "portainer-double-password");
    Environment& primary = add_environment("primary", std::string(own_socket));
    primary.container_engine.clear();
    primary.first = true;
}

std::map<std::string, bool> default_security(Version version) {
    const bool free = traits(version).users_unrestricted;
    std::map<std::string, bool> settings{
        {"allowBindMountsForRegularUsers", free},
        {"allowPrivilegedModeForRegularUsers", free},
        {"allowVolumeBrowserForRegularUsers", false},
        {"allowHostNamespaceForRegularUsers", free},
        {"allowDeviceMappingForRegularUsers", free},
        {"allowStackManagementForRegularUsers", true},
        {"allowContainerCapabilitiesForRegularUsers", free},
        {"allowSysctlSettingForRegularUsers", free},
        {"enableHostManagementFeatures", false},
    };
    if (!free) settings.emplace("allowSecurityOptForRegularUsers", false);
    return settings;
}

std::string normalise_name(std::string_view name) {
    std::string normal;
    for (const char c : name) {
        const char lower = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
        const bool kept =
            (lower >= 'a' && lower <= 'z') || (lower >= '0' && lower <= '9') || lower == '-' || lower == '_';
        if (kept) normal += lower;
    }
    return normal;
}

} // namespace portainer_double
