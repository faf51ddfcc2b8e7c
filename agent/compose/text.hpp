// Paths, words and values of compose files as text, and which of them are secret.
#pragma once

#include "base/secret.hpp"
#include "base/text.hpp"
#include "compose/canonical.hpp"
#include "compose/compose.hpp"
#include "yaml/node.hpp"

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace mooring::compose {

// The notation of paths (compose-oracle §2), beside what all paths share.

// `[identity]`, nothing escaped.
void append_identity(std::string& path, std::string_view identity);

// A path's keys in order; an identity in brackets is one key. Never fails: what is malformed ends the list.
struct PathKey {
    std::string text;
    bool is_identity = false;
};
std::vector<PathKey> split_path(std::string_view path);

// Paths on the host, as the loader resolves them (compose-oracle §3.2, "paths").

// As Go's path.Clean: no empty, `.` or resolvable `..` elements, no trailing slash. A reference is one element, and
// what stands above it is not known.
std::string clean_path(std::string_view path);

// A path that the loader joins to the project's folder, or below `~` to the home folder, cleaned: "./a" for a, a/ and
// x/../a, "." for ./, "../b", "~/a". Absolute ones (of Windows too) stay as written, and so does what starts with a
// reference: it may be absolute. The empty text is empty.
std::string project_path(std::string_view path);

// The same for a build context, which may be an address or `service:NAME` instead.
std::string context_path(std::string_view path);

// `a:`, `é:`: one letter, of any alphabet, as of a Windows drive.
bool is_one_letter(std::string_view text);

// A command text split into words, as Docker's loader does.

// One word, settled (facts.hpp). An open one equals no word of a list: it holds a reference outside quotes, whose
// value the loader puts in before it splits, so that it may become any number of words (compose-oracle §3.2, 389), or
// an operator (below). Its text keeps quotes around the references that stand in quotes.
struct Word {
    std::string text;
    bool open = false;
    bool operator==(const Word&) const = default;
};

// '...' is literal, "..." groups and \x is x, \x outside is x; white space separates; $(...) and `...` stay one piece
// as written, and so does ${...}. nullopt: a quote or parenthesis without its other half. An unquoted ; & | < > stays
// in its word: the loader drops what follows it, Mooring compares it (compose-oracle §4, 178); if what follows one does
// not parse, it is one word as written.
std::optional<std::vector<Word>> split_words(std::string_view text);

// Canonical values as one line of text, with what looks secret masked.

// Plain text for single values, JSON for maps and lists. Values under secret-looking keys, the content of configs, and
// what a text or a command holds (base/secret.hpp) are `***`. `Secrets::shown`: all as it is.
std::string display(const Value& value, Secrets secrets = Secrets::masked);

// One text, masked or not.
std::string display(std::string_view text, Secrets secrets);

// Whether the value under this key of a map is secret: the key is the user's and looks like one, or it is the content
// of a config.
bool hides(const Value& map, std::string_view key, const Value& value);

// Where secrets stand in a compose file as it is written: in its YAML, before it has a canonical form.

// Bytes of one scalar that are secret.
struct SecretPiece {
    const yaml::Node* node = nullptr;
    std::size_t from = 0; // of node->text
    std::size_t to = 0;
    std::string name; // what told it: "DB_PASSWORD", "requirepass"

    bool is_whole() const { return from == 0 && to == node->text.size(); }
};

// In the order of the file: values under secret-looking names, what a text holds (base/secret.hpp), and the whole of
// `configs.*.content`. Names of secrets, networks and services are none. The document outlives the result. It need not
// be a valid compose file: Kubernetes objects are looked at alike.
std::vector<SecretPiece> secret_pieces(const yaml::Node& document, const MaskOptions& options = {});

// The variables of a stack that its file makes secret, whatever their names: those that `secrets.*.environment` and
// `configs.*.environment` name, and those that are written where a secret stands (`--requirepass ${PW}`). Empty for a
// text that is not YAML.
std::set<std::string> secret_variables(std::string_view text, const MaskOptions& options = {});

} // namespace mooring::compose
