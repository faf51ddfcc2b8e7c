// The Go types of request bodies: what a field of the wrong JSON type is answered with names them.
#pragma once

#include <span>
#include <string_view>

namespace portainer_double {

enum class Kind { text, flag, number, texts, numbers, pairs, object };

struct Field {
    std::string_view name;
    Kind kind;
    std::string_view go_type = {}; // where it is not the plain one of the kind; of a list, its items'
};

struct Payload {
    std::string_view go_type; // "stacks.composeStackFromFileContentPayload"
    std::span<const Field> fields;
};

extern const Payload compose_text_payload;
extern const Payload compose_git_payload;
extern const Payload swarm_text_payload;
extern const Payload swarm_git_payload;
extern const Payload kube_text_payload;
extern const Payload kube_git_payload;
extern const Payload kube_url_payload;
extern const Payload kube_update_payload;
extern const Payload compose_update_payload;
extern const Payload swarm_update_payload;
extern const Payload git_settings_payload;
extern const Payload git_redeploy_payload;
extern const Payload migrate_payload;
extern const Payload log_in_payload;
extern const Payload user_payload;
extern const Payload user_update_payload;
extern const Payload password_payload;
extern const Payload token_payload;
extern const Payload team_payload;
extern const Payload team_update_payload;
extern const Payload membership_payload;
extern const Payload membership_update_payload;
extern const Payload control_payload;
extern const Payload control_update_payload;
extern const Payload environment_update_payload;
extern const Payload environment_settings_payload;
extern const Payload environments_delete_payload;
extern const Payload group_payload;
extern const Payload group_update_payload;
extern const Payload tag_payload;
extern const Payload settings_payload;

} // namespace portainer_double
