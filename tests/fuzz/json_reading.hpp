// Lists of Portainer and Docker as targets read them: whole and in pieces, which must come to the same.
#pragma once

#include "fuzz/target.hpp"
#include "portainer/decode.hpp"

#include <algorithm>

namespace mooring::fuzz {

template <typename T>
struct Listed {
    std::vector<T> values;
    std::string problem; // "" if there was none
};

// The list, its bytes arriving in pieces of `piece`.
template <typename T>
Listed<T> read_list(std::string_view text, std::size_t piece) {
    Listed<T> out;
    portainer::JsonStream stream(
        portainer::JsonStream::Shape::list, [&] { out.values.clear(); },
        [&](const boost::json::object& body) { return portainer::decode(body, out.values.emplace_back()); });
    require(stream.begin(200, "application/json"), "a list is taken");
    bool more = true;
    while (more && !text.empty()) {
        more = stream.write(text.substr(0, piece));
        text.remove_prefix(std::min(piece, text.size()));
    }
    out.problem = stream.finish();
    return out;
}

// The list, after checking that pieces make no difference.
template <typename T>
Listed<T> read_list_both_ways(std::string_view text) {
    auto whole = read_list<T>(text, text.size());
    const auto pieces = read_list<T>(text, 1 + number_of(text) % 16);
    require(whole.problem.empty() == pieces.problem.empty(), "pieces make no difference to what is taken",
            whole.problem + "\n" + pieces.problem);
    if (!whole.problem.empty()) return whole;
    require(whole.values.size() == pieces.values.size(), "pieces make no difference to what is read");
    return whole;
}

} // namespace mooring::fuzz
