// What Prometheus reads at /metrics. Counted here: runs, requests to servers, notifications; taken from the board at
// each scrape: verdicts, coverage, score.
//
// Cardinality: one series a declared or undeclared stack in mooring_stack_verdict (its present verdict alone) and at
// most one in mooring_stack_drift_since_seconds and in mooring_stack_drift_seen_seconds; a constant number a server
// elsewhere, times 15 calls and the statuses that occurred in mooring_api_requests_total. Above `most_stacks` the
// stacks' series are left out and mooring_stacks_without_series says how many.
#pragma once

#include "model/answer.hpp"
#include "portainer/api.hpp"
#include "serve/board.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mooring::serve {

class Metrics {
  public:
    static constexpr std::size_t most_stacks = 10'000;

    Metrics();
    Metrics(const Metrics&) = delete;
    Metrics& operator=(const Metrics&) = delete;
    ~Metrics();

    void count_call(const std::string& server, Call call, int status, double seconds);
    void count_run(const std::string& server, double seconds, std::string_view ending); // judged, unjudged, interrupted
    void count_notification(const std::string& channel, bool delivered);

    // The text format 0.0.4. `now` is what ages are measured against.
    std::string text(const Board& board, UnixSeconds now) const;

  private:
    struct Families;
    std::unique_ptr<Families> families_;
};

// Metrics in Prometheus' text format 0.0.4 (https://prometheus.io/docs/instrumenting/exposition_formats/), and what is
// counted from run to run. Only what Mooring uses: gauges, counters, histograms.
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

// What the system says of this process, for the metrics and the soak test.

// 0 where the system does not say.
struct ProcessFigures {
    double resident_bytes = 0;
    double cpu_seconds = 0;
    double open_descriptors = 0;
    double most_descriptors = 0;
    double threads = 0;
};
ProcessFigures process_figures();

// An Api that tells how each of its calls came out: what the metrics of a server's API are made of.

// "stacks", "stack_file", ...: the call's name as a label.
std::string_view to_word(Call call);

// Told after each call, its retries included; a call that was not sent has status 0.
using OnCall = std::function<void(Call call, int status, std::chrono::duration<double> took)>;

std::unique_ptr<portainer::Api> measure(std::unique_ptr<portainer::Api> api, OnCall on_call);

} // namespace mooring::serve
