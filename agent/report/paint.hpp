// Colour on a terminal, and nothing where there is none.
#pragma once

#include "model/verdict.hpp"

#include <string>
#include <string_view>

namespace mooring::report {

// What a piece of text is; the colour follows from it.
enum class Ink { plain, strong, faint, good, drift, missing, denied, blind, broken, extra };

// The ink of a verdict's word. Denied has one that no other verdict has (design §2, rule 2).
Ink ink_of(Verdict verdict);

// `text` as a link to `url` on terminals that know OSC 8; `text` itself without an address, which is percent-encoded.
std::string hyperlink(std::string_view url, std::string_view text);

class Paint {
  public:
    explicit Paint(bool colour) : colour_(colour) {}
    // `text` between the escape sequences of `ink`; `text` itself without colour.
    std::string operator()(Ink ink, std::string_view text) const;

  private:
    bool colour_;
};

} // namespace mooring::report
