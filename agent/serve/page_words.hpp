// The words and colours of the pages: tones, signs, ages, times. Pure.
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

// "a moment", "90 s", "4 min", "3 h", "12 days": how long ago.
std::string age_words(UnixSeconds seconds);
// "2 h": for how much of the time since then anybody saw it so; "" where that is all of it, in the words of age_words.
std::string seen_words(const Count& count, UnixSeconds now);
// "40 ms", "1.3 s": how long something took.
std::string took_words(double seconds);

// A time as the pages write it: for machines "2026-11-25T09:00:00Z", for people "2026-11-25 09:00:00 UTC".
struct Moment {
    std::string machine;
    std::string words;
};
Moment moment_of(UnixSeconds at);

} // namespace mooring::serve
