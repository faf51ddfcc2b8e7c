// Feeds one of net's readers with bytes that arrive in pieces, as a connection does.
#pragma once

#include "fuzz/target.hpp"
#include "net/connection.hpp"

#include <algorithm>
#include <string_view>

namespace mooring::fuzz {

// Gives `reader`, which stands at `state` and reads into `buffer`, pieces of `bytes` until it wants no more or there
// are none; takes them off `bytes`, and returns where the reader stands then. The buffer never grows beyond `most`.
template <typename Reader>
typename Reader::State feed(Reader& reader, typename Reader::State state, const net::ReadBuffer& buffer,
                            std::string_view& bytes, std::size_t piece, std::size_t most) {
    while (state == Reader::State::more && !bytes.empty()) {
        const auto space = reader.space();
        require(!space.empty(), "there is always room for more");
        require(buffer.bytes.size() <= most, "memory is bounded");
        const std::size_t count = std::min({piece, bytes.size(), space.size()});
        std::copy_n(bytes.begin(), count, space.begin());
        bytes.remove_prefix(count);
        state = reader.received(count);
    }
    return state;
}

} // namespace mooring::fuzz
