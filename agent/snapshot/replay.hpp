// Gives a snapshot's answers back to a run, in the place of servers and files.
#pragma once

#include "base/clock.hpp"
#include "drift/engine.hpp"
#include "portainer/api.hpp"
#include "snapshot/snapshot.hpp"

#include <memory>

namespace mooring::snapshot {

// The Api of one server. What the snapshot does not hold is `unavailable` and says so; a question that is asked more
// often than it was recorded gets the last answer again. `answers` outlives it.
std::unique_ptr<portainer::Api> replay_api(const ServerAnswers& answers);

// In the place of texts. `snapshot` outlives the run.
drift::RunHooks replay_hooks(const Snapshot& snapshot);

// The run's clock: the first look at it is when the run began, every later one when it ended.
class ReplayClock final : public Clock {
  public:
    explicit ReplayClock(const Snapshot& snapshot) : started_(snapshot.started_at), finished_(snapshot.finished_at) {}
    std::chrono::system_clock::time_point now() const override;

  private:
    UnixSeconds started_;
    UnixSeconds finished_;
    mutable bool looked_ = false;
};

} // namespace mooring::snapshot
