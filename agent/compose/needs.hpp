// What a file needs of its surroundings before it is deployed: variables, objects that others made, and what an
// environment may forbid its users (reconcile.md §3.3). Pure.
#pragma once

#include "compose/compose.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace mooring::compose {

// A variable that the file refers to and that has no default there.
struct Reference {
    std::string name;
    bool required = false; // `${NAME:?}`, `${NAME?}`: the loader refuses the file without it

    friend bool operator==(const Reference&, const Reference&) = default;
};

// A network or volume that somebody else made.
struct External {
    bool is_network = false; // else a volume
    std::string name;        // on the engine; those with references are left out

    friend bool operator==(const External&, const External&) = default;
};

// What an environment may forbid its ordinary users, and Portainer's setting for it (portainer-api.md §5.2).
struct Restriction {
    std::string_view feature; // "bind mounts"
    std::string_view setting; // of the environment's SecuritySettings
};

struct Needs {
    std::vector<Reference> references; // by name; nothing that has a default, or stands in one
    std::vector<External> externals;   // networks first, each by name
    std::vector<Restriction> features; // what it uses, in the order of the table
};
Needs needs(const File& file);

} // namespace mooring::compose
