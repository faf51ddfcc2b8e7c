#include "cli/log.hpp"

#include "base/text.hpp"
#include "cli/exit_code.hpp"
#include "cli/ledger_file.hpp"
#include "cli/log_words.hpp"
#include "cli/look.hpp"
#include "cli/period.hpp"
#include "cli/values.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <ostream>

namespace mooring::cli {
namespace {

class LogCommand final : public Command {
  public:
    std::string_view name() const override { return "log"; }
    std::string_view summary() const override { return "Say what was written, by whom, why, and what came of it"; }
    std::string_view examples() const override {
        return "  mooring log\n"
               "  mooring log shop 'billing-*'\n"
               "  mooring log --from 2026-11-01 --server main\n"
               "  mooring log --format json | jq '[.entries[] | select(.write.keeps)]'   # what is not settled\n\n"
               "Newest last; times are UTC. It also lists what people adopted, trusted and resumed.\n"
               "Exit codes: 0 listed, 1 the log is broken (see `mooring verify`), 65 no ledger.";
    }
    void declare(CLI::App& app) override {
        app.add_option("NAME", names_, "Only these stacks; `*` and `?` as in file names")->type_name("");
        app.add_option("--server", server_, "Only this server")->type_name("NAME");
        app.add_option("--from", from_, "Only from this date or time (UTC) on")->type_name("DATE");
        app.add_option("--to", to_, "Only before this date or time (UTC)")->type_name("DATE");
        settings_.declare(app, {"--server"});
    }

    int run(Console& console) override {
        const auto period = parse_period(from_, to_);
        if (!period) return usage_error(console, name(), period.error().message);
        const config::Loaded loaded = config::load(settings_.overrides(console), console.variables);
        std::string format;
        auto ledger = open_ledger(settings_, ledger::Access::read_only, console, &format);
        if (!ledger) return ledger_failure(console, name(), ledger.error());
        if (const auto problem = one_of("--format", format, {"text", "json"}))
            return usage_error(console, name(), *problem);
        const auto log = (*ledger)->log();
        if (!log) return ledger_failure(console, name(), log.error());
        std::vector<Deed> deeds = deeds_of(*log);
        std::erase_if(deeds, [&](const Deed& deed) { return !wanted(*deed.entry, *period); });
        if (format == "json") {
            console.out << log_json(deeds);
        } else if (deeds.empty()) {
            console.out << (log->empty() ? "Nothing was written yet.\n" : "Nothing was written that you asked for.\n");
        } else {
            console.out << log_text(deeds, report::Paint(look_of_output(console, loaded.config.color).colour));
        }
        return exit_ok;
    }

  private:
    bool wanted(const LogEntry& entry, ledger::Period period) const {
        if (!period.contains(entry.at) || (!server_.empty() && entry.stack.server != server_)) return false;
        return names_.empty() || std::ranges::any_of(names_, [&](const std::string& name) {
                   return !entry.stack.name.empty() && glob_matches(name, entry.stack.name);
               });
    }

    std::vector<std::string> names_;
    std::string server_;
    std::string from_;
    std::string to_;
    SettingFlags settings_;
};

} // namespace

std::unique_ptr<Command> make_log_command() { return std::make_unique<LogCommand>(); }

} // namespace mooring::cli
