// What is read around a write: the record by the list, its file, what runs. Reads only.
#pragma once

#include "apply/workshop.hpp"
#include "portainer/api.hpp"

#include <boost/asio/awaitable.hpp>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace mooring::apply {

// Everything that a part stands on, read anew just before it (reconcile.md §4, move 1).
struct Readings {
    std::string problem;               // why nothing is sent; "" if it holds
    bool other_server = false;         // another InstanceID or version answers: nothing more is sent to it
    std::optional<StackRecord> record; // nullopt: a create
    std::optional<std::string> file;   // of a file stack
    StackId newest = 0;                // the highest id that is listed
    std::optional<UnixSeconds> date;   // the server's clock
    std::optional<compare::AccessIds> access;
    Running runs;
};

// `then`: the record as it was planned, or as the part before left it; nullptr: a create. `before`: what a rollback
// puts back; nullptr: not known, and of other parts.
boost::asio::awaitable<Readings> read_ground(Server& server, const reconcile::Step& step, const reconcile::Part& part,
                                             const drift::Assessment& seen, const StackRecord* then,
                                             const std::string& file_digest_key, const Before* before);

// Services of the project with something running in that environment; nullopt: not readable, and of Kubernetes, where
// a deployment keeps what runs until the new pods are ready.
boost::asio::awaitable<Running> read_running(portainer::Api& api, EnvironmentId environment, std::string project,
                                             std::optional<StackType> type);

// Whether anything of a project of this name is there, in whatever state; nullopt: not readable.
boost::asio::awaitable<std::optional<bool>> read_exists(portainer::Api& api, EnvironmentId environment,
                                                        std::string project);

// What is left of a Kubernetes stack whose record is gone, object by object of its file, and by its label.
boost::asio::awaitable<void> read_left(Server& server, const StackRecord& was, const std::string& file,
                                       std::optional<bool>& exists, std::vector<std::string>& left);

// The list, the written record in it (a Kubernetes stack by its id, where the list hides it), its file and what runs.
// `ground`: as it was before the write.
boost::asio::awaitable<Aftermath> read_aftermath(Server& server, const LogEntry& intent, std::optional<StackId> id,
                                                 std::optional<StackType> type, const Readings& ground);

// A container of the project as it is: made when, started when, how often anew; of a swarm a task that is to run, by
// its id, since one that ended is replaced by another. Two looks that show the same saw no restart between them.
struct Life {
    std::string name; // of a task: "shop_web.1.k3v9..."
    UnixSeconds created_at = 0;
    UnixSeconds started_at = 0;
    std::int64_t restarts = 0;

    friend bool operator==(const Life&, const Life&) = default;
};
// By name; nullopt: not readable. At most 100 containers are asked; a swarm tells all its tasks at once.
boost::asio::awaitable<std::optional<std::vector<Life>>> read_lives(portainer::Api& api, EnvironmentId environment,
                                                                    std::string project, StackType type);
// Of a swarm's answers; pure.
std::vector<Life> lives_of_tasks(const std::vector<SwarmService>& services, const std::vector<SwarmTask>& tasks,
                                 std::string_view project);

// Whether a stack has become what is declared: judged again by the engine that judged it before (reconcile.md §4,
// move 7).
enum class Look : std::uint8_t {
    in_sync,  // but for what is accepted
    starting, // not yet
    differs,
    unread, // what runs, or more, could not be read
};
// Pure. `accepted`: paths of differences that waivers and `ignore` accepted when it was planned.
Look look_at(const drift::Assessment* row, const std::set<std::string>& accepted);

// How long a stack may take: the configured time, else by its kind (Docker 2 minutes, swarm 5), and never less than the
// longest start period of its file.
std::chrono::seconds settle_time(const WriteSettings& settings, StackType type, std::chrono::seconds start_period);

// Judges until the stack was in sync in two looks without a restart between them, or time is up. `written` is what is
// known of the last part, and becomes the outcome of the step. `ran`: what ran before its first part.
boost::asio::awaitable<void> converge(Workshop& workshop, Server& server, const drift::Assessment& seen,
                                      std::chrono::seconds start_period, PartResult& written, const Running& ran);

// Of a rollback: reads until everything that ran before runs in two looks without a restart between them, or time is
// up.
boost::asio::awaitable<void> runs_again(Workshop& workshop, Server& server, const StackRecord& record,
                                        std::chrono::seconds start_period, PartResult& written, const Running& ran);

} // namespace mooring::apply
