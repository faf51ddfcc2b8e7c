// The loop of one server, and what it stands on: the desired state (an unreadable source is not an empty source,
// design §2, rule 4), what is watched on disk, when the next run begins.
#pragma once

#include "drift/engine.hpp"
#include "manifest/config.hpp"
#include "model/desired.hpp"
#include "serve/board.hpp"
#include "serve/correcting.hpp"
#include "serve/log.hpp"
#include "serve/metrics.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/thread_pool.hpp>
#include <chrono>
#include <cstddef>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

namespace mooring::serve {

// Whether a load is a desired state as a whole: everything was read, nothing has an error, something is declared.
bool is_whole(const Desired& loaded);

class Source {
  public:
    // Takes in what one look at the manifests found. Returns whether the desired state in use, or its standing, is
    // another than before.
    bool take_in(Desired loaded, UnixSeconds now);

    const SourceView& view() const { return view_; }
    // What to judge by; nullptr while nothing could be read at all.
    const std::shared_ptr<const Desired>& desired() const { return desired_; }

  private:
    std::shared_ptr<const Desired> desired_;
    SourceView view_;
    std::string failing_; // what the newest failing look said, to notice a change
};

// The part of `all` that is about one server, with the remarks that its run must carry: those of the manifests and,
// when what is in use is not what was last looked at, the reason.
Desired part_of(const Desired& all, const SourceView& source, const std::string& server);

// Notices that manifests or token files changed: inotify over folders, links and all.

// What is to be watched: everything below `folder` (or the one file), and single files. Configuration managers replace
// files and folders by renaming, ConfigMaps by changing what a link points to: so the folder of every link on the way
// is watched for that link's name.
struct Watched {
    std::filesystem::path folder;
    std::vector<std::filesystem::path> files;
    std::string ignored; // names that begin so say nothing: the ledger, should it lie among the manifests; "" none

    friend bool operator==(const Watched&, const Watched&) = default;
};

// Everything whose change starts a run: the manifests, and the files that hold tokens.
Watched watched_by(const config::Config& config, const Variables& variables);

// Which names matter in which folders; an empty set: all of them. Pure but for looking at links and folders.
std::map<std::filesystem::path, std::set<std::string>> folders_to_watch(const Watched& watched, std::size_t most);

class ManifestWatch {
  public:
    static constexpr std::size_t most_folders = 8192; // beyond these, changes are seen at the next interval

    explicit ManifestWatch(const boost::asio::any_io_executor& executor);
    ManifestWatch(const ManifestWatch&) = delete;
    ManifestWatch& operator=(const ManifestWatch&) = delete;
    ~ManifestWatch();

    // From now on this; what changed before is forgotten. False: the system gave no inotify (changes are then only seen
    // at the next interval).
    bool watch(const Watched& watched);

    // Ends after something changed and nothing more did for `quiet`, at the latest after ten times that. Call watch()
    // again before looking at the files: new folders, and links that point elsewhere, are then watched, too.
    boost::asio::awaitable<void> changed(std::chrono::milliseconds quiet);

  private:
    struct Core;
    std::unique_ptr<Core> core_;
};

// When the next run of a server begins, and whether its loop still makes progress. Pure: time and chance come in.
struct Pace {
    std::chrono::milliseconds interval{300000};
    std::chrono::milliseconds jitter{30000}; // up to this much is added by chance
};

// What came of a run, as far as the next one's time depends on it.
enum class Ending {
    judged,
    no_answer, // nothing was judged, and asking again may help: the server's outage, a lost connection
    refused, // nothing was judged, and only a person can change that: credentials refused, a token that cannot be read
};

// The wait after a run. After a failure the server is asked again sooner, 10 s, 20 s, 40 s ... up to the interval, so
// that a short outage does not blind a whole interval; refused credentials wait the whole interval, because a changed
// token file starts a run by itself. `failures` counts runs in a row without an answer; `random` is in [0, 1).
std::chrono::milliseconds next_wait(const Pace& pace, Ending ending, unsigned failures, double random);

// Where a loop is, for the watchdog.
struct Pulse {
    std::chrono::steady_clock::time_point due; // by when its present step should have ended
};

// Whether every loop makes progress: a step that is late by more than `grace` is stuck.
bool all_alive(std::span<const Pulse> pulses, std::chrono::steady_clock::time_point now,
               std::chrono::steady_clock::duration grace);

// The loop of one server: load -> observe -> judge -> record -> publish -> wait. Each server has its own, so that a
// slow one delays no other; a run is never started while the one before is under way.
using MakeApi = std::function<Result<std::unique_ptr<portainer::Api>>(boost::asio::any_io_executor, ServerConnection,
                                                                      portainer::Hooks)>;

using LoadManifests = std::function<Desired(const manifest::LoadOptions&)>;

// What all loops of an agent share. Used on the agent's one thread.
struct Shared {
    boost::asio::any_io_executor executor;
    // Reads manifests, tokens and certificates: a slow disk stops no loop but its own.
    boost::asio::thread_pool files{1};
    const Clock& clock;
    const Variables& variables;
    MakeApi make_api;
    LoadManifests load_manifests = manifest::load;
    MakeCorrector make_corrector; // empty: this binary only reads
    bool stopping = false;        // no further part is begun
    std::string version;
    std::function<double()> random; // in [0, 1)
    Log& log;
    Recorder& recorder;
    std::shared_ptr<const config::Config> config; // replaced as a whole
    Source source;
    Board board;
    Metrics metrics;
    std::function<void()> on_change;                                                       // the board is another one
    std::function<void(const std::string& server, const std::string& run_id)> on_verdicts; // a run has ended
};

// What is known of a server's stacks, and for how long it was looked at.
struct Known {
    std::map<StackKey, StackView> stacks; // the newest verdict of every one, also while nothing can be judged
    Watch watch;
};
// What the ledger knows, by server; also of servers that are watched no longer.
std::map<std::string, Known> known_of(const Recorder& recorder);

// How a run ended. A server that cannot be asked is not knocked at, like one that refuses. Pure.
Ending ending_of(const Report& report, const std::string& problem);

class ServerLoop {
  public:
    ServerLoop(Shared& shared, std::string server, Known known);
    ServerLoop(const ServerLoop&) = delete;
    ServerLoop& operator=(const ServerLoop&) = delete;

    // Ends when the configuration no longer has the server, which is recorded.
    boost::asio::awaitable<void> execute();

    // Run now; after the run that is under way, if there is one.
    void wake(Trigger trigger);
    Pulse pulse() const { return {due_}; }
    bool ended() const { return ended_; }
    const std::string& server() const { return server_; }
    // A part may be under way: ending now would leave its intent open.
    bool correcting() const { return correcting_; }

    // The run under way as far as it went; nullopt when none is. To be recorded as interrupted.
    std::optional<EndedRun> interrupted() const;

  private:
    const config::ServerEntry* entry() const;
    ServerView& view() { return *shared_.board.find(server_); }
    void begin();
    boost::asio::awaitable<void> run_once(const config::ServerEntry& entry);
    bool is_concerned(const Desired& part) const;
    boost::asio::awaitable<std::string> make_api(ServerConnection connection, Result<Secret> token);
    void make_run(Desired part, const ServerConnection& server);
    portainer::Hooks hooks();
    EndedRun ended_run();
    void publish(const EndedRun& run, Ending ending, const std::string& unrecorded);
    boost::asio::awaitable<void> correct(const config::ServerEntry& entry, const EndedRun& run,
                                         ServerConnection connection, bool recorded);
    CorrectingHooks correcting_hooks();
    void show(const EndedRun& run, Ending ending);
    void know(const ServerView& mine, const Report& report, bool whole);
    void cannot_begin();
    boost::asio::awaitable<void> nothing_declared(bool whole);
    boost::asio::awaitable<void> end_watch();
    boost::asio::awaitable<void> wait();
    std::chrono::milliseconds wait_after(Ending ending);

    Shared& shared_;
    std::string server_;
    Known known_;
    boost::asio::steady_timer timer_;
    std::optional<Trigger> wanted_ = Trigger::start;
    std::chrono::steady_clock::time_point due_;
    std::chrono::milliseconds pause_{0}; // between this run and the next
    std::unique_ptr<portainer::Api> api_;
    Memory memory_;
    std::string problem_;      // why the server cannot be asked in this run; "" if it can
    std::string logged_error_; // of the last run; "" if it judged
    bool whole_ = false;       // the manifests that the run judges by were read as a whole, and are not stale
    std::unique_ptr<drift::Run> run_;
    bool recorded_ = false; // what there is of run_ is in the ledger, or could not be put there
    std::unique_ptr<Corrector> corrector_;
    bool correcting_ = false;
    std::chrono::steady_clock::time_point began_;
    bool ended_ = false;
};

} // namespace mooring::serve
