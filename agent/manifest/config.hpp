// What `mooring agent` takes from the configuration beside servers and manifests: the key `agent` of mooring.yaml.
#pragma once

#include "base/error.hpp"
#include "base/secret.hpp"
#include "manifest/decode.hpp"
#include "model/desired.hpp"
#include "model/stack.hpp"

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace mooring::config {

// Where a secret is; the secret itself is read by read_credentials.
struct CredentialSource {
    enum class Kind { none, file, variable, systemd, standard_input };
    Kind kind = Kind::none;
    std::string name; // path, variable or credential name

    friend bool operator==(const CredentialSource&, const CredentialSource&) = default;
};

// Where people and programs reach the agent.
struct ListenSettings {
    bool enabled = true; // `listen: "off"` turns it off
    std::string host = "127.0.0.1";
    std::uint16_t port = 9717;
    std::string socket;             // path of a Unix socket in place of host and port
    CredentialSource token;         // none: whoever reaches the address may read, nobody may start runs
    std::string certificate;        // PEM files, both or none
    std::string key;                //
    bool insecure = false;          // reachable beyond this machine without TLS and token
    std::vector<std::string> hosts; // names by which it may be called, beside its addresses (DNS rebinding)

    friend bool operator==(const ListenSettings&, const ListenSettings&) = default;
};

// One receiver of notifications.
struct ChannelSettings {
    enum class Kind { webhook, slack, alertmanager };
    std::string name;
    Kind kind = Kind::webhook;
    std::string url;             // "" when url_source says where it is
    CredentialSource url_source; // an address that is itself a secret, as Slack's
    CredentialSource secret;     // of the webhook's signature
    std::string template_file;   // mustache; "" the built-in one
    std::string ca_file;         // PEM, in place of the system's

    friend bool operator==(const ChannelSettings&, const ChannelSettings&) = default;
};

struct NotificationSettings {
    std::chrono::seconds reminder{86400}; // what still stands is said again after this; 0: never
    std::string page;                     // address of the status page, for links; "" none
    std::vector<ChannelSettings> channels;

    friend bool operator==(const NotificationSettings&, const NotificationSettings&) = default;
};

enum class LogFormat { automatic, text, json, journal };

struct AgentSettings {
    std::chrono::milliseconds interval{300000};            // from the end of a run to the start of the next
    std::optional<std::chrono::milliseconds> jitter;       // up to this much more, by chance; nullopt: a tenth
    std::chrono::seconds absence_window{30};               // an absence counts when it was first seen this long ago
    std::optional<std::chrono::milliseconds> ready_within; // nullopt: three intervals
    ListenSettings listen;
    NotificationSettings notifications;
    LogFormat log_format = LogFormat::automatic;
    std::string log_level = "info"; // debug, info, warn, error

    std::chrono::milliseconds jitter_or_default() const { return jitter.value_or(interval / 10); }
    std::chrono::milliseconds window() const { return ready_within.value_or(interval * 3); }

    friend bool operator==(const AgentSettings&, const AgentSettings&) = default;
};

// The configuration: mooring.yaml (kind `Agent`), overridden by variables and flags, every value with its origin.
//
// Precedence: flag, then MOORING_* variable, then file, then default. PORTAINER_URL, PORTAINER_API_KEY and
// PORTAINER_API_KEY_FILE are shared with other tools, so they only fill gaps: the URL where no server is configured,
// the key where the only server has no credential. A token is never taken from a command line.

// Where a value came from: "default", "mooring.yaml:4", "MOORING_URL", "--url".
struct SettingOrigin {
    enum class Kind { by_default, file, variable, flag };
    Kind kind = Kind::by_default;
    std::string name;     // of the variable or flag
    SourceLocation where; // in the file
};
std::string to_string(const SettingOrigin& origin);

// One setting that can be given outside the file. The command line registers its flags from this table, so that flags,
// variables and documentation cannot drift apart.
struct Setting {
    std::string_view key;      // place in the configuration: "servers[].url"
    std::string_view flag;     // "--url"; "" if it has none
    std::string_view variable; // "MOORING_URL"; "" if it has none
    std::string_view value;    // "URL", for help; "" for a switch, which is given as "true"
    std::string_view help;     // one line
};
std::span<const Setting> settings();

// What the command line said: flag -> value ("--url" -> "https://..."; switches -> "true"). `config` is --config.
struct Overrides {
    std::filesystem::path config;
    std::map<std::string, std::string, std::less<>> flags;
};

struct ServerEntry {
    ServerConnection server; // its token is empty until read_credentials; its proxy comes from HTTPS_PROXY and so on
    CredentialSource credential;
    WriteSettings write; // whether and how far it may be written to
};

struct Config {
    std::string file; // the file in use; "" when there is none
    std::vector<ServerEntry> servers;
    std::string default_server; // --server; "" if not given
    std::filesystem::path manifests = "manifests";
    std::vector<std::string> exclude; // globs below `manifests`
    manifest::BaseDefaults defaults;
    std::string environment;                      // --environment, for --compose-dir
    bool runtime = true;                          // false: what runs is not read, and that is said beside every verdict
    std::filesystem::path remember;               // memory file; "" for none
    std::filesystem::path ledger;                 // the ledger's file; "" for none
    std::optional<int> keep_days;                 // how long the ledger keeps runs; nullopt: for ever
    std::chrono::milliseconds relist_after{2000}; // complete list: an absence is looked at once more after this
    std::chrono::seconds full_verify{3600};       // every file is read at least this often
    std::string format = "text";                  // text | json
    std::string color = "auto";                   // auto | always | never
    AgentSettings agent;
    BackupSettings backup;
    std::vector<std::string> writable_variables;  // `secrets.fromEnv`: globs of what `fromEnv` may send; empty: nothing
    std::map<std::string, SettingOrigin> origins; // by path: "servers[main].url"; what is not here has its default
};

// The configuration with all problems; exit 65 if it has errors. Variables that are set to nothing count as not set.
// Files are searched for: --config, MOORING_CONFIG,
// ./mooring.yaml, /etc/mooring/mooring.yaml; the first that exists counts, one that was named must exist. Without any
// file a URL is enough. No server at all is no error here (`validate` and `diff` need none): see require_servers.
struct Loaded {
    Config config; // of a file with errors only what manifests depend on: `manifests`, `defaults`, `environment`
    Diagnostics diagnostics;
    bool manifests_known = true; // false: not even that; reading manifests now would bring errors that are none
};
struct Places { // where files are searched, a seam for tests
    std::filesystem::path working_folder = ".";
    std::filesystem::path system_file = "/etc/mooring/mooring.yaml";
};
Loaded load(const Overrides& overrides, const Variables& variables, const Places& places = {});

// An error that says how to configure one, if there is no server.
Diagnostics require_servers(const Config& config);

// Reads the token of every server into server.token. Problems (missing, empty, with blanks inside, readable by
// others) name the source, never the content. `standard_input` is called at most once.
Diagnostics read_credentials(Config& config, const Variables& variables,
                             const std::function<Result<std::string>()>& standard_input);

// The same for one secret that is no server's token: the agent's own token, a channel's secret or address.
// Error (invalid_input): names the source, never the content.
Result<Secret> read_secret(const CredentialSource& source, const Variables& variables);

// Those of all servers that have one, once read_credentials has read them.
std::vector<Secret> tokens_of(const Config& config);

// All credentials of the configuration: tokens of servers (those that read_credentials has read; else what can be read
// without a word about it), the agent's own, and those of channels.
manifest::Credentials credentials_of(const Config& config, const Variables& variables);

// Standard input whole, at most 64 KiB: what the command line passes to read_credentials.
Result<std::string> read_standard_input();

// The effective configuration for `mooring config`: secrets are masked, each value says where it came from. YAML can
// be saved as mooring.yaml and used again.
enum class Form { yaml, json };
std::string print_effective(const Config& config, Form form);

// Whether the configuration's file lies below its own manifests: whoever may change those could then change what may
// be written, too, so that in CI nothing is written (reconcile.md §4). False without a file.
bool lies_below_manifests(const Config& config);

// What the loader of manifests needs from the configuration.
manifest::LoadOptions load_options(const Config& config, const Variables& variables);

} // namespace mooring::config
