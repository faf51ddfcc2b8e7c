// Standalone: containers with the project's label, grouped by compose service.

#include "base/text.hpp"
#include "model/stack.hpp"
#include "runtime/parts.hpp"

#include <algorithm>
#include <charconv>
#include <fmt/format.h>
#include <iterator>
#include <numeric>
#include <ranges>
#include <set>
#include <span>
#include <tuple>

namespace mooring::runtime {
namespace {

// "exited (137)", "unhealthy", "created", "restarting (7 times)": what a person wants to know of one container.
std::string describe(const RuntimeFacts& runtime, const Container& container) {
    if (const auto restarts = restarts_in_a_loop(runtime, container)) {
        return fmt::format("restarting ({} {})", *restarts, *restarts == 1 ? "time" : "times");
    }
    if (container.state == "running") return is_unhealthy(container) ? "unhealthy" : "running";
    const auto code = exit_code_of(container);
    return code ? fmt::format("{} ({})", printable(container.state, 40), *code) : printable(container.state, 40);
}

std::string describe_all(const RuntimeFacts& runtime, const std::vector<const Container*>& containers) {
    std::vector<std::string> states(containers.size());
    std::ranges::transform(containers, states.begin(),
                           [&](const Container* container) { return describe(runtime, *container); });
    std::ranges::sort(states);
    return fmt::format("{} {}: {}", states.size(), states.size() == 1 ? "container" : "containers", join(states, ", "));
}

// What has stopped is a change, with whatever code, unless it is a job's that ended well or the whole stack was
// stopped.
bool may_have_stopped(const RuntimePair& pair, const compose::ServiceFacts& service, const Container& container) {
    if (container.state != "exited") return false;
    return (service.job && exit_code_of(container) == 0) || stop_explains(pair.stack, pair.record);
}

// What a container that does not run as it should is a case of. One that is up and troubled is left to people.
Subject subject_of(const compose::ServiceFacts& service, const Container& container) {
    if (container.state == "created" || container.state == "dead") return Subject::not_started;
    if (container.state != "exited") return Subject::troubled;
    if (service.job) return Subject::job;
    return service.restarts ? Subject::ended_kept : Subject::ended;
}

void compare_state(const RuntimePair& pair, const compose::ServiceFacts& service, const Container& container,
                   Comparison& out) {
    std::string state = describe(pair.runtime, container);
    if (state == "running" || may_have_stopped(pair, service, container)) return;
    if (container.state == "exited") note_ended(service, service.restarts, out);
    add_runtime_change(
        pair, subject_of(service, container), service.name,
        fmt::format("{}.containers[{}].state", service_path(service.name), printable(container.name, 200)), "running",
        std::move(state), out);
}

void compare_service(const RuntimePair& pair, const compose::ServiceFacts& service,
                     const std::vector<const Container*>& containers, Comparison& out) {
    const Expected expected = expected_count(service);
    std::vector<const Container*> up;
    std::int64_t running = 0;
    for (const Container* container : containers) {
        if (is_up(*container)) up.push_back(container);
        if (!expected.any()) continue;
        tell_inspected(pair, service.name, *container, out);
        compare_state(pair, service, *container, out);
        if (container->state == "running" && !restarts_in_a_loop(pair.runtime, *container)) ++running;
    }
    // Of what should not run at all, whatever is up counts, in whichever state.
    const auto count = expected.any() ? running : static_cast<std::int64_t>(up.size());
    if (!expected.at_least && count > expected.count) report_surplus(pair, service, expected, count, out);
    if (expected.any()) compare_images(pair, service, up, out);
}

// Declared stopped: whatever of the project runs is a change, whether the file has it or not.
void compare_stopped(const RuntimePair& pair, const ContainersByService& all, Comparison& out) {
    for (const auto& [service, containers] : all) {
        const auto running = std::ranges::count_if(containers, [](const Container* one) { return is_up(*one); });
        if (running == 0) continue;
        add_runtime_change(pair, Subject::unwanted, service, service_path(service) + ".running", "0",
                           std::to_string(running), out);
    }
}

std::int64_t up_of(const ContainersByService& all, const std::string& service) {
    const auto found = all.find(service);
    if (found == all.end()) return 0;
    return std::ranges::count_if(found->second, [](const Container* one) { return is_up(*one); });
}

std::set<std::string> names_of(const ContainersByService& all) {
    std::set<std::string> names;
    for (const auto& [service, containers] : all) names.insert(service);
    return names;
}

} // namespace

void compare_containers(const RuntimePair& pair, Comparison& out) {
    const ContainersByService all = containers_of(pair.runtime, pair.project);
    if (wants_stopped(pair.stack)) {
        compare_stopped(pair, all, out);
        return;
    }
    for (const Shortage& shortage : shortages(pair.record, pair.file, pair.runtime)) {
        report_shortage(pair, shortage, out);
    }
    compare_jobs(pair, names_of(all), out);
    for (const compose::ServiceFacts& service : pair.file.services) {
        report_open(pair, service, up_of(all, service.name), out);
    }
    for (const auto& [name, containers] : all) {
        const auto service = std::ranges::find(pair.file.services, name, &compose::ServiceFacts::name);
        if (service != pair.file.services.end()) {
            compare_service(pair, *service, containers, out);
        } else {
            report_foreign(pair, name, describe_all(pair.runtime, containers), out);
        }
    }
}

namespace {

// Those of `all` whose `key` is `wanted`: a range of a sorted list, else one by one.
template <typename T>
std::vector<const T*> pick(const Answer<std::vector<T>>& all, bool sorted, std::string T::* key,
                           std::string_view wanted) {
    std::vector<const T*> out;
    if (!all.value) return out;
    std::span<const T> part = *all.value;
    if (sorted) {
        const auto range = std::ranges::equal_range(part, wanted, {}, key);
        part = {range.begin(), range.end()};
    }
    for (const T& one : part) {
        if (one.*key == wanted) out.push_back(&one);
    }
    return out;
}

void arrange_images(RuntimeFacts& runtime) {
    runtime.image_ids.clear();
    runtime.short_names = !may_be_podman(runtime);
    if (!runtime.images.value) return;
    const bool podman = !runtime.short_names;
    for (const DockerImage& image : *runtime.images.value) {
        for (const std::string& name : image.tags) runtime.image_ids[full_image_name(name, podman)] = image.id;
        for (const std::string& name : image.names) runtime.image_ids[full_image_name(name, podman)] = image.id;
    }
}

} // namespace

void arrange(RuntimeFacts& runtime) {
    runtime.arranged = false;
    arrange_images(runtime);
    runtime.by_name.clear();
    if (runtime.containers.value) {
        auto& all = *runtime.containers.value;
        std::ranges::sort(all, {}, [](const Container& c) { return std::tie(c.project, c.service, c.number, c.name); });
        runtime.by_name.resize(all.size());
        std::iota(runtime.by_name.begin(), runtime.by_name.end(), std::uint32_t{0});
        std::ranges::sort(runtime.by_name, {}, [&all](std::uint32_t at) -> std::string_view { return all[at].name; });
    }
    if (runtime.services.value) {
        std::ranges::sort(*runtime.services.value, {},
                          [](const SwarmService& s) { return std::tie(s.namespace_, s.name); });
    }
    if (runtime.tasks.value) {
        std::ranges::stable_sort(*runtime.tasks.value, {}, &SwarmTask::service_id);
    }
    runtime.arranged = true;
}

namespace {

// What an answer lists twice is one thing.
template <typename T>
void drop_repeated(std::vector<const T*>& all) {
    std::set<std::string_view> seen;
    std::erase_if(all, [&](const T* one) { return !one->id.empty() && !seen.insert(one->id).second; });
}

} // namespace

ContainersByService containers_of(const RuntimeFacts& runtime, std::string_view project) {
    ContainersByService out;
    for (const Container* container : pick(runtime.containers, runtime.arranged, &Container::project, project)) {
        if (!container->oneoff) out[container->service].push_back(container);
    }
    for (auto& [service, containers] : out) {
        std::ranges::sort(containers, {}, &Container::name);
        drop_repeated(containers);
    }
    return out;
}

bool has_container_named(const RuntimeFacts& runtime, std::string_view name) {
    if (!runtime.containers.value) return false;
    const auto& all = *runtime.containers.value;
    if (!runtime.arranged) return std::ranges::find(all, name, &Container::name) != all.end();
    return std::ranges::binary_search(runtime.by_name, name, {},
                                      [&all](std::uint32_t at) -> std::string_view { return all[at].name; });
}

SwarmServices services_of(const RuntimeFacts& runtime, std::string_view project) {
    SwarmServices out;
    const std::string prefix = std::string(project) + "_";
    for (const SwarmService* service : pick(runtime.services, runtime.arranged, &SwarmService::namespace_, project)) {
        if (service->name.starts_with(prefix)) out.try_emplace(service->name.substr(prefix.size()), service);
    }
    return out;
}

std::vector<const SwarmService*> strangers_of(const RuntimeFacts& runtime, std::string_view project) {
    std::vector<const SwarmService*> out = pick(runtime.services, runtime.arranged, &SwarmService::namespace_, project);
    std::set<const SwarmService*> own;
    std::set<std::string_view> ids;
    for (const auto& [name, service] : services_of(runtime, project)) {
        own.insert(service);
        if (!service->id.empty()) ids.insert(service->id);
    }
    std::erase_if(out, [&](const SwarmService* one) { return own.contains(one) || ids.contains(one->id); });
    return out;
}

std::vector<const SwarmTask*> tasks_of(const RuntimeFacts& runtime, std::string_view service_id) {
    std::vector<const SwarmTask*> out = pick(runtime.tasks, runtime.arranged, &SwarmTask::service_id, service_id);
    drop_repeated(out);
    return out;
}

std::optional<int> exit_code_of(const Container& container) {
    constexpr std::string_view start = "Exited (";
    if (!container.status.starts_with(start)) return std::nullopt;
    const char* first = container.status.data() + start.size();
    const char* end = container.status.data() + container.status.size();
    int code = 0;
    const auto [stop, error] = std::from_chars(first, end, code);
    if (error != std::errc{} || stop == end || *stop != ')') return std::nullopt;
    return code;
}

bool is_unhealthy(const Container& container) { return container.status.find("(unhealthy)") != std::string::npos; }

bool is_up(const Container& container) {
    return container.state == "running" || container.state == "restarting" || container.state == "paused";
}

} // namespace mooring::runtime
