// One check: what was loaded is observed and judged, until it ends or somebody asks to stop.
#pragma once

#include "cli/check.hpp"
#include "cli/check_options.hpp"
#include "cli/run_until_done.hpp"
#include "drift/engine.hpp"
#include "ledger/memory_file.hpp"

#include <boost/asio/awaitable.hpp>
#include <functional>
#include <vector>

namespace mooring::cli {

// Everything that a check is made of, after loading.
struct CheckInputs {
    config::Config config; // with tokens
    Desired desired;       // its diagnostics already hold those of configuration and memory
    ledger::LoadedMemory memory;
    drift::RunHooks hooks{};
    // What is asked and made of the run when it has ended, while its servers can still be asked: a plan. May be empty.
    std::function<boost::asio::awaitable<void>(const drift::Run&, const std::vector<drift::Target>&)> afterwards;
    Ending* ending = nullptr; // of what `afterwards` writes; outlives the run
};

struct CheckResult {
    Report report;
    Memory memory;    // after the run
    int ended_by = 0; // 129, 130 or 143 after a signal, wherever it came; else 0
};

inline constexpr std::string_view only_matches_nothing = "--only matches no stack that is declared";

// Whether --only can match no stack, which is known before a server is asked. Where a Scope or a manifest with errors
// may bring more, it is not.
bool chooses_nothing(const Desired& desired, const Only& only);

// Warns in the report of stacks that could not be read or compared and that `--fail-on` leaves out of the exit code.
void warn_of_hidden(Report& report, const std::set<Verdict>& fail_on);

// What is wrong with a NAME of the command line, as far as it is known before a server is asked; nullopt if nothing:
// where a Scope or a manifest with errors may bring more, it is not.
std::optional<std::string> name_problem(const Desired& desired, const CheckOptions& options);

// Runs until every row has its verdict, or until SIGHUP, SIGINT or SIGTERM: the report is partial then and its exit
// code 129, 130 or 143.
// An error (invalid_input, io): a server's settings that no connection can be made of.
Result<CheckResult> run_check(CheckInputs inputs, const CheckOptions& options, const MakeApi& make_api,
                              Console& console);

} // namespace mooring::cli
