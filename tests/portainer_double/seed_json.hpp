// Reading a seed's JSON: values with defaults, names that become ids.
#pragma once

#include "portainer_double/message.hpp"
#include "portainer_double/world.hpp"

#include <nlohmann/json.hpp>

#include <map>
#include <string>

namespace portainer_double {

[[noreturn]] void wrong(const std::string& what); // throws std::runtime_error "seed: ..."

std::string text(const Json& object, const char* key, const std::string& otherwise = {});
Json list(const Json& object, const char* key); // [] if absent
std::map<std::string, Json> entries(const Json& object, const char* key);

template <typename Value>
Value number(const Json& object, const char* key, Value otherwise) {
    const auto at = object.find(key);
    return at != object.end() && at->is_number() ? at->get<Value>() : otherwise;
}

// An explicit id, which also moves the counter past it; otherwise the next one.
Id chosen_id(World& world, const std::string& bucket, const Json& seed);
// By name or number; wrong() for a name that nobody has.
Id user_id(World& world, const Json& name);
Id team_id(World& world, const Json& name);
Id environment_id(World& world, const Json& name); // 1 for null; a number need not exist: an orphan

} // namespace portainer_double
