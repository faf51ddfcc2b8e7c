// The words and colours of the pages: tones, signs, times. Pure.
#pragma once

#include "base/clock.hpp"
#include "model/since.hpp"
#include "model/verdict.hpp"

#include <string>
#include <string_view>

namespace mooring::serve {

// The colour of a verdict: a class of the style sheet. Denied has one that nothing else has.
std::string_view tone_of(Verdict verdict);
// A sign beside the word, so that colour is never the only difference.
std::string_view sign_of(Verdict verdict);

// "2 h": for how much of the time since then anybody saw it so; "" where that is all of it, in the words of age_words.
std::string seen_words(const Count& count, UnixSeconds now);

// The same text, of which no number stands in another line than its `%`.
std::string unbroken(std::string text);

// A time as the pages write it: for machines "2026-11-25T09:00:00Z", for people "2026-11-25 09:00:00 UTC".
struct Moment {
    std::string machine;
    std::string words;
};
Moment moment_of(UnixSeconds at);

} // namespace mooring::serve
