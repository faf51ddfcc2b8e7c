// What a text about a stack says for longer than one run. Pure.
#pragma once

#include "model/verdict.hpp"

#include <string>
#include <string_view>

namespace mooring {

// The text without what another run would find different although nothing happened to the stack: how often a container
// was restarted, how many tasks have ended, the local port of a connection, the id of a container or of a task. Two
// texts that are equal afterwards say the same. For comparing only; people read the whole text. Digests (sha256:...)
// stay, because another digest is another image.
std::string lasting(std::string_view text);

// The side of a change in the same way, where Mooring or Docker wrote it about what runs. What a manifest, a variable
// or a file says is compared as it stands, and so is an image.
std::string lasting_side(const Change& change, std::string_view side);

} // namespace mooring
