#include "serve/page_words.hpp"

#include <fmt/format.h>

namespace mooring::serve {

std::string_view tone_of(Verdict verdict) {
    switch (verdict) {
    case Verdict::in_sync:
        return "good";
    case Verdict::deleted:
        return "missing";
    case Verdict::not_visible:
    case Verdict::orphaned:
    case Verdict::unreachable:
        return "blind";
    case Verdict::error:
        return "broken";
    case Verdict::pending:
    case Verdict::suspended:
        return "quiet";
    default:
        return to_string(verdict); // drifted, missing, extra, denied: a colour of its own each
    }
}

std::string_view sign_of(Verdict verdict) {
    switch (verdict) {
    case Verdict::in_sync:
        return "✓";
    case Verdict::drifted:
        return "≠";
    case Verdict::missing:
        return "∅";
    case Verdict::deleted:
        return "⌫";
    case Verdict::extra:
        return "+";
    case Verdict::denied:
        return "⊘";
    case Verdict::not_visible:
        return "?";
    case Verdict::orphaned:
        return "↛";
    case Verdict::unreachable:
        return "×";
    case Verdict::pending:
        return "…";
    case Verdict::error:
        return "!";
    case Verdict::suspended:
        break;
    }
    return "‖";
}

std::string age_words(UnixSeconds seconds) {
    constexpr UnixSeconds two_hours = 7200;
    constexpr UnixSeconds two_days = 172800;
    if (seconds < 5) return "a moment";
    if (seconds < 120) return fmt::format("{} s", seconds);
    if (seconds < two_hours) return fmt::format("{} min", seconds / 60);
    if (seconds < two_days) return fmt::format("{} h", seconds / 3600);
    return fmt::format("{} days", seconds / 86400);
}

std::string seen_words(const Count& count, UnixSeconds now) {
    std::string seen = age_words(count.seen);
    const bool all = now - count.since - count.seen < 60 || seen == age_words(now - count.since);
    return all ? std::string() : seen;
}

std::string took_words(double seconds) {
    return seconds < 1 ? fmt::format("{:.0f} ms", seconds * 1000) : fmt::format("{:.1f} s", seconds);
}

Moment moment_of(UnixSeconds at) {
    Moment out{.machine = format_utc(at), .words = {}};
    out.words = out.machine;
    if (const auto t = out.words.find('T'); t != std::string::npos) out.words[t] = ' ';
    if (out.words.ends_with('Z')) out.words.replace(out.words.size() - 1, 1, " UTC");
    return out;
}

} // namespace mooring::serve
