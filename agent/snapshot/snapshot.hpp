// A run as it can be given away: what was declared, every answer that was received, what was remembered. Values only.
// No secret is in it: what redact() (tape.hpp) leaves of one is a number, the same on both sides exactly where the run
// compared two values and found them equal.
#pragma once

#include "base/error.hpp"
#include "match/facts.hpp"
#include "model/answer.hpp"
#include "model/desired.hpp"
#include "model/memory.hpp"

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

namespace mooring::snapshot {

// The answers to one question, in the order in which it was asked: the list before and after the debounce, ...
template <typename T>
using Asked = std::vector<Answer<T>>;

struct ObjectKey {
    EnvironmentId environment = 0;
    DockerKind kind = DockerKind::container;
    std::string name;

    friend auto operator<=>(const ObjectKey&, const ObjectKey&) = default;
};

// Everything that one server answered.
struct ServerAnswers {
    std::string name; // in the configuration
    std::string url;  // without its user part
    Asked<ServerStatus> status;
    Asked<Identity> identity;
    Asked<std::vector<Environment>> environments;
    std::map<EnvironmentId, Asked<Environment>> environment;
    Asked<std::vector<StackRecord>> stacks;
    std::map<StackId, Asked<StackRecord>> stack;
    std::map<StackId, std::vector<Reply>> stack_file; // the texts themselves are never kept
    std::map<EnvironmentId, Asked<std::vector<Container>>> containers;
    std::map<EnvironmentId, Asked<std::vector<SwarmService>>> services;
    std::map<EnvironmentId, Asked<std::vector<SwarmTask>>> tasks;
    std::map<EnvironmentId, Asked<std::vector<DockerImage>>> images;
    std::map<ObjectKey, Asked<ContainerDetail>> container; // inspected, because it looked young
    std::map<ObjectKey, std::vector<Reply>> docker_object;
    Asked<std::vector<NamedId>> users;
    Asked<std::vector<NamedId>> teams;
    Asked<std::vector<NamedId>> tags;
    Asked<std::vector<NamedId>> groups;
};

// What became of the texts of one desired stack: its own would run this, and a server's compared with it like that.
struct Texts {
    std::optional<compose::ProjectFacts> desired; // nullopt: Git, Kubernetes, or it does not load
    std::map<StackId, std::vector<match::ContentFacts>> files;
};

struct Snapshot {
    std::string mooring_version;
    UnixSeconds started_at = 0;
    UnixSeconds finished_at = 0;
    Desired desired;          // without texts; its env values are public, a mark, or not there
    std::vector<Texts> texts; // one for each of desired.stacks
    Memory memory;            // as it was before the run, without digests
    std::vector<ServerAnswers> servers;
};

// Tells desired stacks apart, whatever order they stand in: a run sorts them.
std::string key_of(const DesiredStack& stack);

// What stands in for a secret: its number as text that no server writes. A secret is read back from it.
std::string mark_text(std::int64_t number);
// The number of a mark; nullopt when the text is none.
std::optional<std::int64_t> mark_number(std::string_view text);

// A snapshot as JSON text (schema/snapshot.schema.json): one form, read strictly, because a snapshot may come from
// anybody.

// The same snapshot gives the same bytes.
std::string write(const Snapshot& snapshot);

// What write() wrote. Everything else is an error (invalid_input) with its place: "servers[0].stacks[0].value[3].id:
// not a whole number"; so is another version than this one.
Result<Snapshot> read(std::string_view text);

// The same from a file, which is named in the error (invalid_input); larger than 256 MiB is refused.
Result<Snapshot> load(const std::filesystem::path& file);

} // namespace mooring::snapshot
