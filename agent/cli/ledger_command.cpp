#include "cli/ledger_command.hpp"

#include "base/text.hpp"
#include "cli/exit_code.hpp"
#include "cli/ledger_file.hpp"
#include "cli/period.hpp"
#include "cli/values.hpp"
#include "ledger/memory_file.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>
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
        settings_.declare(app, {"--format"});
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

} // namespace mooring::cli
