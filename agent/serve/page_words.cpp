#include "serve/page_words.hpp"

#include "words/amounts.hpp"

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

std::string seen_words(const Count& count, UnixSeconds now) {
    std::string seen = words::age_words(count.seen);
    const bool all = now - count.since - count.seen < 60 || seen == words::age_words(now - count.since);
    return all ? std::string() : seen;
}

std::string unbroken(std::string text) {
    constexpr std::string_view blank = " %";
    constexpr std::string_view kept = "\xc2\xa0%"; // no-break space
    for (std::size_t at = text.find(blank); at != std::string::npos; at = text.find(blank, at + kept.size()))
        text.replace(at, blank.size(), kept);
    return text;
}

Moment moment_of(UnixSeconds at) { return {.machine = format_utc(at), .words = words::time_words(at)}; }

} // namespace mooring::serve
