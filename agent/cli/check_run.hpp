// What `mooring check` was asked to do: the words of its command line as values.
#pragma once

#include "base/error.hpp"
#include "cli/commands.hpp"
#include "cli/output.hpp"
#include "cli/process.hpp"
#include "drift/engine.hpp"
#include "ledger/database.hpp"
#include "manifest/config.hpp"
#include "model/desired.hpp"
#include "model/verdict.hpp"
#include "report/formats.hpp"
#include "snapshot/snapshot.hpp"

#include <boost/asio/awaitable.hpp>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mooring::cli {

// As they were written.
struct CheckWords {
    std::vector<std::string> words; // [DIR] NAME...
    std::string compose_dir;        // --compose-dir
    std::string type;               // --type
    std::string state;              // --state
    std::string snapshot;           // --snapshot
    std::vector<std::string> fail_on;
    std::vector<std::string> only;
    std::vector<std::string> output;
    std::string log_level = "off";
    bool verbose = false;
    bool quiet = false;
    bool show_values = false;
    bool diff = false;
    int watch = 0; // --watch: seconds between runs; 0: one run
};

struct CheckOptions {
    std::filesystem::path folder;
    std::filesystem::path compose_dir;
    std::filesystem::path snapshot;
    StackType type = StackType::standalone;
    std::optional<DesiredState> state; // of the stacks of --compose-dir; nullopt: left out
    std::set<Verdict> fail_on{all_verdicts.begin(), all_verdicts.end()};
    Only only;
    std::vector<std::string> names; // of stacks, which `only` holds, too
    bool named_first = false;       // the first word is one of them: it is not a folder
    bool plain_folder = false;      // the folder was given without a `/`: a stack may have that name, too
    std::string log_level;          // trace, debug, info, warn, error, off
    bool quiet = false;
    bool show_values = false;
};

// The folder among the words of `[DIR] NAME...`: the first one, if it exists or holds a `/`; else "".
std::string folder_among(const std::vector<std::string>& words);

// The options, or the first word that is wrong (usage). `--format` and `--output` are read later, by parse_outputs:
// the configuration may name the format.
Result<CheckOptions> parse_check(const CheckWords& words, bool out_is_terminal);

// One check: what was loaded is observed and judged, until it ends or somebody asks to stop.

// Everything that a check is made of, after loading.
struct CheckInputs {
    config::Config config; // with tokens
    Desired desired;       // its diagnostics already hold those of configuration and memory
    ledger::LoadedMemory memory;
    drift::RunHooks hooks{};
    // What is asked and made of the run when it has ended, while its servers can still be asked: a plan. May be empty.
    // Nothing is written over what it writes, but for what it lets `progress` wait for.
    std::function<boost::asio::awaitable<void>(const drift::Run&, const std::vector<drift::Target>&, Progress&)>
        afterwards;
    Ending* ending = nullptr; // of what `afterwards` writes; outlives the run
};

struct CheckResult {
    Report report;
    Memory memory;    // after the run
    int ended_by = 0; // 129, 130 or 143 after a signal, wherever it came; else 0
};

// That --only and --server choose no stack that is declared, in the words of what was typed.
std::string chooses_nothing_words(const Only& only);

// `--server NAME`, typed: the run is about that server alone. MOORING_SERVER only says whose stacks are that name none.
void choose_server(CheckOptions& options, const config::Config& config);
// A note of how many declared stacks that leaves out; none if all are of the server.
void note_other_servers(Desired& desired, const Only& only);

// Whether --only can match no stack, which is known before a server is asked. Where a Scope or a manifest with errors
// may bring more, it is not.
bool chooses_nothing(const Desired& desired, const Only& only);

// Warns in the report of stacks that could not be read or compared and that `--fail-on` leaves out of the exit code.
void warn_of_hidden(Report& report, const std::set<Verdict>& fail_on);

// What is wrong with a NAME of the command line, as far as it is known before a server is asked; nullopt if nothing:
// where a Scope or a manifest with errors may bring more, it is not.
std::optional<std::string> name_problem(const Desired& desired, const CheckOptions& options);
// The same of a run: a NAME that nobody declares and that has no row. Nothing is said where a server or a manifest with
// errors left any out.
std::optional<std::string> unknown_name(const Report& report, const CheckOptions& options,
                                        std::vector<std::string> declared);
std::vector<std::string> declared_names(const Desired& desired);

// Runs until every row has its verdict, or until SIGHUP, SIGINT or SIGTERM: the report is partial then and its exit
// code 129, 130 or 143.
// An error (invalid_input, io): a server's settings that no connection can be made of.
Result<CheckResult> run_check(CheckInputs inputs, const CheckOptions& options, const MakeApi& make_api,
                              Console& console);

// A run over a snapshot, in the place of one over servers.

// The report that the recorded run gave, as far as `options` (only, fail_on) are the same.
Result<CheckResult> replay(const snapshot::Snapshot& kept, const CheckOptions& options, Console& console);

// `mooring check --watch`: what has changed from one run to the next. Pure.

// What `after` says otherwise than `before`: stacks with another verdict or other changes, as the report says them now,
// stacks that are no longer in it, servers that failed or answer again. "" if nothing.
std::string changes_between(const Report& before, const Report& after, const report::TextOptions& options);

// `mooring check --diff`: the declared compose file and the one on the server, line by line, without secrets.

// The lines that differ with three around them, as `diff -u` writes them, below `---` and `+++` with these names; ""
// for equal texts. Of texts of more than 5000 lines in all it says that alone.
std::string unified_diff(std::string_view from_name, std::string_view from, std::string_view to_name,
                         std::string_view to);

// A check reads desired -> actual; a plan says what the actual file becomes.
struct DiffLook {
    bool becomes = false;
    bool hides_actual = false; // lines that only the server has are counted, not shown
};

// Keeps what the servers of a run answer about files and variables. It outlives the Apis that it wraps.
class KeptFiles {
  public:
    // `credentials` are secret under every name.
    explicit KeptFiles(std::vector<Secret> credentials = {}) : credentials_(std::move(credentials)) {}

    // The same Apis, listened to.
    MakeApi wrap(MakeApi make_api);

    // The differences of every stack whose content has drifted, in the order of the report. Secrets of both files and
    // every variable's value are `${NAME}` or `***`; a file in which that cannot be done safely is not shown, and said.
    std::string diffs(const Report& report, const Desired& desired, const DiffLook& look = {}) const;

    void keep_file(const std::string& server, StackId id, const std::string& text) { files_[{server, id}] = text; }
    void keep_record(const std::string& server, const StackRecord& record) { records_[{server, record.id}] = record; }

  private:
    std::string diff_of(const DesiredStack& stack, const StackResult& result, const DiffLook& look) const;

    std::vector<Secret> credentials_;
    std::map<std::pair<std::string, StackId>, std::string> files_;
    std::map<std::pair<std::string, StackId>, StackRecord> records_;
};

} // namespace mooring::cli
