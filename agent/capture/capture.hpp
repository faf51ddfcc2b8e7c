// What a server has, as manifests and compose files: values in, files out. Pure.
#pragma once

#include "base/secret.hpp"
#include "model/answer.hpp"
#include "model/stack.hpp"
#include "portainer/api.hpp"
#include "yaml/node.hpp"

#include <boost/asio/awaitable.hpp>
#include <cstddef>
#include <expected>
#include <map>
#include <string>
#include <string_view>
#include <utility>
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

    // By name (PASSWORD, TOKEN, ..., and `names`) or by looks: what base/secret.hpp finds in it, a long text without a
    // pattern, a credential.
    bool is_secret(std::string_view name, std::string_view value) const;
    bool holds_credential(std::string_view text) const;
    // How base/secret.hpp finds secrets by this rule.
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

// What the files of an export are made of. Private to this folder.

// Texts as YAML scalars that no reader takes for anything else.

// Always in double quotes, on one line: `yes`, `1.10`, `0123`, line breaks, `: ` and `#` mean nothing in there. UTF-8
// stays; control characters and what YAML takes for line breaks are escaped.
std::string in_quotes(std::string_view text);

// Whether a text survives in_quotes(): valid UTF-8 without NUL.
bool can_be_quoted(std::string_view text);

// A file name of letters, digits, `-`, `_` and `.` that no system refuses and that leads nowhere else: never empty,
// never starting with a dot, at most 80 bytes.
std::string file_name(std::string_view text);

// One stack as a manifest.

// What stands in it; texts of values are YAML already.
struct Manifest {
    const StackRecord& record;
    std::string name{};                                     // the record's, or a label where it has none
    bool tied = false;                                      // by its id, because its name does not mean it alone
    std::string server{};                                   // "": only one is configured
    std::string environment{};                              // YAML
    std::string file{};                                     // beside the manifest; "" for Git
    std::string access{};                                   // YAML
    std::vector<std::pair<std::string, std::string>> env{}; // name -> YAML
    bool env_strict = true;
    std::vector<std::string> jobs{};     // services that had ended with 0
    std::vector<std::string> replaced{}; // paths of the file that hold a reference in the place of a secret
};

std::string manifest_text(const Manifest& manifest);

// How a YAML scalar is spelt in a file's bytes, so that it can be replaced in place.

class Spelling {
  public:
    explicit Spelling(std::string_view text);

    // Where the scalar starts.
    std::size_t offset(const yaml::Mark& mark) const;
    // How many bytes it takes from there: plain on one line, in quotes, or a block with its lines. 0: it is spelt in
    // another way (behind an anchor or tag, plain over several lines).
    std::size_t length(std::size_t at, const std::string& value) const;

  private:
    std::size_t block_length(std::size_t at) const;

    std::string_view text_;
    std::vector<std::size_t> lines_; // where each starts
};

// Whether any value of a YAML text (Kubernetes) looks secret, or the text does not parse.
bool may_hold_secrets(std::string_view text, const SecretRule& rule);

// Which services of a stack had ended when it was exported.

struct Stopped {
    std::vector<std::string> jobs;   // ended with 0, and nothing speaks against their being meant to (design §3.3)
    std::vector<std::string> others; // "web (exited (143))": with these the export is not in sync
};

// Of a Docker stack that Portainer does not call stopped; empty where what runs could not be read, or the file does not
// load. `file`: the text on the server.
Stopped stopped_services(const StackRecord& record, std::string_view file, const ServerReading& seen);

// Reads one server for an export: the only part of this folder with I/O.

// Identity, environments, the unfiltered list, the file of each stack, the environments of records that are not in the
// list, what runs, and the names that restricted access refers to. Stops when identity, environments or list are
// refused.
boost::asio::awaitable<void> read_server(portainer::Api& api, ServerReading& seen, std::size_t workers);

} // namespace mooring::capture
