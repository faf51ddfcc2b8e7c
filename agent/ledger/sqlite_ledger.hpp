// The ledger in SQLite: which verb is done where. Private to this folder; open.cpp makes it.
#pragma once

#include "ledger/database.hpp"
#include "ledger/ledger.hpp"

#include <map>

namespace mooring::ledger {

class SqliteLedger final : public Ledger {
  public:
    SqliteLedger(std::unique_ptr<Database> database, Secret key);

    Result<Recorded> record_run(const NewRun& run) override; // record.cpp

    Result<Memory> memory() override;
    Result<ServerMemory> memory_of(const std::string& server) override;
    Result<void> replace_memory(const Memory& memory) override;
    const Secret& key() const override { return key_; }

    Result<std::vector<Run>> runs(Period period) override; // reading.cpp
    Result<std::vector<Run>> newest_runs(std::size_t most) override;
    Result<std::vector<Current>> current() override;
    Result<Counts> counts() override; // counts.cpp
    Result<std::vector<Spell>> spells(Period period) override;
    Result<std::vector<Spell>> history(const StackKey& stack, Period period) override;

    Result<std::vector<Notification>> notifications() override;
    Result<void> record_notifications(std::span<const Notification> sent) override;

    Result<std::int64_t> append(const LogEntry& entry) override; // log.cpp
    Result<std::vector<LogEntry>> log() override;
    Result<std::optional<Lease>> take_lease(const std::string& server, const Lease& wanted, UnixSeconds now) override;
    Result<void> end_lease(const std::string& server, const std::string& holder) override;

    Result<Verification> verify(Period period) override;                     // proof.cpp
    Result<std::size_t> prune(UnixSeconds before, UnixSeconds now) override; // prune.cpp
    Result<void> back_up(const std::filesystem::path& file) override;        // prune.cpp
    Result<void> settle() override;                                          // prune.cpp

  private:
    std::unique_ptr<Database> database_;
    Secret key_;
};

} // namespace mooring::ledger
