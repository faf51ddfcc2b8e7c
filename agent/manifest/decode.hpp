// Manifests and environment variables as values, with what is wrong in them.
#pragma once

#include "base/secret.hpp"
#include "manifest/layers.hpp"
#include "model/desired.hpp"
#include "yaml/node.hpp"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <variant>
#include <vector>

namespace mooring {

// The process's environment variables as a value, so that what is taken from them can be tested. All of them are
// secrets until a setting says otherwise: nobody knows which of them hold passwords.
class Variables {
  public:
    Variables() = default;
    explicit Variables(std::map<std::string, Secret, std::less<>> values) : values_(std::move(values)) {}

    // Those of this process, as they are now.
    static Variables of_process();

    // nullptr: not set. A variable set to nothing is set.
    const Secret* find(std::string_view name) const;
    const std::map<std::string, Secret, std::less<>>& all() const { return values_; }

  private:
    std::map<std::string, Secret, std::less<>> values_;
};

} // namespace mooring

namespace mooring::manifest {

// A folder of manifests -> desired state, with every problem of every file (design §4).
//
// What counts as a manifest: a document of a *.yaml or *.yml file below the root whose `apiVersion` starts with
// `mooring/`, or which has one of our kinds, or a key that names our API by another spelling (so that a typo is an
// error and not a stack that silently nobody watches). Compose and Kubernetes files are left alone; those that no
// manifest refers to are listed in one note. Names that start with a dot are not looked at.
//
// This floor does not read compose files by meaning: that their text parses is checked above (`mooring validate` and
// the judge call compose::load on DesiredContent).
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

// Trees that the schema accepts -> values of the model. What no schema can say is checked here.
struct Context {
    const LoadOptions& options;
    const Root& root;
    Remarks& remarks;
    std::set<std::string>& referenced;                   // files that manifests refer to: no manifests themselves
    std::unordered_map<std::string, std::string>& texts; // of files below the root that were read already, by their
                                                         // real path; whoever needs one takes it
    std::map<std::string, std::optional<Error>>& zones;  // time zones that were looked for: what is wrong with each
};

// The remarks about one document, and whether it may be used.
class DocumentLog {
  public:
    DocumentLog(Remarks& remarks, const std::string& file) : remarks_(remarks), file_(file) {}

    void error(yaml::Mark mark, std::string code, std::string message, std::string suggestion = {}) {
        error(place(file_, mark), std::move(code), std::move(message), std::move(suggestion));
    }
    void error(SourceLocation where, std::string code, std::string message, std::string suggestion = {}) {
        failed_ = true;
        remarks_.error(std::move(where), std::move(code), std::move(message), std::move(suggestion));
    }
    void warning(yaml::Mark mark, std::string code, std::string message, std::string suggestion = {}) {
        remarks_.warning(place(file_, mark), std::move(code), std::move(message), std::move(suggestion));
    }
    void note(yaml::Mark mark, std::string code, std::string message, std::string suggestion = {}) {
        remarks_.note(place(file_, mark), std::move(code), std::move(message), std::move(suggestion));
    }
    bool failed() const { return failed_; }

  private:
    Remarks& remarks_;
    const std::string& file_;
    bool failed_ = false;
};

// One file with manifests in it.
struct ManifestFile {
    std::string shown;
    std::string folder; // relative to the root
    std::string text;
};

// kind Stack: one DesiredStack for each environment that is named; empty when the document has errors.
std::vector<DesiredStack> decode_stack(const yaml::Node& document, const ManifestFile& file, const Layers& layers,
                                       Context& context);
std::optional<DesiredScope> decode_scope(const yaml::Node& document, const ManifestFile& file, const Layers& layers,
                                         Context& context);
std::optional<Waiver> decode_waiver(const yaml::Node& document, const ManifestFile& file, Context& context);

// `env`: each variable with its value or why it is not known.
std::vector<DesiredEnv> decode_env(const yaml::Node& env, const ManifestFile& file, Context& context, DocumentLog& log);

// The file of a stack; nullopt and an error if it cannot be had.
using Source = std::variant<DesiredContent, DesiredGit>;
std::optional<Source> decode_source(const yaml::Node& spec, const ManifestFile& file, Context& context,
                                    DocumentLog& log);

// Where a stack belongs: the nearest layer that says so decides alone. `chain` begins with the stack's own.
using Place = std::variant<EnvironmentRef, EnvironmentSelector>;
std::vector<Place> decode_places(const std::vector<const Layer*>& chain, DocumentLog& log);

// `policy`, `allow` and `adopt`: written into `stack`, whose type and source are known already. `chain` begins with the
// stack's own layer.
void decode_policy(const std::vector<const Layer*>& chain, DesiredStack& stack, Context& context, DocumentLog& log);

// The server that a document means: the one that it names, or the only or default one; an error if that is not clear.
std::string decode_server(const Found& named, yaml::Mark document, Context& context, DocumentLog& log);

// Parts that cannot fail once the schema has accepted them.
EnvironmentRef to_environment_ref(const yaml::Node& node);
std::vector<EnvironmentRef> to_environment_refs(const yaml::Node& list);
DesiredAccess to_access(const yaml::Node& node);
std::vector<std::string> to_texts(const yaml::Node* list); // empty for nullptr
std::string text_or(const yaml::Node& map, std::string_view key, std::string_view otherwise = {});

// A date of the manifest; an error and nullopt if there is no such day.
std::optional<UnixSeconds> to_time(const yaml::Node& node, DocumentLog& log);

// Which documents are ours: pure decisions over text and trees.
enum class DocumentKind : std::uint8_t {
    empty,         // `---` alone
    manifest,      // ours, or meant to be ours
    configuration, // kind Agent: mooring.yaml, which is read elsewhere
    foreign,       // compose, Kubernetes or anything else
};

// Whether a text can hold a document of ours at all: it names our API or one of our kinds, or is in an encoding in
// which that cannot be told. Everything else is not even parsed.
bool may_hold_manifests(std::string_view text);

// Ours is what says `apiVersion: mooring/...`, or says so under a misspelt key or with a misspelt value beside one of
// our kinds, or has one of our kinds and no apiVersion: a slip must be an error, not a stack that nobody watches.
DocumentKind classify(const yaml::Node& document);

// Finds the YAML files below the root.
struct YamlFile {
    std::string relative; // to the root, as it was reached; a text, because a path takes five times its room
    std::string real;     // without links
};

// All *.yaml and *.yml files, sorted by path, each once however many links lead to it. What cannot be looked at is an
// error: an unreadable folder, a broken link, a link that leads out, too many files.
std::vector<YamlFile> find_yaml_files(const Root& root, const LoadOptions& options, Remarks& remarks);

// Where else in the Git work tree that holds `folder` a stack of this name is declared, whatever its environment: a
// file that moved to another folder. What cannot be read or parsed there may declare it, too. nullopt: nowhere, or
// there is no work tree.
std::optional<std::string> declared_around(const std::filesystem::path& folder, std::string_view name);

// Stacks that would be one and the same record on the server.

// Takes out stacks that name the same server, environment and normalised name (Kubernetes: namespace and exact name):
// an error with both places. Which of them is meant nobody knows, so none is kept.
void refuse_collisions(std::vector<DesiredStack>& stacks, Remarks& remarks);

// The same for the names of waivers, which reports refer to.
void refuse_repeated_waivers(std::vector<Waiver>& waivers, Remarks& remarks);

// By server, environment as written, name.
void sort_stacks(std::vector<DesiredStack>& stacks);

// What only the whole set of manifests can tell of `policy.after` and `policy.replaces`.

// Errors: a name of `after` that no manifest declares on that server; stacks that wait for each other, with the whole
// circle written out; a stack that replaces one that is declared, or that another one replaces, too.
void check_order(const std::vector<DesiredStack>& stacks, Remarks& remarks);

// Where a secret comes from that a manifest names: `fromFile`, `fromEnv`, `fromCredential`. Read now, a secret from
// then on. What is true of one source is true of all: variables of stacks and credentials of Git.

// A value, or why it is not known; and why it must not be sent to a server, though it may be compared.
struct SourcedSecret {
    std::optional<Secret> value;
    std::string unreadable; // "" if it was read
    std::string unwritable; // "" if it may be sent
    std::string from = {};  // the source, for people: "secrets/db", "the variable DB", "the credential db"
};

class SecretSources {
  public:
    SecretSources(const ManifestFile& file, Context& context, DocumentLog& log)
        : file_(file), context_(context), log_(log) {}

    // The source that a map names; `subject` is what it is for, as it stands in messages: "`env.DB_PASSWORD`". nullopt:
    // the map names none. `allow_empty`: also what is empty, or looks like a file that somebody forgot to decrypt.
    std::optional<SourcedSecret> read(const std::string& subject, const yaml::Node& map, bool allow_empty);

    // The token of Mooring is no stack's business, and a manifest that could take it could have it printed. An error,
    // and the value is gone.
    void refuse_own(const std::string& subject, const yaml::Node& node, std::optional<Secret>& value);

  private:
    SourcedSecret from_file(const std::string& subject, const yaml::Node& path);
    SourcedSecret from_variable(const std::string& subject, const yaml::Node& name);
    SourcedSecret from_credential(const std::string& subject, const yaml::Node& name);
    void refuse(const std::string& subject, const yaml::Node& node, const std::string& what);

    const ManifestFile& file_;
    Context& context_;
    DocumentLog& log_;
};

// Why a value must not be sent, as far as the value itself tells: nothing of it is in the text. "" if it may be.
std::string why_unwritable(std::string_view value, bool from_source, bool allow_empty);

} // namespace mooring::manifest
