#include "cli/console.hpp"

#include "base/text.hpp"
#include "report/formats.hpp"
#include "report/layout.hpp"
#include "words/words.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <ostream>

namespace mooring::cli {
namespace {

// "" where it is not set.
std::string_view value_of(const Console& console, std::string_view name) {
    const Secret* value = console.variables.find(name);
    return value == nullptr ? std::string_view() : std::string_view(value->reveal());
}

} // namespace

int failure(Console& console, std::string_view command, std::string_view message, int code) {
    std::string text = "mooring";
    if (!command.empty()) text += " " + std::string(command);
    text += ": " + std::string(message);
    for (const std::string_view line : split(text, '\n'))
        console.err << join(report::wrap(line, console.err_width), "\n") << '\n';
    return code;
}

int usage_error(Console& console, std::string_view command, std::string_view message) {
    failure(console, command, message, exit_usage);
    console.err << "See `mooring " << command << (command.empty() ? "" : " ") << "--help`.\n";
    return exit_usage;
}

bool wants_colour(const Console& console, std::string_view when, bool is_terminal) {
    if (when == "always") return true;
    if (when == "never" || !is_terminal) return false;
    return value_of(console, "NO_COLOR").empty() && is_smart(console); // no-color.org: any value but the empty one
}

bool is_smart(const Console& console) { return value_of(console, "TERM") != "dumb"; }

bool wants_links(const Console& console) {
    const std::string_view forced = value_of(console, "FORCE_HYPERLINK");
    if (!console.out_is_terminal || !is_smart(console) || forced == "0") return false;
    if (!forced.empty()) return true;
    if (!value_of(console, "CI").empty()) return false;
    for (const std::string_view name : {"WT_SESSION", "KONSOLE_VERSION", "KITTY_WINDOW_ID", "DOMTERM"}) {
        if (!value_of(console, name).empty()) return true;
    }
    const std::string_view vte = value_of(console, "VTE_VERSION"); // GNOME Terminal and its relatives, since 0.50
    if (vte.size() == 4 && vte >= "5000") return true;
    constexpr std::array programs{"iTerm.app", "WezTerm", "vscode", "ghostty", "Hyper", "rio"};
    if (std::ranges::find(programs, value_of(console, "TERM_PROGRAM")) != programs.end()) return true;
    const std::string_view term = value_of(console, "TERM");
    return term.starts_with("xterm-kitty") || term.starts_with("foot") || term.starts_with("alacritty") ||
           term.starts_with("xterm-ghostty");
}

namespace {

constexpr std::size_t least_room = 20;

// Where a line that goes on continues: below what stands behind its word, or behind its own blanks.
std::size_t hanging(std::string_view line) {
    const std::size_t blanks = std::min(line.find_first_not_of(' '), line.size());
    if (blanks > 0) return blanks;
    const std::size_t second = line.find_first_not_of(' ', std::min(line.find("  "), line.size()));
    return second == std::string_view::npos ? 0 : second;
}

} // namespace

std::string fitted(std::string_view text, std::optional<std::size_t> width) {
    if (!width) return std::string(text);
    std::string out;
    for (std::string_view line : split(text, '\n')) {
        const std::size_t start = hanging(line);
        if (report::display_width(line) <= *width || start + least_room > *width) {
            out += fmt::format("{}\n", line);
            continue;
        }
        out += line.substr(0, start);
        line.remove_prefix(start);
        bool first = true;
        for (const std::string& part : report::wrap(line, *width - start)) {
            out += fmt::format("{}{}\n", first ? "" : std::string(start, ' '), trim(part));
            first = false;
        }
    }
    out.pop_back(); // behind the last piece there was no line end
    return out;
}

report::TextOptions look_of_output(const Console& console, std::string_view colour) {
    report::TextOptions options;
    options.colour = wants_colour(console, colour, console.out_is_terminal);
    options.links = colour != "never" && wants_links(console);
    options.width = console.out_width;
    return options;
}

report::TextOptions look_of_errors(const Console& console, std::string_view colour) {
    report::TextOptions options;
    options.colour = wants_colour(console, colour, console.err_is_terminal);
    options.width = console.err_width;
    return options;
}

void print_problems(const Diagnostics& problems, std::string_view colour, Console& console) {
    console.err << report::diagnostics_text(problems, look_of_errors(console, colour));
}

void Progress::start() {
    text_ = "reading the servers";
    write(text_);
}

void Progress::update(std::size_t done, std::size_t total) {
    const auto now = std::chrono::steady_clock::now();
    if (done < total && now - last_ < std::chrono::milliseconds(100)) return;
    last_ = now;
    text_ = fmt::format("reading {} of {}", done, words::counted(total, "stack"));
    write(text_);
}

void Progress::end_reading() {
    clear();
    reading_ = false;
}

void Progress::wait_for(const std::string& key, std::string what) {
    waiting_[key] = {.what = std::move(what), .since = std::chrono::steady_clock::now()};
}

void Progress::waited(const std::string& key) {
    clear();
    waiting_.erase(key);
}

void Progress::hush(bool quiet) {
    clear();
    quiet_ = quiet;
}

void Progress::tick_waiting(std::chrono::steady_clock::time_point now) {
    const auto longest = std::ranges::min_element(waiting_, {}, [](const auto& one) { return one.second.since; });
    if (longest == waiting_.end() || quiet_ || now - longest->second.since < std::chrono::seconds(1)) return;
    const auto waited = std::chrono::duration_cast<std::chrono::seconds>(now - longest->second.since).count();
    const std::size_t others = waiting_.size() - 1;
    write(fmt::format("{} s: {}{}", waited, longest->second.what, others == 0 ? "" : fmt::format("; {} more", others)));
}

void Progress::tick(std::chrono::steady_clock::time_point now) {
    if (!reading_) return tick_waiting(now);
    const auto slowest = under_way_ ? under_way_->slowest() : std::nullopt;
    if (!slowest || now - slowest->since < std::chrono::seconds(1)) return;
    const auto waited = std::chrono::duration_cast<std::chrono::seconds>(now - slowest->since).count();
    write(fmt::format("{}, waiting {} s for {}", text_, waited, slowest->what));
}

void Progress::write(const std::string& text) {
    if (!under_way_) return;
    // A line that is wrapped cannot be taken away again.
    const std::size_t room = console_.err_width.value_or(80);
    console_.err << "\r\x1b[2K" << report::shorten_middle(text, room - std::min<std::size_t>(room, 1)) << std::flush;
    shown_ = true;
}

void Progress::clear() {
    if (shown_) console_.err << "\r\x1b[2K" << std::flush;
    shown_ = false;
}

std::optional<std::string> one_of(std::string_view flag, std::string_view value, std::span<const std::string> allowed) {
    if (std::ranges::find(allowed, value) != allowed.end()) return std::nullopt;
    if (value.empty())
        return fmt::format("{} {}: one of {}", flag, flag.starts_with('-') ? "needs a value" : "is missing",
                           join(std::vector(allowed.begin(), allowed.end()), ", "));
    return fmt::format("unknown value `{}` for {}; {}", printable(value, 100), flag, suggest(value, allowed));
}

std::optional<std::string> one_of(std::string_view flag, std::string_view value,
                                  std::initializer_list<std::string> allowed) {
    return one_of(flag, value, std::span(allowed.begin(), allowed.size()));
}

} // namespace mooring::cli
