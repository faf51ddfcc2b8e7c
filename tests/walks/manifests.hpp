// What a walk declares, as a folder of manifests with Defaults.
#pragma once

#include "model/desired.hpp"
#include "walks/world.hpp"

#include <filesystem>

namespace mooring::walks {

// Writes the folder. What most stacks have stands in Defaults: of the whole folder, and nearer for the other server.
void write_manifests(const World& world, const std::filesystem::path& folder);

// Loads it as `mooring check` does. Places are those of desired_of().
Desired load_manifests(const World& world, const std::filesystem::path& folder);

} // namespace mooring::walks
