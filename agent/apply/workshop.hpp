// What applying a plan works with: the servers that are written to, and what all of them share.
#pragma once

#include "apply/aftermath.hpp"
#include "base/clock.hpp"
#include "drift/engine.hpp"
#include "ledger/ledger.hpp"
#include "portainer_write/writer.hpp"

#include <chrono>
#include <functional>
#include <map>
#include <string>
#include <string_view>

namespace mooring::apply {

// Where writes go: one server's Writer, or a test's.
class Sender {
  public:
    Sender() = default;
    Sender(const Sender&) = delete;
    Sender& operator=(const Sender&) = delete;
    virtual ~Sender() = default;
    virtual portainer::Awaitable<portainer_write::WriteReply> create(portainer_write::Create create) = 0;
    virtual portainer::Awaitable<portainer_write::WriteReply> change(portainer_write::Change change,
                                                                     StackRecord record) = 0;
};

// Over HTTP. Errors as Writer::make.
Result<std::unique_ptr<Sender>> make_sender(const boost::asio::any_io_executor& executor,
                                            const ServerConnection& server, std::chrono::milliseconds deploy_timeout,
                                            const portainer::Hooks& hooks = {});

// How long is waited between reads; tests make it short.
struct Pace {
    std::chrono::milliseconds first_read{500}; // after a write, then twice as long each time
    std::chrono::milliseconds longest_read{10'000};
    std::chrono::milliseconds between_looks{15'000}; // between the two in which a stack must be in sync
    std::optional<std::chrono::milliseconds> deploy; // in place of the configured limits, for tests
    std::optional<std::chrono::milliseconds> settle;
};

// One server that is written to. Everything outlives the applying.
struct Server {
    drift::Target target;
    Sender* sender = nullptr;
    const drift::ServerFacts* facts = nullptr; // as the plan had them
    WriteSettings settings;
    std::map<EnvironmentId, Engine> engines; // those that the plan asked: a swarm's id
};

// What is told while a part is under way.
enum class Phase : std::uint8_t { sending, deploying, settling };
// What is waited for, for people: "its deployment is under way".
std::string_view words_of(Phase phase);

struct Workshop {
    ledger::Ledger& ledger; // open for writing
    const Clock& clock;
    const Memory& memory;   // as it was read for the run
    drift::RunOptions look; // how a stack is judged again: without --only
    BackupSettings backup;  // with the folder of all backups
    std::string by;         // "alice with mooring apply"
    std::string holder;     // of the lease (ledger/ledger.hpp)
    Pace pace;
    std::function<void(const reconcile::Step&, const reconcile::Part&, Phase)> on_phase; // may be empty
    std::function<void(const reconcile::Step&, const reconcile::Part&, const PartResult&)> on_part;
    // Asked before what ran before a write is put back where the manifest says `rollback: auto`; empty: it says enough.
    std::function<portainer::Awaitable<bool>(const reconcile::Step&)> may_roll_back;
    // Keyed digest of what is declared, noted with each intent (reconcile/pacing.hpp); empty: nothing is noted.
    std::function<std::string(const DesiredStack&)> declaration;
    // Asked before each part: why its step is not written at this moment (reconcile::not_now); "" if it may be.
    std::function<std::string(const reconcile::Step&)> not_now;
    std::span<const DesiredStack> declared; // all of them, in whose order the steps come after each other
    const bool* stopping = nullptr;         // set when somebody asked to end: no further part is begun

    bool asked_to_stop() const { return stopping != nullptr && *stopping; }
};

} // namespace mooring::apply
