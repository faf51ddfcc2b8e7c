// A run that is listened to, and the same run given back: around Portainer and where texts are compared.
#pragma once

#include "base/clock.hpp"
#include "base/secret.hpp"
#include "drift/engine.hpp"
#include "portainer/api.hpp"
#include "snapshot/snapshot.hpp"

#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
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

// The marks that stand in for secrets, and where else their values are taken out of a recording. Private to this
// folder.

// Which secrets of a recording get which mark.

// Calls `visit` with every record of a server: of each list, and those read by id.
void each_record(ServerAnswers& server, const std::function<void(StackRecord&)>& visit);

// The marks of a recording's env values, found by their address. Everything stays where it is until apply().
class Marks {
  public:
    explicit Marks(Recording& recording);

    // The mark's text; nullptr for a value that stays as it is, because it is declared public.
    const std::string* find(const Secret& value) const;
    // Puts the marks in the place of the values.
    void apply();

  private:
    struct Group {
        bool declared = false; // a manifest holds this value
        std::size_t parent = 0;
        bool is_public = false;
        std::string text;
    };

    std::size_t root(std::size_t node) const;
    void add(Secret& value, bool is_public);
    void join(const Secret& one, const Secret& other);
    void compare(DesiredStack& stack, StackRecord& record);

    std::vector<Secret*> values_; // in the order of the recording, which numbers the marks
    mutable std::vector<Group> groups_;
    std::unordered_map<const Secret*, std::size_t> nodes_;
};

// Takes the values of a recording's secrets out of what servers said when they refused.

// Answers that were refused quote what the server likes. Every value of the recording that no sentence holds by chance
// becomes `***`. The same few sentences come again and again, so that each is looked at once.
class Messages {
  public:
    // Points into the values of `recording`, which must outlive it unchanged.
    explicit Messages(Recording& recording);

    void clean(std::string& text);
    // The messages and details of every answer but Docker's 404, which repeats our own question.
    void clean_replies(ServerAnswers& server);

  private:
    std::vector<std::string_view> values_; // longest first
    std::map<std::string, std::string> cleaned_;
};

} // namespace mooring::snapshot
