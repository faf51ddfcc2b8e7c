// What the doctor says, one line each.
#pragma once

#include "net/certificate.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mooring::doctor {

enum class Level { ok, warn, fail };

constexpr std::string_view to_string(Level level) {
    return level == Level::ok ? "ok" : level == Level::warn ? "warn" : "fail";
}

struct Finding {
    std::string server; // its name in the configuration; "" of this machine
    std::string check;  // a fixed word: "name", "tls", "token", ... (schema/doctor.schema.json lists them)
    Level level = Level::ok;
    std::string message;                              // one or more sentences, printable
    std::string remedy;                               // what a person must do; "" if nothing
    int exit_code = 0;                                // what a failure ends a check with; 0 of everything else
    std::optional<net::ShownCertificate> certificate; // check "tls": the one to give as `tls.ca`, the last of the chain
    std::optional<std::string> pin;                   // check "tls": of the server's own
};

using Findings = std::vector<Finding>;

// One server's line above its findings.
struct Subject {
    std::string server;
    std::string url;
};

struct Diagnosis {
    std::vector<Subject> servers; // in the order of the configuration
    Findings findings;            // of this machine, then by server; each in the order in which it was tried
    int exit_code = 0;
};

} // namespace mooring::doctor
