#include "cli/write_log.hpp"

#include "base/text.hpp"
#include "cli/console.hpp"
#include "ledger/ledger.hpp"

#include <algorithm>
#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <filesystem>
#include <fmt/format.h>
#include <istream>
#include <ostream>
#include <pwd.h>
#include <unistd.h>

namespace mooring::cli {
namespace {

constexpr std::string_view no_ledger = "a ledger is needed, which keeps this: give --ledger FILE, MOORING_LEDGER, or "
                                       "`ledger:` in the configuration";

} // namespace

namespace {

// Whose process it is, by the system's own list of users; "uid 0" where that does not know it (many containers).
std::string user_of_process() {
    const uid_t uid = ::geteuid();
    std::array<char, 4096> room{};
    passwd entry{};
    passwd* found = nullptr;
    const int failed = ::getpwuid_r(uid, &entry, room.data(), room.size(), &found);
    if (failed == 0 && found != nullptr && *found->pw_name != '\0') return printable(found->pw_name, 100);
    return fmt::format("uid {}", uid);
}

} // namespace

std::string author(const Console& console, std::string_view command) {
    std::string user;
    for (const std::string_view name : {"SUDO_USER", "USER", "LOGNAME"}) {
        const Secret* value = console.variables.find(name);
        if (value == nullptr || value->empty()) continue;
        user = printable(value->reveal(), 100);
        break;
    }
    if (user.empty()) user = user_of_process(); // cron, containers
    return fmt::format("{} with mooring {}", user, command);
}

int ask(Console& console, std::string_view command, bool yes, std::string_view question) {
    if (yes) return exit_ok;
    switch (confirm(console, question, "y")) {
    case Confirmed::yes:
        return exit_ok;
    case Confirmed::no:
        return failure(console, command, "not confirmed; nothing was changed", exit_not_confirmed);
    case Confirmed::nobody:
        break;
    }
    return failure(console, command, "not confirmed: there is no terminal to ask on; pass --yes to confirm",
                   exit_not_confirmed);
}

std::string_view KnownInstance::source() const {
    if (!configured.empty()) return "the configuration";
    if (!trusted.empty()) return "`mooring trust`";
    if (!written.empty()) return "the log of writes";
    return first_seen.empty() ? "" : "the ledger's first run";
}

bool same_instance(std::string_view one, std::string_view other) { return to_lower(one) == to_lower(other); }

KnownInstance WriteHistory::known(const config::ServerEntry& server) const {
    const auto of = [&](const std::map<std::string, std::string>& all) {
        const auto found = all.find(server.server.name);
        return found == all.end() ? std::string() : found->second;
    };
    const auto seen = sightings.find(server.server.name);
    return {.configured = server.write.instance,
            .trusted = of(standing.trusted),
            .written = of(standing.first_written),
            .first_seen = seen == sightings.end() ? std::string() : seen->second.first_instance};
}

Result<WriteHistory> read_history(const config::Config& config, UnixSeconds now) {
    WriteHistory history;
    if (config.ledger.empty()) return fail(ErrorKind::usage, std::string(no_ledger));
    std::error_code failed;
    if (!std::filesystem::exists(config.ledger, failed) && !failed) return history;
    auto opened = ledger::open_ledger(config.ledger, {.access = ledger::Access::read_only, .now = now});
    if (!opened) return std::unexpected(opened.error());
    auto log = opened->ledger->log();
    if (!log) return std::unexpected(log.error());
    auto sightings = opened->ledger->sightings();
    if (!sightings) return std::unexpected(sightings.error());
    history.log = *std::move(log);
    history.standing = standing_of(history.log);
    history.sightings = *std::move(sightings);
    return history;
}

Result<void> append_entries(const config::Config& config, std::span<const LogEntry> entries, Console& console) {
    auto opened =
        ledger::open_ledger(config.ledger, {.access = ledger::Access::write, .now = console.clock.unix_seconds()});
    if (!opened) return std::unexpected(opened.error());
    print_problems(opened->diagnostics, config.color, console);
    for (const LogEntry& entry : entries) {
        if (const auto number = opened->ledger->append(entry); !number) return std::unexpected(number.error());
    }
    return {};
}

namespace {

namespace asio = boost::asio;

bool can_ask(const Console& console) {
    return console.in_is_terminal && (console.err_is_terminal || console.out_is_terminal);
}

std::ostream& put_question(Console& console, std::string_view question, std::string_view wanted) {
    std::ostream& out = console.err_is_terminal ? console.err : console.out;
    console.out.flush(); // what the question is about
    out << question;
    if (wanted == "y")
        out << " [y/N] ";
    else
        out << " Type `" << wanted << "` to go on: ";
    return out.flush();
}

Confirmed meant_by(std::string_view line, std::string_view wanted) {
    const std::string answer = to_lower(trim(line));
    return answer == to_lower(wanted) || (wanted == "y" && answer == "yes") ? Confirmed::yes : Confirmed::no;
}

} // namespace

Confirmed confirm(Console& console, std::string_view question, std::string_view wanted) {
    if (!can_ask(console)) return Confirmed::nobody;
    std::ostream& out = put_question(console, question, wanted);
    std::string line;
    if (!std::getline(console.in, line)) out << '\n';
    return meant_by(line, wanted);
}

asio::awaitable<Confirmed> confirm_while_running(Console& console, std::string question, std::string wanted) {
    constexpr std::size_t most = 1000;
    if (!can_ask(console)) co_return Confirmed::nobody;
    put_question(console, question, wanted);
    const auto executor = co_await asio::this_coro::executor;
    asio::posix::stream_descriptor input(executor, ::dup(STDIN_FILENO)); // closed at the end, unlike the input itself
    std::string line;
    boost::system::error_code error;
    co_await asio::async_read_until(input, asio::dynamic_buffer(line, most), '\n',
                                    asio::redirect_error(asio::use_awaitable, error));
    line.resize(std::min(line.find('\n'), line.size()));
    co_return meant_by(line, wanted);
}

} // namespace mooring::cli
