// The env values of a stack, so that no text about it repeats them (design §2, rule 7): servers echo them in deployment
// errors, and people copy them into images and commands. Only values are known here, never where they stand.
#pragma once

#include "base/text.hpp"
#include "compare/compare.hpp"
#include "compose/compose.hpp"
#include "model/desired.hpp"
#include "model/stack.hpp"

#include <deque>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mooring::compare {

class KnownSecrets {
  public:
    // Every env value of the manifest and, with a record, of the server that is not declared public. Both outlive this.
    explicit KnownSecrets(const DesiredStack& stack, const StackRecord* record = nullptr);
    KnownSecrets(const KnownSecrets&) = delete;
    KnownSecrets& operator=(const KnownSecrets&) = delete;
    ~KnownSecrets() = default;

    // Adds the secrets of the desired file, or of any other. It parses the file: only for messages that are rare.
    void learn_file(const DesiredStack& stack);
    void learn_text(std::string_view text);

    // Free text of a server or parser with every known value of at least 4 bytes, and whatever a sentence may hold
    // (base/secret.hpp), replaced by "***".
    std::string mask(std::string_view text) const;
    // Whether a short value (an image, a command) holds a known value of at least 6 bytes. Shorter ones ("true",
    // "8080") stand in too many texts by chance to hide them all.
    bool stand_in(std::string_view text) const;

  private:
    void add(std::string_view value);
    void add_piece(std::string_view value, std::size_t least);
    void sort();

    std::deque<std::string> of_files_;     // never moved: `values_` points into it
    std::deque<std::string> spellings_;    // likewise: values as they stand between quotes and in addresses
    std::vector<std::string_view> values_; // longest first, so that no rest of a longer one stays
};

// The parts of compare.hpp, one file each; private to this folder. Each appends to a Comparison.

// What every part looks at. Everything outlives it.
struct RecordPair {
    const Row& row;
    const DesiredStack& stack;
    const StackRecord& record;
    const ServerFacts& server;
    const JudgeOptions& options;
    const KnownSecrets& secrets;
};

void compare_env(const RecordPair& pair, Comparison& out);
void compare_access(const RecordPair& pair, Comparison& out);
void compare_auto_update(const RecordPair& pair, Comparison& out);
void compare_source(const RecordPair& pair, Comparison& out); // file or Git, and the Git settings
void compare_deployment(const RecordPair& pair, Comparison& out);

// The place in the manifest that a change is about: `line` of it, or the document when the line is not known.
SourceLocation manifest_line(const DesiredStack& stack, std::size_t line);

inline Change change_at(Plane plane, Subject subject, std::string path, std::optional<std::string> desired,
                        std::optional<std::string> actual, SourceLocation where) {
    return {.plane = plane,
            .subject = subject,
            .path = std::move(path),
            .desired = std::move(desired),
            .actual = std::move(actual),
            .where = std::move(where)};
}

// A value as changes show it; where that cuts or alters it, `whole` becomes the value.
inline std::string shown_of(std::string_view value, std::string& whole) {
    std::string shown = printable(value);
    if (shown != value) whole = value;
    return shown;
}

// What tells one difference of a secret from the next (Change::secret_digest); "" without a key.
std::string digest_of_secret(const std::function<std::string(std::string_view)>& digest,
                             const std::optional<std::string_view>& desired,
                             const std::optional<std::string_view>& actual);

// Sorts by plane, path and values, so that the same inputs give the same bytes.
void sort_changes(std::vector<Change>& changes);

// The desired compose file, loaded, and what of a file should run.

// nullopt for Git, Kubernetes, and a file that does not load (comparing says why).
std::optional<compose::File> desired_file(const DesiredStack& stack);

// What it would run; nullopt likewise.
std::optional<compose::ProjectFacts> facts_of(const DesiredStack& stack, const std::optional<compose::File>& file);

// What of a file's services should run for this stack (design §3.3): which profiles are active, which services are
// jobs, and what their images and counts are. Active are the profiles that the record's own variables name, which
// Portainer hands to compose; without a record, the manifest's. References are resolved with a record alone.
// `called_jobs`: services that the desired file calls jobs. May be asked again.
void settle(compose::ProjectFacts& project, const DesiredStack& stack, const StackRecord* record = nullptr,
            std::span<const std::string> called_jobs = {});

// Takes out the stacks whose manifest or file calls a job what cannot be one (the file does not have the service, or
// starts it again whenever it ends) and says why among the diagnostics. Of Git stacks the run says it: their file is
// not at hand.
void refuse_wrong_jobs(Desired& desired);

// Notes on services that may be meant to end and are not declared so: nothing restarts them, they serve nothing and
// nothing needs them. One a manifest; it reads every file.
Diagnostics job_candidates(const std::vector<DesiredStack>& stacks);

} // namespace mooring::compare
