// The requests that wait for their answers, for whoever tells a person what a run waits for. One thread.
#pragma once

#include <chrono>
#include <list>
#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace mooring::net {

class UnderWay {
  public:
    using TimePoint = std::chrono::steady_clock::time_point;

    struct Call {
        std::string what; // "GET /api/stacks/7/file"
        TimePoint since;
    };

    // One request, from its making to its end.
    class Entry {
      public:
        // `calls` may be null: then nothing is noted.
        Entry(std::shared_ptr<UnderWay> calls, std::string what, TimePoint now) : calls_(std::move(calls)) {
            if (calls_) place_ = calls_->calls_.insert(calls_->calls_.end(), {std::move(what), now});
        }
        Entry(const Entry&) = delete;
        Entry& operator=(const Entry&) = delete;
        ~Entry() {
            if (calls_) calls_->calls_.erase(place_);
        }

      private:
        std::shared_ptr<UnderWay> calls_;
        std::list<Call>::iterator place_;
    };

    // The one that has waited longest; nullopt when none waits.
    std::optional<Call> slowest() const { return calls_.empty() ? std::nullopt : std::optional(calls_.front()); }

  private:
    std::list<Call> calls_; // in the order in which they began
};

} // namespace mooring::net
