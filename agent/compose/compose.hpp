// Compose files by meaning: text -> canonical tree, two trees -> differences. Pure; the rules are the table in
// rules.cpp (design §5).
#pragma once

#include "yaml/node.hpp"

#include <cstdint>
#include <expected>
#include <functional>
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
    bool secret = false; // under a secret-looking name, content of a config, or different in secrets alone: do not show
    std::uint32_t desired_line = 0; // line in the desired text that the difference is about: the value's, or its
                                    // parent's when it is absent there
};

// Whether what looks secret inside composite values (a whole service that is gone, say) is masked. Shown only to
// whoever gave both files.
enum class Secrets { masked, shown };

// Every secret of a file (compose/text.hpp), as it stands there: what a message about the file may repeat. Of a text
// that is not YAML, what stands behind secret-looking names.
std::vector<std::string> secret_texts(std::string_view text);

// Whether the file looks like the output of `docker compose config`: it names its project, and everything it declares,
// after the project where nothing else is written.
bool looks_resolved(const File& file);

// Takes away, on both sides, what `docker compose config` added to one and the other does not write: the project's
// name, the names PROJECT_KEY that follow from it, and the folder in front of paths. The folder is the one that
// explains most paths of the two; a path that it does not explain stays a difference.
void undo_resolving(File& one, File& other);

// All differences, sorted by path; empty exactly when the two mean the same.
std::vector<Difference> compare(const File& desired, const File& actual, Secrets secrets = Secrets::masked);

// What a stack of this file would create and run, for name probes and for comparing what runs (design §3.2 "Predictable
// names", §3.3).
struct ServiceFacts {
    std::string name;
    std::optional<std::string>
        container_name; // nullopt: P-S-N; also nullopt when it holds a ${reference} (then it is not predictable)
    bool container_name_symbolic = false;
    std::optional<std::string> image;     // nullopt: built, absent or with a ${reference} that is not resolved
    std::string image_written;            // with its references, as the file has it; "" if there is none
    std::optional<std::int64_t> replicas; // scale, or deploy.replicas, else 1; nullopt when not resolved
    std::string replicas_written;         // with its references; "" when the file says a number, or nothing
    std::string mode_written;             // deploy.mode with its references; "" when it has none
    // Of resolve(): a text has a reference whose value is not known, or took a default that a file beside it may
    // override.
    bool image_unknown = false;
    bool image_by_default = false;
    bool replicas_unknown = false;
    bool replicas_by_default = false;
    bool global = false; // deploy.mode: global or global-job
    std::string mode;    // deploy.mode: replicated where the file has none; "" where it is not known
    std::vector<std::string> profiles;
    bool in_profile = false;      // none of its profiles is active (activate): it is not started
    bool profile_unknown = false; // whether one is cannot be known: a profile is a ${reference}
    bool job =
        false; // meant to end: `x-mooring: {job: true}`, a job of the swarm, or another service waits for its end
    bool restarts = true; // alone: false if restart is `no`, absent or on-failure, unless deploy.restart_policy
                          // says otherwise
    bool restarts_in_swarm = true; // false: deploy.restart_policy has condition none or on-failure
    std::string kept_running;      // what starts it again whenever it ends, literally: "restart: always"; "" if nothing
    bool serves = false;           // has ports or a healthcheck
    bool needed = false;           // another service needs it started or healthy
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
// left out. `own_jobs`: what the file itself calls a job counts (called_jobs).
ProjectFacts facts(const File& file, std::string_view project, bool own_jobs = true);

// What a stack has under a variable's name.
struct Setting {
    enum class Known {
        yes,     // `value`, or that it is not set
        likely,  // not set here, but another file, which was not read, may set it
        unknown, // set to what cannot be told
    };
    std::optional<std::string> value; // nullopt: not set
    Known known = Known::yes;
};
using Settings = std::function<Setting(const std::string& name)>;

// Says of each service whether one of its profiles is active. `profiles`: a value of COMPOSE_PROFILES as a line of an
// env file, names with commas between them; `*` means all of them. facts() takes none for active. Names of profiles
// with references are looked up in `settings`.
void activate(ProjectFacts& project, std::string_view profiles, const Settings& settings = {});

// Puts the values that a stack's variables have into what facts() left open: images, counts, modes. May be asked again.
void resolve(ProjectFacts& project, const Settings& settings);

// The services that the file itself calls jobs (`x-mooring: {job: true}`): what compose ignores, and comparing too.
const std::vector<std::string>& called_jobs(const File& file);

// The rule that governs a path, for `mooring explain`: pattern, canonical form, reason. nullopt: compared literally.
struct PathRule {
    std::string_view pattern;
    std::string_view form;
    std::string_view reason;
};
std::optional<PathRule> explain(std::string_view path);

} // namespace mooring::compose
