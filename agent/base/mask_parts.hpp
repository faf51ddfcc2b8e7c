// What the parts of masking share; private to this folder.
#pragma once

#include "base/mask.hpp"

#include <span>

namespace mooring::masking {

struct Search {
    std::string_view text;
    const MaskOptions& options;
    SecretSpans& found;

    void add(std::size_t from, std::size_t to, std::string_view name) const {
        if (from < to) found.push_back({from, to, name});
    }
    // Whether the value under this name is secret.
    bool tells(std::string_view name, std::string_view value) const;
    bool tells(std::string_view name) const;
};

inline bool is_digit(char c) { return c >= '0' && c <= '9'; }
inline bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
inline bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
inline bool is_alnum(char c) { return is_digit(c) || is_upper(c) || is_lower(c); }
inline bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r'; }
inline bool is_space(char c) { return is_blank(c) || c == '\n'; }
inline bool is_quote(char c) { return c == '"' || c == '\'' || c == '`'; }
inline char lower(char c) { return is_upper(c) ? static_cast<char>(c - 'A' + 'a') : c; }
bool equal_folded(std::string_view left, std::string_view right);              // letters of ASCII alone
bool is_one_of(std::span<const std::string_view> list, std::string_view word); // without case
bool begins_folded(std::string_view text, std::string_view start);

// Whether a word looks like a value rather than a word of a sentence: digits or signs among letters, capitals inside.
bool looks_like_value(std::string_view word);
// A word that follows a name in sentences: "db_password is not set".
bool is_prose(std::string_view word);
// `Bearer`, `Basic` and the like.
bool is_scheme(std::string_view word);

// What identifies itself: tokens with a known start, private keys, hashes of passwords, `Bearer X`.
void find_tokens(const Search& search);
// Users and passwords of addresses, and addresses that are secret as a whole (webhooks of chats).
void find_in_addresses(const Search& search);
// NAME=value, NAME: value, "NAME": "value", <NAME>value</NAME>, ('NAME', 'value'), `name: NAME` with `value: X`.
void find_assignments(const Search& search);
// --name X, -p X after a client that is known for it, NAME X of settings.
void find_in_command(const Search& search);

// One word of a command.
struct Word {
    std::string_view text; // without quotes around it
    std::size_t item = 0;  // which text it is of
    std::size_t from = 0;  // its bytes there, quotes included
    std::size_t to = 0;
    bool quoted = false;
    bool is_key = false;       // a colon follows its quotes
    bool ends_command = false; // `;`, `|`, `&&`, a line's end
};
struct WordSpan {
    std::size_t item = 0;
    SecretSpan span;
};
std::vector<WordSpan> find_in_words(std::span<const Word> words, const MaskOptions& options);

} // namespace mooring::masking
