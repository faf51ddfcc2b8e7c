// Listens to a run: wraps the Api of each server and the places where texts are compared, and keeps what came of it.
#pragma once

#include "drift/engine.hpp"
#include "portainer/api.hpp"
#include "snapshot/snapshot.hpp"

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mooring::snapshot {

// What was recorded, secrets included: in memory alone, until redact() has made a Snapshot of it.
struct Recording {
    Desired desired;
    Memory memory;
    std::vector<std::unique_ptr<ServerAnswers>> servers;
    std::map<std::string, Texts> texts;                     // by key_of
    std::map<std::string, std::vector<StackId>> records_of; // by key_of: the records it was compared with
};

// One run's recording. It outlives the run and the Apis it wraps.
class Recorder {
  public:
    Recorder(Desired desired, Memory memory);

    // The same Api, listened to.
    std::unique_ptr<portainer::Api> wrap(std::unique_ptr<portainer::Api> real, std::string_view name,
                                         std::string_view url);
    drift::RunHooks hooks();
    Recording take() { return std::move(recording_); }

  private:
    Recording recording_;
};

} // namespace mooring::snapshot
