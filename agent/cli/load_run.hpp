// Before a run: the flags that stand in for settings, what is loaded, where memory and ledger are.
#pragma once

#include "base/error.hpp"
#include "cli/check_run.hpp"
#include "cli/commands.hpp"
#include "cli/console.hpp"
#include "doctor/diagnose.hpp"
#include "inventory/inventory.hpp"
#include "ledger/database.hpp"
#include "ledger/entries.hpp"
#include "ledger/ledger.hpp"
#include "manifest/config.hpp"

#include <filesystem>
#include <functional>
#include <initializer_list>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace CLI { // NOLINT(readability-identifier-naming): CLI11 named it
class App;
}

namespace mooring::cli {

class SettingFlags {
  public:
    // Adds --config and the flag of every row of config::settings() but those in `without`. `formats` are what the
    // command takes as --format.
    void declare(CLI::App& app, const std::vector<std::string>& without = {}, const std::string& formats = "text|json");
    // What was given. Where no file is named (--config, MOORING_CONFIG), the configuration is mooring.yaml in `folder`
    // (a command's DIR), in a folder above it, where the command was started, or above that.
    config::Overrides overrides(const Console& console, const std::filesystem::path& folder = {}) const;

  private:
    std::string config_;
    std::map<std::string, std::string, std::less<>> values_;
    std::map<std::string, bool, std::less<>> switches_;
};

// Settings of what needs a server, for commands that do not, and more that they do not take: `without` of
// SettingFlags::declare().
std::vector<std::string> server_settings(std::initializer_list<const char*> more);

// Places of mooring.yaml in the order in which they count: `folder` and those above it, the working folder and those
// above it. Relative to the working folder.
std::vector<std::filesystem::path> configurations_around(const std::filesystem::path& folder);

// What is wrong with a flag's value, if an error of the configuration is about one: then the command line is wrong
// (64), not the configuration (65).
std::optional<std::string> flag_problem(const Diagnostics& diagnostics);

// Where a check finds its memory and leaves the new one: the ledger, the file of --remember, or nowhere.

// The memory of the configured servers for a command that records nothing: the ledger's, read as it is, else that of
// `remember`. A ledger that is
// not there yet would begin with the latter. Errors: a damaged memory or ledger (invalid_input), no right to read (io).
Result<ledger::LoadedMemory> read_memory(const config::Config& config, UnixSeconds now);

class KeptMemory {
  public:
    // Opens what the configuration names. A ledger wins; if it is new, it takes over the memory of `remember`, which is
    // only read then. Errors: a damaged memory, a file that is no ledger (invalid_input), no right to write (io).
    static Result<KeptMemory> open(const config::Config& config, UnixSeconds now);

    // What to judge with, and remarks about it. Once.
    ledger::LoadedMemory take() {
        before_ = loaded_.memory;
        return std::move(loaded_);
    }

    // Leaves what the run changed of its servers' memory where it came from, beside whatever others wrote there
    // meanwhile; a ledger records the run, too, and drops what it no longer has to keep.
    Result<void> keep(const Report& report, const Memory& memory, std::span<const Waiver> waivers);

  private:
    Result<void> open_ledger(const config::Config& config, UnixSeconds now);

    std::filesystem::path file_;
    std::unique_ptr<ledger::Ledger> ledger_;
    std::optional<int> keep_days_;
    ledger::LoadedMemory loaded_;
    Memory before_; // as it was read
};

// What a run starts from: configuration with its tokens, manifests, memory. The first part of the route, for every
// command that reads a server.
struct LoadedRun {
    CheckInputs inputs; // its desired.diagnostics are those of configuration, manifests and memory
    // Wrong manifests do not keep the good ones from being judged, unless there are no good ones.
    bool nothing_to_judge = false;
    KeptMemory kept; // where the memory came from
};

// Takes the manifests of `folder` (a command's DIR; "": the configuration's). A folder with the configuration in it is
// meant as a whole: its manifests are then where the configuration says, if they are there.
void take_folder(config::Config& config, const std::filesystem::path& folder);

// Said where the configuration is too broken to tell where the manifests are and what they inherit.
Diagnostic manifests_not_read();

// Completes a configuration without errors by the tokens of its servers; that there is no server, or no token, is an
// error among its diagnostics.
void read_tokens(config::Loaded& loaded, Console& console);

// A note where the folder `manifests` beside the configuration in use is not what is read; nullopt where DIR was given.
std::optional<Diagnostic> manifests_beside(const config::Config& config, const std::filesystem::path& folder);

// Before a server is asked, for commands that need no manifests: problems are printed, and false says that there are
// errors (exit 65).
bool ready_to_connect(config::Loaded& loaded, Console& console);

// `access`: read_only of a run that is not recorded; then `kept` keeps nothing. An error (invalid_input, io): a memory
// or ledger that cannot be used.
Result<LoadedRun> load_run(const CheckOptions& options, config::Loaded loaded, ledger::Access access, Console& console);

// What `mooring list` and `mooring show` have in common: every server is read as a check would read it.
struct Inventories {
    std::vector<inventory::ServerInventory> servers; // those that were read to the end
    int exit_code = 0;                               // 0, 69, 70, 77 of the servers, 129, 130 or 143 interrupted
};

// Reads all servers side by side; `wanted` narrows the stacks. An error (invalid_input, io): settings that no
// connection can be made of.
Result<Inventories> take_inventories(const config::Config& config, const MakeApi& make_api,
                                     const std::function<bool(const StackRecord&)>& wanted, Console& console);

// One visit of the doctor: loads what a check loads, tries every server, says what was found.

// `loaded` is the configuration with its problems. The exit code is in the diagnosis: 0 only if a check would work.
doctor::Diagnosis visit(config::Loaded loaded, const doctor::Outside& outside, Console& console);

// Writes it to standard output; `format` is text or json. Returns its exit code.
int write_diagnosis(const doctor::Diagnosis& diagnosis, const config::Config& config, Console& console);

// The ledger that a command reads or keeps: which file, opened, with what is to be said about it.

// Opens the ledger of --ledger, MOORING_LEDGER or the configuration, and prints remarks on standard error if
// it is opened for writing. `format`: receives the setting of that name, if it is wanted. Errors: usage (none is
// named), and those of ledger::open_ledger.
Result<std::unique_ptr<ledger::Ledger>> open_ledger(const SettingFlags& settings, ledger::Access access,
                                                    Console& console, std::string* format = nullptr);

// Message and cure.
std::string sentences_of(const Error& error);

// The exit code of an error: 64 usage, 65 invalid input or no file, 1 otherwise; and says it.
int ledger_failure(Console& console, std::string_view command, const Error& error);

// `--from` and `--to`: a period as the command line writes it.

// Dates ("2026-10-01", its first second in UTC) or RFC 3339 times; "" leaves that side open. `to` is exclusive. Errors
// (usage): not a date, an end that is not after the beginning.
Result<ledger::Period> parse_period(const std::string& from, const std::string& to);

} // namespace mooring::cli
