// Takes secrets out of texts that may hold some: commands, healthchecks, labels, files inside of files, what servers
// say (design §4 "Secret ="). What is secret is told by names (secret.hpp), by flags, by what clients are known
// to take after `-p`, by where it stands in an address or header, or by its own looks (ghp_..., AKIA..., a private
// key). A text that may hold one and cannot be taken apart is masked from there on. Pure, one pass a rule, linear.
#pragma once

#include "base/secret.hpp"

#include <cstddef>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace mooring {

// What stands for a secret. Masking what is masked changes nothing.
inline constexpr std::string_view mask_sign = "***";

// A text of a file or record is masked where it may hold a secret. In a sentence of a server or parser the word after
// `password` is one only if it looks like a value: "password authentication failed" stays.
enum class Voice { value, message };

struct MaskOptions {
    Voice voice = Voice::value;
    References references = References::shown;
    std::function<bool(std::string_view)> more_names; // further names of secrets; empty: none
};

// The bytes [from, to) of a text are secret; `name` says what told it ("PASSWORD", "requirepass") and points into the
// text or at a constant.
struct SecretSpan {
    std::size_t from = 0;
    std::size_t to = 0;
    std::string_view name;

    friend bool operator==(const SecretSpan&, const SecretSpan&) = default;
};
using SecretSpans = std::vector<SecretSpan>; // sorted, none touches another

SecretSpans secret_spans(std::string_view text, const MaskOptions& options = {});
// Of a command that is given word by word, as compose and Docker do: `[redis-server, --requirepass, X]`.
std::vector<SecretSpans> secret_spans(std::span<const std::string_view> words, const MaskOptions& options = {});

// Sorted, and what touches or overlaps made one.
SecretSpans joined(SecretSpans spans);

// The text with each span replaced by mask_sign.
std::string cover(std::string_view text, const SecretSpans& spans);

std::string mask_text(std::string_view text, Voice voice = Voice::value);
std::vector<std::string> mask_words(std::span<const std::string_view> words);

// Takes a secret out of text that somebody else wrote: a server or proxy that repeats our headers must not put the
// token into our reports.

// Every stretch of `text` that is also in the secret, 8 bytes or longer (or the whole of a shorter secret), becomes
// "***". Do it before the text is cut or escaped.
std::string redact(std::string_view text, const Secret& secret);
// The same for each of them.
std::string redact(std::string_view text, std::span<const Secret> secrets);

// Every whole occurrence of a secret becomes "***": for what is long and seldom holds one.
bool holds_secret(std::string_view text, std::span<const Secret> secrets);
void take_out(std::string& text, std::span<const Secret> secrets);

} // namespace mooring
