#include "runtime/parts.hpp"

#include "model/names.hpp"

#include <algorithm>
#include <charconv>
#include <iterator>
#include <numeric>
#include <ranges>
#include <span>
#include <tuple>

namespace mooring::runtime {
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
    if (!runtime.images.value) return;
    for (const DockerImage& image : *runtime.images.value) {
        for (const std::string& name : image.tags) runtime.image_ids[full_image_name(name)] = image.id;
        for (const std::string& name : image.names) runtime.image_ids[full_image_name(name)] = image.id;
    }
}

} // namespace

void arrange(RuntimeFacts& runtime) {
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

ContainersByService containers_of(const RuntimeFacts& runtime, std::string_view project) {
    ContainersByService out;
    for (const Container* container : pick(runtime.containers, runtime.arranged, &Container::project, project)) {
        if (!container->oneoff) out[container->service].push_back(container);
    }
    for (auto& [service, containers] : out) std::ranges::sort(containers, {}, &Container::name);
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
        const bool prefixed = service->name.starts_with(prefix);
        out[prefixed ? service->name.substr(prefix.size()) : service->name] = service;
    }
    return out;
}

std::vector<const SwarmTask*> tasks_of(const RuntimeFacts& runtime, std::string_view service_id) {
    return pick(runtime.tasks, runtime.arranged, &SwarmTask::service_id, service_id);
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
