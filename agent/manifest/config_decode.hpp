// The tree of the configuration, overrides included -> the values of Config.
#pragma once

#include "manifest/overrides.hpp"

#include <filesystem>

namespace mooring::config {

// `file` is the configuration file as shown, "" for none: relative paths in it are relative to its folder, those of
// flags and variables to the working folder.
Config decode_config(const Tree& tree, const std::string& file, const Variables& variables, manifest::Remarks& remarks);

} // namespace mooring::config
