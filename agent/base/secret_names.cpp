#include "base/secret.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <span>

namespace mooring {
namespace {

// How much of a name's word has to be the telling one.
enum class Part { whole, end, anywhere };

struct Telling {
    std::string_view word;
    Part part;
    bool password; // a password proper: what follows seldom makes it something else
    std::string_view reason;
};

constexpr Telling telling[] = {
    {"PASSWORD", Part::anywhere, true, "no other word holds it"},
    {"PASSWD", Part::anywhere, true, "the older spelling"},
    {"PASSWRD", Part::anywhere, true, "a usual slip"},
    {"PASSPHRASE", Part::anywhere, true, "of keys and backups"},
    {"PASSCODE", Part::anywhere, true, "of devices"},
    {"PASSWORT", Part::anywhere, true, "German"},
    {"KENNWORT", Part::anywhere, true, "German"},
    {"PWD", Part::anywhere, true, "PGPWD, Pwd= of connection strings"},
    {"PASS", Part::end, true, "DB_PASS, requirepass, storepass; PASSENGER and COMPASS are not"},
    {"PW", Part::end, true, "DB_PW, bindpw"},
    {"PIN", Part::whole, true, "short: PING, MAPPING, SPIN are not"},
    {"PUK", Part::whole, true, "beside the PIN"},
    {"PINCODE", Part::whole, true, "one word"},
    {"SECRET", Part::anywhere, false, "CLIENT_SECRET, secretAccessKey"},
    {"TOKEN", Part::anywhere, false, "ACCESS_TOKEN, authtoken; TOKENIZER is not"},
    {"CREDENTIAL", Part::anywhere, false, "and its plural"},
    {"WEBHOOK", Part::anywhere, false, "whoever knows the address may post"},
    {"KEY", Part::end, false, "API_KEY, apikey, WordPress' AUTH_KEY; KEYBOARD and MONKEY are not"},
    {"KEYS", Part::end, false, "the plural"},
    {"AUTH", Part::end, false, "BASIC_AUTH, masterauth; AUTHOR is not"},
    {"AUTHORIZATION", Part::end, false, "the header"},
    {"AUTHORISATION", Part::end, false, "the header in British spelling"},
    {"AUTHENTICATION", Part::end, false, "of proxies and mail programs"},
    {"CREDS", Part::end, false, "short for credentials"},
    {"CRED", Part::whole, false, "short for credential"},
    {"DSN", Part::end, false, "a user and a password or key are in it"},
    {"JWT", Part::whole, false, "a signed claim, or the key that signs"},
    {"PRIVATE", Part::whole, false, "SSH_PRIVATE"},
    {"PAT", Part::whole, false, "personal access token; PATH and PATCH are not"},
    {"SALT", Part::whole, false, "WordPress' NONCE_SALT"},
    {"NONCE", Part::whole, false, "WordPress' NONCE_KEY"},
    {"PEPPER", Part::whole, false, "a salt that is kept apart"},
    {"LICENSE", Part::whole, false, "of paid programs"},
    {"LICENCE", Part::whole, false, "the British spelling"},
    {"OTP", Part::whole, true, "one-time password"},
    {"TOTP", Part::whole, true, "the seed of one-time passwords"},
    {"PSK", Part::whole, false, "pre-shared key"},
    {"PRESHARED", Part::whole, false, "WireGuard's key"},
    {"HMAC", Part::anywhere, false, "a key, or what it made"},
    {"MNEMONIC", Part::whole, false, "the words of a wallet"},
    {"SEEDPHRASE", Part::whole, false, "the words of a wallet"},
    {"SIG", Part::whole, false, "a signed address"},
    {"SIGNATURE", Part::whole, false, "a signed address"},
    {"COOKIE", Part::whole, false, "a session, Erlang's cookie"},
    {"BEARER", Part::whole, false, "the token of a header"},
    {"SESSID", Part::end, false, "PHPSESSID"},
    {"SESSIONID", Part::end, false, "JSESSIONID"},
    {"CONNECTIONSTRING", Part::whole, false, "a user and a password are in it"},
    {"CONNECTIONSTRINGS", Part::whole, false, "of .NET: ConnectionStrings__Default"},
    {"PASSE", Part::whole, true, "French: MOT_DE_PASSE"},
    {"MOTDEPASSE", Part::whole, true, "French"},
    {"CONTRASENA", Part::whole, true, "Spanish"},
    {"SENHA", Part::whole, true, "Portuguese"},
};

// Two words that tell only side by side.
struct Pair {
    std::string_view first;
    std::string_view second;
};

constexpr Pair pairs[] = {
    {"CONNECTION", "STRING"}, {"CONNECTION", "STRINGS"}, {"SEED", "PHRASE"},    {"SEED", "WORDS"},
    {"RECOVERY", "PHRASE"},   {"RECOVERY", "CODE"},      {"RECOVERY", "CODES"}, {"BACKUP", "CODE"},
    {"BACKUP", "CODES"},      {"WALLET", "SEED"},        {"MASTER", "SEED"},    {"ENCRYPTION", "SEED"},
    {"UNLOCK", "CODE"},       {"ACCESS", "CODE"},        {"PAIRING", "CODE"},   {"PRIVATE", "SEED"},
};

// Words that end or begin like a telling one.
constexpr std::array<std::string_view, 42> harmless_words{
    "MONKEY",     "MONKEYS",   "DONKEY",    "DONKEYS",      "TURKEY",      "HOCKEY",      "JOCKEY",
    "WHISKEY",    "HOTKEY",    "HOTKEYS",   "MICKEY",       "LACKEY",      "SMOKEY",      "FLUNKEY",
    "PUBKEY",     "PUBLICKEY", "PUBKEYS",   "COMPASS",      "BYPASS",      "SURPASS",     "TRESPASS",
    "OVERPASS",   "UNDERPASS", "ENCOMPASS", "SECRETARY",    "SECRETARIAT", "SECRETARIES", "TOKENIZER",
    "TOKENIZERS", "TOKENIZE",  "TOKENIZED", "TOKENIZATION", "TOKENISER",   "TOKENISERS",  "TOKENISE",
    "TOKENISED",  "TOKENISER", "NOPASS",    "MULTIPASS",    "LOWPASS",     "HIGHPASS",    "BANDPASS"};

// As the last word they say that the value is about the secret: TOKEN_TYPE, PASSWORD_POLICY.
constexpr std::array<std::string_view, 25> about_any{
    "ALGORITHM", "ALG",    "ALGO",    "ALGORITHMS", "TYPE",     "TYPES",    "METHOD",  "METHODS", "MODE",
    "POLICY",    "SCHEME", "FORMAT",  "HASHER",     "ENCODING", "STRATEGY", "PLUGIN",  "PLUGINS", "VERSION",
    "PROVIDER",  "REALM",  "BACKEND", "BACKENDS",   "DRIVER",   "ISSUER",   "AUDIENCE"};
// The same, but not of passwords: PASSWORD_USER may well be the password of a user.
constexpr std::array<std::string_view, 34> about_others{
    "NAME",        "NAMES",       "USER",    "USERNAME",     "PREFIX",      "SUFFIX", "RULE",
    "ENTRYPOINTS", "MIDDLEWARES", "SERVICE", "CERTRESOLVER", "LEVEL",       "REGION", "LOCALE",
    "CLASS",       "ROLE",        "ROLES",   "GROUP",        "GROUPS",      "SCOPE",  "SCOPES",
    "LABEL",       "TITLE",       "FIELD",   "COLUMN",       "NETWORK",     "SUBNET", "CIDR",
    "REGISTRY",    "REPOSITORY",  "ZONE",    "SAMESITE",     "DESCRIPTION", "IP"};
constexpr std::array<std::string_view, 12> of_files{"FILE",     "FILES", "PATH",    "DIR",   "DIRECTORY", "FOLDER",
                                                    "LOCATION", "MOUNT", "KEYFILE", "STORE", "KEYSTORE",  "FILENAME"};
constexpr std::array<std::string_view, 13> of_addresses{"URL",      "URI",    "HOST",    "HOSTS", "HOSTNAME",
                                                        "ENDPOINT", "SERVER", "ADDRESS", "ADDR",  "DOMAIN",
                                                        "DOMAINS",  "ORIGIN", "ORIGINS"};
// Anywhere in the name, when the value is a number, a duration or a size.
constexpr std::array<std::string_view, 36> of_measures{
    "TTL",      "TIMEOUT",  "LENGTH",   "LEN",        "SIZE",    "COUNT",    "LIMIT",   "LIMITS", "LIFETIME",
    "EXPIRY",   "EXPIRE",   "EXPIRES",  "EXPIRATION", "AGE",     "MINUTES",  "SECONDS", "HOURS",  "DAYS",
    "INTERVAL", "ROTATION", "ROUNDS",   "ITERATIONS", "BITS",    "MIN",      "MAX",     "NUM",    "PORT",
    "RETRIES",  "ATTEMPTS", "VALIDITY", "DURATION",   "ENABLED", "REQUIRED", "COST",    "PERIOD", "REFRESH"};

char upper(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; }
bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_alnum(char c) { return is_upper(c) || is_lower(c) || is_digit(c); }

bool equal(std::string_view left, std::string_view right) { return std::ranges::equal(left, right, {}, upper, upper); }

bool is_one_of(std::span<const std::string_view> words, std::string_view word) {
    return std::ranges::any_of(words, [word](std::string_view one) { return equal(one, word); });
}

// Where the word that starts at `start` ends: at a sign, at `aB`, and before the last capital of `ABc`.
std::size_t word_end(std::string_view name, std::size_t start) {
    std::size_t end = start + 1;
    for (; end < name.size() && is_alnum(name[end]); ++end) {
        if (!is_upper(name[end])) continue;
        if (!is_upper(name[end - 1])) break;
        if (end + 1 < name.size() && is_lower(name[end + 1])) break;
    }
    return end;
}

// Digits at both ends say nothing: KEY_1, OAUTH2.
std::string_view without_digits(std::string_view word) {
    while (!word.empty() && is_digit(word.front())) word.remove_prefix(1);
    while (!word.empty() && is_digit(word.back())) word.remove_suffix(1);
    return word;
}

template <typename Visit>
void each_word(std::string_view name, Visit visit) {
    for (std::size_t at = 0; at < name.size();) {
        if (!is_alnum(name[at])) {
            ++at;
            continue;
        }
        const std::size_t end = word_end(name, at);
        if (const std::string_view word = without_digits(name.substr(at, end - at)); !word.empty()) visit(word);
        at = end;
    }
}

// `word` in capitals.
bool matches(const Telling& row, std::string_view word) {
    if (row.part == Part::whole) return row.word == word;
    return row.part == Part::end ? word.ends_with(row.word) : word.contains(row.word);
}

std::string in_capitals(std::string_view word) {
    std::string out(word);
    std::ranges::transform(out, out.begin(), upper);
    return out;
}

struct Reading {
    bool tells = false;
    bool password = false;
    std::string_view last;
};

Reading read(std::string_view name) {
    Reading out;
    std::string_view before;
    each_word(name, [&](std::string_view word) {
        const bool public_key =
            (equal(word, "KEY") || equal(word, "KEYS")) && (equal(before, "PUBLIC") || equal(before, "PUB"));
        if (word.size() > 1 && !public_key) {
            const std::string capitals = in_capitals(word);
            for (const Telling& row : telling) {
                if (!matches(row, capitals) || is_one_of(harmless_words, capitals)) continue;
                out.tells = true;
                out.password = out.password || row.password;
            }
        }
        out.tells = out.tells || std::ranges::any_of(pairs, [&](const Pair& pair) {
                        return equal(before, pair.first) && equal(word, pair.second);
                    });
        before = out.last = word;
    });
    return out;
}

bool speaks_of_measures(std::string_view name) {
    bool found = false;
    each_word(name, [&](std::string_view word) { found = found || is_one_of(of_measures, word); });
    return found;
}

bool is_about(const Reading& name) {
    return is_one_of(about_any, name.last) || (!name.password && is_one_of(about_others, name.last));
}

// 3600, 5m, 1h30m, 64MB, 0.5: digits, at most a few letters after each.
bool is_measure(std::string_view value) {
    std::size_t letters = 0;
    if (value.empty() || value.size() > 12 || !is_digit(value.front())) return false;
    return std::ranges::all_of(value, [&](char c) {
        letters = is_digit(c) || c == '.' ? 0 : letters + 1;
        return is_digit(c) || c == '.' || (letters <= 3 && (is_lower(c) || is_upper(c)));
    });
}

// An address without user, query and fragment, of which no part looks like a token.
bool is_plain_address(std::string_view value) {
    constexpr std::string_view signs = ".:/_-,[]*";
    std::size_t run = 0;
    bool digit = false;
    for (const char c : value) {
        if (!is_alnum(c) && signs.find(c) == std::string_view::npos) return false;
        run = is_alnum(c) ? run + 1 : 0;
        digit = run > 0 && (is_digit(c) || (digit && run > 1));
        if (run >= 20 && digit) return false;
    }
    return value.contains("://") || value.contains('.') || value.contains(':');
}

// The working folder of shells.
bool is_working_folder(std::string_view name, std::string_view value) {
    return (name == "PWD" || name == "OLDPWD") && value.starts_with('/');
}

// Names of licences and of the answer "yes".
bool is_licence_name(std::string_view value) {
    constexpr std::array<std::string_view, 16> known{
        "accept", "accepted", "agree", "basic",     "trial", "free", "community",   "enterprise",
        "oss",    "MIT",      "ISC",   "Unlicense", "BSD",   "Zlib", "proprietary", "commercial"};
    constexpr std::array<std::string_view, 9> families{"Apache-", "BSD-", "GPL-", "LGPL-", "AGPL-",
                                                       "MPL-",    "CC-",  "CC0-", "EUPL-"};
    return is_one_of(known, value) ||
           (value.size() < 24 &&
            std::ranges::any_of(families, [value](std::string_view one) { return value.starts_with(one); }));
}

} // namespace

bool looks_secret(std::string_view name) {
    const Reading reading = read(name);
    return reading.tells && !is_about(reading);
}

bool names_password(std::string_view name) { return read(name).password; }

bool is_secret(std::string_view name, std::string_view value, References references) {
    const Reading reading = read(name);
    if (!reading.tells || is_about(reading) || tells_nothing(value, references)) return false;
    if (is_measure(value) && speaks_of_measures(name)) return false;
    if (is_path(value) || is_working_folder(name, value)) return false;
    if (is_one_of(of_files, reading.last) && (value.starts_with('/') || value.starts_with("file:")) &&
        !value.contains('='))
        return false;
    const bool address = is_one_of(of_addresses, reading.last) && !reading.password;
    if (address && !in_capitals(name).contains("WEBHOOK") && is_plain_address(value)) return false;
    const bool licence = equal(reading.last, "LICENSE") || equal(reading.last, "LICENCE");
    return !(licence && is_licence_name(value));
}

} // namespace mooring
