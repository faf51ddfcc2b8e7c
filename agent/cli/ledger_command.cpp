#include "cli/commands.hpp"

#include "base/text.hpp"
#include "cli/console.hpp"
#include "cli/load_run.hpp"
#include "ledger/database.hpp"

#include <CLI/CLI.hpp>
#include <filesystem>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <optional>
#include <ostream>

namespace mooring::cli {
namespace {

class LedgerCommand final : public Command {
  public:
    std::string_view name() const override { return "ledger"; }
    std::string_view summary() const override { return "Back up or prune the ledger, or import a --remember file"; }
    std::string_view examples() const override {
        return "  mooring ledger backup ledger-2026-11.db     # while an agent runs, too; the key is not in it\n"
               "  mooring ledger prune --before 2025-11-01    # old runs go, the chain stays provable\n"
               "  mooring ledger import memory.json           # take over the memory of --remember";
    }
    void declare(CLI::App& app) override {
        app.add_option("ACTION", action_, "backup, prune or import")->type_name("");
        app.add_option("FILE", file_, "The copy to be written, or the memory to be taken over")->type_name("");
        app.add_option("--before", before_, "Prune what started before this date or time (UTC)")->type_name("DATE");
        settings_.declare(app, server_settings({"--format", "--server", "--manifests"}));
    }

    int run(Console& console) override {
        if (const auto problem = one_of("ACTION", action_, {"backup", "prune", "import"}))
            return usage_error(console, name(), *problem);
        if (action_ == "prune")
            return before_.empty() ? usage_error(console, name(), "prune needs --before DATE") : prune(console);
        if (file_.empty()) return usage_error(console, name(), action_ + " needs FILE");
        return action_ == "backup" ? back_up(console) : import(console);
    }

  private:
    int back_up(Console& console) {
        auto ledger = open_ledger(settings_, ledger::Access::read_only, console);
        if (!ledger) return ledger_failure(console, name(), ledger.error());
        if (const auto done = (*ledger)->back_up(file_); !done) return ledger_failure(console, name(), done.error());
        console.out << "written: " << file_ << " (without the key, which lies beside the ledger)\n";
        return exit_ok;
    }

    int prune(Console& console) {
        const auto period = parse_period("", before_);
        if (!period) return usage_error(console, name(), "--before " + printable(before_, 60) + ": not a date or time");
        auto ledger = open_ledger(settings_, ledger::Access::write, console);
        if (!ledger) return ledger_failure(console, name(), ledger.error());
        const auto gone = (*ledger)->prune(period->to, console.clock.unix_seconds());
        if (!gone) return ledger_failure(console, name(), gone.error());
        console.out << fmt::format("{} runs pruned\n", *gone);
        return exit_ok;
    }

    int import(Console& console) {
        if (std::error_code ignored; !std::filesystem::exists(file_, ignored))
            return failure(console, name(), printable(file_) + ": there is no such file", exit_invalid);
        auto memory = ledger::load_memory(file_);
        if (!memory) return ledger_failure(console, name(), memory.error());
        auto ledger = open_ledger(settings_, ledger::Access::write, console);
        if (!ledger) return ledger_failure(console, name(), ledger.error());
        const auto before = (*ledger)->memory();
        if (!before) return ledger_failure(console, name(), before.error());
        const auto runs = (*ledger)->newest_runs(1);
        if (!runs) return ledger_failure(console, name(), runs.error());
        // Each run carries a digest of the memory that it left, so that nothing can be put under runs afterwards.
        if (!before->servers.empty() || !runs->empty())
            return failure(console, name(),
                           "the ledger already has newer memory or runs; nothing was imported. Import into a new one",
                           exit_failure);
        for (auto& [server, known] : memory->memory.servers) known.files.clear(); // digests of another key
        const auto done = (*ledger)->replace_memory(memory->memory);
        if (!done) return ledger_failure(console, name(), done.error());
        console.out << fmt::format("taken over: the memory of {} servers\n", memory->memory.servers.size());
        return exit_ok;
    }

    std::string action_;
    std::string file_;
    std::string before_;
    SettingFlags settings_;
};

} // namespace

std::unique_ptr<Command> make_ledger_command() { return std::make_unique<LedgerCommand>(); }

Result<std::unique_ptr<ledger::Ledger>> open_ledger(const SettingFlags& settings, ledger::Access access,
                                                    Console& console, std::string* format) {
    const config::Loaded loaded = config::load(settings.overrides(console), console.variables);
    if (const auto problem = flag_problem(loaded.diagnostics)) return fail(ErrorKind::usage, *problem);
    if (format != nullptr) *format = loaded.config.format;
    if (loaded.config.ledger.empty()) {
        return fail(ErrorKind::invalid_input,
                    "no ledger is named: give --ledger FILE, MOORING_LEDGER, or `ledger:` in the "
                    "configuration");
    }
    auto opened = ledger::open_ledger(loaded.config.ledger, {.access = access, .now = console.clock.unix_seconds()});
    if (!opened) return std::unexpected(opened.error());
    // Who only reads it does not need its key: an auditor has none.
    if (access == ledger::Access::write) print_problems(opened->diagnostics, loaded.config.color, console);
    return std::move(opened->ledger);
}

std::string sentences_of(const Error& error) {
    return error.detail.empty() ? error.message : error.message + ". " + error.detail;
}

int ledger_failure(Console& console, std::string_view command, const Error& error) {
    if (error.kind == ErrorKind::usage) return usage_error(console, command, error.message);
    const bool invalid = error.kind == ErrorKind::invalid_input || error.kind == ErrorKind::not_found;
    return failure(console, command, sentences_of(error), invalid ? exit_invalid : exit_failure);
}

namespace {

Result<UnixSeconds> parse_time(const char* flag, const std::string& word) {
    if (const auto at = parse_utc(word)) return *at;
    return fail(ErrorKind::usage, fmt::format("{} {}: neither a date like 2026-10-01 nor a time like "
                                              "2026-10-01T06:00:00Z",
                                              flag, printable(word, 60)));
}

} // namespace

Result<ledger::Period> parse_period(const std::string& from, const std::string& to) {
    ledger::Period period;
    if (!from.empty()) {
        const auto at = parse_time("--from", from);
        if (!at) return std::unexpected(at.error());
        period.from = *at;
    }
    if (!to.empty()) {
        const auto at = parse_time("--to", to);
        if (!at) return std::unexpected(at.error());
        period.to = *at;
    }
    if (period.from >= period.to) return fail(ErrorKind::usage, "--to must be later than --from");
    return period;
}

namespace {

constexpr std::size_t fewest_digits = 8; // of the beginning of a hash
constexpr std::size_t all_digits = 64;

std::optional<std::string> hash_problem(const std::string& has) {
    const bool hex = to_lower(has).find_first_not_of("0123456789abcdef") == std::string::npos;
    if (has.empty() || (hex && has.size() >= fewest_digits && has.size() <= all_digits)) return std::nullopt;
    return fmt::format("--has {}: not a hash; give all {} hexadecimal digits of one, or at least the first {}",
                       printable(has, 80), all_digits, fewest_digits);
}

class Verify final : public Command {
  public:
    std::string_view name() const override { return "verify"; }
    std::string_view summary() const override { return "Prove that the ledger was not edited"; }
    std::string_view examples() const override {
        return "  mooring verify --ledger /var/lib/mooring/ledger.db\n"
               "  mooring verify --from 2026-10-01 --to 2026-11-01\n"
               "  mooring verify --has \"$(jq -r .chain.head compliance.json)\"    # and the run with which that "
               "report ends\n"
               "  mooring verify --format json    # for machines: `mooring schema verification`\n\n"
               "Exit codes: 0 proven, 1 broken (the first broken run or entry is named), 65 no ledger.";
    }
    void declare(CLI::App& app) override {
        app.add_option("--from", from_, "Only runs from this date or time (UTC) on")->type_name("DATE");
        app.add_option("--to", to_, "Only runs before this date or time (UTC)")->type_name("DATE");
        app.add_option("--has", has_, "Also prove that the run of this hash (or of this beginning of one) is there")
            ->type_name("HASH");
        settings_.declare(app, server_settings({"--server", "--manifests"}));
    }

    int run(Console& console) override {
        const auto period = parse_period(from_, to_);
        if (!period) return usage_error(console, name(), period.error().message);
        if (const auto problem = hash_problem(has_)) return usage_error(console, name(), *problem);
        std::string format;
        auto ledger = open_ledger(settings_, ledger::Access::read_only, console, &format);
        if (!ledger) return ledger_failure(console, name(), ledger.error());
        if (const auto problem = one_of("--format", format, {"text", "json"}))
            return usage_error(console, name(), *problem);
        const auto found = (*ledger)->verify(*period);
        if (!found) return ledger_failure(console, name(), found.error());
        std::vector<ledger::Run> with_hash;
        if (found->proven() && !has_.empty()) {
            auto runs = (*ledger)->runs(*period);
            if (!runs) return ledger_failure(console, name(), runs.error());
            with_hash = *std::move(runs);
            std::erase_if(with_hash, [this](const ledger::Run& run) { return !run.hash.starts_with(to_lower(has_)); });
        }
        console.out << (format == "json" ? verification_json(*found, has_, with_hash) : verification_text(*found));
        if (!found->proven()) return exit_failure;
        return has_.empty() ? exit_ok : told(with_hash, format == "json", console);
    }

  private:
    int told(const std::vector<ledger::Run>& runs, bool silent, Console& console) const {
        if (runs.empty()) return failure(console, name(), "no run has the hash " + has_, exit_failure);
        if (runs.size() > 1) {
            return failure(console, name(),
                           fmt::format("{} runs have a hash that begins with {}; give more of it", runs.size(), has_),
                           exit_failure);
        }
        if (!silent)
            console.out << fmt::format("run {} of {} has the hash {}\n", runs.front().number,
                                       format_utc(runs.front().started_at), runs.front().hash);
        return exit_ok;
    }

    std::string from_;
    std::string to_;
    std::string has_;
    SettingFlags settings_;
};

std::string beginning_words(const ledger::Verification& found) {
    std::string out;
    if (!found.origin.set_aside.empty()) {
        out += fmt::format("The chain begins anew on {}: the ledger before it was damaged ({}) and set aside as {}.\n",
                           format_utc(found.origin.at), printable(found.origin.reason), found.origin.set_aside);
    }
    if (found.checkpoint) {
        out += fmt::format("Runs up to {} ({}) were pruned on {}; a checkpoint stands for them.\n",
                           found.checkpoint->last_pruned, format_utc(found.checkpoint->last_started_at),
                           format_utc(found.checkpoint->pruned_at));
    }
    if (!found.origin_proven) {
        out += "That checkpoint was made by an older Mooring and does not prove how the ledger began; the next one "
               "will.\n";
    }
    return out;
}

std::string memory_words(const ledger::Verification& found) {
    std::string out;
    if (!found.memory_proven.empty()) {
        out += fmt::format("The memory is what the newest run left: {}.\n", join(found.memory_proven, ", "));
    }
    if (!found.memory_unproven.empty()) {
        out += fmt::format(
            "The memory of {} is not proven: the newest run was recorded by an older Mooring, which kept no "
            "digest of it.\n",
            join(found.memory_unproven, ", "));
    }
    return out;
}

using Json = nlohmann::ordered_json;

Json json_of(const std::optional<ledger::Checkpoint>& checkpoint) {
    if (!checkpoint) return {};
    return {{"lastPrunedRun", checkpoint->last_pruned},
            {"lastPrunedAt", format_utc(checkpoint->last_started_at)},
            {"prunedAt", format_utc(checkpoint->pruned_at)},
            {"hash", checkpoint->hash}};
}

Json json_of(const std::string& has, const std::vector<ledger::Run>& runs) {
    if (has.empty()) return {};
    Json found = Json::array();
    for (const ledger::Run& run : runs) {
        found.push_back({{"number", run.number}, {"startedAt", format_utc(run.started_at)}, {"hash", run.hash}});
    }
    return {{"hash", to_lower(has)}, {"runs", std::move(found)}};
}

} // namespace

std::string verification_text(const ledger::Verification& found) {
    std::string out = beginning_words(found);
    if (!found.proven()) {
        out += fmt::format("BROKEN at {}: {}.\n", found.broken_at(), found.problem);
        if (found.runs > 0)
            out +=
                fmt::format("Runs {} to {}{} are proven.\n", found.first, found.last, found.broken ? " before it" : "");
        return out + "What comes after it is not evidence. A backup from before shows what was there.\n";
    }
    if (found.runs > 0) {
        out += found.first == found.last
                   ? fmt::format("Proven: run {}.\n", found.first)
                   : fmt::format("Proven: runs {} to {}, {} in all.\n", found.first, found.last, found.runs);
        out += memory_words(found);
    } else {
        out += "No run in that time; nothing to prove.\n";
    }
    if (found.log_entries > 0)
        out += fmt::format("Proven: the log of writes, {} {}.\n", found.log_entries,
                           found.log_entries == 1 ? "entry" : "entries");
    if (found.runs > 0) out += fmt::format("hash of run {}: {}\n", found.last, found.head);
    return out;
}

std::string verification_json(const ledger::Verification& found, const std::string& has,
                              const std::vector<ledger::Run>& runs) {
    const Json out = {{"apiVersion", "mooring/v1"},
                      {"kind", "Verification"},
                      {"proven", found.proven()},
                      {"runs", found.runs},
                      {"firstRun", found.first},
                      {"lastRun", found.last},
                      {"head", found.head},
                      {"brokenRun", found.broken ? Json(*found.broken) : Json()},
                      {"logEntries", found.log_entries},
                      {"brokenEntry", found.broken_entry ? Json(*found.broken_entry) : Json()},
                      {"problem", found.problem},
                      {"origin",
                       {{"at", format_utc(found.origin.at)},
                        {"setAside", found.origin.set_aside},
                        {"reason", found.origin.reason},
                        {"proven", found.proven() && found.origin_proven}}},
                      {"checkpoint", json_of(found.checkpoint)},
                      {"memory", {{"proven", found.memory_proven}, {"unproven", found.memory_unproven}}},
                      {"has", json_of(has, runs)}};
    return out.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::unique_ptr<Command> make_verify_command() { return std::make_unique<Verify>(); }

} // namespace mooring::cli
