// The bytes of one connection that were received and not yet read. Kept from message to message.
#pragma once

#include <cstddef>
#include <cstring>
#include <span>
#include <string>

namespace mooring::net {

struct ReadBuffer {
    std::string bytes;
    std::size_t used = 0; // bytes[0, used) wait to be read

    // Where the next bytes go; never empty. Room for `least` bytes in all at first, twice as much whenever it is full:
    // whoever reads must refuse what makes no progress.
    std::span<char> space(std::size_t least) {
        if (bytes.size() < least) bytes.resize(least);
        if (used == bytes.size()) bytes.resize(bytes.size() * 2);
        return std::span(bytes).subspan(used);
    }

    // The first `count` bytes were read.
    void drop(std::size_t count) {
        used -= count;
        std::memmove(bytes.data(), bytes.data() + count, used);
    }
};

} // namespace mooring::net
