// What a report says of places, values, requests and its exit code. Pure.
#pragma once

#include "model/verdict.hpp"

#include <cstddef>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mooring::report {

// "manifests/shop.yaml:3", with the column where `column` is asked for; "" without a file.
std::string place(const SourceLocation& where, bool column = false);

// Where a finding is shown that has no place of its own, for forms in which each must have one: the report's first file
// (a diagnostic's, else a stack's), else `mooring.yaml`.
SourceLocation place_of_report(const Report& report);

// A value on one line: as it is, or quoted with escapes where blanks, line breaks or emptiness would mislead;
// "(absent)" for nullopt.
std::string shown(const std::optional<std::string>& value);

// "nginx:1.27 -> nginx:1.25", always desired -> actual. A secret says that it differs, on which side it is missing at
// most, and nothing computed from it (design §2, rule 7).
std::string difference(const Change& change);

// "content services.web.image: nginx:1.27 -> nginx:1.25".
std::string change_line(const Change& change);
// The same with "(desired -> actual)" behind it, for forms in which a change stands alone.
std::string lone_change_line(const Change& change);

// "unknown key `enviroment`; did you mean `environment`?": message and suggestion of a diagnostic, without its place.
std::string remark(const Diagnostic& diagnostic);
// The same with its place in front, where it has one: "manifests/shop.yaml:3: unknown key ...".
std::string placed_remark(const Diagnostic& diagnostic, bool column = false);

// "GET /api/stacks/12 -> 403 "Access denied to resource"".
std::string request_line(const Evidence& evidence);

// "Tried: container, network and volume names (404)."; "" without probes.
std::string tried(const std::vector<Evidence>& probes);

// What the exit code of this report means, in one clause: "drift, and not everything could be seen".
std::string explain_exit(const Report& report);

// Why a stack has its verdict or is accepted, and what to do about it, for every form that people read. Pure.
struct Reason {
    enum class Kind {
        why,     // the judge's message, and what was tried
        unread,  // "Not read: runtime."
        request, // a request that failed: "GET /api/stacks/12 -> 403 ..."
        ignored, // how many differences a rule took away
        note,    // worth knowing beside the verdict
        remedy,  // what a person must do
    };
    Kind kind = Kind::why;
    std::string text; // printable, one line
};

// Requests, ignored differences and notes stand beside the verdict; the others are its reasons proper.
bool is_aside(Reason::Kind kind);

// In the order in which they are read; changes are not among them. At most three failed requests are listed, the rest
// is counted.
std::vector<Reason> reasons_of(const StackResult& stack);

// All of them behind each other, for forms that have one field for it.
std::string all_reasons(const StackResult& stack);

// One sentence: "2 changes: services.web.image, env.DB_PASSWORD" of what was read whole and has changes, else the
// message, which may be "".
std::string brief(const StackResult& stack);

// Whether the run came to its verdicts: it was neither interrupted nor ended with an exit code beside 0, 2, 3 and 4.
bool is_judged(const Report& report);

// "waiver old-nginx: replaced in May (owner web@example.org, until 2027-01-01T00:00:00Z)"; the name alone where the
// report does not know the waiver.
std::string waiver_words(const Report& report, std::string_view waiver);

// Why a stack with Standing::accepted is: its waivers, or the message of its suspension.
std::string acceptance(const Report& report, const StackResult& stack);

// Equal differences of several stacks, so that they are said once. Pure.

// From this many on, what several stacks share is said of all of them at once.
inline constexpr std::size_t enough_to_group = 3;

// `stacks` in groups of which the same can be said: drifted stacks with the same changes (a secret counts by its path,
// never by its value) and the same remarks and remedy; undeclared ones of one Scope. In the order of their first ones;
// what does not reach enough_to_group stands alone, in its own place.
std::vector<std::vector<const StackResult*>> alike(const std::vector<const StackResult*>& stacks);
// What is to be said of all stacks of such a group, by its first one.
std::vector<Reason> reasons_of_all(const StackResult& first);

struct SharedChange {
    std::string line; // "content services.web.image: nginx:1.27 -> nginx:1.25"
    std::size_t stacks = 0;
};
// Unwaived changes that enough stacks share, the commonest first.
std::vector<SharedChange> shared_changes(const Report& report);

// Where people look at a stack in Portainer itself. Pure.

// The address of the stack's page in Portainer
// ("https://portainer.example.org/#!/1/docker/stacks/shop?id=7&type=2..."), percent-encoded; "" where there is none: an
// unknown id, a record or an environment that is gone, or Kubernetes, whose stacks have no page of their own.
// Portainer: state `docker.stacks.stack`; without `regular` its page stays empty.
std::string stack_url(const Report& report, const StackResult& stack);

// The same for a server's address that is known already.
std::string stack_url(std::string_view server_url, const StackResult& stack);

// The rules of the SARIF report: one a verdict, and one a plane of drift.

// "drifted/content": the rule of a change on this plane, whatever the stack's verdict.
std::string_view rule_of(Plane plane);
// "denied": the rule of a stack as a whole. in_sync has none.
std::string_view rule_of(Verdict verdict);
// The rule of what is wrong with manifests or configuration.
inline constexpr std::string_view manifest_rule = "manifest";
// Its place in rules().
std::size_t rule_index(std::string_view rule);

// All rules as SARIF's reportingDescriptors, always the same.
nlohmann::ordered_json rules();

} // namespace mooring::report
