#include "portainer_double/seed_json.hpp"

#include <algorithm>
#include <stdexcept>

namespace portainer_double {

[[noreturn]] void wrong(const std::string& what) { throw std::runtime_error("seed: " + what); }

std::string text(const Json& object, const char* key, const std::string& otherwise) {
    const auto at = object.find(key);
    return at != object.end() && at->is_string() ? at->get<std::string>() : otherwise;
}

Json list(const Json& object, const char* key) {
    const auto at = object.find(key);
    return at == object.end() ? Json::array() : *at;
}

std::map<std::string, Json> entries(const Json& object, const char* key) {
    std::map<std::string, Json> result;
    const auto at = object.find(key);
    if (at == object.end()) return result;
    for (const auto& [name, value] : at->items()) result.emplace(name, value);
    return result;
}

Id chosen_id(World& world, const std::string& bucket, const Json& seed) {
    const Id wanted = number<Id>(seed, "id", 0);
    if (wanted == 0) return world.take_id(bucket);
    world.next_ids[bucket] = std::max(world.next_ids[bucket], wanted);
    return wanted;
}

Id user_id(World& world, const Json& name) {
    if (name.is_number_integer()) return name.get<Id>();
    const User* user = world.find_user(name.get<std::string>());
    if (user == nullptr) wrong("no user " + name.dump());
    return user->id;
}

Id team_id(World& world, const Json& name) {
    if (name.is_number_integer()) return name.get<Id>();
    const auto at =
        std::ranges::find_if(world.teams, [&](const Team& team) { return team.name == name.get<std::string>(); });
    if (at == world.teams.end()) wrong("no team " + name.dump());
    return at->id;
}

Id environment_id(World& world, const Json& name) {
    if (name.is_null()) return 1;
    if (name.is_number_integer()) return name.get<Id>(); // may be gone: an orphan
    const Environment* environment = world.find_environment(name.get<std::string>());
    if (environment == nullptr) wrong("no environment " + name.dump());
    return environment->id;
}

} // namespace portainer_double
