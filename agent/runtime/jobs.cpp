// A job ends, a service does not (design §3.3): what a stack's jobs must have left, and what they may have lost.
#include "base/text.hpp"
#include "model/names.hpp"
#include "runtime/parts.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace mooring::runtime {
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
