// The key `agent` of the configuration -> settings, and back for `mooring config`.
#pragma once

#include "manifest/agent_settings.hpp"
#include "manifest/remarks.hpp"
#include "yaml/node.hpp"

#include <nlohmann/json_fwd.hpp>
#include <string>

namespace mooring::config {

// `node` obeys the schema. `file` is the configuration: paths are relative to it.
AgentSettings decode_agent(const yaml::Node& node, const std::string& file, manifest::Remarks& remarks);

// The settings as they could be written again. Addresses and secrets that stand elsewhere are named by their place.
nlohmann::ordered_json json_of(const AgentSettings& settings);
nlohmann::ordered_json json_of(const CredentialSource& source); // null for none

// "10.0.0.5:9717", "unix:/run/mooring.sock": where it listens, as it is written.
std::string listen_words(const ListenSettings& listen);

} // namespace mooring::config
