// What Prometheus reads at /metrics. Counted here: runs, requests to servers, notifications; taken from the board at
// each scrape: verdicts, coverage, score.
//
// Cardinality: one series a declared or undeclared stack in mooring_stack_verdict (its present verdict alone) and at
// most one in mooring_stack_drift_since_seconds and in mooring_stack_drift_seen_seconds; a constant number a server
// elsewhere, times 15 calls and the statuses that occurred in mooring_api_requests_total. Above `most_stacks` the
// stacks' series are left out and mooring_stacks_without_series says how many.
#pragma once

#include "model/answer.hpp"
#include "serve/board.hpp"

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

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

} // namespace mooring::serve
