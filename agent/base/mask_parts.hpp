// What the parts of masking share; private to this folder.
#pragma once

#include "base/secret.hpp"

#include <cstdint>
#include <span>
#include <string_view>

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

// Where a walk over a text is, and how far the value there reaches. Private to this folder.
struct Place {
    std::size_t at = 0;
    std::size_t line_from = 0;
    std::size_t name_from = 0; // the last name, without quotes
    std::size_t name_to = 0;
    char sign = '=';
    bool several_lines = false; // in the whole text
    bool spaced = false;        // blanks around the sign
    bool double_quote = false;
    bool single_quote = false;
    bool back_quote = false;
    bool escaped_quote = false; // `\"`

    void toggle(char quote) {
        bool& open = quote == '"' ? double_quote : quote == '\'' ? single_quote : back_quote;
        open = !open;
    }
    bool is_open(char quote) const {
        return quote == '"' ? double_quote : quote == '\'' ? single_quote : quote == '`' && back_quote;
    }
    void next_line() {
        ++at;
        line_from = at;
        double_quote = single_quote = back_quote = escaped_quote = false;
    }
};

struct Extent {
    std::size_t from = 0;
    std::size_t to = 0;
};

// The value of `name` that starts at `value`, behind blanks; may begin in a later line. Empty: there is none.
Extent value_extent(std::string_view text, const Place& place, std::string_view name, std::size_t value);
// `password:X`.
Extent tight_value(std::string_view text, const Place& place, std::size_t value);

// Which programs take a secret behind which short option. Private to this folder.
enum class Takes : std::uint8_t {
    whole,         // -p X
    after_colon,   // -u user:X
    after_percent, // -U user%X
    after_comma,   // -u user,X
};

struct ClientOption {
    std::string_view clients; // "mysql|mariadb"; a name with `*` at its end stands for all that start so
    std::string_view option;  // "-p"; "/p:"
    Takes takes;
    bool attached;            // -pX, too
    std::string_view command; // only behind this word: `docker login -p X`; "" always
};

// What a client takes as its last words.
struct ClientOperands {
    std::string_view clients;
    std::string_view trigger; // a word, the start of one (`http-basic.*`), or an option of one dash that stands among
                              // others (`-nbB`); "" always
    std::size_t last;         // how many of the last words are secret; 0: the one that follows the trigger at once
};

// A word that holds user and password: `u/X@db`, `u:X`.
struct ClientForm {
    std::string_view clients;
    std::string_view said; // only behind this word; "" always
    char after;
    char until; // the last one of the word; '\0': its end
};

std::span<const ClientOption> client_options();
std::span<const ClientOperands> client_operands();
std::span<const ClientForm> client_forms();
// The short options of a client that take nothing, so that others may follow them in one word: `curl -sSu user:X`.
std::string_view client_flags(std::string_view client);
// The name of a program without folder, in the form of the tables; "" if no row has it.
std::string_view client_of(std::string_view word);
bool names_client(std::string_view clients, std::string_view client);

} // namespace mooring::masking
