// The log of writes, and who may write to a server now.

#include "ledger/json.hpp"

#include "base/text.hpp"
#include "ledger/database.hpp"
#include "ledger/entries.hpp"
#include "ledger/rows.hpp"

#include <concepts>
#include <fmt/format.h>
#include <type_traits>
#include <utility>

namespace mooring::ledger {
namespace {

struct Newest {
    std::int64_t number = 0; // 0: no entry yet
    std::string hash;        // hex: of that entry, or of the origin
};

Newest newest_entry(Database& database) {
    Statement query(database, "SELECT number, hash FROM log ORDER BY number DESC LIMIT 1");
    if (query.step()) return {.number = query.number(0), .hash = to_hex(query.text(1))};
    return {.number = 0, .hash = hash_of(read_origin(database))};
}

// Takes the row that `query` stands at, if it follows the ones before; else what is wrong with it.
std::string take_row(LogRows& rows, const Statement& query) {
    const std::string kind = query.text(2);
    const std::string body = query.text(3);
    std::string hash = hash_of(LogFacts{.number = query.number(0),
                                        .previous = rows.head,
                                        .at = query.number(1),
                                        .kind = kind,
                                        .body = hash_of_text(body)});
    if (hash != to_hex(query.text(4))) return "it, or the entry before it, is not what was recorded";
    auto entry = read_log_entry(kind, body);
    if (!entry) return "it cannot be read: " + entry.error();
    entry->number = query.number(0);
    entry->at = query.number(1);
    rows.entries.push_back(*std::move(entry));
    rows.hashes.insert(hash);
    rows.head = std::move(hash);
    return {};
}

void put_entry(Database& database, const LogEntry& entry, const Newest& newest, std::string_view body) {
    const std::string hash = hash_of(LogFacts{.number = newest.number + 1,
                                              .previous = newest.hash,
                                              .at = entry.at,
                                              .kind = to_string(entry.kind),
                                              .body = hash_of_text(body)});
    Statement(database, "INSERT INTO log (number, at, kind, body, hash) VALUES (?, ?, ?, ?, ?)")
        .bind(1, newest.number + 1)
        .bind(2, entry.at)
        .bind(3, to_string(entry.kind))
        .bind(4, body)
        .bind_bytes(5, from_hex(hash))
        .run();
}

constexpr const char* appending = "writing to the log of writes";

} // namespace

LogRows read_log_rows(Database& database) {
    LogRows rows;
    if (!has_log(database)) return rows;
    rows.head = hash_of(read_origin(database));
    Statement query(database, "SELECT number, at, kind, body, hash FROM log ORDER BY number");
    while (query.step()) {
        const auto expected = static_cast<std::int64_t>(rows.entries.size()) + 1;
        rows.problem = query.number(0) == expected ? take_row(rows, query) : "it is not there";
        if (rows.problem.empty()) continue;
        rows.broken = expected;
        break;
    }
    return rows;
}

std::string newest_log_hash(Database& database) {
    Statement query(database, "SELECT hash FROM log ORDER BY number DESC LIMIT 1");
    return query.step() ? query.text(0) : std::string();
}

Result<std::int64_t> SqliteLedger::append(const LogEntry& entry) {
    const auto body = write_log_entry(entry);
    if (!body) {
        return fail(ErrorKind::io, fmt::format("{}: {}", appending, body.error()),
                    "Nothing was written. Give it a shorter name, in UTF-8.");
    }
    Transaction transaction(*database_, Transaction::Kind::write);
    Newest newest;
    if (!database_->failed()) {
        newest = newest_entry(*database_);
        put_entry(*database_, entry, newest, *body);
    }
    if (Result<void> done = transaction.commit(); !done) return while_doing(appending, done.error());
    return newest.number + 1;
}

// What decides about writing is proven whenever it is read.
Result<std::vector<LogEntry>> SqliteLedger::log() {
    Transaction transaction(*database_, Transaction::Kind::read);
    LogRows rows;
    if (!database_->failed()) rows = read_log_rows(*database_);
    if (rows.broken)
        database_->complain(fmt::format("entry {} of the log of writes is broken: {}", *rows.broken, rows.problem));
    if (Result<void> done = transaction.commit(); !done) return while_doing("reading the log of writes", done.error());
    return std::move(rows.entries);
}

Result<std::optional<Lease>> SqliteLedger::take_lease(const std::string& server, const Lease& wanted, UnixSeconds now) {
    Transaction transaction(*database_, Transaction::Kind::write);
    Statement query(*database_, "SELECT holder, until FROM leases WHERE server = ? AND holder <> ? AND until > ?");
    std::optional<Lease> other;
    if (query.bind(1, server).bind(2, wanted.holder).bind(3, now).step())
        other = Lease{.holder = query.text(0), .until = query.number(1)};
    query.reset();
    if (!other) {
        Statement(*database_, "INSERT OR REPLACE INTO leases (server, holder, until) VALUES (?, ?, ?)")
            .bind(1, server)
            .bind(2, wanted.holder)
            .bind(3, wanted.until)
            .run();
    }
    if (Result<void> done = transaction.commit(); !done) return while_doing("taking the right to write", done.error());
    return other;
}

Result<void> SqliteLedger::end_lease(const std::string& server, const std::string& holder) {
    Transaction transaction(*database_, Transaction::Kind::write);
    Statement(*database_, "DELETE FROM leases WHERE server = ? AND holder = ?").bind(1, server).bind(2, holder).run();
    if (Result<void> done = transaction.commit(); !done)
        return while_doing("giving back the right to write", done.error());
    return {};
}

namespace {

constexpr std::size_t most_exact = 4096;     // bytes of what tells one thing from another
constexpr std::size_t most_said = 2000;      // bytes of a text for people
constexpr std::size_t most_lines = 200;      // of a list of such texts
constexpr std::size_t most_body = 1U << 20U; // bytes; what is written stays far below

template <typename Given, typename T>
concept Of = std::same_as<std::remove_const_t<Given>, T>;

// Every field, once for writing and reading: exact() for what is compared, said() for what people read.
void walk(auto& a, Of<WrittenStack> auto& s) {
    a.exact("server", s.server);
    a.exact("instanceId", s.instance_id);
    a.number("environment", s.environment);
    a.exact("environmentName", s.environment_name);
    a.exact("name", s.name);
    a.id("id", s.id);
    a.number("createdAt", s.created_at);
}

void walk(auto& a, Of<Intent> auto& i) {
    a.exact("action", i.action);
    a.number("updatedAt", i.updated_at);
    a.exact("updatedBy", i.updated_by);
    a.number("status", i.status);
    a.exact("user", i.user);
    a.number("userId", i.user_id);
    a.said("declaredAt", i.declared_at);
    a.lines("changes", i.changes);
    a.number("newest", i.newest);
    a.id("sentDate", i.sent_date);
    a.exact("backup", i.backup);
    a.added("declaration", i.declaration);
    a.added("namespace", i.namespace_);
    a.added("place", i.place);
    a.added("sent", i.sent);
}

void walk(auto& a, Of<Halt> auto& h) {
    a.exact("code", h.code);
    a.said("message", h.message);
    a.said("field", h.field);
    a.said("desired", h.desired);
    a.said("actual", h.actual);
    a.exact("declaration", h.declaration);
}

void walk(auto& a, Of<PartResult> auto& r) {
    a.outcome("outcome", r.outcome);
    a.said("message", r.message);
    a.id("id", r.id);
    a.number("createdAt", r.created_at);
    a.number("updatedAt", r.updated_at);
    a.exact("updatedBy", r.updated_by);
    a.added("fell", r.fell);
}

void walk(auto& a, Of<LogEntry> auto& e) {
    a.said("by", e.by);
    a.part("stack", e.stack);
    if (e.kind == LogKind::intent) a.part("intent", e.intent);
    if (e.kind == LogKind::adopted) { // entries of before say nothing of it
        a.added("declaredAt", e.intent.declared_at);
        a.added("place", e.intent.place);
    }
    if (e.kind == LogKind::quarantined || e.kind == LogKind::halted) a.part("halt", e.halt);
    if (e.kind != LogKind::outcome) return;
    a.number("answers", e.answers);
    a.part("result", e.result);
}

class Writer {
  public:
    Json json = Json::object();
    std::string problem;

    void exact(const char* key, const std::string& text) {
        if (text.size() > most_exact) complain(key, "is too long");
        if (!is_utf8(text)) complain(key, "is not UTF-8");
        json[key] = text;
    }
    // Entries that do not have it say nothing of it: their bytes are what they were.
    void added(const char* key, const std::string& text) {
        if (!text.empty()) exact(key, text);
    }
    void added(const char* key, const std::vector<std::string>& all) {
        if (!all.empty()) lines(key, all);
    }
    void said(const char* key, const std::string& text) { json[key] = printable(text, most_said); }
    void number(const char* key, std::int64_t value) { json[key] = value; }
    void id(const char* key, const std::optional<std::int64_t>& value) { json[key] = json_or_null(value); }
    void outcome(const char* key, PartOutcome value) { json[key] = to_string(value); }
    void lines(const char* key, const std::vector<std::string>& lines) {
        Json list = Json::array();
        for (const std::string& line : lines) {
            if (list.size() == most_lines) {
                list.push_back(fmt::format("and {} more", lines.size() - most_lines));
                break;
            }
            list.push_back(printable(line, most_said));
        }
        json[key] = std::move(list);
    }
    template <typename T>
    void part(const char* key, const T& value) {
        Writer inner;
        walk(inner, value);
        if (!inner.problem.empty() && problem.empty()) problem = fmt::format("{}.{}", key, inner.problem);
        json[key] = std::move(inner.json);
    }

  private:
    void complain(std::string_view key, std::string_view what) {
        if (problem.empty()) problem = fmt::format("{} {}", key, what);
    }
};

class Reader {
  public:
    Reader(StrictReader& reader, const Json& json, std::string path)
        : reader_(reader), json_(json), path_(std::move(path)) {}

    void exact(const char* key, std::string& text) { text = reader_.text(json_, path_, known(key)); }
    void added(const char* key, std::string& text) {
        if (json_.is_object() && json_.contains(key)) exact(key, text);
    }
    void added(const char* key, std::vector<std::string>& all) {
        if (json_.is_object() && json_.contains(key)) lines(key, all);
    }
    void said(const char* key, std::string& text) { exact(key, text); }
    void number(const char* key, std::int64_t& value) { value = reader_.number(json_, path_, known(key)); }
    void id(const char* key, std::optional<std::int64_t>& value) {
        const auto found = json_.find(key);
        const bool none = json_.is_object() && found != json_.end() && found->is_null();
        const std::int64_t given = none ? 0 : reader_.number(json_, path_, key);
        known(key);
        value = none ? std::nullopt : std::optional(given);
    }
    void outcome(const char* key, PartOutcome& value) {
        const auto word = parse_part_outcome(reader_.text(json_, path_, known(key)));
        if (!word) reader_.complain(path_, "unknown outcome");
        value = word.value_or(PartOutcome::unknown);
    }
    void lines(const char* key, std::vector<std::string>& lines) {
        for (const Json& line : reader_.array(json_, path_, known(key))) {
            if (!line.is_string()) return reader_.complain(path_, "a line that is not a text");
            lines.push_back(line.get<std::string>());
        }
    }
    template <typename T>
    void part(const char* key, T& value) {
        Reader inner(reader_, reader_.object(json_, path_, known(key)), key);
        walk(inner, value);
        inner.end();
    }
    // Nothing else is there.
    void end() { reader_.expect_keys(json_, path_, keys_); }

  private:
    const char* known(const char* key) {
        keys_.emplace_back(key);
        return key;
    }

    StrictReader& reader_;
    const Json& json_;
    std::string path_;
    std::vector<std::string_view> keys_;
};

} // namespace

std::expected<std::string, std::string> write_log_entry(const LogEntry& entry) {
    Writer writer;
    walk(writer, entry);
    if (!writer.problem.empty()) return std::unexpected(std::move(writer.problem));
    return canonical(writer.json);
}

std::expected<LogEntry, std::string> read_log_entry(std::string_view kind, std::string_view body) {
    const auto known = parse_log_kind(kind);
    if (!known) return std::unexpected("unknown kind");
    if (body.size() > most_body) return std::unexpected("too long");
    const auto json = parse_json(body);
    if (!json) return std::unexpected(json.error());
    LogEntry entry;
    entry.kind = *known;
    StrictReader strict;
    if (!json->is_object()) return std::unexpected("not an object");
    Reader reader(strict, *json, "");
    walk(reader, entry);
    reader.end();
    if (!strict.problem().empty()) return std::unexpected(strict.problem());
    return entry;
}

} // namespace mooring::ledger
