#include "cli/commands.hpp"

#include "base/text.hpp"
#include "cli/console.hpp"
#include "cli/load_run.hpp"
#include "cli/process.hpp"
#include "cli/write_log.hpp"
#include "inventory/inventory.hpp"
#include "ledger/ledger.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <fmt/format.h>
#include <ostream>
#include <set>

namespace mooring::cli {
namespace {

// One question to one server.
struct Asking {
    boost::asio::io_context io{1};
    std::unique_ptr<portainer::Api> api;
    Answer<ServerStatus> status;

    portainer::Awaitable<void> ask() { status = co_await api->status(); }
};

class Trust final : public Command {
  public:
    explicit Trust(MakeApi make_api) : make_api_(std::move(make_api)) {}

    std::string_view name() const override { return "trust"; }
    std::string_view summary() const override { return "Confirm that the Portainer answering now is the intended one"; }
    std::string_view examples() const override {
        return "  mooring trust main\n"
               "  mooring trust main --yes\n"
               "  mooring trust main --anew                  # an older backup was restored, and you have looked\n\n"
               "It shows the InstanceID that is known and the one that answers, and asks. Nothing is written to a\n"
               "Portainer whose InstanceID is not known or is another one. The agent corrects a server only once it\n"
               "is trusted, and anew after it found a second writer with its token. With --anew the newest run counts\n"
               "as it should be: ids of environments, and what an older backup has otherwise. `mooring check` first.\n"
               "Exit codes: 0 trusted; 3 the configuration names another one; 7 not confirmed; 65 invalid\n"
               "configuration or no ledger; 69 the server did not answer, 129, 130 or 143 interrupted.";
    }
    void declare(CLI::App& app) override {
        app.add_option("SERVER", server_, "The server, as the configuration calls it")->required()->type_name("");
        app.add_flag("--yes,-y", yes_, "Ask nobody");
        app.add_flag("--anew", anew_, "Also if it is trusted already: you have looked at it since");
        settings_.declare(app, {"--server", "--environment", "--no-runtime", "--format"});
    }
    int run(Console& console) override;

  private:
    const config::ServerEntry* find(const config::Config& config) const;
    int decide(Console& console, const config::Config& config, const config::ServerEntry& entry,
               const ServerStatus& status);
    std::string shown(const WriteHistory& history, const KnownInstance& known, const ServerStatus& status) const;

    MakeApi make_api_;
    std::string server_;
    bool yes_ = false;
    bool anew_ = false;
    SettingFlags settings_;
};

const config::ServerEntry* Trust::find(const config::Config& config) const {
    const auto found =
        std::ranges::find(config.servers, server_, [](const config::ServerEntry& entry) { return entry.server.name; });
    return found == config.servers.end() ? nullptr : &*found;
}

std::string Trust::shown(const WriteHistory& history, const KnownInstance& known, const ServerStatus& status) const {
    std::string out;
    const auto line = [&out](std::string_view what, const std::string& id, const std::string& more) {
        out += fmt::format("  {:<22}{}{}\n", what, id.empty() ? "none" : printable(id, 100), more);
    };
    out += printable(server_, 100) + "\n";
    if (!known.configured.empty()) line("the configuration", known.configured, "");
    std::string when;
    for (const LogEntry& entry : history.log) {
        if (entry.kind == LogKind::trusted && entry.stack.server == server_)
            when = fmt::format("   {}, {}", format_utc(entry.at), printable(entry.by, 200));
    }
    line("trusted", known.trusted, when);
    if (known.trusted.empty()) line("written first", known.written, "");
    line("seen first", known.first_seen, "");
    line("answers now", status.instance_id, "   Portainer " + printable(status.version, 60));
    return out;
}

int Trust::decide(Console& console, const config::Config& config, const config::ServerEntry& entry,
                  const ServerStatus& status) {
    const auto history = read_history(config, console.clock.unix_seconds());
    if (!history) return ledger_failure(console, name(), history.error());
    const KnownInstance known = history->known(entry);
    console.out << shown(*history, known, status);
    if (status.instance_id.empty())
        return failure(console, name(), "the server did not say its InstanceID", exit_blocked);
    if (!known.configured.empty() && !same_instance(known.configured, status.instance_id)) {
        return failure(console, name(),
                       fmt::format("the configuration names another one: if the Portainer that answers is meant, write "
                                   "`instance: {}` for {} in {}",
                                   printable(status.instance_id, 100), printable(server_, 100), printable(config.file)),
                       exit_blocked);
    }
    const auto halted = history->standing.halted.find(server_);
    const bool is_halted = halted != history->standing.halted.end();
    if (is_halted) {
        console.out << fmt::format("  The agent has written nothing since {}: {}\n", format_utc(halted->second.at),
                                   printable(halted->second.halt.message, 2000));
    }
    if (!is_halted && !anew_ && !known.trusted.empty() && same_instance(known.trusted, status.instance_id)) {
        console.out << "It is trusted already; if you have looked at it since, because a plan says so: --anew.\n";
        return exit_ok;
    }
    const bool another = !known.meant().empty() && !same_instance(known.meant(), status.instance_id);
    if (another) {
        console.out
            << "This is another database than the one that is known: was Portainer installed anew, or restored?\n"
               "What is remembered of the other one is void, and stacks that were made or adopted there are not "
               "owned here.\n";
    }
    const int asked = ask(console, name(), yes_,
                          is_halted ? "Is that settled, and is the Portainer that answers now the one that is meant?"
                                    : "Is the Portainer that answers now the one that is meant?");
    if (asked != exit_ok) return asked;
    const LogEntry trusted{.at = console.clock.unix_seconds(),
                           .kind = LogKind::trusted,
                           .by = author(console, name()),
                           .stack = {.server = server_, .instance_id = status.instance_id}};
    if (const Result<void> done = append_entries(config, std::span(&trusted, 1), console); !done)
        return ledger_failure(console, name(), done.error());
    console.out << fmt::format("{} is trusted as {}.\n", printable(server_, 100), printable(status.instance_id, 100));
    return exit_ok;
}

int Trust::run(Console& console) {
    config::Loaded loaded = config::load(settings_.overrides(console), console.variables);
    if (const auto problem = flag_problem(loaded.diagnostics)) return usage_error(console, name(), *problem);
    if (!ready_to_connect(loaded, console)) return exit_invalid;
    const config::ServerEntry* entry = find(loaded.config);
    if (entry == nullptr) {
        std::vector<std::string> names;
        for (const config::ServerEntry& one : loaded.config.servers) names.push_back(one.server.name);
        return usage_error(
            console, name(),
            fmt::format("the configuration has no server `{}`; {}", printable(server_, 100), suggest(server_, names)));
    }
    if (const auto history = read_history(loaded.config, console.clock.unix_seconds()); !history)
        return ledger_failure(console, name(), history.error());
    Progress progress(console);
    auto asking = std::make_unique<Asking>();
    auto api = make_api_(asking->io.get_executor(), entry->server, {});
    if (!api) return failure(console, name(), api.error().message, exit_invalid);
    asking->api = std::move(*api);
    const int ended_by = run_until_done(asking->io, asking->ask(), progress);
    if (ended_by != 0) {
        leave_behind(std::move(asking));
        return failure(console, name(), "interrupted: nothing was trusted", ended_by);
    }
    if (!asking->status.value)
        return failure(console, name(), inventory::request_text(asking->status.reply), exit_unavailable);
    return decide(console, loaded.config, *entry, *asking->status.value);
}

} // namespace

std::unique_ptr<Command> make_trust_command(MakeApi make_api) { return std::make_unique<Trust>(std::move(make_api)); }

namespace {

constexpr UnixSeconds held_for = 30; // seconds: appending takes milliseconds

class Resume final : public Command {
  public:
    std::string_view name() const override { return "resume"; }
    std::string_view summary() const override { return "Let Mooring write a stack again, after you have looked at it"; }
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
        settings_.declare(app, server_settings({"--server", "--format"}));
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
    const std::vector<std::string> names(others.begin(), others.end());
    if (const auto meant = closest_match(name_, names); meant && *meant != name_)
        return usage_error(
            console, name(),
            fmt::format("nothing is kept of {}; did you mean {}?", printable(name_, 100), printable(*meant)));
    console.out << fmt::format("Nothing is quarantined or unsettled of {}.\n", printable(name_, 100));
    if (!others.empty()) console.out << "Of others: " << printable(join(names, ", "), 2000) << ".\n";
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
