#include "cli/commands.hpp"

#include "base/text.hpp"
#include "cli/console.hpp"
#include "cli/load_run.hpp"
#include "cli/write_log.hpp"
#include "report/layout.hpp"
#include "words/words.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <fmt/format.h>
#include <map>
#include <nlohmann/json.hpp>
#include <ostream>
#include <set>

namespace mooring::cli {
namespace {

class LogCommand final : public Command {
  public:
    std::string_view name() const override { return "log"; }
    std::string_view summary() const override { return "Show what was written, by whom, why, and with what result"; }
    std::string_view examples() const override {
        return "  mooring log\n"
               "  mooring log shop 'billing-*'\n"
               "  mooring log --from 2026-11-01 --server main\n"
               "  mooring log --format json | jq '[.entries[] | select(.write.keeps)]'   # what is not settled\n\n"
               "Newest last; times are UTC. What came of a write stands below it, with a number of its own. It also "
               "lists what people adopted, trusted and resumed.\n"
               "Exit codes: 0 listed, 1 the log is broken (see `mooring verify`), 65 no ledger.";
    }
    void declare(CLI::App& app) override {
        app.add_option("NAME", names_, "Only these stacks; `*` and `?` as in file names")->type_name("");
        app.add_option("--server", server_, "Only this server")->type_name("NAME");
        app.add_option("--from", from_, "Only from this date or time (UTC) on")->type_name("DATE");
        app.add_option("--to", to_, "Only before this date or time (UTC)")->type_name("DATE");
        settings_.declare(app, server_settings({"--server"}));
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
            const report::Paint paint(look_of_output(console, loaded.config.color).colour);
            console.out << log_text(deeds, paint, console.out_width);
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

namespace {

using report::Ink;
using Json = nlohmann::ordered_json;

constexpr std::size_t name_width = 36;
constexpr std::size_t indent = 6;

std::string_view word_of(const LogEntry& entry) {
    switch (entry.kind) {
    case LogKind::intent:
        return entry.intent.action;
    case LogKind::outcome:
        break;
    case LogKind::adopted:
        return "adopt";
    case LogKind::trusted:
        return "trust";
    case LogKind::resumed:
        return "resume";
    case LogKind::quarantined:
        return "quarantine";
    case LogKind::halted:
        return "halt";
    }
    return "outcome";
}

std::string upper(std::string_view word) {
    std::string out = printable(word, 40);
    for (char& c : out) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - ('a' - 'A')) : c;
    return out;
}

bool is_halt(const LogEntry& entry) { return entry.kind == LogKind::quarantined || entry.kind == LogKind::halted; }

Ink ink_of(const Deed& deed) {
    if (is_halt(*deed.entry)) return Ink::broken;
    if (deed.entry->kind != LogKind::intent) return Ink::plain;
    if (deed.outcome == nullptr || needs_a_look(deed.outcome->result.outcome)) return Ink::blind;
    return went_wrong(deed.outcome->result.outcome) ? Ink::broken : Ink::good;
}

// "not converged"
std::string spoken(PartOutcome outcome) {
    std::string out(to_string(outcome));
    std::ranges::replace(out, '_', ' ');
    return out;
}

// What a person decided about, below the first line.
std::string decided_about(const LogEntry& entry) {
    switch (entry.kind) {
    case LogKind::adopted:
        return fmt::format("stack {}, made {}, of instance {}", entry.stack.id.value_or(0),
                           format_utc(entry.stack.created_at), printable(entry.stack.instance_id, 100));
    case LogKind::trusted:
        return "instance " + printable(entry.stack.instance_id, 100);
    case LogKind::quarantined:
    case LogKind::halted:
        return printable(entry.halt.message, 2000);
    default:
        return {};
    }
}

std::string way_out(const LogEntry& entry) {
    if (entry.kind == LogKind::halted)
        return fmt::format("`mooring trust {}`", printable(entry.stack.server, words::most_of_a_name));
    return fmt::format("`mooring resume {}`, or another declaration",
                       printable(entry.stack.name, words::most_of_a_name));
}

Json time_or_null(UnixSeconds at) { return at == 0 ? Json() : Json(format_utc(at)); }
Json id_or_null(const std::optional<StackId>& id) { return id ? Json(*id) : Json(); }

Json outcome_json(const Deed& deed) {
    if (deed.outcome == nullptr) return {};
    const PartResult& result = deed.outcome->result;
    return {{"number", deed.outcome->number},
            {"at", format_utc(deed.outcome->at)},
            {"by", deed.outcome->by},
            {"outcome", to_string(result.outcome)},
            {"message", result.message},
            {"stackId", id_or_null(result.id)},
            {"createdAt", time_or_null(result.created_at)}};
}

Json write_json(const Deed& deed) {
    if (deed.entry->kind != LogKind::intent) return {};
    const Intent& intent = deed.entry->intent;
    return {{"action", intent.action},
            {"declaredAt", intent.declared_at},
            {"changes", intent.changes},
            {"user", intent.user},
            {"recordUpdatedAt", time_or_null(intent.updated_at)},
            {"recordUpdatedBy", intent.updated_by},
            {"backup", intent.backup},
            {"outcome", outcome_json(deed)},
            {"resumed", deed.resumed == nullptr ? Json() : Json(deed.resumed->number)},
            {"keeps", deed.keeps}};
}

Json halt_json(const Deed& deed) {
    const Halt& halt = deed.entry->halt;
    if (!is_halt(*deed.entry)) return {};
    return {{"code", halt.code},       {"message", halt.message}, {"field", halt.field},
            {"desired", halt.desired}, {"actual", halt.actual},   {"keeps", deed.keeps}};
}

Json deed_json(const Deed& deed) {
    const LogEntry& entry = *deed.entry;
    const WrittenStack& stack = entry.stack;
    const bool of_server = entry.kind == LogKind::trusted || entry.kind == LogKind::halted;
    return {{"number", entry.number},
            {"at", format_utc(entry.at)},
            {"kind", entry.kind == LogKind::intent ? "write" : std::string(to_string(entry.kind))},
            {"by", entry.by},
            {"server", stack.server},
            {"instanceId", stack.instance_id},
            {"environment", of_server ? Json() : Json{{"id", stack.environment}, {"name", stack.environment_name}}},
            {"name", of_server ? Json() : Json(stack.name)},
            {"stackId", id_or_null(stack.id)},
            {"createdAt", time_or_null(stack.created_at)},
            {"write", write_json(deed)},
            {"halt", halt_json(deed)}};
}

// Marks what the person has looked at.
void take_look(std::vector<Deed>& deeds, const LogEntry& resumed) {
    for (Deed& deed : deeds) {
        const WrittenStack& stack = deed.entry->stack;
        const bool waits = deed.outcome == nullptr || needs_a_look(deed.outcome->result.outcome);
        if (deed.entry->kind != LogKind::intent || deed.resumed != nullptr || !waits) continue;
        if (stack.server == resumed.stack.server && stack.name == resumed.stack.name) deed.resumed = &resumed;
    }
}

} // namespace

std::vector<Deed> deeds_of(std::span<const LogEntry> log) {
    const LogStanding standing = standing_of(log);
    std::set<std::int64_t> keeping;
    for (const LogEntry& entry : standing.open) keeping.insert(entry.number);
    for (const LogEntry& entry : standing.to_look_at) keeping.insert(entry.number);
    for (const LogEntry& entry : standing.quarantined) keeping.insert(entry.number);
    for (const auto& [server, entry] : standing.halted) keeping.insert(entry.number);
    std::vector<Deed> deeds;
    std::map<std::int64_t, std::size_t> intents; // by number: where they stand in `deeds`
    for (const LogEntry& entry : log) {
        if (entry.kind == LogKind::outcome) {
            const auto intent = intents.find(entry.answers);
            if (intent != intents.end() && deeds[intent->second].outcome == nullptr)
                deeds[intent->second].outcome = &entry;
            continue;
        }
        if (entry.kind == LogKind::intent) intents[entry.number] = deeds.size();
        if (entry.kind == LogKind::resumed) take_look(deeds, entry);
        deeds.push_back({.entry = &entry, .keeps = keeping.contains(entry.number)});
    }
    return deeds;
}

std::string subject_of(const WrittenStack& stack, bool with_server) {
    const std::string server = printable(stack.server, words::most_of_a_name);
    if (stack.name.empty()) return server;
    std::string out =
        printable(stack.name, words::most_of_a_name) + "/" +
        printable(stack.environment_name.empty() ? fmt::format("#{}", stack.environment) : stack.environment_name,
                  words::most_of_a_name);
    if (with_server) out += "@" + server;
    return out;
}

std::string outcome_text(const Deed& deed) {
    if (is_halt(*deed.entry)) return deed.keeps ? "until a person has looked: " + way_out(*deed.entry) : "";
    if (deed.entry->kind != LogKind::intent) return {};
    std::string out;
    if (deed.outcome == nullptr) {
        out = "open: nobody knows yet";
        if (deed.keeps) out += "; the next apply settles it";
    } else {
        const PartResult& result = deed.outcome->result;
        out = spoken(result.outcome);
        if (!result.message.empty()) out += ": " + printable(result.message, 2000);
        if (deed.outcome->at > deed.entry->at)
            out += fmt::format(" (after {})", words::duration_words(deed.outcome->at - deed.entry->at));
        if (deed.keeps)
            out += fmt::format("; look at it, then `mooring resume {}`",
                               printable(deed.entry->stack.name, words::most_of_a_name));
    }
    if (deed.resumed != nullptr)
        out += fmt::format("; looked at: {}, {}", printable(deed.resumed->by, 200), format_utc(deed.resumed->at));
    return out;
}

namespace {

using Width = std::optional<std::size_t>;

// Lines below the first, behind their indentation, which may hold a number.
std::string below(const report::Paint& paint, Ink ink, const std::string& text, Width width, std::string start = {}) {
    if (text.empty()) return {};
    start = report::pad(start, indent);
    std::string out;
    const Width room = width ? Width(std::max<std::size_t>(*width, 20) - indent) : std::nullopt;
    for (const std::string& one : report::wrap(text, room)) {
        out += start + paint(ink, one) + "\n";
        start.assign(indent, ' ');
    }
    return out;
}

// Number, time and what; behind it, or below it where the terminal is too narrow, which stack and by whom.
std::string head_of(const LogEntry& entry, const std::string& subject, const report::Paint& paint, Width width) {
    std::string start = fmt::format("{:>4}  {}  {:<9} ", entry.number, format_utc(entry.at), upper(word_of(entry)));
    const std::string by = printable(entry.by, 200);
    const std::string padded = report::pad(subject, name_width) + (subject.size() < name_width ? "" : " ");
    if (!width || start.size() + report::display_width(padded) + 1 + report::display_width(by) <= *width) {
        const std::string padding = padded.substr(subject.size());
        return start + paint(Ink::strong, subject) + padding + " " + paint(Ink::faint, by) + "\n";
    }
    const bool fits = start.size() + report::display_width(subject) <= *width;
    if (!fits) start.resize(start.find_last_not_of(' ') + 1);
    std::string out = fits ? start + paint(Ink::strong, subject) + "\n" : start + "\n";
    if (!fits) out += below(paint, Ink::strong, subject, width);
    return out + below(paint, Ink::faint, by, width);
}

} // namespace

std::string deed_text(const Deed& deed, const report::Paint& paint, bool with_server,
                      std::optional<std::size_t> width) {
    const LogEntry& entry = *deed.entry;
    std::string out = head_of(entry, subject_of(entry.stack, with_server), paint, width);
    const auto line = [&](Ink ink, const std::string& text) { out += below(paint, ink, text, width); };
    line(Ink::faint, printable(entry.intent.declared_at, 300));
    for (const std::string& change : entry.intent.changes) line(Ink::plain, printable(change, 600));
    line(Ink::plain, decided_about(entry));
    if (!entry.intent.backup.empty()) line(Ink::faint, "backup: " + printable(entry.intent.backup, 1000));
    const std::string number = deed.outcome == nullptr ? "" : fmt::format("{:>4}  ", deed.outcome->number);
    return out + below(paint, ink_of(deed), outcome_text(deed), width, number);
}

std::string log_text(std::span<const Deed> deeds, const report::Paint& paint, std::optional<std::size_t> width) {
    if (deeds.empty()) return {};
    const auto other = [&](const Deed& one) { return one.entry->stack.server != deeds.front().entry->stack.server; };
    const bool with_server = std::ranges::any_of(deeds, other);
    std::string out;
    for (const Deed& deed : deeds) out += deed_text(deed, paint, with_server, width);
    const auto kept = static_cast<std::size_t>(
        std::ranges::count_if(deeds, [](const Deed& one) { return one.keeps && !is_halt(*one.entry); }));
    if (kept == 0) return out;
    const std::string left = fmt::format("{} not settled; nothing more is done with these stacks until then.",
                                         words::counted(kept, "write"));
    return out + "\n" + join(report::wrap(left, width), "\n") + "\n";
}

std::string log_json(std::span<const Deed> deeds) {
    Json entries = Json::array();
    for (const Deed& deed : deeds) entries.push_back(deed_json(deed));
    const Json out = {{"apiVersion", "mooring/v1"}, {"kind", "Log"}, {"entries", std::move(entries)}};
    return out.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

} // namespace mooring::cli
