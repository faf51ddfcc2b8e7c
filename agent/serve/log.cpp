#include "serve/log.hpp"

#include "base/text.hpp"
#include "report/formats.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <ostream>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace mooring::serve {
namespace {

constexpr std::size_t longest = 2000; // of a message or value
constexpr std::string_view journal_socket = "/run/systemd/journal/socket";

// A value on a line of text: quoted where a blank or quote would mislead.
std::string quoted(const std::string& value) {
    std::string text = printable(value, longest);
    if (!text.empty() && text.find_first_of(" \"=") == std::string::npos) return text;
    std::string out = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\') out += '\\';
        out += c;
    }
    return out + '"';
}

// "run_id" -> "MOORING_RUN_ID"
std::string journal_name(std::string_view name) {
    std::string out = "MOORING_";
    for (const char c : name) out += c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    return out;
}

} // namespace

std::string_view to_string(Level level) {
    constexpr std::array<std::string_view, 4> words{"debug", "info", "warn", "error"};
    return words.at(static_cast<std::size_t>(level));
}

Level parse_level(std::string_view word) {
    for (const Level level : {Level::debug, Level::warn, Level::error}) {
        if (to_string(level) == word) return level;
    }
    return Level::info;
}

std::string text_line(UnixSeconds at, Level level, std::string_view message, const Fields& fields) {
    std::string out = fmt::format("{} {:<5} {}", format_utc(at), to_string(level), printable(message, longest));
    for (const Field& field : fields) out += fmt::format(" {}={}", field.name, quoted(field.value));
    return out + '\n';
}

std::string json_line(UnixSeconds at, Level level, std::string_view message, const Fields& fields) {
    nlohmann::ordered_json line = {
        {"time", format_utc(at)}, {"level", to_string(level)}, {"message", printable(message, longest)}};
    for (const Field& field : fields) line[std::string(field.name)] = printable(field.value, longest);
    return report::one_line(line) + '\n';
}

std::string journal_entry(Level level, std::string_view message, const Fields& fields) {
    constexpr std::array priorities{7, 6, 4, 3}; // syslog's
    std::string out = fmt::format("PRIORITY={}\nSYSLOG_IDENTIFIER=mooring\nMESSAGE={}\n",
                                  priorities.at(static_cast<std::size_t>(level)), printable(message, longest));
    // Values are printable and so of one line, which the simple form of the protocol takes.
    for (const Field& field : fields)
        out += fmt::format("{}={}\n", journal_name(field.name), printable(field.value, longest));
    return out;
}

Log::Log(std::ostream& out, const Clock& clock, LogForm form, Level least)
    : out_(out), clock_(clock), form_(form), least_(least) {
    if (form_ == LogForm::journal) journal_ = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
}

Log::~Log() {
    if (journal_ >= 0) ::close(journal_);
}

bool Log::send_to_journal(const std::string& entry) const {
    if (journal_ < 0) return false;
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::ranges::copy(journal_socket, address.sun_path);
    const auto* to = reinterpret_cast<const sockaddr*>(&address); // NOLINT: how sockets take addresses
    const ssize_t sent = ::sendto(journal_, entry.data(), entry.size(), MSG_NOSIGNAL, to, sizeof address);
    return sent == static_cast<ssize_t>(entry.size());
}

void Log::write(Level level, std::string_view message, const Fields& fields) {
    if (level < least_) return;
    if (form_ == LogForm::journal && send_to_journal(journal_entry(level, message, fields))) return;
    const UnixSeconds at = clock_.unix_seconds();
    out_ << (form_ == LogForm::json ? json_line(at, level, message, fields) : text_line(at, level, message, fields))
         << std::flush;
}

} // namespace mooring::serve
