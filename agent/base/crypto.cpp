#include "base/crypto.hpp"

#include <cstdlib>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>

namespace mooring {
namespace {

const unsigned char* as_unsigned(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data()); // NOLINT: OpenSSL's byte type
}

// Looked up once: OpenSSL's own way to it, EVP_sha256(), is looked up at every use and takes longer than a short text.
const EVP_MD* algorithm() {
    static const EVP_MD* const found = EVP_MD_fetch(nullptr, "SHA256", nullptr);
    return found == nullptr ? EVP_sha256() : found;
}

} // namespace

Digest sha256(std::string_view bytes) {
    Digest out{};
    unsigned int size = 0;
    if (EVP_Digest(bytes.data(), bytes.size(), out.data(), &size, algorithm(), nullptr) != 1) std::abort();
    return out;
}

Digest hmac_sha256(std::string_view key, std::string_view bytes) {
    Digest out{};
    unsigned int size = 0;
    const auto* ended = HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), as_unsigned(bytes), bytes.size(),
                             out.data(), &size);
    if (ended == nullptr) std::abort();
    return out;
}

std::string to_hex(const Digest& digest) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string out;
    out.reserve(digest.size() * 2);
    for (const std::uint8_t byte : digest) {
        out += digits[byte >> 4U];
        out += digits[byte & 15U];
    }
    return out;
}

std::string to_base64(std::string_view bytes) {
    std::string out(4 * ((bytes.size() + 2) / 3) + 1, '\0');
    auto* target = reinterpret_cast<unsigned char*>(out.data()); // NOLINT: OpenSSL's byte type
    const int size = EVP_EncodeBlock(target, as_unsigned(bytes), static_cast<int>(bytes.size()));
    out.resize(static_cast<std::size_t>(size));
    return out;
}

std::string random_bytes(std::size_t count) {
    std::string out(count, '\0');
    auto* target = reinterpret_cast<unsigned char*>(out.data()); // NOLINT: OpenSSL's byte type
    if (RAND_bytes(target, static_cast<int>(count)) != 1) std::abort();
    return out;
}

} // namespace mooring
