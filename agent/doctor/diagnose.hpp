// Facts -> findings, each with its remedy. Pure.
#pragma once

#include "doctor/facts.hpp"
#include "doctor/finding.hpp"
#include "drift/sentences.hpp"

#include <string_view>

namespace mooring::doctor {

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
void diagnose_local(const LocalFacts& facts, Findings& findings);
void diagnose_way(const ServerFacts& facts, Findings& findings);          // name, connection, proxy, tls
void diagnose_server(const ServerFacts& facts, Findings& findings);       // version, token, role, list, clock
void diagnose_environments(const ServerFacts& facts, Findings& findings); // one line an environment

// The finding on the certificate that was shown; `refused`: the verifying connection did not take it.
Finding diagnose_certificate(const ServerFacts& facts, const net::ShownTls& tls, bool refused);

using drift::answer_text; // "GET /api/settings answered 403 "Access denied""
// A failed reply as a finding: its answer, and what to do about it.
Finding failed_reply(const ServerFacts& facts, std::string check, const Reply& reply, int exit_code);

} // namespace mooring::doctor
