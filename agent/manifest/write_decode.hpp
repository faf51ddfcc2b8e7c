// What the configuration says about writing: servers' `apply`, `correct`, `instance`, `protect` and `limits`, and the
// keys `backup` and `secrets` of the whole.
#pragma once

#include "manifest/config.hpp"
#include "manifest/remarks.hpp"
#include "yaml/node.hpp"

#include <functional>
#include <string>

namespace mooring::config {

// Told of each key that was there, by its path: "servers[0].apply".
using NoteOrigin = std::function<void(const std::string& path, const yaml::Node& node)>;

// `server` is one entry of `servers`, which obeys the schema; `path` is its own with a dot behind it.
WriteSettings decode_write(const yaml::Node& server, const std::string& path, const std::string& file,
                           const NoteOrigin& note, manifest::Remarks& remarks);

// A relative folder lies beside the configuration.
BackupSettings decode_backup(const yaml::Node& backup, const std::string& file, const NoteOrigin& note);

} // namespace mooring::config
