#include "serve/exposition.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace mooring::serve {
namespace {

constexpr std::string_view to_word(MetricType type) {
    switch (type) {
    case MetricType::counter:
        return "counter";
    case MetricType::histogram:
        return "histogram";
    case MetricType::gauge:
        break;
    }
    return "gauge";
}

// In HELP a backslash and a line end, in a label's value a double quote as well.
std::string escaped(std::string_view text, bool in_quotes) {
    std::string out;
    for (const char c : text) {
        if (c == '\\')
            out += "\\\\";
        else if (c == '\n')
            out += "\\n";
        else if (c == '"' && in_quotes)
            out += "\\\"";
        else
            out += c;
    }
    return out;
}

// The shortest that is read as the same number.
std::string number(double value) {
    if (std::isnan(value)) return "NaN";
    if (std::isinf(value)) return value > 0 ? "+Inf" : "-Inf";
    return fmt::format("{}", value);
}

} // namespace

void Exposition::head(std::string_view name, std::string_view help, MetricType type) {
    if (name_ == name) return;
    name_ = name;
    text_ += fmt::format("# HELP {} {}\n# TYPE {} {}\n", name, escaped(help, false), name, to_word(type));
}

void Exposition::line(std::string_view name, std::string_view suffix, const Labels& labels, std::string_view bound,
                      double value) {
    std::string inside;
    const auto add_label = [&](std::string_view label, std::string_view text) {
        inside += fmt::format("{}{}=\"{}\"", inside.empty() ? "" : ",", label, escaped(text, true));
    };
    for (const auto& [label, text] : labels) add_label(label, text);
    if (!bound.empty()) add_label("le", bound);
    text_ += fmt::format("{}{}{} {}\n", name, suffix, inside.empty() ? "" : "{" + inside + "}", number(value));
}

void Exposition::add(std::string_view name, std::string_view help, const Labels& labels, double value,
                     MetricType type) {
    head(name, help, type);
    line(name, "", labels, "", value);
}

void Exposition::add(std::string_view name, std::string_view help, const Labels& labels,
                     const std::vector<double>& bounds, const HistogramValue& value) {
    head(name, help, MetricType::histogram);
    std::uint64_t below = 0;
    for (std::size_t i = 0; i < value.buckets.size(); ++i) {
        below += value.buckets[i];
        line(name, "_bucket", labels, i < bounds.size() ? number(bounds[i]) : "+Inf", static_cast<double>(below));
    }
    line(name, "_sum", labels, "", value.sum);
    line(name, "_count", labels, "", static_cast<double>(below));
}

void CounterFamily::increment(Labels labels) {
    std::ranges::sort(labels);
    ++values_[std::move(labels)];
}

void CounterFamily::write(Exposition& out) const {
    for (const auto& [labels, value] : values_)
        out.add(name_, help_, labels, static_cast<double>(value), MetricType::counter);
}

void HistogramFamily::observe(Labels labels, double value) {
    std::ranges::sort(labels);
    HistogramValue& one = values_[std::move(labels)];
    one.buckets.resize(bounds_.size() + 1);
    const auto bound = std::ranges::lower_bound(bounds_, value); // `le`: a bound belongs to its own bucket
    ++one.buckets[static_cast<std::size_t>(bound - bounds_.begin())];
    one.sum += value;
}

void HistogramFamily::write(Exposition& out) const {
    for (const auto& [labels, value] : values_) out.add(name_, help_, labels, bounds_, value);
}

} // namespace mooring::serve
