// Portainer's environments ("endpoints" in JSON) and the identity that a token stands for.
#pragma once

#include "model/stack.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace mooring {

struct Environment {
    EnvironmentId id = 0;
    std::string name;
    std::int64_t type = 0; // 1 docker, 2 docker agent, 3 azure, 4 edge docker, 5-7 kubernetes (portainer-api.md §2.3)
    std::int64_t group = 1;
    std::vector<std::int64_t> tags;
    bool stack_management_for_users = true; // SecuritySettings.allowStackManagementForRegularUsers; true when absent
    // Of SecuritySettings: what ordinary users may not, "allowBindMountsForRegularUsers"; for plans alone, in no
    // snapshot.
    std::vector<std::string> forbidden_to_users;
};

struct Identity {
    std::int64_t id = 0;
    std::string username;
    std::int64_t role = 0; // 1 administrator, 2 user, 3 edge administrator (counts as filtered)

    bool is_administrator() const { return role == 1; }
};

struct ServerStatus {
    std::string version;
    std::string instance_id;
};

struct NamedId { // a user, team, tag or group
    std::int64_t id = 0;
    std::string name;
};

} // namespace mooring
