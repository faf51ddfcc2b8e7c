// What a server has, as manifests and compose files: values in, files out. Pure.
#pragma once

#include "capture/secret_rule.hpp"
#include "model/answer.hpp"
#include "model/docker.hpp"
#include "model/environment.hpp"
#include "model/stack.hpp"

#include <map>
#include <string>
#include <vector>

namespace mooring::capture {

// What runs in one environment: containers for standalone stacks, the others for those of a swarm.
struct Runs {
    Answer<std::vector<Container>> containers;
    Answer<std::vector<SwarmService>> services;
    Answer<std::vector<SwarmTask>> tasks;
};

// Everything that one server answered.
struct Seen {
    std::string server; // its name in the configuration
    Answer<Identity> identity;
    Answer<std::vector<Environment>> environments;
    Answer<std::vector<StackRecord>> stacks;
    std::map<StackId, Answer<std::string>> files;
    std::map<EnvironmentId, Reply> hidden_environments; // of records, and not in `environments`
    std::map<EnvironmentId, Runs> runs;
    Answer<std::vector<NamedId>> users;
    Answer<std::vector<NamedId>> teams;
};

struct Options {
    SecretRule secrets;
    bool with_secrets = false; // into files of their own (0600), which the manifests name
    bool several_servers = false;
};

struct File {
    std::string path; // relative, with `/`; made of letters, digits, `-`, `_` and `.` alone
    std::string bytes;
    bool is_private = false; // 0600
};

// A stack that could not be captured, and why; or what of a captured one needs a person.
struct Remark {
    std::string stack;
    std::string environment;
    std::string text;
};

struct Captured {
    std::vector<File> files; // sorted by path, no two alike whatever the case of letters
    std::size_t stacks = 0;
    std::vector<Remark> left_out;
    std::vector<Remark> secrets; // where a value stands that is not in the export
    std::vector<Remark> stopped; // what has stopped and is no job: with it the export is not in sync
};

Captured capture(const Seen& seen, const Options& options);

} // namespace mooring::capture
