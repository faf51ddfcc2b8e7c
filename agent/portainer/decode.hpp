// Portainer's and Docker's JSON into values. Keys are found whatever their case, null and missing mean the default
// (portainer-api.md §2.1) except for what identifies an object: without it, or where a field has another type, the
// answer is not the API's. Every function fills `into` and returns what is wrong, "" if nothing is.
#pragma once

#include "model/docker.hpp"
#include "model/environment.hpp"
#include "model/stack.hpp"

#include <boost/json/fwd.hpp>
#include <string>

namespace mooring::portainer {

std::string decode(const boost::json::object& body, ServerStatus& into);
std::string decode(const boost::json::object& body, Identity& into);
std::string decode(const boost::json::object& body, Environment& into);
std::string decode(const boost::json::object& body, StackRecord& into);
std::string decode(const boost::json::object& body, Container& into);
std::string decode(const boost::json::object& body, SwarmService& into);
std::string decode(const boost::json::object& body, SwarmTask& into);
std::string decode(const boost::json::object& body, DockerImage& into);
std::string decode(const boost::json::object& body, Engine& into);
std::string decode(const boost::json::object& body, ContainerDetail& into);
std::string decode(const boost::json::object& body, NamedId& into); // users ("Username") as well as teams, tags, groups
std::string decode_file(const boost::json::object& body, std::string& into); // {"StackFileContent": "..."}

} // namespace mooring::portainer
