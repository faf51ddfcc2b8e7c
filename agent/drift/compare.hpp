// What differs between a desired stack and what was read of it: record, Git settings, content, runtime. Pure.
#pragma once

#include "drift/facts.hpp"

#include <functional>
#include <string>
#include <vector>

namespace mooring::drift {

// Differences, and what could not be compared.
struct Comparison {
    std::vector<Change> changes;
    std::vector<std::string>
        unread; // "access": a name that this token cannot resolve -> denied, role; "runtime": a container answered 403
    std::vector<std::string>
        notes; // "3 values not compared", "deployed commit 72e6c8aa; the branch's head was not looked up"
    std::vector<std::string> errors; // "env.DB_PASSWORD: secrets/db: permission denied": verdict error
    std::optional<Reply> refusal;    // the request whose refusal made something unread
    // Of what runs alone. The replies outlive the comparison: they stand in RuntimeFacts.
    std::vector<const Reply*> inspected; // containers that looked young
    const Reply* images = nullptr;       // the local images, where an id was shown in place of a name
    std::vector<std::string> ended;      // services that have stopped and might be jobs that nobody declared
};

// Type, state, deployment status (3 stuck, 4 failed), env, access, auto-update, source and Git settings (design §3.3,
// §4). Planes record, git and, for deployment, runtime. `moved` adds the record changes `environment` or `name` of a
// stack that memory found elsewhere.
Comparison compare_record(const Row& row, const StackRecord& record, const ServerFacts& server,
                          const JudgeOptions& options);

// The desired text against the server's: equal bytes, else canonical trees; Kubernetes: bytes only. Made on arrival, so
// that the text can go. `digest` makes keyed digests for the memory; it may be empty. With `record` the server's env
// values are known too and kept out of every text; `show_values` puts secrets into the changes (JudgeOptions).
ContentFacts compare_content(const DesiredStack& stack, const compose::File* desired, std::string_view actual,
                             const std::function<std::string(std::string_view)>& digest,
                             const StackRecord* record = nullptr, bool show_values = false);

// What runs against what the server's file says should run (design §3.3 "Runtime changes"): containers for standalone,
// services and tasks for swarm. `list_filtered`: the token is not an administrator's, so that what the list lacks may
// be hidden: then only a probe's 404 makes an absence a change, and everything else leaves the runtime unread.
// `jobs_seen`: an earlier run saw a job of this very file, so that it may have been removed since.
Comparison compare_runtime(const Row& row, const StackRecord& record, const compose::ProjectFacts& file,
                           const RuntimeFacts& runtime, const std::vector<NameProbe>& container_probes,
                           bool list_filtered = false, bool jobs_seen = false);

// Sorts what runs by project, so that each stack finds its own without walking through all of it, and images by name.
// The answers are the same without it.
void arrange(RuntimeFacts& runtime);

// Whether the container was started less than a minute ago and created long before: it may be kept in a loop of
// restarts, which only inspecting it can tell. Containers of no project are nobody's.
bool looks_restarted(const Container& container, UnixSeconds server_date);

// Names of the containers of these projects that look restarted, the youngest first, 50 at most (design §3.3).
// nullptr: of every project.
std::vector<std::string> containers_to_inspect(const RuntimeFacts& runtime, const std::set<std::string>* projects);

// Whether a container of these projects that is up shows an id in the place of its image's name: then images are read.
bool shows_an_image_id(const RuntimeFacts& runtime, const std::set<std::string>* projects);

// The services of the stack that are jobs and of which something is there: what the memory keeps (RememberedFile).
std::vector<std::string> jobs_there(const StackRecord& record, const compose::ProjectFacts& file,
                                    const RuntimeFacts& runtime);

// For a user: the containers (swarm: services) that should run and that the list lacks, to be asked by name (design
// §3.3). Empty for an administrator, for a stopped stack, and where the name is not predictable.
std::vector<Question> containers_to_ask(const Row& row, const StackRecord& record, const compose::ProjectFacts& file,
                                        const ServerFacts& server);

// "3 minutes" old deployments are pending, older ones stuck: true when the last Status-3 time is more than 20 minutes
// before the server's Date.
bool deployment_is_stuck(const StackRecord& record, UnixSeconds server_date);

} // namespace mooring::drift
