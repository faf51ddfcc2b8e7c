#include "yaml/parts.hpp"

#include <fmt/format.h>

#include <array>
#include <chrono>

namespace mooring::yaml {
namespace {

bool is_decimal(char c) { return c >= '0' && c <= '9'; }

// Eats what it is asked for from the front of a text; once something was not there, `ok` stays false.
class TimeReader {
  public:
    explicit TimeReader(std::string_view text) : rest_(text) {}

    bool ok() const { return ok_; }
    bool done() const { return ok_ && rest_.empty(); }
    char peek() const { return rest_.empty() ? '\0' : rest_[0]; }

    void expect(char c) {
        ok_ = ok_ && peek() == c;
        if (ok_) rest_.remove_prefix(1);
    }
    void skip_blanks() {
        while (peek() == ' ') rest_.remove_prefix(1);
    }
    // One number of `least` to `most` digits, not above `limit`.
    int number(std::size_t least, std::size_t most, int limit) {
        int value = 0;
        std::size_t digits = 0;
        for (; digits < most && is_decimal(peek()); ++digits, rest_.remove_prefix(1))
            value = value * 10 + (peek() - '0');
        ok_ = ok_ && digits >= least && value <= limit;
        return value;
    }
    // ".25" as nanoseconds; 0 if there is none. Digits beyond the ninth are dropped.
    int nanoseconds() {
        if ((peek() != '.' && peek() != ',') || rest_.size() < 2 || !is_decimal(rest_[1])) return 0;
        rest_.remove_prefix(1);
        int value = 0;
        for (int scale = 100'000'000; is_decimal(peek()); scale /= 10, rest_.remove_prefix(1)) {
            value += (peek() - '0') * scale;
        }
        return value;
    }

  private:
    std::string_view rest_;
    bool ok_ = true;
};

struct TimeOfDay {
    int hour = 0;
    int minute = 0;
    int second = 0;
    int nanosecond = 0;
    std::string zone = "+0000 UTC";
};

void read_clock(TimeReader& in, TimeOfDay& time) {
    time.hour = in.number(1, 2, 23);
    in.expect(':');
    time.minute = in.number(1, 2, 59);
    in.expect(':');
    time.second = in.number(1, 2, 59);
    time.nanosecond = in.nanoseconds();
}

void read_zone(TimeReader& in, TimeOfDay& time) {
    if (in.peek() == 'Z') return in.expect('Z');
    const char sign = in.peek();
    if (sign != '+' && sign != '-') return in.expect('Z');
    in.expect(sign);
    const int hours = in.number(2, 2, 24);
    in.expect(':');
    const int minutes = in.number(2, 2, 60);
    if (hours == 0 && minutes == 0) return;
    const int total = hours * 60 + minutes;
    const std::string offset = fmt::format("{}{:02}{:02}", sign, total / 60, total % 60);
    time.zone = offset + " " + offset;
}

} // namespace

std::optional<std::string> timestamp_text(std::string_view text) {
    if (text.size() < 8 || text[4] != '-') return std::nullopt;
    TimeReader in(text);
    const int year = in.number(4, 4, 9999);
    in.expect('-');
    const int month = in.number(1, 2, 12);
    in.expect('-');
    const int day = in.number(1, 2, 31);
    TimeOfDay time;
    if (in.ok() && (in.peek() == 'T' || in.peek() == 't')) {
        in.expect(in.peek());
        read_clock(in, time);
        read_zone(in, time);
    } else if (in.ok() && in.peek() == ' ') {
        in.skip_blanks();
        read_clock(in, time);
    }
    const std::chrono::year_month_day date{std::chrono::year(year), std::chrono::month(static_cast<unsigned>(month)),
                                           std::chrono::day(static_cast<unsigned>(day))};
    if (!in.done() || !date.ok()) return std::nullopt;
    std::string fraction = time.nanosecond == 0 ? "" : fmt::format(".{:09}", time.nanosecond);
    while (fraction.ends_with('0')) fraction.pop_back();
    return fmt::format("{:04}-{:02}-{:02} {:02}:{:02}:{:02}{} {}", year, month, day, time.hour, time.minute,
                       time.second, fraction, time.zone);
}

} // namespace mooring::yaml
