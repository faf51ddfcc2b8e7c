// What Mooring remembers of earlier runs (design §3.2 "Memory"): it turns a later 403 or 404 into proof. Kept in a file
// by agent/ledger.
#pragma once

#include "base/clock.hpp"
#include "model/stack.hpp"

#include <map>
#include <string>
#include <vector>

namespace mooring {

// A record that was seen in a list or by id.
struct RememberedStack {
    StackId id = 0;
    EnvironmentId environment_id = 0;
    std::string environment_name; // "" if it was not known then
    std::string name;             // as stored by Portainer
    UnixSeconds created_at = 0;
    UnixSeconds seen_at = 0; // when it was last seen, by our clock
    std::string namespace_;  // Kubernetes only: part of the identity there
    // Older ids of its place were forgotten (each kept one of a place says so): that every remembered id of it is gone
    // proves nothing then.
    bool older_dropped = false;
    // When a run last declared its place, by our clock; 0: not known. What is declared is not forgotten.
    UnixSeconds declared_at = 0;

    friend bool operator==(const RememberedStack&, const RememberedStack&) = default;
};

// A file that was read and what must still hold for it not to be read again (design §3.3). Digests are keyed; empty
// without the key.
struct RememberedFile {
    std::string record_digest;   // hex HMAC of StackRecord::fingerprint when the file was read
    std::string content_digest;  // hex HMAC of the file's bytes
    std::string desired_digest;  // hex HMAC of the desired text it was found equal to; "" when it was not
    UnixSeconds server_date = 0; // the server's Date then
    UnixSeconds verified_at = 0; // when it was last really read, by our clock
    bool settled = false;        // UpdateDate and every deployment time were at least 60 s older than server_date
    // Services that were seen to run, or to have ended with 0, under this file: their containers may be pruned since.
    std::vector<std::string> jobs_seen; // sorted

    friend bool operator==(const RememberedFile&, const RememberedFile&) = default;
};

// An absence seen by complete list (the agent's `pending`), keyed by environment, namespace and name.
struct RememberedAbsence {
    EnvironmentId environment_id = 0;
    std::string namespace_; // Kubernetes only
    std::string name;       // normalised; Kubernetes: as written
    UnixSeconds first_seen = 0;
    UnixSeconds last_seen = 0; // 0: written by 0.1.0, which did not know it; such a one never counts

    friend bool operator==(const RememberedAbsence&, const RememberedAbsence&) = default;
};

// What a selector (tags, group) looked at when the environment was visible, so that it still reaches it when it is
// hidden (design §4 "Selectors").
struct RememberedSelection {
    std::int64_t group = 1;
    std::vector<std::int64_t> tags;

    friend bool operator==(const RememberedSelection&, const RememberedSelection&) = default;
};

// An environment that was visible once. One that is gone for good is forgotten in time (design §3.2 "Memory").
struct RememberedEnvironment {
    std::string name;            // last known
    UnixSeconds seen_at = 0;     // when it last answered, by our clock; 0: not known
    UnixSeconds declared_at = 0; // when a run last declared it; 0: not known
    bool gone = false;           // it was answered 404 when it was last asked

    friend bool operator==(const RememberedEnvironment&, const RememberedEnvironment&) = default;
};

struct ServerMemory {
    std::string instance_id;
    std::map<StackId, RememberedStack> stacks;
    std::map<EnvironmentId, RememberedEnvironment> environments;
    std::map<EnvironmentId, RememberedSelection> selections; // id -> group and tags, when it was last visible
    // Names of tags and groups, as they were last read: what a selector means when the server tells nothing any more.
    std::map<std::int64_t, std::string> tags;
    std::map<std::int64_t, std::string> groups;
    std::map<StackId, RememberedFile> files;
    std::vector<RememberedAbsence> absences;

    friend bool operator==(const ServerMemory&, const ServerMemory&) = default;
};

struct Memory {
    std::map<std::string, ServerMemory> servers; // by the server's name in the configuration

    friend bool operator==(const Memory&, const Memory&) = default;
};

} // namespace mooring
