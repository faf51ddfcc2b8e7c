// Text that must never be printed: tokens, passwords, environment values. It cannot be formatted, streamed, or turned
// into JSON; whoever needs the bytes says so with reveal(), and those places can be counted with grep.
#pragma once

#include <compare>
#include <cstddef>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mooring {

class Secret {
  public:
    Secret() = default;
    explicit Secret(std::string value) : value_(std::move(value)) {}
    Secret(const Secret&) = default;
    Secret& operator=(const Secret&) = default;
    Secret(Secret&& other) noexcept : value_(std::move(other.value_)) { other.wipe(); }
    Secret& operator=(Secret&& other) noexcept {
        if (this != &other) {
            wipe();
            value_ = std::move(other.value_);
            other.wipe();
        }
        return *this;
    }
    ~Secret() { wipe(); }

    // The bytes themselves. Call it only to compare, to send to the server it belongs to, or under --show-values.
    std::string_view reveal() const { return value_; }
    bool empty() const { return value_.empty(); }

    friend bool operator==(const Secret&, const Secret&) = default;

  private:
    // Overwrites the bytes before they are given back, so that a core or a reused block does not hold them.
    void wipe() noexcept {
        volatile char* bytes = value_.data();
        for (std::size_t i = 0; i < value_.size(); ++i) bytes[i] = 0;
        value_.clear();
    }

    std::string value_;
};

// Which names hold secrets, and which values under such a name tell none (design §4 "Secret ="). One table of words,
// one of what makes a name speak about a secret instead of holding it. Pure.

// Whether a value under this name should not be shown. A name is split into words at `_`, `-`, `.`, every other sign
// and changes of case. Long words (PASSWORD, SECRET, TOKEN) count inside a word, too; short ones (KEY, PASS, AUTH) as a
// whole word or its end; the shortest (PAT, PIN, SALT) as whole words alone, so that PATH, MAPPING, PING, KEYBOARD and
// MONKEY stay readable. A last word such as TYPE or ALGORITHM says that the value is about the secret.
bool looks_secret(std::string_view name);

// Whether the name is one of a password proper (PASSWORD, PASS, PIN): what is only a number is one then, too.
bool names_password(std::string_view name);

// Whether a reference (`${NAME}`, `$$NAME`) in a place of secrets is itself one: its name tells nothing to a reader,
// but its value is secret.
enum class References { shown, secret };

// Whether `value` under `name` is a secret: the name looks like one, and the value is not plainly something else
// (empty, true or false, a path of a *_FILE, the number of a *_TTL, the plain address of a *_URL, a reference).
bool is_secret(std::string_view name, std::string_view value, References references = References::shown);

// Whether a value tells nothing under any name: empty, a mask, true, false, none, a reference alone.
bool tells_nothing(std::string_view value, References references = References::shown);

// `${NAME}`, `$${NAME}`, `${NAME:?why}`, `$NAME` and `$$NAME` in capitals, `{{ template }}`, `$(cat /path)`: nothing
// else, and no default value in it.
bool is_reference(std::string_view value);

// `/run/secrets/db`, `./key.pem`, `server.key`: a place of a file, spelt in the letters of such.
bool is_path(std::string_view value);

// Takes secrets out of texts that may hold some: commands, healthchecks, labels, files inside of files, what servers
// say (design §4 "Secret ="). What is secret is told by names (above), by flags, by what clients are known
// to take after `-p`, by where it stands in an address or header, or by its own looks (ghp_..., AKIA..., a private
// key). A text that may hold one and cannot be taken apart is masked from there on. Pure, one pass a rule, linear.

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
