// What the doctor learned before it says anything: plain values, of this machine and of each server.
#pragma once

#include "base/error.hpp"
#include "drift/sentences.hpp"
#include "match/facts.hpp"
#include "model/stack.hpp"
#include "net/tls.hpp"
#include "portainer/api.hpp"
#include "report/formats.hpp"

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace mooring::doctor {

// What can be read of the stacks of one environment, tried with one request each.
struct EnvironmentTrial {
    Reply containers; // not_asked where no Docker is
    Reply file;       // of the listed stack with the lowest id; not_asked where none is listed
    StackId stack = 0;
    std::string stack_name;
};

struct ServerTrial {
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
    std::vector<ServerTrial> servers;
};

// What the doctor says, one line each.
enum class Level { ok, warn, fail };

constexpr std::string_view to_string(Level level) {
    return level == Level::ok ? "ok" : level == Level::warn ? "warn" : "fail";
}

struct Symptom {
    std::string server; // its name in the configuration; "" of this machine
    std::string check;  // a fixed word: "name", "tls", "token", ... (schema/doctor.schema.json lists them)
    Level level = Level::ok;
    std::string message;                              // one or more sentences, printable
    std::string remedy;                               // what a person must do; "" if nothing
    int exit_code = 0;                                // what a failure ends a check with; 0 of everything else
    std::optional<net::ShownCertificate> certificate; // check "tls": the one to give as `tls.ca`, the last of the chain
    std::optional<std::string> pin;                   // check "tls": of the server's own
};

using Symptoms = std::vector<Symptom>;

// One server's line above its findings.
struct Subject {
    std::string server;
    std::string url;
};

struct Diagnosis {
    std::vector<Subject> servers; // in the order of the configuration
    Symptoms findings;            // of this machine, then by server; each in the order in which it was tried
    int exit_code = 0;
};

// Facts -> findings, each with its remedy. Pure.

// What a failure ends a check with (design §3.1).
inline constexpr int failure_exit = 1;
inline constexpr int invalid_exit = 65;
inline constexpr int unavailable_exit = 69;

// The remedy of a machine on which nothing is declared yet: a check would work, as soon as there is something to check.
inline constexpr std::string_view declare_something =
    "Declare something: `mooring init DIR` writes a first manifest, `mooring export DIR` manifests of what is there.";

// Everything that is worth a line. The exit code is left to the caller, who knows which of several goes first.
Diagnosis diagnose(const Facts& facts);

// Its parts, in the order in which they stand.
void diagnose_local(const LocalFacts& facts, Symptoms& findings);
void diagnose_way(const ServerTrial& facts, Symptoms& findings);          // name, connection, proxy, tls
void diagnose_server(const ServerTrial& facts, Symptoms& findings);       // version, token, role, list, clock
void diagnose_environments(const ServerTrial& facts, Symptoms& findings); // one line an environment

// The finding on the certificate that was shown; `refused`: the verifying connection did not take it.
Symptom diagnose_certificate(const ServerTrial& facts, const net::ShownTls& tls, bool refused);

using drift::answer_text; // "GET /api/settings answered 403 "Access denied""
// A failed reply as a finding: its answer, and what to do about it.
Symptom failed_reply(const ServerTrial& facts, std::string check, const Reply& reply, int exit_code);

// A diagnosis as text for people and as JSON for machines. Pure.

// One finding a line (more where a terminal is narrow), its remedy below it, the exit code's meaning last.
std::string to_text(const Diagnosis& diagnosis, const report::TextOptions& options);

// The contract of schema/doctor.schema.json, one finding a line, absent values null.
std::string to_json(const Diagnosis& diagnosis);

// Tries what a check would do with one server. The only I/O of this folder.

// How an Api and a look at the way are made; tests put worlds of their own in their place.
struct Outside {
    std::function<Result<std::unique_ptr<portainer::Api>>(boost::asio::any_io_executor, ServerConnection,
                                                          portainer::Hooks)>
        make_api;
    std::function<portainer::Awaitable<Result<net::Inspection>>(boost::asio::any_io_executor, ServerConnection)>
        inspect;
    portainer::Hooks hooks; // of the Api
};

// One server: the way, then what a check reads first, then one container list and one file an environment. Reads only.
// `declared` are the desired stacks, `memory` the memory of that server; both outlive the facts.
portainer::Awaitable<ServerTrial> probe(const Outside& outside, ServerConnection server,
                                        std::span<const DesiredStack> declared, const ServerMemory& memory,
                                        const Clock& clock);

} // namespace mooring::doctor
