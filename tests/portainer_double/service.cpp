#include "portainer_double/service.hpp"

#include "base/text.hpp"
#include "portainer_double/control.hpp"
#include "portainer_double/held.hpp"
#include "portainer_double/routes.hpp"
#include "portainer_double/seed.hpp"

#include <algorithm>
#include <array>

namespace portainer_double {
namespace {

constexpr std::size_t worth_caching = 32U << 10U;

bool is_variable(std::string_view part, std::string_view before) {
    constexpr std::array collections{"containers", "networks", "volumes", "services", "images", "tasks"};
    if (!part.empty() && part.find_first_not_of("0123456789") == std::string_view::npos) return true;
    return part != "json" && std::ranges::find(collections, before) != collections.end();
}

} // namespace

std::string route_name(const Request& request) {
    std::string name = request.method + " ";
    std::string_view before;
    bool first = true;
    for (const std::string_view part : mooring::split(request.path, '/')) {
        if (!first) name += "/";
        name += is_variable(part, before) ? "{}" : std::string(part);
        before = part;
        first = false;
    }
    return name;
}

Service::Service(Options chosen) : options(std::move(chosen)), world(options.version) {
    if (!options.seed.empty()) apply_seed(world, options.seed);
}

Reply Service::api(Request request) {
    const std::lock_guard lock(mutex);
    ++counts.total;
    counts.most_at_once = std::max(counts.most_at_once, ++under_way_);
    parse_target(request);
    if (!options.base_url.empty()) {
        if (!request.path.starts_with(options.base_url))
            return {.answer = not_routed(), .fault = std::nullopt, .date = world.now()};
        request.path.erase(0, options.base_url.size());
    }
    ++counts.by_route[route_name(request)];
    let_others_act(request, false);
    std::optional<Fault> fault = take_fault(faults, request);
    if (fault) {
        auto replaced = replacing_answer(*fault);
        if (replaced || fault->kind == FaultKind::drop) carry_out(request, *fault);
        if (replaced) return {.answer = std::move(*replaced), .fault = std::nullopt, .date = world.now()};
        if (fault->kind == FaultKind::drop) return {.answer = {}, .fault = fault, .date = world.now()};
    }
    Answer answer = answered(request);
    let_others_act(request, true);
    if (fault && fault->kind == FaultKind::content_type) answer.content_type = fault->content_type;
    return {.answer = std::move(answer), .fault = std::move(fault), .date = world.now()};
}

void Service::carry_out(const Request& request, const Fault& fault) {
    if (fault.when == When::during) answer_and_hold(world, request, fault.takes_down);
    if (fault.when == When::after) answer_api(world, request);
    if (fault.when != When::before) let_others_act(request, true);
}

void Service::let_others_act(const Request& request, bool after) {
    for (const Meanwhile& other : take_due(meanwhile, request, after)) {
        ++world.revision;
        if (other.by_control) {
            answer_control(*this, other.request);
        } else {
            answer_api(world, other.request);
        }
    }
}

Answer Service::answered(const Request& request) {
    // A reading can end a deployment, so nothing is kept while one is under way.
    if (request.method != "GET" || !world.pending.empty()) return answer_api(world, request);
    if (cached_revision_ != world.revision) {
        cache_.clear();
        cached_revision_ = world.revision;
    }
    const std::string key = std::string(request.header("x-api-key")) + "\n" +
                            std::string(request.header("authorization")) + "\n" +
                            std::string(request.header("accept")) + "\n" + request.target;
    if (const auto at = cache_.find(key); at != cache_.end()) return at->second;
    Answer answer = answer_api(world, request);
    if (answer.status == 200 && answer.body->size() >= worth_caching && cached_revision_ == world.revision)
        cache_.emplace(key, answer);
    return answer;
}

Answer Service::control(const Request& request) {
    const std::lock_guard lock(mutex);
    ++world.revision;
    return answer_control(*this, request);
}

void Service::connection_opened() {
    const std::lock_guard lock(mutex);
    ++counts.connections;
}

void Service::request_ended() {
    const std::lock_guard lock(mutex);
    if (under_way_ > 0) --under_way_;
}

} // namespace portainer_double
