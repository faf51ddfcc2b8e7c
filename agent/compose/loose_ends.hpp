// What a compose file names and does not have: services, networks, volumes, secrets and configs that are declared
// nowhere in it, and other files.
#pragma once

#include "yaml/node.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace mooring::compose {

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

} // namespace mooring::compose
