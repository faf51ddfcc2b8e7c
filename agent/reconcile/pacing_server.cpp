// Whether anything is written to a server at all, and which declaration an attempt was about.
#include "base/file.hpp"
#include "base/text.hpp"
#include "reconcile/pacing.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace mooring::reconcile {
namespace {

// Texts one after the other, each with its length, so that no two lists give the same bytes.
class Bytes {
  public:
    Bytes& operator<<(std::string_view text) {
        bytes_ += fmt::format("{}:", text.size());
        bytes_ += text;
        return *this;
    }
    Bytes& operator<<(const std::string& text) { return *this << std::string_view(text); }
    Bytes& operator<<(const char* text) { return *this << std::string_view(text); }
    Bytes& operator<<(bool value) { return *this << std::string_view(value ? "yes" : "no"); }
    Bytes& operator<<(std::int64_t value) { return *this << fmt::format("{}", value); }
    template <typename T>
    Bytes& operator<<(const std::optional<T>& value) {
        *this << value.has_value();
        return value ? *this << *value : *this;
    }
    const std::string& text() const { return bytes_; }

  private:
    std::string bytes_;
};

void add_source(Bytes& out, const DesiredStack& stack) {
    if (const auto* content = std::get_if<DesiredContent>(&stack.source)) {
        out << "file" << content->text;
        return;
    }
    const auto& git = std::get<DesiredGit>(stack.source);
    out << "git" << git.any << git.url << git.reference << git.path << git.commit << git.tls_skip_verify;
    for (const std::string& file : git.additional_files) out << file;
}

void add_environment(Bytes& out, const DesiredStack& stack) {
    if (const auto* ref = std::get_if<EnvironmentRef>(&stack.environment)) {
        out << "environment" << ref->id << ref->name;
        return;
    }
    const auto& selector = std::get<EnvironmentSelector>(stack.environment);
    out << "selector" << selector.group;
    for (const std::string& tag : selector.tags) out << tag;
}

void add_variables(Bytes& out, const DesiredStack& stack) {
    out << "env" << stack.env.has_value() << stack.env_strict << stack.env_strict_written;
    for (const DesiredEnv& one : stack.env.value_or(std::vector<DesiredEnv>{})) {
        out << one.name << one.value.has_value();
        if (one.value) out << one.value->reveal();
    }
}

void add_access(Bytes& out, const DesiredStack& stack) {
    out << "access" << stack.access.has_value();
    if (!stack.access) return;
    out << std::int64_t{static_cast<int>(stack.access->kind)};
    for (const auto* all : {&stack.access->users, &stack.access->teams}) {
        out << "principals";
        for (const Principal& one : *all) out << one.id << one.name;
    }
}

void add_rest(Bytes& out, const DesiredStack& stack) {
    out << "state" << stack.state.has_value();
    if (stack.state) out << to_string(*stack.state);
    out << "updates" << stack.auto_update.has_value();
    if (stack.auto_update) out << stack.auto_update->interval << stack.auto_update->webhook;
    out << "jobs";
    for (const std::string& job : stack.jobs) out << job;
    out << "ignore";
    for (const IgnoreRule& rule : stack.ignore) out << rule.path;
    out << "allow";
    for (const Allowance one : stack.allow) out << to_string(one);
    out << to_string(stack.policy.pull) << stack.runtime;
}

constexpr std::size_t mark_length = 8;

Obstacle blocked(std::string code, std::string message, std::string remedy) {
    return {.held = false,
            .code = std::move(code),
            .message = std::move(message),
            .remedy = std::move(remedy),
            .lifted_by = {}};
}

std::string trust_line(const ServerLook& look) { return "look, then: mooring trust " + printable(look.server, 100); }

std::optional<ServerHalt> clock_of(const ServerLook& look) {
    if (!look.server_date) {
        return ServerHalt{.obstacle = blocked("clock_unknown", "the server's answers have no Date",
                                              "find out what "
                                              "takes it out on the way"),
                          .record = {}};
    }
    const UnixSeconds early = look.asked_at - *look.server_date;
    const UnixSeconds late = *look.server_date - look.answered_at;
    const UnixSeconds off = std::max(early, late);
    if (off <= most_clock_off) return std::nullopt;
    return ServerHalt{.obstacle = blocked("clock_off",
                                          fmt::format("this machine's clock and the server's are {} seconds apart, and "
                                                      "nothing could be told by time",
                                                      off),
                                          "set both clocks (NTP)"),
                      .record = {}};
}

// The record's last write stands in the log: as it was read back, or between what was noted before and after it.
bool is_explained(const StackRecord& record, UnixSeconds written_at, const ServerLook& look,
                  std::span<const LogEntry> log) {
    constexpr UnixSeconds slack = 5; // seconds: UpdateDate is the beginning of the deployment
    for (const LogEntry& entry : log) {
        if (entry.stack.server != look.server) continue;
        if (entry.kind == LogKind::outcome) {
            const auto intent = std::ranges::find(log, entry.answers, &LogEntry::number);
            const PartResult& result = entry.result;
            const bool ours = result.id == record.id || entry.stack.id == record.id;
            if (!ours) continue;
            if (result.updated_at == written_at || result.created_at == written_at) return true;
            if (intent == log.end() || !intent->intent.sent_date) continue;
            const UnixSeconds sent = *intent->intent.sent_date;
            const UnixSeconds took = std::max<UnixSeconds>(entry.at - intent->at, 0);
            if (written_at >= sent - slack && written_at <= sent + took + slack) return true;
        }
        // One that is open, or of which nobody knows what it did: its write may be this one.
        if (entry.kind != LogKind::intent) continue;
        const bool ours = entry.stack.id ? *entry.stack.id == record.id : entry.stack.environment == record.environment;
        const bool answered = std::ranges::any_of(log, [&](const LogEntry& one) {
            return one.kind == LogKind::outcome && one.answers == entry.number && !needs_a_look(one.result.outcome);
        });
        if (ours && !answered && written_at >= entry.intent.sent_date.value_or(entry.at) - slack) return true;
    }
    return false;
}

// A write by this very user, later than the server was trusted, of which the log knows nothing: something else writes
// with this token, or this ledger is older than what it wrote.
const StackRecord* foreign_write(const ServerLook& look, std::span<const LogEntry> log, UnixSeconds since) {
    if (look.user.empty()) return nullptr;
    for (const StackRecord& record : look.records) {
        // What the server polls or a webhook deploys runs under the name of whoever wrote last.
        if (record.auto_update) continue;
        const bool updated = record.updated_at > 0;
        if ((updated ? record.updated_by : record.created_by) != look.user) continue;
        const UnixSeconds at = updated ? record.updated_at : record.created_at;
        if (at > since && !is_explained(record, at, look, log)) return &record;
    }
    return nullptr;
}

ServerHalt two_writers(std::string message, const ServerLook& look, bool record) {
    ServerHalt out{
        .obstacle = blocked("two_writers", std::move(message),
                            "give Mooring a token of a user of its own, and let one ledger write; " + trust_line(look)),
        .record = {}};
    if (record) {
        out.record = Halt{.code = "two_writers",
                          .message = out.obstacle.message,
                          .field = {},
                          .desired = {},
                          .actual = {},
                          .declaration = {}};
    }
    return out;
}

std::optional<ServerHalt> trust_of(const ServerLook& look, const LogStanding& standing) {
    const auto trusted = standing.trusted.find(look.server);
    if (trusted == standing.trusted.end()) {
        return ServerHalt{.obstacle =
                              blocked("not_trusted",
                                      "this ledger has nothing by which the agent may write here: it is new, or "
                                      "the server was never trusted",
                                      trust_line(look)),
                          .record = {}};
    }
    if (to_lower(trusted->second) == to_lower(look.instance_id)) return std::nullopt;
    return ServerHalt{.obstacle = blocked("other_instance", "another Portainer answers than the one that was trusted",
                                          "find out which server answers; if it is meant: mooring trust " +
                                              printable(look.server, 100)),
                      .record = {}};
}

} // namespace

std::string declaration_digest(const DesiredStack& stack, const Secret& key) {
    if (key.empty()) return {};
    Bytes out;
    out << stack.name << stack.server << to_string(stack.type) << stack.namespace_;
    add_environment(out, stack);
    add_source(out, stack);
    add_variables(out, stack);
    add_access(out, stack);
    add_rest(out, stack);
    const std::string mark = to_hex(hmac_sha256(key.reveal(), "mark of the key")).substr(0, mark_length);
    return mark + ":" + to_hex(hmac_sha256(key.reveal(), out.text()));
}

bool may_be_same_declaration(std::string_view one, std::string_view other) {
    return one == other || one.substr(0, mark_length) != other.substr(0, mark_length);
}

std::optional<ServerHalt> halt_of(const ServerLook& look, std::span<const LogEntry> log) {
    if (!look.ledger_kept) {
        return ServerHalt{.obstacle = blocked("no_ledger",
                                              "there is no ledger that keeps what is written, or it cannot be written",
                                              "name one as `ledger:` in the configuration"),
                          .record = {}};
    }
    if (!look.manifests_whole) {
        return ServerHalt{.obstacle = blocked("manifests_unreadable",
                                              "the manifests could not be read as a whole: nothing is written by what "
                                              "may be old or half",
                                              "fix what `mooring validate` says"),
                          .record = {}};
    }
    const LogStanding standing = standing_of(log);
    if (const auto halted = standing.halted.find(look.server); halted != standing.halted.end())
        return two_writers(halted->second.halt.message, look, false);
    if (auto untrusted = trust_of(look, standing)) return untrusted;
    if (auto clock = clock_of(look)) return clock;
    const StackRecord* foreign = foreign_write(look, log, standing.trusted_at.at(look.server));
    if (foreign == nullptr) return std::nullopt;
    return two_writers(fmt::format("stack {} ({}) was written by {}, whose token this is, on {}, and the ledger knows "
                                   "nothing of it: something else writes with this token, or this ledger is older than "
                                   "its last writes",
                                   printable(foreign->name, 100), foreign->id, printable(look.user, 100),
                                   format_utc(std::max(foreign->updated_at, foreign->created_at))),
                       look, true);
}

} // namespace mooring::reconcile
