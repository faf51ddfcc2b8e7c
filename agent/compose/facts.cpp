// What a stack of a file would create and run.
#include "compose/tree.hpp"

#include "compose/references.hpp"

#include <charconv>

namespace mooring::compose {
namespace {

const Value* at(const Value& value, std::initializer_list<std::string_view> keys) {
    const Value* found = &value;
    for (const std::string_view key : keys) {
        found = find(*found, key);
        if (found == nullptr) return nullptr;
    }
    return found;
}

std::optional<std::string> literal_text(const Value* value) {
    if (value == nullptr || has_reference(value->text)) return std::nullopt;
    return value->text;
}

// nullopt: symbolic.
std::optional<std::int64_t> replicas_of(const Value& service) {
    const Value* count = find(service, "scale");
    if (count == nullptr) count = at(service, {"deploy", "replicas"});
    if (count == nullptr) return 1;
    if (count->shape != Shape::number) return std::nullopt;
    std::int64_t number = 0;
    const char* const end = count->text.data() + count->text.size();
    const auto [stopped, error] = std::from_chars(count->text.data(), end, number);
    return error == std::errc{} && stopped == end ? std::optional(number) : std::nullopt;
}

// What is symbolic may restart: an exit is then worth a look.
bool policy_restarts(const Value& policy) {
    const Value* condition = find(policy, "condition");
    return !is_text(condition, "none") && !is_text(condition, "on-failure");
}

bool restarts_alone(const Value& service) {
    if (const Value* policy = at(service, {"deploy", "restart_policy"})) return policy_restarts(*policy);
    const Value* restart = find(service, "restart");
    return restart != nullptr && restart->text != "on-failure" && !restart->text.starts_with("on-failure:");
}

ServiceFacts facts_of(const Member& service) {
    const Value& value = service.value;
    ServiceFacts facts;
    facts.name = service.key;
    const Value* container_name = find(value, "container_name");
    facts.container_name = literal_text(container_name);
    facts.container_name_symbolic = container_name != nullptr && !facts.container_name;
    facts.image = literal_text(find(value, "image"));
    facts.replicas = replicas_of(value);
    facts.global =
        is_text(at(value, {"deploy", "mode"}), "global") || is_text(at(value, {"deploy", "mode"}), "global-job");
    facts.in_profile = find(value, "profiles") != nullptr;
    facts.restarts = restarts_alone(value);
    const Value* policy = at(value, {"deploy", "restart_policy"});
    facts.restarts_in_swarm = policy == nullptr || policy_restarts(*policy);
    facts.uses_default_network = at(value, {"networks", "default"}) != nullptr;
    facts.line = value.line;
    return facts;
}

// The real names of the own resources of a section.
std::vector<std::string> names_of(const Value& root, std::string_view section, std::string_view project) {
    std::vector<std::string> names;
    for (const auto& [key, resource] : find(root, section)->members) {
        const Value* name = find(resource, "name");
        const bool is_symbolic = name != nullptr && has_reference(name->text);
        if (find(resource, "external") != nullptr || is_symbolic) continue;
        if (key == "default" && name == nullptr && section == "networks") continue; // has_default_network says it
        names.push_back(name != nullptr ? name->text : std::string(project) + "_" + key);
    }
    return names;
}

} // namespace

ProjectFacts facts(const File& file, std::string_view project) {
    const Value& root = file.tree().root;
    ProjectFacts facts;
    for (const Member& service : find(root, "services")->members) {
        facts.services.push_back(facts_of(service));
        facts.has_default_network = facts.has_default_network || facts.services.back().uses_default_network;
    }
    const Value* implicit = at(root, {"networks", "default"});
    const bool is_own =
        implicit == nullptr || (find(*implicit, "external") == nullptr && find(*implicit, "name") == nullptr);
    facts.has_default_network = facts.has_default_network && is_own;
    facts.more_files = find(root, "include") != nullptr;
    facts.networks = names_of(root, "networks", project);
    facts.volumes = names_of(root, "volumes", project);
    return facts;
}

} // namespace mooring::compose
