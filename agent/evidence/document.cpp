#include "evidence/document.hpp"

#include "base/text.hpp"
#include "words/words.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <numeric>
#include <utility>

namespace mooring::evidence {

Tone tone_of(Verdict verdict) {
    if (verdict == Verdict::denied) return Tone::denied; // a tone of its own (design §2, rule 2)
    switch (words::standing_of(verdict)) {
    case words::Standing::good:
        return Tone::good;
    case words::Standing::accepted:
        return Tone::accepted;
    case words::Standing::drift:
        return Tone::drift;
    case words::Standing::blind:
        return Tone::blind;
    }
    return Tone::plain;
}

std::string_view class_of(Tone tone) {
    constexpr std::array<std::string_view, 7> names{"", "good", "drift", "denied", "blind", "accepted", "faint"};
    return names.at(static_cast<std::size_t>(tone));
}

const std::vector<std::string>& section_ids() {
    static const std::vector<std::string> ids{"scope",   "coverage", "score",   "findings", "gaps",
                                              "stacks",  "changes",  "unread",  "waivers",  "corrections",
                                              "blocked", "chain",    "controls"};
    return ids;
}

namespace {

std::size_t count_of(const PeriodAssessment& it, Finding::Level level) {
    return static_cast<std::size_t>(std::ranges::count(it.findings, level, &Finding::level));
}

// How much was seen stands before how good it is.
std::vector<KeyFigure> key_figures(const PeriodAssessment& it) {
    const auto whole = static_cast<double>(it.scope.period.to - it.scope.period.from);
    const std::size_t failures = count_of(it, Finding::Level::failure);
    const std::size_t warnings = count_of(it, Finding::Level::warning);
    return {{.name = "Observed", .value = words::percent(static_cast<double>(it.observation.observed) / whole)},
            {.name = "Coverage", .value = words::percent(it.means.coverage)},
            {.name = "Score", .value = words::percent(it.means.score)},
            {.name = "Score with waivers", .value = words::percent(it.means.score_with_waivers)},
            {.name = "Failures", .value = std::to_string(failures), .tone = failures > 0 ? Tone::drift : Tone::plain},
            {.name = "Warnings", .value = std::to_string(warnings), .tone = warnings > 0 ? Tone::blind : Tone::plain}};
}

std::string byline_of(const Heading& heading) {
    std::vector<std::string> parts;
    if (!heading.organisation.empty()) parts.push_back(printable(heading.organisation));
    if (!heading.author.empty()) parts.push_back("prepared by " + printable(heading.author));
    return join(parts, ", ");
}

} // namespace

Document compose_document(const PeriodAssessment& it) {
    Document out;
    out.title = it.heading.title.empty() ? "Compliance report" : printable(it.heading.title);
    out.subtitle = fmt::format("{}, {} to {} (UTC, end exclusive)",
                               it.heading.title.empty() ? "Portainer stacks" : "Compliance report of Portainer stacks",
                               format_utc(it.scope.period.from), format_utc(it.scope.period.to));
    if (it.scope.ends != 0) out.subtitle += ", until now: the period ends on " + format_utc(it.scope.ends);
    out.byline = byline_of(it.heading);
    out.figures = key_figures(it);
    out.sections = {scope_section(it),   coverage_section(it),    score_section(it),   findings_section(it),
                    gaps_section(it),    stacks_section(it),      changes_section(it), unread_section(it),
                    waivers_section(it), corrections_section(it), blocked_section(it), chain_section(it)};
    if (!it.controls.controls.empty()) out.sections.push_back(controls_section(it));
    out.footer = it.last_hash.empty() ? "No run in this period."
                                      : "Hash of the ledger's last run of the period: " + it.last_hash;
    return out;
}

namespace {

constexpr double chart_width = 640;
constexpr double chart_height = 150;
constexpr double left = 36; // of the plot, inside the figure
constexpr double top = 8;
constexpr double bottom = 24;
constexpr double strip_width = 240;
constexpr double strip_height = 10;

// Where a time lies between 0 and `width`. One digit behind the point is less than a pixel on paper.
double x_of(UnixSeconds at, ledger::Period period, double width) {
    return width * static_cast<double>(at - period.from) / static_cast<double>(period.to - period.from);
}

std::string number(double value) { return fmt::format("{:.1f}", value); }

double plot_x(UnixSeconds at, ledger::Period period) { return left + x_of(at, period, chart_width - left); }
double plot_y(double share) { return top + (1 - share) * (chart_height - top - bottom); }

// One share as steps: a run's value holds up to the end of its window. Steps of the same height are one line.
template <typename Share>
std::string steps(const PeriodAssessment& it, const char* name, Share share) {
    std::string path;
    std::optional<double> height;
    UnixSeconds until = 0;
    const auto x = [&](UnixSeconds at) { return number(plot_x(at, it.scope.period)); };
    for (const Point& point : it.points) {
        const std::optional<double> value = share(point);
        const bool goes_on = height && point.at == until;
        if (height && (!goes_on || value != height)) path += "H" + x(until);
        if (value && !goes_on)
            path += "M" + x(point.at) + " " + number(plot_y(*value));
        else if (value && value != height)
            path += "V" + number(plot_y(*value));
        height = value;
        until = point.until;
    }
    if (height) path += "H" + x(until);
    return path.empty() ? "" : fmt::format("<path class=\"{}\" d=\"{}\"/>", name, path);
}

std::string grid() {
    std::string out;
    for (const int percent : {0, 50, 100}) {
        const std::string y = number(plot_y(percent / 100.0));
        out += fmt::format(
            "<path class=\"grid\" d=\"M{} {}H{}\"/><text x=\"{}\" y=\"{}\" text-anchor=\"end\">{} %</text>",
            number(left), y, number(chart_width), number(left - 4), number(plot_y(percent / 100.0) + 3), percent);
    }
    return out;
}

// Where nobody looked at any server.
std::string gap_shades(const PeriodAssessment& it) {
    std::string out;
    UnixSeconds known_until = it.scope.period.from;
    const auto shade = [&](UnixSeconds until) {
        if (until <= known_until) return;
        const double from = plot_x(known_until, it.scope.period);
        out +=
            fmt::format("<rect class=\"gap\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\"/>", number(from), number(top),
                        number(plot_x(until, it.scope.period) - from), number(chart_height - top - bottom));
    };
    for (const Point& point : it.points) {
        shade(point.at);
        known_until = point.until;
    }
    shade(it.scope.period.to);
    return out;
}

} // namespace

std::string share_figure(const PeriodAssessment& it) {
    const std::string ends =
        fmt::format("<text x=\"{}\" y=\"{}\">{}</text><text x=\"{}\" y=\"{}\" text-anchor=\"end\">{}</text>",
                    number(left), number(chart_height - 8), format_utc_date(it.scope.period.from), number(chart_width),
                    number(chart_height - 8), format_utc_date(it.scope.period.to));
    return fmt::format(
               "<svg class=\"chart\" role=\"img\" viewBox=\"0 0 {} {}\"><title>Coverage and score from {} to {}; "
               "shaded: not observed</title>",
               number(chart_width), number(chart_height), format_utc(it.scope.period.from),
               format_utc(it.scope.period.to)) +
           gap_shades(it) + grid() + ends + steps(it, "coverage", [](const Point& point) { return point.coverage(); }) +
           steps(it, "waived", [](const Point& point) { return point.score_with_waivers(); }) +
           steps(it, "score", [](const Point& point) { return point.score(); }) + "</svg>";
}

std::string strip_figure(const StackReport& stack, ledger::Period period) {
    std::string bars;
    for (const Segment& segment : stack.segments) {
        const double from = x_of(segment.from, period, strip_width);
        const double width = x_of(segment.to, period, strip_width) - from;
        std::string_view name = segment.verdict ? class_of(tone_of(*segment.verdict)) : "gap";
        if (segment.verdict && segment.accepted) name = "accepted";
        bars += fmt::format("<rect class=\"{}\" x=\"{}\" width=\"{}\" height=\"{}\"/>", name, number(from),
                            number(std::max(width, 0.5)), number(strip_height));
    }
    return fmt::format(
        "<svg class=\"strip\" aria-hidden=\"true\" viewBox=\"0 0 {} {}\" preserveAspectRatio=\"none\">{}</svg>",
        number(strip_width), number(strip_height), bars);
}

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

std::string waiver_state(const WaiverReport& waiver, const PeriodAssessment& assessment) {
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
    return fmt::format("seen so for {} of {}{}; nobody could see it for the rest", words::duration_words(seen),
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
