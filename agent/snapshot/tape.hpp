// A run that is listened to, and the same run given back: around Portainer and where texts are compared.
#pragma once

#include "base/clock.hpp"
#include "drift/engine.hpp"
#include "portainer/api.hpp"
#include "snapshot/snapshot.hpp"

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mooring::snapshot {

// Listens to a run: wraps the Api of each server and the places where texts are compared, and keeps what came
// of it.

// What was recorded, secrets included: in memory alone, until redact() has made a Snapshot of it.
struct Recording {
    Desired desired;
    Memory memory;
    std::vector<std::unique_ptr<ServerAnswers>> servers;
    std::map<std::string, Texts> texts;                     // by key_of
    std::map<std::string, std::vector<StackId>> records_of; // by key_of: the records it was compared with
};

// One run's recording. It outlives the run and the Apis it wraps.
class Tape {
  public:
    Tape(Desired desired, Memory memory);

    // The same Api, listened to.
    std::unique_ptr<portainer::Api> wrap(std::unique_ptr<portainer::Api> real, std::string_view name,
                                         std::string_view url);
    drift::RunHooks hooks();
    Recording take() { return std::move(recording_); }

  private:
    Recording recording_;
};

// Takes every secret out of a recording, and keeps what the run found out about each: equal, different, absent.
// Pure.

// An env value is kept as it is only where a manifest that was compared with it declares it public. Every other one
// becomes a mark (mark_text): the same mark on both sides exactly where the run compared the two and they were equal;
// values that the run did not compare never share one, equal or not. What repeats a value of its own stack (images,
// deployment errors) bears the mark or `***`, as reports do. Webhooks, jobs, users of URLs, fingerprints and digests
// are gone.
Snapshot redact(Recording recording, const Report& report);

// Gives a snapshot's answers back to a run, in the place of servers and files.

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
