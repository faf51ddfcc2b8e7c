// Text that must never be printed: tokens, passwords, environment values. It cannot be formatted, streamed, or turned
// into JSON; whoever needs the bytes says so with reveal(), and those places can be counted with grep.
#pragma once

#include <compare>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

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

} // namespace mooring
