// What one part of a step sends, as a pure function of the declaration, the record that is there now and what the plan
// decided (reconcile.md §3.2, §4). What was compared is what is sent: nothing is read from a source again.
#pragma once

#include "compare/compare.hpp"
#include "drift/judge.hpp"
#include "portainer_write/request.hpp"
#include "reconcile/plan.hpp"

#include <expected>
#include <optional>
#include <set>
#include <string>
#include <variant>
#include <vector>

namespace mooring::apply {

using Sending = std::variant<portainer_write::Create, portainer_write::Change>;

// A stack with a file of its own, before its first part that deploys.
struct Before {
    StackRecord record;
    std::string file;
};

// What a part is made of. Everything outlives the call.
struct Material {
    const reconcile::Part& part;
    const drift::Assessment& seen;                    // as the plan had it
    const StackRecord* record = nullptr;              // as it is now; nullptr: a create
    const std::optional<std::string>* file = nullptr; // the recorded file as it is now; nullptr or nullopt: not read
    const Before* before = nullptr;                   // of a part that rolls back: what is put back
    EnvironmentId environment = 0;
    std::string swarm_id;                          // of a swarm's create
    std::optional<compare::AccessIds> access;      // as declared, where it could be resolved
    std::string webhook;                           // a fresh UUID, for automatic updates that have none yet
    const kubernetes::Kinds* namespaced = nullptr; // of the step; nullptr: none
};

// The error says for people why nothing can be sent.
std::expected<Sending, std::string> sending_of(const Material& material);

// Paths of the differences that somebody accepts, by waiver or `ignore`: they stay as they are.
std::set<std::string> accepted_paths(const drift::Assessment& seen);

// The variables as they are sent whole: recorded ones in their places, with the declared values; those that are
// declared without a value, accepted as they are, or not declared at all (unless `envStrict`) as recorded; new ones at
// the end.
std::vector<EnvVar> variables_of(const DesiredStack& desired, const std::vector<EnvVar>& recorded,
                                 const std::set<std::string>& accepted);

// Whether the record, and the recorded file where one was sent, show what was sent.
bool shows(const Sending& sent, const StackRecord& record, const std::optional<std::string>& file);

} // namespace mooring::apply
