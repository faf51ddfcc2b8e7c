// What differs between a desired stack and what was read of it: record, Git settings, content
// (agent/runtime: what runs). Pure.
#pragma once

#include "compose/compose.hpp"
#include "match/facts.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace mooring::compare {

using match::ContentFacts;
using match::JudgeOptions;
using match::Row;
using match::ServerFacts;

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
    std::vector<const Reply*> inspected; // containers that looked young; of a cluster, every answer it stands on
    const Reply* images = nullptr;       // the local images, where an id was shown in place of a name
    std::vector<std::string> ended;      // services that have stopped and might be jobs that nobody declared
    std::vector<std::string> rolling;    // workloads on their way (a cluster's: and until when they may be)
};

// Type, state, deployment status (3 stuck, 4 failed), env, access, auto-update, source and Git settings (design §3.3,
// §4). Planes record, git and, for deployment, runtime. `moved` adds the record changes `environment` or `name` of a
// stack that memory found elsewhere.
Comparison compare_record(const Row& row, const StackRecord& record, const ServerFacts& server,
                          const JudgeOptions& options);

// How a desired file is compared. Everything outlives the call.
struct Comparing {
    const std::function<std::string(std::string_view)>& digest; // makes keyed digests for the memory; may be empty
    const StackRecord* record = nullptr; // its env values are then known, too, and kept out of every text
    bool show_values = false;            // secrets are put into the changes (JudgeOptions)
};

// The content of a stack, by its kind: compose files for Docker, manifests for Kubernetes. The desired one is loaded
// once a row, for comparing and for what it would run.
class Content {
  public:
    // `stack` outlives it. A Git stack and a file that does not load give one, too; comparing says why.
    static std::unique_ptr<const Content> load(const DesiredStack& stack);
    Content() = default;
    Content(const Content&) = delete;
    Content& operator=(const Content&) = delete;
    virtual ~Content() = default;

    // What the desired file would run; nullopt for Git and Kubernetes, and when it does not load.
    virtual std::optional<compose::ProjectFacts> facts() const = 0;
    // What the desired Kubernetes file declares; nullptr for Git and compose, and when it does not load.
    virtual std::shared_ptr<const kubernetes::File> objects() const { return nullptr; }
    // The desired text against the server's: equal bytes, else by meaning. Made on arrival, so that the text can go.
    virtual ContentFacts compare(std::string_view actual, const Comparing& how) const = 0;
};

// The path of a variable's difference, and what follows it where the name stands there more than once.
std::string env_path(std::string_view name);
inline constexpr std::string_view twice_suffix = " (duplicate)";

// Who is declared to have access, by the ids that the server knows; nobody and not public: administrators alone.
struct AccessIds {
    bool is_public = false;
    std::set<std::int64_t> users;
    std::set<std::int64_t> teams;
};
// The users and teams that a token is shown, and its own user.
struct Principals {
    std::optional<Identity> self;
    Answer<std::vector<NamedId>> users;
    Answer<std::vector<NamedId>> teams;
};
// nullopt: a name or an id is not among them. The server takes any id, known or not (portainer-api.md §12), so that
// whoever writes asks here first.
std::optional<AccessIds> access_ids(const DesiredAccess& declared, const Principals& known);
// Whether the record's access is this, as the server decides it.
bool has_access(const StackRecord& record, const AccessIds& wanted);

// "3 minutes" old deployments are pending, older ones stuck: true when the last Status-3 time is more than 20 minutes
// before the server's Date.
bool deployment_is_stuck(const StackRecord& record, UnixSeconds server_date);

} // namespace mooring::compare
