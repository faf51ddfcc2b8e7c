// Metrics in Prometheus' text format 0.0.4 (https://prometheus.io/docs/instrumenting/exposition_formats/), and what is
// counted from run to run. Only what Mooring uses: gauges, counters, histograms.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mooring::serve {

using Labels = std::vector<std::pair<std::string, std::string>>; // names are ours, values anybody's

enum class MetricType { gauge, counter, histogram };

// Observations, by the upper bounds that they stay below.
struct HistogramValue {
    std::vector<std::uint64_t> buckets; // one for each bound, and one above all; not cumulative
    double sum = 0;
};

class Exposition {
  public:
    // Series of one name follow each other: HELP and TYPE stand before the first of them.
    void add(std::string_view name, std::string_view help, const Labels& labels, double value,
             MetricType type = MetricType::gauge);
    void add(std::string_view name, std::string_view help, const Labels& labels, const std::vector<double>& bounds,
             const HistogramValue& value);
    std::string take() { return std::move(text_); }

  private:
    void head(std::string_view name, std::string_view help, MetricType type);
    void line(std::string_view name, std::string_view suffix, const Labels& labels, std::string_view bound,
              double value);

    std::string text_;
    std::string name_; // of the series before
};

// A counter or histogram for each set of labels, which are written by name. Not thread-safe.
class CounterFamily {
  public:
    CounterFamily(std::string name, std::string help) : name_(std::move(name)), help_(std::move(help)) {}
    void increment(Labels labels);
    void write(Exposition& out) const;

  private:
    std::string name_;
    std::string help_;
    std::map<Labels, std::uint64_t> values_;
};

class HistogramFamily {
  public:
    // `bounds` ascend.
    HistogramFamily(std::string name, std::string help, std::vector<double> bounds)
        : name_(std::move(name)), help_(std::move(help)), bounds_(std::move(bounds)) {}
    void observe(Labels labels, double value);
    void write(Exposition& out) const;

  private:
    std::string name_;
    std::string help_;
    std::vector<double> bounds_;
    std::map<Labels, HistogramValue> values_;
};

} // namespace mooring::serve
