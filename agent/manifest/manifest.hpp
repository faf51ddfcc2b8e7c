// A folder of manifests -> desired state, with every problem of every file (design §4).
//
// What counts as a manifest: a document of a *.yaml or *.yml file below the root whose `apiVersion` starts with
// `mooring/`, or which has one of our kinds, or a key that names our API by another spelling (so that a typo is an
// error and not a stack that silently nobody watches). Compose and Kubernetes files are left alone; those that no
// manifest refers to are listed in one note. Names that start with a dot are not looked at.
//
// This floor does not read compose files by meaning: that their text parses is checked above (`mooring validate` and
// the judge call compose::load on DesiredContent).
#pragma once

#include "manifest/variables.hpp"
#include "model/desired.hpp"
#include "yaml/node.hpp"

#include <cstddef>
#include <filesystem>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace mooring::manifest {

struct Limits {
    std::size_t files = 250'000;     // YAML files below the root
    std::size_t entries = 1'000'000; // files and folders looked at
    std::size_t folders_deep = 64;   // nesting of folders
    std::size_t compose = 4U << 20U; // bytes of one compose or Kubernetes file
    std::size_t secret = 1U << 20U;  // bytes of one `fromFile` or `fromCredential` source
    std::size_t diagnostics = 500;   // more are counted, not listed
    yaml::Limits yaml{.bytes = 1U << 20U, .depth = 50, .expanded_nodes = 200'000, .documents = 1'000}; // one manifest
};

// A default that stands above every folder's `Defaults`: the configuration's `defaults`.
struct BaseDefaults {
    yaml::Node spec;  // a mapping like the `spec` of a Defaults manifest, already validated; null: none
    std::string file; // for places in diagnostics
};

// Where the configuration's own credentials are, and what they are: no stack's variable may take one.
struct Credentials {
    std::set<std::string, std::less<>> variables; // names
    std::set<std::filesystem::path> files;        // canonical
    std::set<std::string, std::less<>> systemd;   // names
    std::vector<Secret> values;
};

struct LoadOptions {
    std::filesystem::path root;       // a folder, or one file (its folder is then the root)
    std::vector<std::string> exclude; // globs on paths relative to the root; `*` matches `/` too
    std::vector<std::string> servers; // names in the configuration; empty: not known, `server` is then not checked
    std::string default_server;       // for stacks that name none; with one server it is that one
    bool runtime = true;              // of the configuration; false wins over every manifest
    BaseDefaults defaults;
    Credentials credentials;
    Variables variables; // for `fromEnv`, and CREDENTIALS_DIRECTORY for `fromCredential`
    // Globs: which of them may be sent to a server by `fromEnv` (`secrets.fromEnv`). What is only compared needs none.
    std::vector<std::string> writable_variables;
    Limits limits;
};

// Everything that is wrong stands in the diagnostics, sorted by place. A stack whose document (or whose Defaults) has
// an error is left out, and `complete` is then false, as it is when anything could not be read. A secret source that
// cannot be read is a warning and DesiredEnv::unreadable: the stack will be judged `error`, the manifests are good.
// Codes of diagnostics are listed in README.md of this folder. Not found here, because only the server can tell: two
// stacks that name one environment once by name and once by id.
Desired load(const LoadOptions& options);

// `--compose-dir`: each sub-folder with a compose file is one stack named by its folder; env and access are not
// compared. Sub-folders without one are warnings, an `.env` beside the file a note (it is not read).
struct ComposeDirOptions {
    std::filesystem::path root;
    EnvironmentRef environment;
    std::string server;
    StackType type = StackType::standalone;
    std::optional<DesiredState> state; // nullopt: left out
    bool runtime = true;
    Limits limits;
};
Desired load_compose_dir(const ComposeDirOptions& options);

} // namespace mooring::manifest
