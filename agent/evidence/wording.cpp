#include "evidence/wording.hpp"

#include "base/text.hpp"
#include "words/amounts.hpp"
#include "words/verdicts.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <numeric>
#include <utility>

namespace mooring::evidence {

std::string stack_name(const ledger::StackKey& key) {
    std::string name = printable(key.name) + "/" + printable(key.environment) + "@" + printable(key.server);
    return key.ordinal == 0 ? name : fmt::format("{} ({})", name, key.ordinal + 1);
}

std::string_view to_string(Episode::End end) {
    switch (end) {
    case Episode::End::open:
        return "open";
    case Episode::End::repaired:
        return "repaired";
    case Episode::End::accepted:
        return "accepted";
    case Episode::End::not_judged:
        return "not judged any more";
    }
    return "";
}

std::string_view to_string(Finding::Level level) {
    switch (level) {
    case Finding::Level::failure:
        return "failure";
    case Finding::Level::warning:
        return "warning";
    case Finding::Level::note:
        return "note";
    }
    return "";
}

std::string waiver_state(const WaiverReport& waiver, const Assessment& assessment) {
    const UnixSeconds now = assessment.last_run_at;
    if (!waiver.declared_last) return "withdrawn";
    if (waiver.waiver.until <= now) return "expired";
    if (waiver.waiver.from > now) return "not yet in force";
    if (waiver.last_used == 0) return "dead";
    if (waiver.waiver.until < assessment.scope.period.to + assessment.expiring_within.count()) return "expires soon";
    return "in force";
}

std::string seen_words(UnixSeconds from, UnixSeconds to, UnixSeconds seen, ledger::Period period) {
    const UnixSeconds whole = to - std::max(from, period.from);
    const char* of_period = from < period.from ? " of this period" : "";
    if (seen >= whole) return fmt::format("for {}{}", words::duration_words(whole), of_period);
    return fmt::format("seen so for {} of {}{}, for the rest nobody could see it", words::duration_words(seen),
                       words::duration_words(whole), of_period);
}

std::vector<std::string> share_words(const std::vector<UnixSeconds>& parts) {
    constexpr UnixSeconds whole = 1000; // tenths of a percent
    const UnixSeconds all = std::accumulate(parts.begin(), parts.end(), UnixSeconds{0});
    std::vector<UnixSeconds> tenths(parts.size(), 0);
    std::vector<std::size_t> by_remainder;
    for (std::size_t i = 0; all > 0 && i < parts.size(); ++i) {
        tenths[i] = parts[i] * whole / all;
        if (parts[i] > 0 && tenths[i] == 0) tenths[i] = 1;
        by_remainder.push_back(i);
    }
    std::ranges::stable_sort(by_remainder, std::ranges::greater(),
                             [&](std::size_t i) { return parts[i] * whole % all; });
    UnixSeconds left = all == 0 ? 0 : whole - std::accumulate(tenths.begin(), tenths.end(), UnixSeconds{0});
    for (std::size_t next = 0; left > 0; next = (next + 1) % by_remainder.size()) {
        const std::size_t i = by_remainder[next];
        const bool lifted = parts[i] * whole < all; // it has its tenth
        if (parts[i] == 0 || lifted || tenths[i] + 1 == whole) continue;
        ++tenths[i];
        --left;
    }
    for (; left < 0; ++left) --*std::ranges::max_element(tenths);
    std::vector<std::string> out;
    out.reserve(tenths.size());
    for (const UnixSeconds one : tenths) out.push_back(fmt::format("{}.{} %", one / 10, one % 10));
    return out;
}

std::string what_words(const Finding& finding) {
    constexpr std::array<std::pair<std::string_view, std::string_view>, 15> words{{
        {"chain-broken", "chain broken"},
        {"chain-begins-anew", "ledger began anew"},
        {"pruned", "runs pruned"},
        {"gap", "not observed"},
        {"not-watched", "not watched"},
        {"partial-runs", "interrupted runs"},
        {"server-not-judged", "server not judged"},
        {"identity-changed", "another identity"},
        {"database-changed", "another database"},
        {"reopened", "opened again"},
        {"waiver-dead", "waiver accepts nothing"},
        {"waiver-expiring", "waiver expires soon"},
        {"no-run", "no run"},
        {"clock-went-back", "clock went back"},
        {"more-remarks", "further remarks"},
    }};
    const auto known = std::ranges::find(words, finding.code, &std::pair<std::string_view, std::string_view>::first);
    if (known != words.end()) return std::string(known->second);
    for (const std::string_view prefix : {"open-", "unread-"}) {
        if (!finding.code.starts_with(prefix)) continue;
        if (const auto verdict = parse_verdict(finding.code.substr(prefix.size())))
            return words::verdict_words(*verdict);
    }
    std::string out = finding.code;
    std::ranges::replace(out, '-', ' ');
    std::ranges::replace(out, '_', ' ');
    return out;
}

} // namespace mooring::evidence
