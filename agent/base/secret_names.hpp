// Which names hold secrets, and which values under such a name tell none (design §4 "Secret ="). One table of words,
// one of what makes a name speak about a secret instead of holding it. Pure.
#pragma once

#include <string>
#include <string_view>

namespace mooring {

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
