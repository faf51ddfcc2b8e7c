// What masks secrets in texts, commands and files: no input makes it slow, masking twice is masking once, and what
// stands behind a telling name is gone whatever surrounds it.
#include "base/secret.hpp"
#include "compose/text.hpp"
#include "fuzz/target.hpp"

#include <algorithm>

namespace mooring::fuzz {
namespace {

void check_spans(std::string_view text, const SecretSpans& spans) {
    std::size_t done = 0;
    for (const SecretSpan& span : spans) {
        require(span.from >= done && span.from < span.to && span.to <= text.size(),
                "spans are sorted, apart and inside");
        done = span.to + 1;
    }
}

void mask_as_text(std::string_view text, Voice voice) {
    const SecretSpans spans = secret_spans(text, {.voice = voice});
    check_spans(text, spans);
    require(cover(text, spans).size() <= text.size() + 3 * spans.size(), "a mask is short");
}

void mask_as_command(std::string_view text) {
    std::vector<std::string_view> words;
    for (std::size_t at = 0; at <= text.size();) {
        const std::size_t end = std::min(text.find('\n', at), text.size());
        words.push_back(text.substr(at, end - at));
        at = end + 1;
    }
    const auto found = secret_spans(words);
    for (std::size_t i = 0; i < words.size(); ++i) check_spans(words[i], found[i]);
}

constexpr std::string_view secret = "fuzz-planted-secret";

// A line of its own is no part of what stands before it, unless a quote or block before it is still open. The fuzzer
// learns the secret; where it writes it itself, behind no name, nothing is promised.
void find_planted(std::string_view text) {
    if (text.contains(secret)) return;
    const std::string planted = std::string(text) + "\nDB_PASSWORD=" + std::string(secret) + "\n";
    require(!mask_text(planted).contains(secret), "what stands behind a telling name is masked");
}

} // namespace

void run(std::string_view input) {
    for (const Voice voice : {Voice::value, Voice::message}) mask_as_text(input, voice);
    mask_as_command(input);
    find_planted(input);
    static_cast<void>(compose::secret_variables(input));
    static_cast<void>(is_secret(input, input));
}

} // namespace mooring::fuzz
