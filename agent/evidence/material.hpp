// What a compliance report is drawn from: rows of the ledger and what was asked for, as values.
#pragma once

#include "ledger/ledger.hpp"
#include "model/since.hpp"

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace mooring::evidence {

// Which stacks, and when. Both ends of the period are given.
struct Scope {
    ledger::Period period;
    std::string server;            // glob; "*"
    std::string label;             // its name; "" all stacks
    std::string label_value = "*"; // glob
};

// A control of some catalogue, as the user maps it: which sections of the report speak for it.
struct Control {
    std::string id; // "CM-3"
    std::string title;
    std::string statement;             // what the user claims of it; may be empty
    std::vector<std::string> sections; // ids of sections (document.hpp)
};

struct ControlMap {
    std::string catalogue; // "NIST SP 800-53 Rev. 5"
    std::vector<Control> controls;
};

// What stands at the head of the report; all may be empty.
struct Heading {
    std::string title; // "": "Compliance report"
    std::string organisation;
    std::string author;
};

struct Material {
    Scope scope;
    Heading heading;
    std::chrono::seconds max_gap = default_max_gap;              // between runs that promised no next one
    std::chrono::seconds expiring_within{std::chrono::days(30)}; // after the period: a waiver ends soon
    std::vector<ledger::Run> runs;                               // of the period, by number
    std::vector<ledger::Run> before; // the last one of each server before it, by number: what it saw may hold still
    // By stack and time. Those of the period; of a stack that does not begin it in sync also the ones before, back to
    // where the trouble began.
    std::vector<ledger::Spell> spells;
    std::vector<ledger::Spell> elsewhere; // of stacks outside the scope: those that used a waiver
    std::map<ledger::StackKey, UnixSeconds> first_seen;
    std::vector<LogEntry> log;         // of writes, whole: what is still kept from being written began at any time
    ledger::Verification verification; // of the period
    ControlMap controls;
};

// Reads it from the ledger. Heading and controls are the caller's.
Result<Material> collect(ledger::Ledger& ledger, const Scope& scope);

} // namespace mooring::evidence
