#include "app/application.hpp"

#include "base/text.hpp"
#ifdef MOORING_WRITES
#include "cli/apply_run.hpp"
#endif
#include "cli/commands.hpp"
#include "cli/console.hpp"
#include "cli/process.hpp"
#include "portainer/api.hpp"

#include <array>
#include <cstdio>
#include <exception>
#include <iostream>
#include <span>
#include <sys/ioctl.h>
#include <system_error>
#include <typeinfo>
#include <unistd.h>

namespace mooring::app {
namespace {

// Columns of the terminal behind `fd`; nullopt when there is none, or it does not say.
std::optional<std::size_t> columns_of(int fd) {
    winsize size{};
    if (::isatty(fd) == 0 || ::ioctl(fd, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return std::nullopt;
    return size.ws_col;
}

// What a reader of the output never got is a failure, however well the command did (a full disk, a closed pipe).
int close_output(cli::Console& console, int code) {
    console.out.flush();
    if (console.out.good()) return code;
    return cli::failure(console, "", "cannot write to standard output", cli::exit_failure);
}

// An exception's text may quote what was being read, so that only its type is named; those of the system name errno.
int report_bug(cli::Console& console, const std::exception& error) {
    const bool from_system = dynamic_cast<const std::system_error*>(&error) != nullptr;
    const std::string what = std::string("unexpected ") + typeid(error).name() + (from_system ? ": " : "") +
                             (from_system ? error.what() : "");
    cli::failure(console, "", printable(what), cli::exit_internal);
    console.err << "This is a bug of Mooring. Please report it with the command line and this message.\n";
    return cli::exit_internal;
}

int run_commands(int argc, const char* const* argv) {
    // The outside: streams (with buffers of their own; nothing here uses C's), environment, clock.
    std::ios::sync_with_stdio(false);
    const Variables variables = Variables::of_process();
    const SystemClock clock;
    cli::Console console{.in = std::cin,
                         .out = std::cout,
                         .err = std::cerr,
                         .variables = variables,
                         .clock = clock,
                         .in_is_terminal = ::isatty(STDIN_FILENO) != 0,
                         .out_is_terminal = ::isatty(STDOUT_FILENO) != 0,
                         .err_is_terminal = ::isatty(STDERR_FILENO) != 0,
                         .out_width = columns_of(STDOUT_FILENO),
                         .err_width = columns_of(STDERR_FILENO)};

    cli::MakeCorrectors make_correctors; // empty: this binary only reads
#ifdef MOORING_WRITES
    make_correctors = cli::make_correctors;
#endif

    // The commands, in the order of the help.
    std::span<const std::unique_ptr<cli::Command>> all;
    // NOLINTNEXTLINE(*-avoid-c-arrays): its size is that of the build
    const std::unique_ptr<cli::Command> commands[]{
        cli::make_check_command(portainer::make_api),
        cli::make_agent_command(portainer::make_api, make_correctors),
        cli::make_plan_command(portainer::make_api),
#ifdef MOORING_WRITES
        cli::make_apply_command(portainer::make_api),
        cli::make_restore_command(portainer::make_api),
#endif
        cli::make_adopt_command(portainer::make_api),
        cli::make_trust_command(portainer::make_api),
        cli::make_resume_command(),
        cli::make_log_command(),
        cli::make_observe_command(portainer::make_api),
        cli::make_export_command(portainer::make_api),
        cli::make_doctor_command({.make_api = portainer::make_api, .inspect = portainer::inspect, .hooks = {}}),
        cli::make_init_command({.make_api = portainer::make_api, .inspect = portainer::inspect, .hooks = {}}),
        cli::make_list_command(portainer::make_api),
        cli::make_show_command(portainer::make_api),
        cli::make_validate_command(),
        cli::make_diff_command(),
        cli::make_explain_command(),
        cli::make_report_command(),
        cli::make_verify_command(),
        cli::make_ledger_command(),
        cli::make_config_command(),
        cli::make_schema_command(),
        cli::make_completion_command([&all] { return all; }),
        cli::make_manual_command([&all] { return all; }),
        cli::make_version_command()};
    all = commands;

    try {
        return close_output(console, cli::run_command_line(commands, argc, argv, console));
    } catch (const std::exception& error) {
        return report_bug(console, error);
    }
}

} // namespace

int run(int argc, const char* const* argv) {
    cli::write_no_cores();
    try {
        return run_commands(argc, argv);
    } catch (...) {
        std::fputs("mooring: a bug ended the run\n", stderr);
        return cli::exit_internal;
    }
}

} // namespace mooring::app
