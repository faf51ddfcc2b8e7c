#include "model/memory.hpp"

#include <algorithm>
#include <cstddef>

namespace mooring {
namespace {

bool is_outage(const StackResult& stack) {
    return stack.rule == "server-unreachable" || stack.cause == Cause::credentials;
}

bool is_seen(Verdict verdict) {
    switch (verdict) {
    case Verdict::in_sync:
    case Verdict::drifted:
    case Verdict::missing:
    case Verdict::deleted:
    case Verdict::extra:
    case Verdict::suspended:
        return true;
    case Verdict::denied:
    case Verdict::not_visible:
    case Verdict::orphaned:
    case Verdict::unreachable:
    case Verdict::pending:
    case Verdict::error:
        break;
    }
    return false;
}

} // namespace

bool Word::differs() const { return sight == Sight::seen && !accepted && verdict != Verdict::in_sync; }

Word word_of(const StackResult& stack) {
    if (is_seen(stack.verdict)) {
        return {.sight = Sight::seen,
                .verdict = stack.verdict,
                .accepted = stack.waived || stack.verdict == Verdict::suspended,
                .cause = std::nullopt};
    }
    return {.sight = is_outage(stack) ? Sight::outage : Sight::blind,
            .verdict = stack.verdict,
            .accepted = false,
            .cause = stack.cause};
}

Bond bond(const Word& older, const Word& newer) {
    if (older == newer) return Bond::same;
    return older.sight > newer.sight ? Bond::silent : Bond::other;
}

UnixSeconds holds_until(UnixSeconds started_at, std::optional<UnixSeconds> next_due, std::chrono::seconds max_gap) {
    if (next_due && *next_due > started_at) return started_at + 2 * (*next_due - started_at);
    return started_at + max_gap.count();
}

UnixSeconds Watch::look(UnixSeconds at, UnixSeconds holds_until) {
    const UnixSeconds until_now = stop(at);
    to_ = std::max(holds_until, from_);
    return until_now;
}

// A clock that was set back gives no time twice.
UnixSeconds Watch::stop(UnixSeconds at) {
    before_ = seconds(at);
    from_ = std::max(at, from_);
    to_ = from_;
    return before_;
}

UnixSeconds Watch::seconds(UnixSeconds at) const {
    return before_ + std::max<UnixSeconds>(0, std::min(at, to_) - from_);
}

std::optional<Tally::Open>& Tally::open_of(Sight sight) {
    return sight == Sight::seen ? seen_ : sight == Sight::blind ? blind_ : outage_;
}

void Tally::add(UnixSeconds seconds) {
    if (!now_ || resting_) return;
    open_of(now_->sight)->count.seen += seconds;
    if (difference_ && now_->differs()) difference_->seen += seconds;
}

void Tally::take(const Word& word, UnixSeconds at, UnixSeconds watched) {
    rest(watched);
    resting_ = false;
    now_ = word;
    std::optional<Open>& mine = open_of(word.sight);
    if (!mine || mine->word != word) mine = Open{.word = word, .count = {.since = at, .seen = 0}};
    if (word.sight < Sight::outage) outage_.reset();
    if (word.sight == Sight::seen) {
        blind_.reset();
        if (!word.differs())
            difference_.reset();
        else if (!difference_)
            difference_ = Count{.since = at, .seen = 0};
    }
}

void Tally::rest(UnixSeconds watched) {
    add(watched - mark_);
    mark_ = watched;
    resting_ = true;
}

std::optional<Count> Tally::word(UnixSeconds watched) const {
    Tally then = *this;
    then.rest(watched);
    if (!now_) return std::nullopt;
    return then.open_of(now_->sight)->count;
}

std::optional<Count> Tally::difference(UnixSeconds watched) const {
    Tally then = *this;
    then.rest(watched);
    return then.difference_;
}

namespace {

constexpr int minutes_of_day = 1440;

struct WallClock {
    std::int64_t day; // since 1970-01-01, a Thursday
    int minute;
};

WallClock wall_clock(const TimeZone& zone, UnixSeconds at) {
    using namespace std::chrono;
    const seconds local(at + zone.offset_at(at));
    const auto day = floor<days>(local);
    return {.day = day.count(), .minute = static_cast<int>(floor<minutes>(local - day).count())};
}

bool begins_on(const Window& window, std::int64_t day) {
    const std::int64_t of_week = ((day + 3) % 7 + 7) % 7; // Monday is 0
    return window.days.empty() || window.days.contains(static_cast<WeekDay>(of_week));
}

bool is_open(const Window& window, const TimeZone& zone, UnixSeconds at) {
    const auto [day, minute] = wall_clock(zone, at);
    const bool over_midnight = window.until <= window.from;
    const int until = window.until + (over_midnight ? minutes_of_day : 0);
    const bool began_today = minute >= window.from && minute < until && begins_on(window, day);
    return began_today || (over_midnight && minute + minutes_of_day < until && begins_on(window, day - 1));
}

std::optional<UnixSeconds> next_opening(const Window& window, const TimeZone& zone, UnixSeconds now) {
    const std::int64_t today = wall_clock(zone, now).day;
    for (std::int64_t day = today; day <= today + 8; ++day) {
        const UnixSeconds local = day * 86'400 + std::int64_t{window.from} * 60;
        const UnixSeconds at = local - zone.offset_at(local - zone.offset_at(now));
        if (at > now && is_open(window, zone, at)) return at;
    }
    return std::nullopt;
}

} // namespace

std::optional<Hold> hold_of(const Policy& policy, const TimeZones& zones, UnixSeconds now) {
    for (const Freeze& freeze : policy.freezes) {
        if (now >= freeze.from && now < freeze.until) return Hold{"frozen: " + freeze.reason, freeze.until};
    }
    if (policy.windows.empty()) return std::nullopt;
    Hold hold{.why = "outside its windows", .until = std::nullopt};
    for (const Window& window : policy.windows) {
        const auto zone = zones.find(window.time_zone);
        if (zone == zones.end()) {
            hold.why = "the time zone " + window.time_zone + " is not known here";
            continue;
        }
        if (is_open(window, zone->second, now)) return std::nullopt;
        const auto next = next_opening(window, zone->second, now);
        if (next && (!hold.until || *next < *hold.until)) hold.until = next;
    }
    if (hold.until) hold.why = "outside its windows";
    return hold;
}

std::set<std::string> time_zones_of(std::span<const DesiredStack> stacks, std::span<const DesiredScope> scopes) {
    std::set<std::string> names;
    for (const DesiredScope& scope : scopes) {
        for (const Window& window : scope.windows) names.insert(window.time_zone);
    }
    for (const DesiredStack& stack : stacks) {
        for (const Window& window : stack.policy.windows) names.insert(window.time_zone);
    }
    return names;
}

namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_word(char c) { return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

std::size_t digits_at(std::string_view text, std::size_t at) {
    std::size_t count = 0;
    while (at + count < text.size() && is_digit(text[at + count])) ++count;
    return count;
}

// How long the count at `at` is that grows by itself: "7 times" after "(" of a restart, "12 tasks ended"; 0: none is.
std::size_t count_at(std::string_view text, std::size_t at) {
    const std::size_t digits = digits_at(text, at);
    if (digits == 0 || (at > 0 && is_word(text[at - 1]))) return 0;
    const std::string_view rest = text.substr(at + digits);
    const bool restarts = text.substr(0, at).ends_with("restarting (");
    for (const std::string_view unit : {" times)", " time)"}) {
        if (restarts && rest.starts_with(unit)) return digits + unit.size() - 1;
    }
    for (const std::string_view unit : {" tasks ended", " task ended"}) {
        if (rest.starts_with(unit)) return digits + unit.size();
    }
    return 0;
}

// ":53422" in "10.0.0.3:53422->10.0.0.9:9001", as Go writes a connection; 0: there is none.
std::size_t local_port_at(std::string_view text, std::size_t at) {
    if (text[at] != ':') return 0;
    const std::size_t digits = digits_at(text, at + 1);
    return digits > 0 && text.substr(at + 1 + digits).starts_with("->") ? digits + 1 : 0;
}

// A word that only a machine makes: a container's id (64 or 12 hexadecimal digits) or a task's (25 of 0-9 and a-z).
bool is_id(std::string_view word) {
    const bool has_digit = std::ranges::any_of(word, is_digit);
    const bool is_low = std::ranges::none_of(word, [](char c) { return c >= 'A' && c <= 'Z'; });
    const bool is_hex = std::ranges::all_of(word, [](char c) { return is_digit(c) || (c >= 'a' && c <= 'f'); });
    return has_digit && is_low && ((is_hex && (word.size() == 64 || word.size() == 12)) || word.size() == 25);
}

std::size_t id_at(std::string_view text, std::size_t at) {
    if (at > 0 && is_word(text[at - 1])) return 0;
    std::size_t size = 0;
    while (at + size < text.size() && is_word(text[at + size])) ++size;
    return is_id(text.substr(at, size)) && !text.substr(0, at).ends_with("sha256:") ? size : 0;
}

} // namespace

std::string lasting(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t skipped = std::max({count_at(text, at), local_port_at(text, at), id_at(text, at)});
        out += skipped == 0 ? text[at] : '#';
        at += std::max<std::size_t>(skipped, 1);
    }
    return out;
}

std::string lasting_side(const Change& change, std::string_view side) {
    const bool as_it_stands = change.plane != Plane::runtime || change.secret || change.path.ends_with(".image");
    return as_it_stands ? std::string(side) : lasting(side);
}

} // namespace mooring
