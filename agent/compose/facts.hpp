// What is read out of a canonical file besides its differences: references, what is needed to deploy it, what is left
// loose.
#pragma once

#include "compose/compose.hpp"
#include "yaml/node.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mooring::compose {

// What deploying a file does beside making it so, and what it takes of its host: for plans (reconcile.md §3.1 to §3.3),
// not for verdicts. Pure.

// The value of a variable; nullopt where it is not set.
using ValueOf = std::function<std::optional<std::string>(const std::string& name)>;

// A file as it is with the values of its variables; nullopt: it refers to none, or does not load with them.
std::optional<File> file_with_values(const File& file, const ValueOf& value);

// Paths in the notation of differences; all lists are sorted.
struct Deploying {
    std::vector<std::string> dropped_services; // the actual file has them, the desired one does not: containers stay
    std::vector<std::string>
        data; // a volume that exists is declared otherwise, or a mount is lost or comes from elsewhere
    std::vector<std::string> new_references; // variables without a default that the actual file does not refer to
    std::vector<std::string> new_keys;       // paths of keys that not every loader knows and the actual file lacks
    std::vector<std::string> new_registries; // from which no image of the actual file comes
    // What is replaced; nullptr: not read, or what the desired file says. Of a Git stack: what is deployed, where it
    // refers to variables and the manifest declares some.
    std::shared_ptr<const File> actual;
};
Deploying deploying(const File& desired, const File& actual);

// Deploying::data of what both files are with the values that their variables have and will have. A target that only a
// variable says is not named: "services.db.volumes".
std::vector<std::string> data_at_risk(const File& desired, const ValueOf& to_come, const File& actual,
                                      const ValueOf& recorded);

// A mount of a service that is in both files, at a place where the actual one mounts nothing.
struct MountedAnew {
    std::string service;
    std::string target;   // "": any place, of volumes that another stack's container has
    bool unnamed = false; // it has no source: an engine hands on to it what such a volume of before held
};
// With the values of variables, as of data_at_risk(); by service. `actual` nullptr: it is not known, and each may be
// one.
std::vector<MountedAnew> mounted_anew(const File& desired, const ValueOf& to_come, const File* actual,
                                      const ValueOf& recorded);

// Services of both files whose tasks a swarm makes anew: what they are, or a network, volume, config or secret that
// they use, differs. Labels, counts and ways of updating are changed in place.
std::vector<std::string> tasks_made_anew(const File& desired, const ValueOf& to_come, const File& actual,
                                         const ValueOf& recorded);

// Whether a place lies at another one, or below it.
bool lies_within(std::string_view inner, std::string_view outer);

// Likewise configs and secrets that keep their name and are not what they are now: "configs.app".
std::vector<std::string> held_at_risk(const File& desired, const ValueOf& to_come, const File& actual,
                                      const ValueOf& recorded);

struct Footprint {
    std::vector<std::string> claims; // what no two stacks of one engine have: "port 8080/tcp", "container w", "bind
                                     // /srv/x", "volume v"; a reference that stays in one may be any
    std::vector<std::string> by_variable; // of claims: those that only the value of a variable says
    std::vector<std::string>
        relative_binds;                  // paths of mounts and volumes that lie in the stack's own folder, by its id
    std::vector<std::string> unresolved; // paths of mounts and volumes that a variable says whose value is not known
    std::vector<std::string> anonymous_volumes; // paths of mounts whose data no later container finds again
    // What a stack whose file is a text cannot have, since there is nothing beside it: "services.web.build".
    std::vector<std::string> needs_files;
    std::chrono::seconds start_period{0}; // the longest of a health check: until then a service may be starting
    bool needs_stack_env = false;         // reads `stack.env`, which exists only where the stack has a variable
};
// With the values of its variables, if they are given.
Footprint footprint(const File& file, const ValueOf& value = {});

// `services.db.volumes[/var/lib/data]`: a mount in the notation of differences, and of `policy.data`.
std::string mount_path(std::string_view service, std::string_view target);

// An image's text with the values that its references will have; nullopt: one of them is not known. `value`: of a
// variable, nullopt where it is not set.
std::optional<std::string> with_values(std::string_view text,
                                       const std::function<std::optional<std::string>(const std::string&)>& value);

// A value as a line `NAME=value` of an env file gives it, into which Portainer writes it as it stands: quotes around it
// and a remark behind it are not part of it. nullopt: it holds what is resolved further (`$`, `\\` between double
// quotes).
std::optional<std::string> as_env_file_gives(std::string_view value);

// What a compose file names and does not have: services, networks, volumes, secrets and configs that are declared
// nowhere in it, and other files.
struct OtherFile {
    std::string key;  // "env_file of service `web`", "include"
    std::string path; // as it stands there: relative to the compose file, or absolute
    yaml::Mark mark;
};

struct LooseEnds {
    // Names that are declared nowhere: Docker Compose refuses such a file ("depends on undefined service", "refers to
    // undefined network"). Empty where other files may declare them (`include`, `extends` of a file).
    std::vector<yaml::Problem> undefined;
    std::vector<OtherFile> files; // that must be there; paths with a ${reference} are not among them
};

// Of a text that load() takes; of any other, and of several documents, nothing.
LooseEnds loose_ends(std::string_view text);

// What a file needs of its surroundings before it is deployed: variables, objects that others made, and what an
// environment may forbid its users (reconcile.md §3.3). Pure.

// A variable that the file refers to and that has no default there.
struct Reference {
    std::string name;
    bool required = false; // `${NAME:?}`, `${NAME?}`: the loader refuses the file without it

    friend bool operator==(const Reference&, const Reference&) = default;
};

enum class ExternalKind : std::uint8_t { network, volume, config, secret };
// "network", "volume", ...
std::string_view to_string(ExternalKind kind);

// What somebody else made.
struct External {
    ExternalKind kind = ExternalKind::volume;
    std::string name;         // on the engine; with references where their values are not known
    bool by_variable = false; // only the value of a variable says it: not to be shown

    friend bool operator==(const External&, const External&) = default;
};

// What an environment may forbid its ordinary users, and Portainer's setting for it (portainer-api.md §5.2).
struct Restriction {
    std::string_view feature; // "bind mounts"
    std::string_view setting; // of the environment's SecuritySettings
};

// A key that not every server's loader knows: an older one refuses the whole file.
struct NewKey {
    std::string path;       // "services.web.post_start"
    std::string_view since; // the first Docker Compose that knows it: "2.30"; "" newer than 2.40.3

    friend bool operator==(const NewKey&, const NewKey&) = default;
};

// Where an image comes from that names its registry.
struct ImageOrigin {
    std::string registry;     // "registry.example.test:5000"; docker.io is none of them
    std::string image;        // one that comes from there, as written
    bool by_variable = false; // as of External

    friend bool operator==(const ImageOrigin&, const ImageOrigin&) = default;
};

struct Needs {
    std::vector<Reference> references; // by name; nothing that has a default, or stands in one
    std::vector<External> externals;   // in the order of their kinds, each by name
    std::vector<Restriction> features; // what it uses, in the order of the table
    std::vector<NewKey> new_keys;      // in the order of the table, then of the file
    std::vector<ImageOrigin> origins;  // by registry; those with references in it are left out
};
// With the values of its variables, if they are given; references and keys are those that are written.
Needs needs(const File& file, const ValueOf& value = {});

// References to variables (`${VAR:-default}`): kept as written, never resolved (compose-oracle §3.3).

// Whether the text holds `$VAR` or `${...}`; `$$` is a literal dollar and none.
bool has_reference(std::string_view text);

// The one spelling of a text in which references count: every `$VAR` is `${VAR}`, and a literal dollar is `$`, or `$$`
// where one alone would start a reference with what follows. All texts of canonical trees are spelt so, keys too.
std::string settled(std::string text);

// A text in which no dollar means anything (a key of a map, a word that was split) in that spelling.
std::string settled_literal(std::string text);

// A settled text for people: each literal dollar as one `$` (compose-oracle §2).
std::string with_single_dollars(std::string_view text);

// The length of the `$VAR` or `${...}` at the start; 0 if none starts there. A brace that is never closed reaches to
// the end.
std::size_t reference_length(std::string_view text);

// Whether the whole text is one `${...}`.
bool is_one_reference(std::string_view text);

// The first `wanted` at or after `from` that does not stand inside `${...}`; npos if there is none. A brace that is
// never closed reaches to the end.
std::size_t find_outside(std::string_view text, char wanted, std::size_t from = 0);

// The parts between the separators outside `${...}`; at least one.
std::vector<std::string_view> split_outside(std::string_view text, char separator);

} // namespace mooring::compose
