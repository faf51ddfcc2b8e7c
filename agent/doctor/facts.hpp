// What the doctor learned before it says anything: plain values, of this machine and of each server.
#pragma once

#include "base/diagnostic.hpp"
#include "base/error.hpp"
#include "match/facts.hpp"
#include "model/server.hpp"
#include "net/inspect.hpp"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace mooring::doctor {

// What can be read of the stacks of one environment, tried with one request each.
struct EnvironmentTrial {
    Reply containers; // not_asked where no Docker is
    Reply file;       // of the listed stack with the lowest id; not_asked where none is listed
    StackId stack = 0;
    std::string stack_name;
};

struct ServerFacts {
    std::string name;
    std::string url; // without its user part
    TlsSettings trust;
    bool has_token = false;                    // without one the way alone is tried
    std::string unusable;                      // no connection can be made of its settings; "" if one can
    std::optional<net::Inspection> inspection; // nullopt when unusable
    match::ServerFacts known;                  // what a check would learn before it asks about single stacks
    std::vector<const DesiredStack*> declared; // for this server
    Reply settings;
    std::map<EnvironmentId, EnvironmentTrial> trials;
    UnixSeconds now = 0; // our clock when the server last said its own
};

struct MemoryFacts {
    std::string file; // "" none is configured
    bool exists = false;
    std::size_t stacks = 0; // remembered
    std::string broken;     // why it cannot be read; "" if it can
    std::string unwritable; // why the next one could not be written; "" if it could
    Diagnostics remarks;
};

struct LedgerFacts {
    std::string file; // "" none is configured
    bool exists = false;
    std::size_t runs = 0;   // recorded since its chain began
    std::size_t stacks = 0; // remembered
    Error broken;           // why it cannot be read, if its message is not empty
    std::string unwritable; // why no run could be recorded; "" if one could
    Diagnostics remarks;    // on its key
};

struct LocalFacts {
    std::string configuration; // the file in use; "" none
    std::size_t servers = 0;
    Diagnostics remarks;         // of configuration and credentials
    bool manifests_known = true; // false: the configuration is too broken to know where they are
    std::string manifests;
    std::size_t stacks = 0;
    std::size_t scopes = 0;
    std::size_t waivers = 0;
    Diagnostics manifest_remarks;
    MemoryFacts memory; // with a ledger: only of the file that it would take over
    LedgerFacts ledger;
};

struct Facts {
    LocalFacts local;
    std::vector<ServerFacts> servers;
};

} // namespace mooring::doctor
