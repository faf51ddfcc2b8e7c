#include "serve/board.hpp"

#include "base/file.hpp"
#include "drift/judge.hpp"
#include "serve/agent.hpp"
#include "serve/server_loop.hpp"

#include <fmt/format.h>

namespace mooring::serve {
namespace {

namespace asio = boost::asio;

constexpr UnixSeconds one_day = 86400; // between two prunings

std::string sentence(const Error& error) {
    return error.detail.empty() ? error.message : error.message + " (" + error.detail + ")";
}

} // namespace

EndedRun end_of_watch(const std::string& server, const std::string& mooring_version, UnixSeconds now) {
    EndedRun out{.server = server, .trigger = std::string(ledger::watch_ended)};
    out.report.run_id = to_hex(sha256(fmt::format("{} {} {}", out.trigger, now, server))).substr(0, 16);
    out.report.started_at = out.report.finished_at = now;
    out.report.mooring_version = mooring_version;
    out.report.servers.push_back({.name = server});
    out.report.summary = drift::summarise({});
    return out;
}

Recorder::~Recorder() { thread_.join(); }

const Secret& Recorder::key() const {
    static const Secret none;
    return ledger_ ? ledger_->key() : none;
}

std::vector<ledger::Current> Recorder::known() const {
    if (!ledger_) return {};
    auto current = ledger_->current();
    return current ? std::move(*current) : std::vector<ledger::Current>();
}

ledger::Counts Recorder::counts() const {
    if (!ledger_) return {};
    auto counts = ledger_->counts();
    return counts ? std::move(*counts) : ledger::Counts();
}

std::vector<ledger::Notification> Recorder::told() const {
    if (!ledger_) return {};
    auto told = ledger_->notifications();
    return told ? std::move(*told) : std::vector<ledger::Notification>();
}

void Recorder::note(const std::string& problem) {
    view_.problem = problem;
    if (problem.empty())
        ++view_.recorded;
    else
        ++view_.errors;
}

asio::awaitable<Memory> Recorder::memory_of(std::string server) {
    Memory out;
    if (const auto own = remembered_.servers.find(server); own != remembered_.servers.end())
        out.servers[server] = own->second;
    if (!ledger_) co_return out;
    std::function<Result<ServerMemory>()> read = [this, server] { return ledger_->memory_of(server); };
    auto memory = co_await offload<Result<ServerMemory>>(thread_, std::move(read));
    if (!memory) {
        ++view_.errors;
        view_.problem = sentence(memory.error());
        co_return out;
    }
    // Another process may have recorded a run since ours: what the ledger says counts, unless it does not have ours.
    if (unrecorded_.contains(server)) co_return out;
    out.servers[server] = *memory;
    read_.servers[server] = *std::move(memory);
    co_return out;
}

// On the ledger's thread, or when nothing runs any more.
std::string Recorder::append(const EndedRun& run, const ServerMemory& before) {
    Memory read;
    Memory left;
    if (run.memory) {
        read.servers[run.server] = before;
        left.servers[run.server] = *run.memory;
    }
    const ledger::NewRun entry{.report = run.report,
                               .before = read,
                               .memory = left,
                               .waivers = run.waivers,
                               .trigger = run.trigger,
                               .next_due = run.next_due};
    const auto recorded = ledger_->record_run(entry);
    if (!recorded) return sentence(recorded.error());
    const UnixSeconds now = run.report.finished_at;
    if (keep_days_ == 0 || now - pruned_at_ < one_day) return {};
    pruned_at_ = now;
    const auto pruned = ledger_->prune(ledger::kept_from(now, keep_days_), now);
    return pruned ? std::string() : sentence(pruned.error());
}

asio::awaitable<std::string> Recorder::record(std::shared_ptr<const EndedRun> run) {
    if (run->memory) remembered_.servers[run->server] = *run->memory;
    if (!ledger_) co_return std::string();
    std::function<std::string()> work = [this, run, before = read_.servers[run->server]] {
        return append(*run, before);
    };
    std::string problem = co_await offload<std::string>(thread_, std::move(work));
    note(problem);
    if (problem.empty()) {
        unrecorded_.erase(run->server);
        read_.servers.erase(run->server);
    } else {
        unrecorded_.insert(run->server);
    }
    co_return problem;
}

std::string Recorder::record_last(const EndedRun& run) {
    thread_.join();
    return ledger_ ? append(run, read_.servers[run.server]) : std::string();
}

std::string Recorder::close() {
    thread_.join();
    if (!ledger_) return {};
    const Result<void> settled = ledger_->settle();
    ledger_.reset();
    return settled ? std::string() : sentence(settled.error());
}

asio::awaitable<std::vector<ledger::Run>> Recorder::newest_runs(std::size_t most, std::int64_t before) {
    using Runs = std::vector<ledger::Run>;
    if (!ledger_) co_return Runs();
    std::function<Runs()> read = [this, most, before] { return ledger_->newest_runs(most, before).value_or(Runs()); };
    co_return co_await offload<Runs>(thread_, std::move(read));
}

asio::awaitable<std::vector<ledger::Spell>> Recorder::history(StackKey key, ledger::Period period) {
    using Spells = std::vector<ledger::Spell>;
    if (!ledger_) co_return Spells();
    std::function<Spells()> read = [this, key = std::move(key), period] {
        return ledger_->history(key, period).value_or(Spells());
    };
    co_return co_await offload<Spells>(thread_, std::move(read));
}

asio::awaitable<bool> Recorder::record_notifications(std::vector<ledger::Notification> sent) {
    if (!ledger_) co_return true;
    std::function<bool()> write = [this, sent = std::move(sent)] {
        return ledger_->record_notifications(sent).has_value();
    };
    co_return co_await offload<bool>(thread_, std::move(write));
}

std::map<std::string, Known> known_of(const Recorder& recorder) {
    std::map<std::string, Known> out;
    const ledger::Counts counts = recorder.counts();
    for (const ledger::Current& current : recorder.known()) {
        const StackKey& key = current.spell.stack;
        Known& own = out[key.server];
        if (const auto watch = counts.servers.find(key.server); watch != counts.servers.end())
            own.watch = watch->second;
        const auto tally = counts.stacks.find(key);
        own.stacks.emplace(key, StackView{.key = key,
                                          .result = *current.spell.state,
                                          .tally = tally == counts.stacks.end() ? Tally() : tally->second,
                                          .watch = own.watch,
                                          .watched = current.in_last_run});
    }
    return out;
}

} // namespace mooring::serve
