#include "capture/capture.hpp"

#include "base/text.hpp"
#include "compose/compose.hpp"
#include "model/stack.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <map>
#include <ranges>

namespace mooring::capture {
namespace {

// Text of a server inside a Markdown list: no markup, no HTML.
std::string plain(std::string_view text) {
    std::string out;
    for (const char c : printable(text)) {
        if (std::string_view("\\`*_[]<>&|#!").find(c) != std::string_view::npos) out += '\\';
        out += c;
    }
    return out;
}

std::string list(const std::vector<Captured>& servers, std::vector<Remark> Captured::* part) {
    std::string out;
    for (const Captured& server : servers) {
        for (const Remark& remark : server.*part) {
            out += fmt::format("- {} in {}: {}\n", plain(remark.stack), plain(remark.environment), plain(remark.text));
        }
    }
    return out;
}

} // namespace

std::string index_text(const std::vector<Captured>& servers, bool with_secrets) {
    std::size_t stacks = 0;
    for (const Captured& server : servers) stacks += server.stacks;
    std::string out = fmt::format("# Export of {} {}\n\nWritten by `mooring export`. `mooring check` on this folder "
                                  "compares it with the server.\n",
                                  stacks, stacks == 1 ? "stack" : "stacks");
    const std::string secrets = list(servers, &Captured::secrets);
    if (with_secrets) {
        out += "\n**The folder holds secrets in plain text** (files of the mode 0600): do not commit it as it is.\n";
    }
    if (!secrets.empty()) {
        out += "\n## Secrets that are not in it\n\nVariables are `{opaque: true}`: only their presence is compared. "
               "Replace it by `{fromFile: ...}`, `{fromEnv: ...}` or "
               "`{fromCredential: ...}`\nto compare the values. Places of files hold a reference, and an `ignore` rule "
               "of the manifest accepts that difference.\n\n" +
               secrets;
    }
    const std::string stopped = list(servers, &Captured::stopped);
    if (!stopped.empty()) {
        out += "\n## Not in sync\n\nOf these stacks services have stopped, or nothing of them runs, and nothing says "
               "that they "
               "are meant to end. Start them, or declare those that are under `jobs`.\n\n" +
               stopped;
    }
    const std::string left_out = list(servers, &Captured::left_out);
    if (!left_out.empty())
        out += "\n## Left out\n\nThese are on the server and not here; this is not a sign that they are gone.\n\n" +
               left_out;
    return out;
}

namespace {

// What one service came to: nothing of it runs, all of it ended with 0, and in words.
struct End {
    bool any_stopped = false;
    bool all_well = true;
    std::string words;
};
using Ends = std::map<std::string, End>; // by the service's name in the file

void add(Ends& ends, const std::string& service, bool stopped, bool well, const std::string& words) {
    End& end = ends[service];
    end.any_stopped = end.any_stopped || stopped;
    end.all_well = end.all_well && stopped && well;
    if (stopped && end.words.empty()) end.words = words;
}

Ends ends_of_containers(const std::string& project, const std::vector<Container>& containers) {
    Ends ends;
    for (const Container& one : containers) {
        if (one.oneoff || one.project != project) continue;
        const bool stopped = one.state == "exited";
        const std::string_view status = one.status;
        const std::size_t end = status.find(')');
        const bool coded = status.starts_with("Exited (") && end != std::string_view::npos;
        const std::string code = coded ? std::string(status.substr(7, end - 6)) : std::string();
        add(ends, one.service, stopped, code == "(0)", printable(code.empty() ? "exited" : "exited " + code, 40));
    }
    return ends;
}

Ends ends_of_tasks(const std::string& project, const std::vector<SwarmService>& services,
                   const std::vector<SwarmTask>& tasks) {
    Ends ends;
    const std::string prefix = project + "_";
    for (const SwarmService& service : services) {
        // What has the label and another name is not a service of the file.
        if (service.namespace_ != project || !service.name.starts_with(prefix)) continue;
        const std::string name = service.name.substr(prefix.size());
        ends[name]; // it is there
        if (service.running_tasks.value_or(0) > 0) continue;
        for (const SwarmTask& task : tasks) {
            if (task.service_id != service.id || task.state == "shutdown") continue;
            const bool stopped = task.state == "complete" || task.state == "failed" || task.state == "rejected";
            add(ends, name, stopped, task.state == "complete", printable(task.state, 40));
        }
    }
    return ends;
}

// nullopt: nobody looked, or was let to.
std::optional<Ends> ends_of(const StackRecord& record, const ServerReading& seen) {
    const std::string project = normalise_stack_name(record.name);
    const auto runs = seen.runs.find(record.environment);
    if (runs == seen.runs.end()) return std::nullopt;
    if (record.type == StackType::standalone && runs->second.containers.value)
        return ends_of_containers(project, *runs->second.containers.value);
    const bool tasks = runs->second.services.value && runs->second.tasks.value;
    if (record.type == StackType::swarm && tasks)
        return ends_of_tasks(project, *runs->second.services.value, *runs->second.tasks.value);
    return std::nullopt;
}

std::string_view profiles_of(const StackRecord& record) {
    const auto found =
        std::ranges::find(record.env | std::views::reverse, std::string_view("COMPOSE_PROFILES"), &EnvVar::name);
    return found == record.env.rend() ? std::string_view() : found->value.reveal();
}

bool may_be_a_job(const compose::ServiceFacts& service, const StackRecord& record) {
    const bool restarts = record.type == StackType::swarm ? service.restarts_in_swarm : service.restarts;
    return !restarts && !service.serves;
}

} // namespace

Stopped stopped_services(const StackRecord& record, std::string_view file, const ServerReading& seen) {
    Stopped out;
    if (record.status == static_cast<std::int64_t>(StackStatus::inactive)) return out;
    const std::optional<Ends> ends = ends_of(record, seen);
    if (!ends) return out;
    const auto loaded = compose::load(file);
    if (!loaded) return out;
    compose::ProjectFacts project = compose::facts(*loaded, normalise_stack_name(record.name));
    compose::activate(project, profiles_of(record));
    for (const compose::ServiceFacts& service : project.services) {
        const auto found = ends->find(service.name);
        if (service.in_profile || service.replicas == 0) continue;
        if (found == ends->end()) {
            if (!service.job) out.others.push_back(printable(service.name, 100) + " (nothing of it runs)");
            continue;
        }
        if (!found->second.any_stopped) continue;
        if (service.job && found->second.all_well) continue; // the file says so itself
        if (!service.job && found->second.all_well && may_be_a_job(service, record))
            out.jobs.push_back(service.name);
        else
            out.others.push_back(fmt::format("{} ({})", printable(service.name, 100), found->second.words));
    }
    return out;
}

} // namespace mooring::capture
