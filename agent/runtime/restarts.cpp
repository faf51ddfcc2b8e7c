// Containers that are up only because they were started anew a moment ago: whether they are kept in a loop must not
// depend on the moment at which one looks (design §3.3).

#include "base/text.hpp"
#include "model/stack.hpp"
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

// A job ends, a service does not (design §3.3): what a stack's jobs must have left, and what they may have lost.

namespace {

bool is_to_run(const compose::ServiceFacts& service) {
    return !service.profile_unknown && expected_count(service).any();
}

// Where the file is not at hand before the run, what the loader could not say is said here.
void check_declared_jobs(const RuntimePair& pair, Comparison& out) {
    if (!std::holds_alternative<DesiredGit>(pair.stack.source)) return;
    for (const std::string& job : pair.stack.jobs) {
        const auto service = std::ranges::find(pair.file.services, job, &compose::ServiceFacts::name);
        const std::string name = "`" + printable(job, 100) + "`";
        if (service != pair.file.services.end()) {
            if (service->kept_running.empty()) continue;
            out.errors.push_back(fmt::format("jobs: {} cannot end, because the file has `{}` for it", name,
                                             printable(service->kept_running)));
        } else if (!pair.file.more_files) {
            out.errors.push_back(fmt::format("jobs: the file has no service {}", name));
        }
    }
}

// Of a user's list: what is hidden may be there.
std::set<std::string> hidden_services(const RuntimePair& pair, Comparison& out) {
    std::set<std::string> hidden;
    if (!pair.list_filtered) return hidden;
    for (const auto& entry : unlisted_names(pair.stack, pair.record, pair.file, pair.runtime)) {
        const Fate fate = ask_names(pair, {entry}, out);
        if (fate.hidden + fate.unknown > 0) hidden.insert(entry.first);
    }
    return hidden;
}

} // namespace

void compare_jobs(const RuntimePair& pair, const std::set<std::string>& there, Comparison& out) {
    check_declared_jobs(pair, out);
    if (stop_explains(pair.stack, pair.record)) return;
    const std::set<std::string> hidden = hidden_services(pair, out);
    bool any = pair.jobs_seen;
    for (const compose::ServiceFacts& service : pair.file.services) {
        if (!is_to_run(service)) continue;
        if (!service.job) return; // it must run, whatever became of the jobs
        any = any || there.contains(service.name);
    }
    if (any) return;
    for (const compose::ServiceFacts& service : pair.file.services) {
        if (!is_to_run(service) || hidden.contains(service.name)) continue;
        add_runtime_change(pair, Subject::job, service.name, service_path(service.name) + ".running",
                           expected_count(service).text(), "0", out);
    }
}

void note_ended(const compose::ServiceFacts& service, bool kept_running, Comparison& out) {
    if (service.job || kept_running || std::ranges::find(out.ended, service.name) != out.ended.end()) return;
    out.ended.push_back(service.name);
}

std::vector<std::string> jobs_there(const StackRecord& record, const compose::ProjectFacts& file,
                                    const RuntimeFacts& runtime) {
    std::vector<std::string> out;
    if (std::ranges::none_of(file.services, &compose::ServiceFacts::job)) return out;
    const std::string project = normalise_stack_name(record.name);
    const bool swarm = record.type == StackType::swarm;
    const ContainersByService containers = swarm ? ContainersByService{} : containers_of(runtime, project);
    const SwarmServices services = swarm ? services_of(runtime, project) : SwarmServices{};
    for (const compose::ServiceFacts& service : file.services) {
        if (!service.job) continue;
        if (swarm ? services.contains(service.name) : containers.contains(service.name)) out.push_back(service.name);
    }
    return out;
}

} // namespace mooring::runtime
