// Flags and variables, put into the tree of the configuration before it is decoded: so that each is checked by the same
// schema and decoded by the same code as the file.
#pragma once

#include "manifest/config.hpp"
#include "manifest/layers.hpp"
#include "yaml/node.hpp"

#include <filesystem>
#include <functional>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>

namespace mooring::config {

// The tree and where its values came from, if not from the file: "servers[0].url" -> --url.
struct Tree {
    yaml::Node spec{};
    std::map<std::string, SettingOrigin> origins{};
};

// `with_servers` is false when the file is broken: what is about a server then has nothing to be put into.
void apply_overrides(Tree& tree, const Overrides& overrides, const Variables& variables, bool with_servers,
                     manifest::Remarks& remarks);

// Whether a variable is set to something, and that; nullopt otherwise.
bool is_set(const Variables& variables, std::string_view name);
std::optional<std::string> text_of(const Variables& variables, std::string_view name);

// The tree of the configuration, overrides included -> the values of Config.

// `file` is the configuration file as shown, "" for none: relative paths in it are relative to its folder, those of
// flags and variables to the working folder.
Config decode_config(const Tree& tree, const std::string& file, const Variables& variables, manifest::Remarks& remarks);

// The key `agent` of the configuration -> settings, and back for `mooring config`.

// `node` obeys the schema. `file` is the configuration: paths are relative to it.
AgentSettings decode_agent(const yaml::Node& node, const std::string& file, manifest::Remarks& remarks);

// The settings as they could be written again. Addresses and secrets that stand elsewhere are named by their place.
nlohmann::ordered_json json_of(const AgentSettings& settings);
nlohmann::ordered_json json_of(const CredentialSource& source); // null for none

// "10.0.0.5:9717", "unix:/run/mooring.sock": where it listens, as it is written.
std::string listen_words(const ListenSettings& listen);

// What the configuration says about writing: servers' `apply`, `correct`, `instance`, `protect` and `limits`, and the
// keys `backup` and `secrets` of the whole.

// Told of each key that was there, by its path: "servers[0].apply".
using NoteOrigin = std::function<void(const std::string& path, const yaml::Node& node)>;

// `server` is one entry of `servers`, which obeys the schema; `path` is its own with a dot behind it.
WriteSettings decode_write(const yaml::Node& server, const std::string& path, const std::string& file,
                           const NoteOrigin& note, manifest::Remarks& remarks);

// A relative folder lies beside the configuration.
BackupSettings decode_backup(const yaml::Node& backup, const std::string& file, const NoteOrigin& note);

} // namespace mooring::config
