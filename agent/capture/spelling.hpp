// How a YAML scalar is spelt in a file's bytes, so that it can be replaced in place. Private to this folder.
#pragma once

#include "yaml/node.hpp"

#include <cstddef>
#include <string_view>
#include <vector>

namespace mooring::capture {

class Spelling {
  public:
    explicit Spelling(std::string_view text);

    // Where the scalar starts.
    std::size_t offset(const yaml::Mark& mark) const;
    // How many bytes it takes from there: plain on one line, in quotes, or a block with its lines. 0: it is spelt in
    // another way (behind an anchor or tag, plain over several lines).
    std::size_t length(std::size_t at, const std::string& value) const;

  private:
    std::size_t block_length(std::size_t at) const;

    std::string_view text_;
    std::vector<std::size_t> lines_; // where each starts
};

} // namespace mooring::capture
