#include "cli/resume.hpp"

#include "base/text.hpp"
#include "cli/exit_code.hpp"
#include "cli/ledger_file.hpp"
#include "cli/log_words.hpp"
#include "cli/look.hpp"
#include "cli/settings.hpp"
#include "cli/write_log.hpp"
#include "ledger/lease_holder.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <fmt/format.h>
#include <ostream>
#include <set>

namespace mooring::cli {
namespace {

constexpr UnixSeconds held_for = 30; // seconds: appending takes milliseconds

class Resume final : public Command {
  public:
    std::string_view name() const override { return "resume"; }
    std::string_view summary() const override {
        return "Let a stack be written again, after a person has looked at it";
    }
    std::string_view examples() const override {
        return "  mooring resume shop\n"
               "  mooring resume shop --server main --yes\n\n"
               "It shows what keeps the stack: a write of which nobody knows what came of it, or a difference that\n"
               "came back after the agent corrected it. Look at the stack in Portainer first.\n"
               "Exit codes: 0 resumed, or nothing kept it; 3 something writes to that server just now; 7 not\n"
               "confirmed; 65 no ledger.";
    }
    void declare(CLI::App& app) override {
        app.add_option("NAME", name_, "The stack, as it is declared")->required()->type_name("");
        app.add_option("--server", server_, "Only on this server")->type_name("NAME");
        app.add_flag("--yes,-y", yes_, "Ask nobody");
        settings_.declare(app, {"--server", "--format"});
    }
    int run(Console& console) override;

  private:
    int nothing_kept(Console& console, const WriteHistory& history) const;
    int resume(Console& console, const config::Config& config, const std::vector<Deed>& kept) const;

    std::string name_;
    std::string server_;
    bool yes_ = false;
    SettingFlags settings_;
};

int Resume::nothing_kept(Console& console, const WriteHistory& history) const {
    std::set<std::string> others;
    for (const Deed& deed : deeds_of(history.log)) {
        if (deed.keeps && !deed.entry->stack.name.empty()) others.insert(deed.entry->stack.name);
    }
    console.out << fmt::format("Nothing keeps {}: it may be written.\n", printable(name_, 100));
    if (!others.empty())
        console.out << "What is not settled: " << printable(join(std::vector(others.begin(), others.end()), ", "), 2000)
                    << ".\n";
    return exit_ok;
}

// While another process writes there, what it has noted is open because it is being done; one that was killed holds
// nobody up.
Result<std::optional<ledger::Lease>> who_writes(ledger::Ledger& ledger, const std::string& server, UnixSeconds now) {
    const ledger::Lease own{.holder = ledger::holder_of_this_process("mooring resume"), .until = now + held_for};
    const auto other = ledger::take_lease_over(ledger, server, own, now);
    if (!other || *other) return other;
    if (const Result<void> ended = ledger.end_lease(server, own.holder); !ended) return std::unexpected(ended.error());
    return other;
}

int Resume::resume(Console& console, const config::Config& config, const std::vector<Deed>& kept) const {
    const UnixSeconds now = console.clock.unix_seconds();
    auto opened = ledger::open_ledger(config.ledger, {.access = ledger::Access::write, .now = now});
    if (!opened) return ledger_failure(console, name(), opened.error());
    std::set<std::string> servers;
    for (const Deed& deed : kept) servers.insert(deed.entry->stack.server);
    for (const std::string& server : servers) {
        const auto other = who_writes(*opened->ledger, server, now);
        if (!other) return ledger_failure(console, name(), other.error());
        if (*other) {
            return failure(console, name(),
                           fmt::format("{} is writing to {} until {} at most; wait for it", printable((*other)->holder),
                                       printable(server, 100), format_utc((*other)->until)),
                           exit_blocked);
        }
        const auto of_it =
            std::ranges::find_if(kept, [&](const Deed& deed) { return deed.entry->stack.server == server; });
        LogEntry entry{
            .at = now, .kind = LogKind::resumed, .by = author(console, name()), .stack = of_it->entry->stack};
        if (const auto number = opened->ledger->append(entry); !number)
            return ledger_failure(console, name(), number.error());
    }
    console.out << fmt::format("{} may be written again. `mooring plan` says what would be done.\n",
                               printable(name_, 100));
    return exit_ok;
}

int Resume::run(Console& console) {
    const config::Loaded loaded = config::load(settings_.overrides(console), console.variables);
    if (const auto problem = flag_problem(loaded.diagnostics)) return usage_error(console, name(), *problem);
    const auto history = read_history(loaded.config, console.clock.unix_seconds());
    if (!history) return ledger_failure(console, name(), history.error());
    std::vector<Deed> kept = deeds_of(history->log);
    std::erase_if(kept, [&](const Deed& deed) {
        const WrittenStack& stack = deed.entry->stack;
        return !deed.keeps || stack.name != name_ || (!server_.empty() && stack.server != server_);
    });
    if (kept.empty()) return nothing_kept(console, *history);
    const report::Paint paint(look_of_output(console, loaded.config.color).colour);
    for (const Deed& deed : kept) console.out << deed_text(deed, paint, true);
    const int asked =
        ask(console, name(), yes_,
            fmt::format("Have you looked at {} in Portainer, and may it be written again?", printable(name_, 100)));
    return asked == exit_ok ? resume(console, loaded.config, kept) : asked;
}

} // namespace

std::unique_ptr<Command> make_resume_command() { return std::make_unique<Resume>(); }

} // namespace mooring::cli
