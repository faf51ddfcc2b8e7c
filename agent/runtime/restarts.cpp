// Containers that are up only because they were started anew a moment ago: whether they are kept in a loop must not
// depend on the moment at which one looks (design §3.3).
#include "base/text.hpp"
#include "runtime/parts.hpp"

#include <algorithm>
#include <charconv>
#include <fmt/format.h>
#include <utility>

namespace mooring::runtime {
namespace {

constexpr UnixSeconds young = 60;
constexpr UnixSeconds least_delay = 10; // between creation and start; compose starts what it creates within seconds
constexpr std::size_t most_inspected = 50;

// "Up 5 seconds (healthy)", "Up Less than a second"; nullopt: not up, or for a minute or more.
std::optional<UnixSeconds> seconds_up(const Container& container) {
    constexpr std::string_view up = "Up ";
    std::string_view text = container.status;
    if (container.state != "running" || !text.starts_with(up)) return std::nullopt;
    text.remove_prefix(up.size());
    if (text.starts_with("Less than a second")) return 0;
    UnixSeconds seconds = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    return error == std::errc{} && text.starts_with(" second") ? std::optional(seconds) : std::nullopt;
}

bool concerns(const Container& container, const std::set<std::string>* projects) {
    return !container.oneoff && !container.project.empty() &&
           (projects == nullptr || projects->contains(container.project));
}

const Answer<ContainerDetail>* detail_of(const RuntimeFacts& runtime, const Container& container) {
    const auto found = runtime.details.find(container.name);
    return found == runtime.details.end() ? nullptr : &found->second;
}

} // namespace

bool looks_restarted(const Container& container, UnixSeconds server_date) {
    if (server_date == 0 || container.created_at == 0) return false;
    const auto up = seconds_up(container);
    return up && server_date - container.created_at - *up >= least_delay;
}

std::vector<std::string> containers_to_inspect(const RuntimeFacts& runtime, const std::set<std::string>* projects) {
    std::vector<std::pair<UnixSeconds, std::string>> found;
    if (!runtime.containers.value) return {};
    for (const Container& container : *runtime.containers.value) {
        if (!concerns(container, projects) || !looks_restarted(container, runtime.server_date)) continue;
        found.emplace_back(*seconds_up(container), container.name);
    }
    std::ranges::sort(found);
    found.resize(std::min(found.size(), most_inspected));
    std::vector<std::string> names;
    for (auto& [up, name] : found) names.push_back(std::move(name));
    return names;
}

bool shows_an_image_id(const RuntimeFacts& runtime, const std::set<std::string>* projects) {
    return runtime.containers.value && std::ranges::any_of(*runtime.containers.value, [&](const Container& container) {
               return is_up(container) && concerns(container, projects) && is_image_id(container.image);
           });
}

std::optional<std::int64_t> restarts_in_a_loop(const RuntimeFacts& runtime, const Container& container) {
    const Answer<ContainerDetail>* detail = detail_of(runtime, container);
    if (detail == nullptr || !detail->value || container.state != "running") return std::nullopt;
    const UnixSeconds now = detail->reply.server_date.value_or(runtime.server_date);
    const bool loops = detail->value->restart_count >= 1 && now != 0 && now - detail->value->started_at < young;
    return loops ? std::optional(detail->value->restart_count) : std::nullopt;
}

void tell_inspected(const RuntimePair& pair, std::string_view service, const Container& container, Comparison& out) {
    if (const Answer<ContainerDetail>* detail = detail_of(pair.runtime, container)) {
        out.inspected.push_back(&detail->reply);
    } else if (looks_restarted(container, pair.runtime.server_date)) {
        out.notes.push_back(fmt::format("{}: whether {} keeps restarting was not asked: {} younger containers were",
                                        service_path(service), printable(container.name, 200), most_inspected));
    }
}

} // namespace mooring::runtime
