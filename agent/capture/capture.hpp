// What a server has, as manifests and compose files: values in, files out. Pure.
#pragma once

#include "base/mask.hpp"
#include "base/secret.hpp"
#include "model/answer.hpp"
#include "model/stack.hpp"

#include <expected>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace mooring::capture {

// What runs in one environment: containers for standalone stacks, the others for those of a swarm.
struct Runs {
    Answer<std::vector<Container>> containers;
    Answer<std::vector<SwarmService>> services;
    Answer<std::vector<SwarmTask>> tasks;
};

// Everything that one server answered.
struct ServerReading {
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

// Which values of a server must not become plain text in an export.
struct SecretRule {
    std::vector<std::string> names;    // globs on names, case folded; beside the built-in words
    bool every_variable = false;       // every env value of a record is one
    std::vector<Secret> credentials{}; // the tokens of the configuration: secret under every name

    // By name (PASSWORD, TOKEN, ..., and `names`) or by looks: what base/mask.hpp finds in it, a long text without a
    // pattern, a credential.
    bool is_secret(std::string_view name, std::string_view value) const;
    bool holds_credential(std::string_view text) const;
    // How base/mask.hpp finds secrets by this rule.
    MaskOptions mask_options() const;

  private:
    bool is_listed(std::string_view name) const;
};

// A compose file without its secrets; everything else keeps its bytes.
struct TakenOut {
    std::string text;
    std::vector<std::string> paths; // where the result differs from the original, as reports print it; sorted
    std::vector<std::string> names; // of the variables that stand in: "DB_PASSWORD"; sorted
};

// The file with `${NAME}` in the place of every secret; or why that cannot be done safely: it does not parse, a value
// is spelt in a way that cannot be replaced in place, or its text stands somewhere else in the file, too.
std::expected<TakenOut, std::string> take_out_secrets(std::string_view text, const SecretRule& rule);

// Whether a text looks drawn by chance: 20 bytes or more of a token's alphabet, letters and digits mixed, at least 3.3
// bits a byte by how often each occurs.
bool looks_random(std::string_view text);

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
    std::string server;          // of these; "" if there is one only
};

Captured capture(const ServerReading& seen, const Options& options);

// The name of the list of an export's files; a folder that has it was made by an export.
inline constexpr const char* list_name = ".mooring-export";

// README.md of the folder: what is in it, which secrets are not, what was left out and why.
std::string index_text(const std::vector<Captured>& servers, bool with_secrets);

} // namespace mooring::capture
