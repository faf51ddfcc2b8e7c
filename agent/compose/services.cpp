// A service: its fields, and what they imply.
#include "compose/converters.hpp"
#include "compose/references.hpp"

#include "base/text.hpp"

namespace mooring::compose {
namespace {

void imply_dependency(Value& service, std::string_view on, bool restarts, std::uint32_t line) {
    if (on.empty()) return;
    if (find(service, "depends_on") == nullptr) put(service, "depends_on", {.shape = Shape::map, .line = line});
    Value& dependencies = *find(service, "depends_on");
    if (find(dependencies, on) != nullptr) return; // what is written out counts
    Value dependency{.shape = Shape::map, .line = line};
    put(dependency, "condition", make_text("service_started", line));
    put(dependency, "required", make_boolean(true, line));
    if (restarts) put(dependency, "restart", make_boolean(true, line));
    put(dependencies, on, std::move(dependency));
}

// `links: [db:alias]`: with exactly one colon, what stands before it.
std::string_view linked_service(std::string_view link) {
    const auto parts = split_outside(link, ':');
    return parts.size() == 2 ? parts[0] : link;
}

void imply_dependencies(Value& service) {
    if (find(service, "links") != nullptr) {
        const Value links = *find(service, "links"); // a copy: the service grows below
        for (const Member& link : links.members) {
            imply_dependency(service, linked_service(link.key), true, link.value.line);
        }
    }
    for (const std::string_view mode : {"network_mode", "ipc", "pid", "uts"}) {
        const Value* shared = find(service, mode);
        constexpr std::string_view prefix = "service:";
        if (shared == nullptr || !shared->text.starts_with(prefix)) continue;
        const std::string name = shared->text.substr(prefix.size());
        imply_dependency(service, name, true, shared->line);
    }
    if (find(service, "volumes_from") != nullptr) {
        const Value sources = *find(service, "volumes_from");
        for (const Member& source : sources.members) {
            const std::string_view text = source.value.text;
            if (text.starts_with("container:")) continue;
            imply_dependency(service, text.substr(0, find_outside(text, ':')), false, source.value.line);
        }
    }
}

void join_default_network(Value& service) {
    if (find(service, "networks") != nullptr) return;
    Value networks{.shape = Shape::map, .line = service.line};
    put(networks, "default", Value{.shape = Shape::map, .line = service.line});
    put(service, "networks", std::move(networks));
}

} // namespace

Outcome read_service(yaml::Node&& node, const RuleNode& rule, Context& context, Value& out) {
    if (node.kind != yaml::Kind::mapping) return context.fail(node, "a service must be a mapping", "wrong-type");
    const bool has_mode = node.find("network_mode") != nullptr; // an empty one says: no network at all
    if (!read_fields(node, rule, context, true, out)) return Outcome::failed;
    if (is_text(find(out, "restart"), "no")) remove(out, "restart");
    if (Value* policy = find(out, "pull_policy"); is_text(policy, "if_not_present")) policy->text = "missing";
    imply_dependencies(out);
    if (!has_mode) join_default_network(out);
    return Outcome::present;
}

} // namespace mooring::compose
