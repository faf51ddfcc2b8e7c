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

    friend bool operator==(const RememberedFile&, const RememberedFile&) = default;
};

// An absence seen by complete list, once so far (the agent's `pending`).
struct RememberedAbsence {
    EnvironmentId environment_id = 0;
    std::string name; // normalised
    UnixSeconds first_seen = 0;

    friend bool operator==(const RememberedAbsence&, const RememberedAbsence&) = default;
};

// What a selector (tags, group) looked at when the environment was visible, so that it still reaches it when it is
// hidden (design §4 "Selectors").
struct RememberedSelection {
    std::int64_t group = 1;
    std::vector<std::int64_t> tags;

    friend bool operator==(const RememberedSelection&, const RememberedSelection&) = default;
};

struct ServerMemory {
    std::string instance_id;
    std::map<StackId, RememberedStack> stacks;
    std::map<EnvironmentId, std::string> environments;       // id -> last known name
    std::map<EnvironmentId, RememberedSelection> selections; // id -> group and tags, when it was last visible
    std::map<StackId, RememberedFile> files;
    std::vector<RememberedAbsence> absences;

    friend bool operator==(const ServerMemory&, const ServerMemory&) = default;
};

struct Memory {
    std::map<std::string, ServerMemory> servers; // by the server's name in the configuration

    friend bool operator==(const Memory&, const Memory&) = default;
};

} // namespace mooring
