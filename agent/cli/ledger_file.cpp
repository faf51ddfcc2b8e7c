#include "cli/ledger_file.hpp"

#include "cli/exit_code.hpp"
#include "cli/look.hpp"

namespace mooring::cli {

Result<std::unique_ptr<ledger::Ledger>> open_ledger(const SettingFlags& settings, ledger::Access access,
                                                    Console& console, std::string* format) {
    const config::Loaded loaded = config::load(settings.overrides(console), console.variables);
    if (const auto problem = flag_problem(loaded.diagnostics)) return fail(ErrorKind::usage, *problem);
    if (format != nullptr) *format = loaded.config.format;
    if (loaded.config.ledger.empty()) {
        return fail(ErrorKind::usage, "no ledger is named: give --ledger FILE, MOORING_LEDGER, or `ledger:` in the "
                                      "configuration");
    }
    auto opened = ledger::open_ledger(loaded.config.ledger, {.access = access, .now = console.clock.unix_seconds()});
    if (!opened) return std::unexpected(opened.error());
    // Who only reads it does not need its key: an auditor has none.
    if (access == ledger::Access::write) print_problems(opened->diagnostics, loaded.config.color, console);
    return std::move(opened->ledger);
}

std::string sentences_of(const Error& error) {
    return error.detail.empty() ? error.message : error.message + ". " + error.detail;
}

int ledger_failure(Console& console, std::string_view command, const Error& error) {
    if (error.kind == ErrorKind::usage) return usage_error(console, command, error.message);
    const bool invalid = error.kind == ErrorKind::invalid_input || error.kind == ErrorKind::not_found;
    return failure(console, command, sentences_of(error), invalid ? exit_invalid : exit_failure);
}

} // namespace mooring::cli
