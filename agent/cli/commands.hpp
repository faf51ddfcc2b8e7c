// Two compose files, or two Kubernetes manifests, and how they differ: what `mooring diff` has in common with its
// --batch.
#pragma once

#include "base/error.hpp"
#include "cli/command.hpp"
#include "doctor/diagnose.hpp"
#include "ledger/entries.hpp"
#include "model/desired.hpp"
#include "portainer/api.hpp"
#include "serve/correcting.hpp"
#include "serve/log.hpp"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace mooring::cli {

enum class FileKind { automatic, compose, kubernetes }; // automatic: by `apiVersion`

struct PairTexts {
    std::string desired;
    std::string actual;
    std::string desired_name = "desired"; // for messages
    std::string actual_name = "actual";
    bool resolved_names = false; // undo what `docker compose config` adds (compose::undo_resolving)
    FileKind kind = FileKind::automatic;
    bool show_values = false; // secrets of Kubernetes manifests; those of compose files are shown
};

struct PairChange {
    std::string path;   // "services.web.image", "Deployment/web:spec.replicas"
    std::string object; // Kubernetes: "Deployment/web"
    std::string what;   // Kubernetes: "changed", "gone", "extra", "order", "missing"
    std::optional<std::string> desired;
    std::optional<std::string> actual;
    bool secret = false; // its values are "***"
    std::uint32_t line = 0;
};

struct Comparison {
    std::vector<PairChange> changes;
    std::string resolved; // the name of the one text that looks like the output of `docker compose config`; "" if
                          // there is none, or it was undone
};

// The differences; an error of the kind invalid_input that names every text that does not load, with its place.
Result<Comparison> compare_pair(const PairTexts& texts);

// [{"path","desired","actual"}], for Kubernetes "object" and "what", too, and "line" where asked for. Absent values are
// null.
nlohmann::ordered_json changes_json(const std::vector<PairChange>& changes, bool with_line);

// The commands, each made by a function of its own, and what of them is tried alone.

// `mooring check`: load -> observe -> judge -> report.

// How an Api is made; tests put a world of their own in its place.
using MakeApi = std::function<Result<std::unique_ptr<portainer::Api>>(boost::asio::any_io_executor, ServerConnection,
                                                                      portainer::Hooks)>;

std::unique_ptr<Command> make_check_command(MakeApi make_api);

// `mooring adopt`: a person lets Mooring write a stack that it did not make.
std::unique_ptr<Command> make_adopt_command(MakeApi make_api);

// `mooring agent`: watches without end, and corrects where it is allowed to.

// Makes what corrects; the ledger's file is "" without one. Clock and log outlive it. Empty in a binary that only
// reads.
using MakeCorrectors =
    std::function<serve::MakeCorrector(const std::filesystem::path& ledger, const Clock& clock, serve::Log& log)>;

std::unique_ptr<Command> make_agent_command(MakeApi make_api, MakeCorrectors make_correctors);

// `mooring completion SHELL`: completions, made from what the commands declare, so that they cannot go stale.

// `commands` gives all of them, this one included; it is called when the completion runs.
std::unique_ptr<Command> make_completion_command(AllCommands commands);

// `mooring diff`: two compose files or Kubernetes manifests by meaning, or a stream of pairs.
std::unique_ptr<Command> make_diff_command();

// Answers every line {"id","desired","actual"} of `in` with one line {"id","equal","changes":[{"path","desired",
// "actual"}]}, or {"id","error"} when the pair cannot be read, and flushes after each. Blank lines are passed over; a
// line that is no such object is answered with the error and, unless it has one, a null id. Returns 65 if any pair
// could not be read, else 2 if any differs, else 0. `how`: all of
// PairTexts but the texts.
int diff_batch(std::istream& in, std::ostream& out, const PairTexts& how = {});

// `mooring doctor`: what works, what does not, and what to do about it.
std::unique_ptr<Command> make_doctor_command(doctor::Outside outside);

// `mooring explain PATH`: which rule governs a path of a compose file, or what a word of the report means.
std::unique_ptr<Command> make_explain_command();

struct Meaning {
    std::string_view word; // or the pattern of a path
    std::string_view
        kind; // "verdict", "cause", "proof", "plane", "rule", "code", "share"; of a path the plane it lies in
    std::string_view text;
};

// What a word of a report or plan means; several where it is one of several kinds (`environment_gone`), none where it
// is no such word. Case, blanks, `-` and `_` make no difference.
std::vector<Meaning> meanings_of(std::string_view word);
std::span<const Meaning> meanings_of_rules(); // of the verdicts
std::span<const Meaning> meanings_of_codes(); // of a plan's blocked and held steps

// How a path of the record, of Git or of what runs is compared; nullopt for paths of compose files.
std::optional<Meaning> path_outside_content(std::string_view path);

// `mooring export`: what the servers have, as a folder of manifests.
std::unique_ptr<Command> make_export_command(MakeApi make_api);

// `mooring init DIR`: a configuration and a first manifest to begin with, tried at once.
std::unique_ptr<Command> make_init_command(doctor::Outside outside);

// `mooring ledger backup FILE`, `prune`, `import FILE`: what keeps the ledger in shape, while an agent runs, too.
std::unique_ptr<Command> make_ledger_command();

// `mooring list`: the stacks that the token sees, and what may be read of each.
std::unique_ptr<Command> make_list_command(MakeApi make_api);

// `mooring log`: what was written, by whom, why, with what outcome.
std::unique_ptr<Command> make_log_command();

// `mooring manual --output DIR`, for packagers: manual pages made of the commands' help and of the schemas, so that
// they cannot differ from the program. It is hidden: neither help nor completions name it.
struct ManualPage {
    std::string name; // "mooring-check"
    int section = 1;
    std::string text; // man(7)
};

// What stands in the header of each page.
struct ManualEdition {
    std::string version; // "0.2.0"
    std::string date;    // "2026-11-29"
};

// mooring(1), a page of each command that is not hidden, mooring.yaml(5), mooring-manifest(5).
std::vector<ManualPage> manual_pages(std::span<const std::unique_ptr<Command>> commands, const ManualEdition& edition);

// `commands` gives all of them; it is called when the command runs.
std::unique_ptr<Command> make_manual_command(AllCommands commands);

// `mooring observe`: load -> observe -> a snapshot that can be given away.
std::unique_ptr<Command> make_observe_command(MakeApi make_api);

// `mooring plan`: what `mooring apply` would write, and what it would not, and why. It reads, and writes nothing.
std::unique_ptr<Command> make_plan_command(MakeApi make_api);

// `mooring report`: evidence of a period, from the ledger alone.
std::unique_ptr<Command> make_report_command();

// `mooring resume`: a person has looked at what nobody knew about a write, and the stack may be written again.
std::unique_ptr<Command> make_resume_command();

// `mooring schema NAME`: the JSON Schemas that are compiled in.
std::unique_ptr<Command> make_schema_command();

// `mooring show NAME`: one stack, all that is known about it, and the evidence.
std::unique_ptr<Command> make_show_command(MakeApi make_api);

// `mooring config`: the effective configuration, each value with its origin, secrets masked.
std::unique_ptr<Command> make_config_command();

// `mooring trust`: a person says that the Portainer which answers is the one that is meant.
std::unique_ptr<Command> make_trust_command(MakeApi make_api);

// `mooring validate DIR...`: all problems of all manifests and of the files they name, without a server.
std::unique_ptr<Command> make_validate_command();

// Problems of the files of `stacks`, each file once, at its line: what does not load, what Docker Compose refuses,
// files that are not there; of Kubernetes manifests what Portainer refuses. Git stacks are not looked into.
Diagnostics compose_problems(const std::vector<DesiredStack>& stacks);

// `mooring verify`: proves the ledger's chain, or names the first broken run.
std::unique_ptr<Command> make_verify_command();

// What was found out, in lines for people.
std::string verification_text(const ledger::Verification& found);
// The same by schema/verification.schema.json. `has`: the hash (or its beginning) that was looked for, "" for none;
// `runs`: those that have it.
std::string verification_json(const ledger::Verification& found, const std::string& has,
                              const std::vector<ledger::Run>& runs);

// What the program was made of. The values are generated at each build by cmake/WriteBuildFacts.cmake.
struct BuiltWith {
    std::string_view name;    // "OpenSSL"
    std::string_view version; // of what it was compiled against: "3.0.17"
};

struct BuildFacts {
    std::string_view version;    // "0.2.0", as CMakeLists.txt says
    std::string_view commit;     // 40 hex digits, "+changes" behind it where files differed; empty: built without Git
    std::string_view compiler;   // "GNU 12.2.0"
    std::string_view build_type; // "Release"
    std::span<const BuiltWith> libraries;
};

const BuildFacts& build_facts();

// The program's version, what it was made of, and the command that prints both.

// "0.2.0", as CMakeLists.txt says.
std::string_view version();

// As schema/version.schema.json has it, with a line end.
std::string version_json(const BuildFacts& facts);

std::unique_ptr<Command> make_version_command();

// mooring apply: what a plan says is written, part by part.
std::unique_ptr<Command> make_apply_command(MakeApi make_api);

// mooring restore: a stack made as a backup has it.
std::unique_ptr<Command> make_restore_command(MakeApi make_api);

} // namespace mooring::cli
