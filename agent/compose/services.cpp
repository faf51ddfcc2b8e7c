// A service: its fields, and what they imply.
#include "compose/converters.hpp"
#include "compose/references.hpp"

#include <algorithm>
#include <iterator>

namespace mooring::compose {
namespace {

void imply(std::vector<Member>& implied, std::string_view on, bool restarts, std::uint32_t line) {
    if (on.empty()) return;
    Value dependency{.shape = Shape::map, .line = line};
    put(dependency, "condition", make_text("service_started", line));
    put(dependency, "required", make_boolean(true, line));
    if (restarts) put(dependency, "restart", make_boolean(true, line));
    implied.push_back({.key = std::string(on), .value = std::move(dependency)});
}

// `links: [db:alias]`: with exactly one colon, what stands before it.
std::string_view linked_service(std::string_view link) {
    const auto parts = split_outside(link, ':');
    return parts.size() == 2 ? parts[0] : link;
}

// What a service depends on without saying so; of two with one name the first counts.
std::vector<Member> implied_dependencies(const Value& service) {
    std::vector<Member> implied;
    if (const Value* links = find(service, "links")) {
        for (const Member& link : links->members) imply(implied, linked_service(link.key), true, link.value.line);
    }
    for (const std::string_view mode : {"network_mode", "ipc", "pid", "uts"}) {
        const Value* shared = find(service, mode);
        constexpr std::string_view prefix = "service:";
        if (shared == nullptr || !shared->text.starts_with(prefix)) continue;
        imply(implied, std::string_view(shared->text).substr(prefix.size()), true, shared->line);
    }
    if (const Value* sources = find(service, "volumes_from")) {
        for (const Member& source : sources->members) {
            const std::string_view text = source.value.text;
            if (text.starts_with("container:")) continue;
            imply(implied, text.substr(0, find_outside(text, ':')), false, source.value.line);
        }
    }
    return implied;
}

bool add_implied_dependencies(Value& service, yaml::Mark mark, Context& context) {
    const auto size = [&](std::string_view field) {
        const Value* value = find(service, field);
        return value == nullptr ? std::size_t{0} : value->members.size();
    };
    if (!context.may_make(mark, 4 * (size("links") + size("volumes_from")))) return false;
    std::vector<Member> implied = implied_dependencies(service);
    if (implied.empty()) return true;
    const std::uint32_t line = implied.front().value.line;
    if (find(service, "depends_on") == nullptr) put(service, "depends_on", {.shape = Shape::map, .line = line});
    Value& dependencies = *find(service, "depends_on");
    std::ranges::reverse(implied); // of two the later stays, and what is written out comes last
    std::ranges::move(dependencies.members, std::back_inserter(implied));
    dependencies.members = std::move(implied);
    sort_members(dependencies);
    return true;
}

void join_default_network(Value& service) {
    if (find(service, "networks") != nullptr) return;
    Value networks{.shape = Shape::map, .line = service.line};
    put(networks, "default", Value{.shape = Shape::map, .line = service.line});
    put(service, "networks", std::move(networks));
}

// `x-mooring: {job: true}`: an extension, which means nothing to compose and says what the service is for.
bool is_called_a_job(const yaml::Node& service) {
    const yaml::Node* ours = service.find("x-mooring");
    const yaml::Node* job = ours == nullptr ? nullptr : ours->find("job");
    if (job == nullptr || job->kind != yaml::Kind::scalar) return false;
    const auto value = yaml::resolve(*job);
    return value && value->type == yaml::Type::boolean && value->text == "true";
}

} // namespace

Outcome read_service(yaml::Node&& node, const RuleNode& rule, Context& context, Value& out) {
    if (node.kind != yaml::Kind::mapping) return context.fail(node, "a service must be a mapping", "wrong-type");
    const yaml::Mark mark = node.mark;
    // An empty network_mode says: no network at all.
    const bool joins_none = node.find("network_mode") != nullptr || node.find("provider") != nullptr;
    if (is_called_a_job(node)) context.note_job();
    if (!read_fields(node, rule, context, true, out)) return Outcome::failed;
    if (is_text(find(out, "restart"), "no")) remove(out, "restart");
    if (Value* policy = find(out, "pull_policy"); is_text(policy, "if_not_present")) policy->text = "missing";
    if (!add_implied_dependencies(out, mark, context)) return Outcome::failed;
    if (!joins_none) join_default_network(out);
    return Outcome::present;
}

} // namespace mooring::compose
