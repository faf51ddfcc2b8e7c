// The loop of one server: load -> observe -> judge -> record -> publish -> wait. Each server has its own, so that a
// slow one delays no other; a run is never started while the one before is under way.
#pragma once

#include "drift/engine.hpp"
#include "manifest/config.hpp"
#include "serve/board.hpp"
#include "serve/correcting.hpp"
#include "serve/log.hpp"
#include "serve/metrics.hpp"
#include "serve/recorder.hpp"
#include "serve/schedule.hpp"
#include "serve/source.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/thread_pool.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace mooring::serve {

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
    std::string problem_; // why the server cannot be asked in this run; "" if it can
    bool whole_ = false;  // the manifests that the run judges by were read as a whole, and are not stale
    std::unique_ptr<drift::Run> run_;
    bool recorded_ = false; // what there is of run_ is in the ledger, or could not be put there
    std::unique_ptr<Corrector> corrector_;
    bool correcting_ = false;
    std::chrono::steady_clock::time_point began_;
    bool ended_ = false;
};

} // namespace mooring::serve
