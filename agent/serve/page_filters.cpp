#include "serve/page.hpp"

#include "base/text.hpp"
#include "report/formats.hpp"
#include "serve/door.hpp"
#include "words/words.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <fmt/format.h>

namespace mooring::serve {
namespace {

constexpr std::array<const char*, 4> names{"verdict", "server", "environment", "name"};
constexpr std::size_t most_places = 40;

std::string value_of(const Query& query, const std::string& name) {
    const auto found = query.find(name);
    return found == query.end() ? "" : found->second;
}

Query without(Query query, const std::string& name) {
    query.erase(name);
    return query;
}

// The stacks by what `place` says of them.
std::vector<Filter> place_filters(const std::vector<const StackView*>& stacks, const Query& query,
                                  const std::string& what, std::string StackKey::* place) {
    std::map<std::string, std::size_t> counts;
    std::size_t all = 0;
    const Query others = without(query, what);
    for (const StackView* stack : stacks) {
        const bool counted = fits(*stack, others);
        counts[stack->key.*place] += counted ? 1 : 0;
        all += counted ? 1 : 0;
    }
    if (counts.size() < 2) return {};
    const std::string current = value_of(query, what);
    std::vector<Filter> out{{.label = "every " + what,
                             .count = all,
                             .href = link_with(query, what, ""),
                             .tone = "all",
                             .current = current.empty()}};
    for (const auto& [name, count] : counts) {
        if (out.size() > most_places && name != current) continue;
        out.push_back({.label = name,
                       .count = count,
                       .href = link_with(query, what, name),
                       .tone = "all",
                       .current = current == name});
    }
    return out;
}

// 0 for what is no number.
template <typename Number>
Number number_of(const Query& query, const std::string& name) {
    const std::string text = value_of(query, name);
    Number number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    return error == std::errc() && end == text.data() + text.size() ? number : 0;
}

} // namespace

bool fits(const StackView& stack, const Query& query) {
    const auto asks = [&](const char* name, std::string_view is) {
        const std::string wanted = value_of(query, name);
        return wanted.empty() || wanted == is;
    };
    const std::string verdict = value_of(query, "verdict");
    return (verdict.empty() || words::is_asked_for(verdict, stack.result.verdict)) &&
           asks("server", stack.key.server) && asks("environment", stack.key.environment) &&
           to_lower(stack.key.name).find(to_lower(value_of(query, "name"))) != std::string::npos;
}

std::string link_with(Query query, const std::string& name, const std::string& value) {
    query[name] = value;
    std::string out = "/";
    for (const char* known : names) {
        const std::string text = value_of(query, known);
        if (!text.empty()) out += fmt::format("{}{}={}", out.size() == 1 ? "?" : "&", known, percent_encoded(text));
    }
    return out;
}

std::size_t page_asked(const Query& query) { return std::max<std::size_t>(number_of<std::size_t>(query, "page"), 1); }

std::int64_t before_asked(const Query& query) {
    return std::max<std::int64_t>(number_of<std::int64_t>(query, "before"), 0);
}

std::string link_to_page(const Query& query, std::size_t page) {
    std::string out = link_with(query, "page", "");
    if (page > 1) out += fmt::format("{}page={}", out.size() == 1 ? "?" : "&", page);
    return out;
}

std::vector<std::pair<std::string, std::string>> beside_name(const Query& query) {
    std::vector<std::pair<std::string, std::string>> out;
    for (const char* known : names) {
        std::string value = value_of(query, known);
        if (!value.empty() && known != std::string_view("name")) out.emplace_back(known, std::move(value));
    }
    return out;
}

std::vector<Filter> verdict_filters(const std::vector<const StackView*>& stacks, const Query& query) {
    const std::string current = value_of(query, "verdict");
    const Query others = without(query, "verdict");
    std::map<Verdict, std::size_t> counts;
    std::size_t all = 0;
    for (const StackView* stack : stacks) {
        if (!fits(*stack, others)) continue;
        ++counts[stack->result.verdict];
        ++all;
    }
    std::vector<Filter> out{{.label = "all",
                             .count = all,
                             .href = link_with(query, "verdict", ""),
                             .tone = "all",
                             .current = current.empty()}};
    const auto shown_by = [&](const std::string& word) {
        std::size_t shown = 0;
        for (const auto& [verdict, count] : counts) shown += words::is_asked_for(word, verdict) ? count : 0;
        return shown;
    };
    const auto add = [&](Verdict verdict) {
        const std::string word(to_string(verdict));
        if (!counts.contains(verdict) && current != word) return;
        const std::size_t shown = shown_by(word);
        const auto own = counts.find(verdict);
        const bool shows_more = shown > (own == counts.end() ? 0 : own->second); // `missing` shows what is deleted, too
        out.push_back({.label = words::verdict_words(verdict) + (shows_more ? " or deleted" : ""),
                       .count = shown,
                       .href = link_with(query, "verdict", word),
                       .tone = std::string(tone_of(verdict)),
                       .current = current == word});
    };
    for (const Verdict verdict : report::listed_verdicts) add(verdict);
    add(Verdict::in_sync);
    return out;
}

std::vector<Filter> environment_filters(const std::vector<const StackView*>& stacks, const Query& query) {
    return place_filters(stacks, query, "environment", &StackKey::environment);
}

std::vector<Filter> server_filters(const std::vector<const StackView*>& stacks, const Query& query) {
    return place_filters(stacks, query, "server", &StackKey::server);
}

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
