#include "base/text.hpp"
#include "portainer_double/json_complaint.hpp"
#include "portainer_double/render.hpp"
#include "portainer_double/routes.hpp"
#include "portainer_double/settle.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <set>

namespace portainer_double {
namespace {

struct Filters {
    Id environment = 0;
    std::string swarm;
    bool orphans = false;

    bool empty() const { return environment == 0 && swarm.empty(); }
};

std::expected<Filters, Answer> read_filters(const Call& call) {
    Filters filters;
    const std::string text(call.request.parameter("filters"));
    if (text.empty()) return filters;
    const auto wrong = [](const std::string& details) {
        return std::unexpected(problem(400, "Invalid query parameter: filters", details));
    };
    if (const std::string complaint = json_complaint(text); !complaint.empty()) return wrong(capitalised(complaint));
    const Json value = Json::parse(text, nullptr, false);
    if (value.is_null()) return filters;
    if (value.is_discarded()) { // what follows the first value
        const std::size_t end = text.find_last_of("}]") + 1;
        return wrong("Json: invalid character '" + text.substr(end, 1) + "' after top-level value: " +
                     json_excerpt(std::string_view(text).substr(std::min(end, text.size()))));
    }
    if (!value.is_object())
        return wrong("Json: cannot unmarshal " + Json(json_excerpt(text)).dump() +
                     " into Go value of type stacks.stackListOperationFilters");
    for (const auto& [key, part] : value.items()) {
        const std::string name = mooring::to_lower(key);
        const bool is_id = name == "endpointid";
        const bool is_swarm = name == "swarmid";
        const bool is_orphans = name == "includeorphanedstacks";
        const bool fits = is_id ? part.is_number_integer() : is_swarm ? part.is_string() : part.is_boolean();
        if (part.is_null() || !(is_id || is_swarm || is_orphans)) continue;
        if (!fits) {
            const char* field = is_id ? "EndpointID" : is_swarm ? "SwarmID" : "IncludeOrphanedStacks";
            return wrong("Json: cannot unmarshal " + Json(json_excerpt(part.dump() + "}")).dump() +
                         " into Go struct field stacks.stackListOperationFilters." + field + " of type " +
                         (is_id      ? "int"
                          : is_swarm ? "string"
                                     : "bool"));
        }
        if (is_id) filters.environment = part.get<Id>();
        if (is_swarm) filters.swarm = part.get<std::string>();
        if (is_orphans) filters.orphans = part.get<bool>();
    }
    return filters;
}

// Kubernetes stacks fit no filter; swarm stacks go by their SwarmId alone, whatever their environment (§3.1).
bool fits(const Filters& filters, const Stack& stack) {
    if (stack.type == compose_stack) return stack.environment == filters.environment;
    return stack.type == swarm_stack && stack.swarm_id == filters.swarm;
}

// An orphan comes along if it is of the kind that is asked for.
bool is_wanted_orphan(const Filters& filters, World& world, const Stack& stack) {
    const bool kind = filters.swarm.empty() ? stack.type == compose_stack : stack.type == swarm_stack;
    return filters.orphans && kind && world.find_environment(stack.environment) == nullptr;
}

// In the server's order: what fits by id, then orphans whose name none of those has.
std::vector<const Stack*> chosen(const Filters& filters, World& world) {
    std::vector<const Stack*> stacks;
    std::set<std::string> names;
    for (const auto& [id, stack] : world.stacks) {
        if (!filters.empty() && !fits(filters, stack)) continue;
        stacks.push_back(&stack);
        names.insert(stack.name);
    }
    if (filters.empty()) return stacks;
    for (const auto& [id, stack] : world.stacks) {
        if (is_wanted_orphan(filters, world, stack) && !names.contains(stack.name)) stacks.push_back(&stack);
    }
    return stacks;
}

Answer list_stacks(Call& call) {
    const auto filters = read_filters(call);
    if (!filters) return filters.error();
    if (filters->orphans && !call.caller.is_administrator()) {
        return problem(403, "Permission denied to access orphaned stacks", "Unauthorized");
    }
    Json list = Json::array();
    for (const Stack* stack : chosen(*filters, call.world)) {
        // One that was made by hand counts for lists alone, and of Kubernetes stacks of the name in every namespace.
        const std::string resource = std::to_string(stack->environment) + "_" + stack->name;
        const ResourceControl* control = stack->type == kubernetes_stack ? call.world.find_resource_control(resource)
                                                                         : call.world.control_of(*stack);
        if (!may_use_resource(call.caller, control)) continue;
        list.push_back(render_stack(call.world, shown_to(call.caller, call.world, *stack), control));
        count_reading(call.world, stack->id);
    }
    return json_answer(list);
}

Answer refused(Refusal why, const Stack& stack) {
    switch (why) {
    case Refusal::no_environment:
        return not_in_bucket(no_environment_message, "endpoints", stack.environment);
    case Refusal::management_disabled:
        return problem(403, "Stack management is disabled for non-admin users");
    case Refusal::environment_denied:
        return environment_denied();
    case Refusal::resource_denied:
        return resource_denied();
    }
    return resource_denied();
}

// The stack, once §3.2's checks let the caller read it.
std::expected<Stack*, Answer> readable_stack(Call& call) {
    const auto stack = routed_stack(call);
    if (!stack) return stack;
    const Environment* environment = call.world.find_environment((*stack)->environment);
    if (const auto why = refuse_stack_reading(call.caller, call.world, **stack, environment))
        return std::unexpected(refused(*why, **stack));
    return stack;
}

Answer inspect_stack(Call& call) {
    const auto stack = readable_stack(call);
    if (!stack) return stack.error();
    // An orphan's checks end before its resource control is looked up.
    const bool orphan = call.world.find_environment((*stack)->environment) == nullptr;
    const ResourceControl* control = orphan ? nullptr : call.world.control_of(**stack);
    Answer answer = json_answer(render_single_stack(call.world, shown_to(call.caller, call.world, **stack), control));
    count_reading(call.world, (*stack)->id);
    return answer;
}

Answer stack_file(Call& call) {
    const auto stack = readable_stack(call);
    if (!stack) return stack.error();
    if ((*stack)->git_settings_ahead) {
        return problem(409, "Stack git settings have changed. Redeploy the stack to apply the new configuration.");
    }
    if ((*stack)->file_lost) {
        return problem(500, "Unable to retrieve Compose file from disk",
                       "Could not get the contents of the file '" + (*stack)->entry_point + "'");
    }
    return json_answer({{"StackFileContent", (*stack)->file}});
}

constexpr std::array stacks_read_table{
    Route{"GET", "/api/stacks", Auth::user, list_stacks},
    Route{"GET", "/api/stacks/{}", Auth::user, inspect_stack},
    Route{"GET", "/api/stacks/{}/file", Auth::user, stack_file},
};

} // namespace

std::span<const Route> stack_read_routes() { return stacks_read_table; }

} // namespace portainer_double
