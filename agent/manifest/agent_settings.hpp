// What `mooring agent` takes from the configuration beside servers and manifests: the key `agent` of mooring.yaml.
#pragma once

#include "base/secret.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
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

} // namespace mooring::config
