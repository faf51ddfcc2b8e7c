// Compose files by meaning: text -> canonical tree, two trees -> differences. Pure; the rules are the table in
// rules.cpp (design §5).
#pragma once

#include "yaml/node.hpp"

#include <cstdint>
#include <expected>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mooring::compose {

// A compose file in canonical form. Cheap to move; immutable.
class File {
  public:
    struct Tree; // canonical tree, private to this folder
    explicit File(std::unique_ptr<const Tree> tree);
    File(File&&) noexcept;
    File& operator=(File&&) noexcept;
    ~File();
    const Tree& tree() const { return *tree_; }

  private:
    std::unique_ptr<const Tree> tree_;
};

// The file in canonical form, or why it does not load, with the place.
std::expected<File, yaml::Problem> load(std::string_view text, const yaml::Limits& limits = {});

// One difference, at its path in the notation of compose-oracle §2. Values are single-line texts (JSON for maps and
// lists); nullopt: not there.
struct Difference {
    std::string path;
    std::optional<std::string> desired;
    std::optional<std::string> actual;
    bool secret = false; // a value under a secret-looking name (PASSWORD, TOKEN, SECRET, KEY, ...): do not show
    std::uint32_t desired_line = 0; // line in the desired text that the difference is about: the value's, or its
                                    // parent's when it is absent there
};

// Whether what looks secret inside composite values (a whole service that is gone, say) is masked. Shown only to
// whoever gave both files.
enum class Secrets { masked, shown };

// Every value of the file under a secret-looking name, as it stands there: what a server's message about the file may
// repeat.
std::vector<std::string> secret_texts(const File& file);

// All differences, sorted by path; empty exactly when the two mean the same.
std::vector<Difference> compare(const File& desired, const File& actual, Secrets secrets = Secrets::masked);

// What a stack of this file would create and run, for name probes and for comparing what runs (design §3.2 "Predictable
// names", §3.3).
struct ServiceFacts {
    std::string name;
    std::optional<std::string>
        container_name; // nullopt: P-S-N; also nullopt when it holds a ${reference} (then it is not predictable)
    bool container_name_symbolic = false;
    std::optional<std::string> image;     // nullopt: built, absent or with a ${reference}
    std::optional<std::int64_t> replicas; // scale, or deploy.replicas, else 1; nullopt when symbolic
    bool global = false;                  // deploy.mode: global
    bool in_profile = false;              // has profiles: not started unless one of them is active
    bool restarts = true; // alone: false if restart is `no`, absent or on-failure, unless deploy.restart_policy
                          // says otherwise
    bool restarts_in_swarm = true; // false: deploy.restart_policy has condition none or on-failure
    bool uses_default_network = false;
    std::uint32_t line = 0;
};

struct ProjectFacts {
    std::vector<ServiceFacts> services; // by name
    bool has_default_network = false;   // P_default is created: some service uses it
    std::vector<std::string>
        networks; // real names of declared, own (not external) networks: `name:` or key to be prefixed, see below
    std::vector<std::string> volumes; // the same for volumes
    bool more_files = false; // other files, which were not read, may add services (`include`; Git's additional files)
};

// Names as they are on the host for the project `project`: "P_front", or the literal `name:`. Names with references are
// left out.
ProjectFacts facts(const File& file, std::string_view project);

// The rule that governs a path, for `mooring explain`: pattern, canonical form, reason. nullopt: compared literally.
struct Rule {
    std::string_view pattern;
    std::string_view form;
    std::string_view reason;
};
std::optional<Rule> explain(std::string_view path);

} // namespace mooring::compose
