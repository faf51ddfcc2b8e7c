// The ledger as the agent uses it: off the agent's thread, and so that watching goes on when recording fails.
#pragma once

#include "ledger/ledger.hpp"
#include "serve/board.hpp"

#include <atomic>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/thread_pool.hpp>
#include <memory>
#include <set>
#include <string>
#include <vector>

namespace mooring::serve {

// A run of one server that has ended or was interrupted.
struct EndedRun {
    Report report;
    std::optional<ServerMemory> memory; // of its server, after the run; nullopt: as it was before
    std::vector<Waiver> waivers;        // all that are declared
    std::string server;
    std::string trigger;
    std::optional<UnixSeconds> next_due;
};

// What is recorded when a server is watched no more: a run that asked nothing, so that what was last seen of its stacks
// does not seem to go on.
EndedRun end_of_watch(const std::string& server, const std::string& mooring_version, UnixSeconds now);

class Recorder {
  public:
    // Without a ledger (nullptr) only the memory is kept, in this process.
    explicit Recorder(std::unique_ptr<ledger::Ledger> ledger) : ledger_(std::move(ledger)), thread_(1) {}
    Recorder(const Recorder&) = delete;
    Recorder& operator=(const Recorder&) = delete;
    ~Recorder();

    const LedgerView& view() const { return view_; }
    // Of the memory's digests; empty: no file is skipped.
    const Secret& key() const;

    // Runs that are older are pruned, once a day; 0: none are.
    void keep(int days) { keep_days_ = days; }

    // What the ledger knew when this process began; before anything else is asked of it.
    std::vector<ledger::Current> known() const;
    ledger::Counts counts() const;
    std::vector<ledger::Notification> told() const;

    // The memory to judge a server's next run with: its own alone. When the ledger cannot be read, or does not have the
    // last run, what this process remembers.
    boost::asio::awaitable<Memory> memory_of(std::string server);
    // "" or why it could not be recorded; the memory is kept either way.
    boost::asio::awaitable<std::string> record(std::shared_ptr<const EndedRun> run);
    // The same at the very end, when nothing else runs any more.
    std::string record_last(const EndedRun& run);
    // After everything: the ledger becomes one whole file, and is closed. "" or what failed.
    std::string close();

    // Empty when the ledger does not know, or cannot be read.
    boost::asio::awaitable<std::vector<ledger::Run>> newest_runs(std::size_t most);
    boost::asio::awaitable<std::vector<ledger::Spell>> history(StackKey key, ledger::Period period);
    boost::asio::awaitable<bool> record_notifications(std::vector<ledger::Notification> sent);

  private:
    std::string append(const EndedRun& run, const ServerMemory& before);
    void note(const std::string& problem);

    std::unique_ptr<ledger::Ledger> ledger_; // used on thread_ alone, after construction
    // Of this process; used on the agent's thread: what the last run of each server left, and what the ledger held when
    // that run read it, as long as it is not recorded.
    Memory remembered_;
    Memory read_;
    std::set<std::string> unrecorded_; // servers whose last run could not be recorded
    LedgerView view_{.enabled = ledger_ != nullptr};
    std::atomic<int> keep_days_ = 0; // 0: everything is kept
    UnixSeconds pruned_at_ = 0;      // used on thread_ alone
    boost::asio::thread_pool thread_;
};

} // namespace mooring::serve
