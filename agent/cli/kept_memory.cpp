#include "cli/kept_memory.hpp"

#include "ledger/take_over.hpp"

#include <algorithm>
#include <iterator>
#include <system_error>
#include <utility>

namespace mooring::cli {
namespace {

// A run knows of its own servers alone.
Result<Memory> memory_of_servers(ledger::Ledger& ledger, const config::Config& config) {
    Memory out;
    for (const config::ServerEntry& entry : config.servers) {
        Result<ServerMemory> own = ledger.memory_of(entry.server.name);
        if (!own) return std::unexpected(own.error());
        if (*own != ServerMemory{}) out.servers[entry.server.name] = *std::move(own);
    }
    return out;
}

Result<ledger::LoadedMemory> load_memory_of_servers(const config::Config& config) {
    auto loaded = ledger::load_memory(config.remember);
    if (!loaded) return loaded;
    std::erase_if(loaded->memory.servers, [&](const auto& known) {
        return std::ranges::none_of(config.servers,
                                    [&](const auto& entry) { return entry.server.name == known.first; });
    });
    return loaded;
}

} // namespace

Result<ledger::LoadedMemory> read_memory(const config::Config& config, UnixSeconds now) {
    std::error_code failed;
    const bool has_ledger = !config.ledger.empty() && (std::filesystem::exists(config.ledger, failed) || failed);
    if (!has_ledger) return config.remember.empty() ? ledger::LoadedMemory{} : load_memory_of_servers(config);
    auto opened = ledger::open_ledger(config.ledger, {.access = ledger::Access::read_only, .now = now});
    if (!opened) return std::unexpected(opened.error());
    Result<Memory> memory = memory_of_servers(*opened->ledger, config);
    if (!memory) return std::unexpected(memory.error());
    return ledger::LoadedMemory{
        .memory = *std::move(memory), .key = opened->ledger->key(), .diagnostics = std::move(opened->diagnostics)};
}

Result<KeptMemory> KeptMemory::open(const config::Config& config, UnixSeconds now) {
    KeptMemory kept;
    if (!config.ledger.empty()) {
        if (Result<void> opened = kept.open_ledger(config, now); !opened) return std::unexpected(opened.error());
    } else if (!config.remember.empty()) {
        auto loaded = load_memory_of_servers(config);
        if (!loaded) return std::unexpected(loaded.error());
        kept.loaded_ = std::move(*loaded);
        kept.file_ = config.remember;
    }
    return kept;
}

Result<void> KeptMemory::open_ledger(const config::Config& config, UnixSeconds now) {
    auto opened = ledger::open_ledger(config.ledger, {.access = ledger::Access::write, .now = now});
    if (!opened) return std::unexpected(opened.error());
    ledger_ = std::move(opened->ledger);
    keep_days_ = config.keep_days;
    loaded_.diagnostics = std::move(opened->diagnostics);
    if (!config.remember.empty()) {
        auto taken = ledger::take_over_memory(*ledger_, opened->created, config.remember);
        if (!taken) return std::unexpected(taken.error());
        std::ranges::move(*taken, std::back_inserter(loaded_.diagnostics));
    }
    Result<Memory> memory = memory_of_servers(*ledger_, config);
    if (!memory) return std::unexpected(memory.error());
    loaded_.memory = std::move(*memory);
    loaded_.key = ledger_->key();
    return {};
}

Result<void> KeptMemory::keep(const Report& report, const Memory& memory, std::span<const Waiver> waivers) {
    if (!ledger_) return file_.empty() ? Result<void>{} : ledger::update_memory(file_, before_, memory);
    const auto recorded = ledger_->record_run({.report = report,
                                               .before = before_,
                                               .memory = memory,
                                               .waivers = waivers,
                                               .trigger = "check",
                                               .next_due = std::nullopt});
    if (!recorded) return std::unexpected(recorded.error());
    if (!keep_days_) return {};
    const auto pruned = ledger_->prune(ledger::kept_from(report.started_at, *keep_days_), report.started_at);
    if (!pruned) return std::unexpected(pruned.error());
    return {};
}

} // namespace mooring::cli
