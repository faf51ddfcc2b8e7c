// Digests and random bytes, over OpenSSL.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace mooring {

using Digest = std::array<std::uint8_t, 32>;

Digest sha256(std::string_view bytes);
// HMAC-SHA-256, for digests of what may hold secrets: without the key file nothing can be guessed from them (design
// §3.3, §8).
Digest hmac_sha256(std::string_view key, std::string_view bytes);
std::string to_hex(const Digest& digest);
std::string to_base64(std::string_view bytes);
// Cryptographically random bytes; ends the program if the system has none to give.
std::string random_bytes(std::size_t count);

} // namespace mooring
