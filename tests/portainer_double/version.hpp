// The four servers that were recorded, and in which rules they differ (portainer-api.md §0 and §11).
#pragma once

#include <optional>
#include <string_view>

namespace portainer_double {

enum class Version { v2_23_0, v2_33_0_rc1, v2_39_0, v2_43_0 };

// How a create or an update is deployed: before the record is stored, after it, or in the background.
enum class Generation { deploy_then_store, store_then_deploy, background };

struct Traits {
    std::string_view name;
    Generation generation;
    int mint_status;              // what POST /users/{id}/tokens answers
    bool both_headers_forbidden;  // key and Authorization together: 403 before authentication; otherwise 401 in it
    bool checks_origin;           // a foreign Origin on a write: 403 text/plain
    bool available_is_accessible; // X-Total-Available counts what the caller may see; later versions count all
    bool lists_empty_fields;      // environments carry empty TagIds, Snapshots, policies; later versions leave them out
    bool users_unrestricted;      // bind mounts, privileged mode and so on are allowed to users by default
    bool redeploy_keeps_settings; // a Git redeploy with {} keeps reference and Env
    bool strips_git_suffix;       // GitConfig.URL loses a trailing ".git"
    bool stores_option;           // a write stores Option {"Prune","HelmAtomic"}
    bool checks_interval;         // AutoUpdate's interval is at least a minute (portainer-api.md §12)
    bool checks_webhook;          // Git settings with another stack's webhook are refused
    bool broken_refusal;          // a refused write through the proxy ends in 500 "Mime: no media type"
    bool keeps_running_on_failed_pull; // a failed update leaves the old containers alone instead of `down`
    bool swarm_on_own_socket;  // swarm stacks of an environment with a second local socket go to the server's own
    bool compose_is_a_library; // the compose library instead of its program: other labels, other wording
    bool hides_git_sources;    // GitConfig is null for everybody but administrators (portainer-api.md §12)
    bool message_hides_cause;  // a failed create answers "Failed to deploy stack", the cause only in details
};

const Traits& traits(Version version);
std::string_view to_string(Version version);
// "2.43.0" and so on; nullopt for any other text.
std::optional<Version> parse_version(std::string_view text);
// The recorded server whose rules hold for another one ("2.27.4"); nullopt for what is no version.
std::optional<Version> nearest_version(std::string_view text);

} // namespace portainer_double
