// The outside as commands see it: streams, what is known of the terminal, environment variables, the clock. Made in the
// composition root; tests put texts in its place.
#pragma once

#include "base/clock.hpp"
#include "base/error.hpp"
#include "manifest/decode.hpp"
#include "net/client.hpp"
#include "report/formats.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <initializer_list>
#include <iosfwd>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace mooring::cli {

struct Console {
    std::istream& in;
    std::ostream& out;
    std::ostream& err;
    const Variables& variables;
    const Clock& clock;
    bool in_is_terminal = false;
    bool out_is_terminal = false;
    bool err_is_terminal = false;
    std::optional<std::size_t> out_width; // columns; nullopt when standard output is no terminal
    std::optional<std::size_t> err_width;
};

// Says on standard error what is wrong with the command line and where help is; returns exit_usage.
int usage_error(Console& console, std::string_view command, std::string_view message);

// Says "mooring COMMAND: message" on standard error; returns `code`.
int failure(Console& console, std::string_view command, std::string_view message, int code);

// Whether the terminal can move its cursor: TERM is not `dumb`.
bool is_smart(const Console& console);

// Whether standard output is a terminal that is known to show links (OSC 8), and not in CI. FORCE_HYPERLINK=0 or 1
// decides it otherwise.
bool wants_links(const Console& console);

// Whether output is coloured: `always`, `never`, or `auto` (a terminal, NO_COLOR not set, TERM not `dumb`).
bool wants_colour(const Console& console, std::string_view when, bool is_terminal);

// How text for people looks where it goes, and how problems are printed.

// On standard output and on standard error; `colour` is the setting: auto, always or never.
report::TextOptions look_of_output(const Console& console, std::string_view colour);
report::TextOptions look_of_errors(const Console& console, std::string_view colour);

// Lines of a text in columns, broken where a terminal is narrower and continued below their second column; nothing is
// cut. nullopt: as they are.
std::string fitted(std::string_view text, std::optional<std::size_t> width);

// Writes problems on standard error; nothing where there are none.
void print_problems(const Diagnostics& problems, std::string_view colour, Console& console);

// A line on the terminal while a run reads; nothing where standard error is not a terminal, or one that cannot
// take a line away again (TERM=dumb).
class Progress {
  public:
    explicit Progress(Console& console) : console_(console) {
        if (console.err_is_terminal && is_smart(console)) under_way_ = std::make_shared<net::UnderWay>();
    }
    Progress(const Progress&) = delete;
    Progress& operator=(const Progress&) = delete;
    ~Progress() { clear(); }

    // Where requests are to be noted, so that the slowest can be named; null where nobody would see it.
    const std::shared_ptr<net::UnderWay>& under_way() const { return under_way_; }

    // Says that reading has begun, before it is known how much there is.
    void start();
    // "reading 12 of 40 stacks", at most ten times a second.
    void update(std::size_t done, std::size_t total);
    // The same line, with the request that has waited longest behind it once that is a second or more. To be called now
    // and then; `now` as of the steady clock.
    void tick(std::chrono::steady_clock::time_point now);
    // Takes the line away, before anything else is written.
    void clear();

    // Reading is over, and what is written from here on stays: the line is taken away, and is there only while
    // something is waited for.
    void end_reading();
    // What is waited for from now on, in place of what was under `key`: "shop/production: update: sent". The tick shows
    // what has been waited for longest, with the seconds; it writes nothing while it is hushed.
    void wait_for(const std::string& key, std::string what);
    void waited(const std::string& key);
    void hush(bool quiet);

  private:
    struct Waiting {
        std::string what;
        std::chrono::steady_clock::time_point since;
    };
    void tick_waiting(std::chrono::steady_clock::time_point now);
    void write(const std::string& text);

    Console& console_;
    std::shared_ptr<net::UnderWay> under_way_;
    std::string text_; // without the slowest request
    bool shown_ = false;
    bool reading_ = true;
    bool quiet_ = false;
    std::map<std::string, Waiting> waiting_;
    std::chrono::steady_clock::time_point last_;
};

// What the program ends with (design §3.1); 2, 3 and 4 are the bits of a report.
inline constexpr int exit_ok = 0;
inline constexpr int exit_failure = 1;
inline constexpr int exit_different = 2;
inline constexpr int exit_went_wrong = 5;    // a write failed, did not converge, is unknown, or took something down
inline constexpr int exit_moved = 6;         // the plan no longer holds
inline constexpr int exit_not_confirmed = 7; // nobody said yes
inline constexpr int exit_usage = 64;
inline constexpr int exit_invalid = 65;
inline constexpr int exit_internal = 70;
inline constexpr int exit_hung_up = 129;     // by SIGHUP
inline constexpr int exit_interrupted = 130; // by SIGINT
inline constexpr int exit_terminated = 143;  // by SIGTERM

// Of two codes that both apply, the one that is returned: 64, 65, 7, 6, 70, 5, 77, 69, 1, 129, 130 or 143,
// then the bits.
constexpr int first_of(int one, int other) {
    constexpr std::array order{64, 65, 7, 6, 70, 5, 77, 69, 1, 129, 130, 143, 4, 3, 2, 0};
    return std::ranges::find(order, one) <= std::ranges::find(order, other) ? one : other;
}

// Values of options, checked in one way and with one wording.

// What is wrong when `value` is none of `allowed`: "unknown value `jsn` for --format; did you mean `json`?"; nullopt if
// nothing is.
std::optional<std::string> one_of(std::string_view flag, std::string_view value, std::span<const std::string> allowed);
std::optional<std::string> one_of(std::string_view flag, std::string_view value,
                                  std::initializer_list<std::string> allowed);

} // namespace mooring::cli
