#include "evidence/figures.hpp"

#include "evidence/document.hpp"

#include <array>
#include <fmt/format.h>

namespace mooring::evidence {
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
std::string steps(const Assessment& it, const char* name, Share share) {
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
std::string gap_shades(const Assessment& it) {
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

std::string_view class_of(Verdict verdict) {
    constexpr std::array<std::string_view, 7> names{"plain", "good", "drift", "denied", "blind", "accepted", "faint"};
    return names.at(static_cast<std::size_t>(tone_of(verdict)));
}

} // namespace

std::string share_figure(const Assessment& it) {
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
        std::string_view name = segment.verdict ? class_of(*segment.verdict) : "gap";
        if (segment.verdict && segment.accepted) name = "accepted";
        bars += fmt::format("<rect class=\"{}\" x=\"{}\" width=\"{}\" height=\"{}\"/>", name, number(from),
                            number(std::max(width, 0.5)), number(strip_height));
    }
    return fmt::format(
        "<svg class=\"strip\" aria-hidden=\"true\" viewBox=\"0 0 {} {}\" preserveAspectRatio=\"none\">{}</svg>",
        number(strip_width), number(strip_height), bars);
}

} // namespace mooring::evidence
