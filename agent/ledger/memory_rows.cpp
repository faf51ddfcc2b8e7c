#include "ledger/memory_rows.hpp"

#include "base/crypto.hpp"
#include "base/text.hpp"
#include "ledger/memory_merge.hpp"
#include "ledger/migrations.hpp"

#include <algorithm>
#include <charconv>
#include <fmt/format.h>
#include <limits>
#include <tuple>
#include <utility>

namespace mooring::ledger {
namespace {

// Stands for "the server's usual time": NULL in a row. A run that saw everything again then changes one row.
constexpr UnixSeconds usual = std::numeric_limits<UnixSeconds>::min();

struct UsualTimes {
    UnixSeconds seen_at = 0; // of stacks and environments
    UnixSeconds declared_at = 0;
    UnixSeconds server_date = 0;
    UnixSeconds verified_at = 0;

    friend bool operator==(const UsualTimes&, const UsualTimes&) = default;
};

// One server's rows: the memory with usual times taken out.
struct ServerRows {
    ServerMemory memory;
    UsualTimes times;
};
using Rows = std::map<std::string, ServerRows>;

UsualTimes usual_times(const ServerMemory& server) {
    UsualTimes times;
    const auto learn = [&times](UnixSeconds seen_at, UnixSeconds declared_at) {
        times.seen_at = std::max(times.seen_at, seen_at);
        times.declared_at = std::max(times.declared_at, declared_at);
    };
    for (const auto& [id, stack] : server.stacks) learn(stack.seen_at, stack.declared_at);
    for (const auto& [id, environment] : server.environments) learn(environment.seen_at, environment.declared_at);
    std::map<std::pair<UnixSeconds, UnixSeconds>, std::size_t> counts;
    std::size_t most = 0;
    for (const auto& [id, file] : server.files) {
        const std::size_t count = ++counts[{file.server_date, file.verified_at}];
        if (count <= most) continue;
        most = count;
        times.server_date = file.server_date;
        times.verified_at = file.verified_at;
    }
    return times;
}

void take_out(UnixSeconds& at, UnixSeconds usual_time) {
    if (at == usual_time) at = usual;
}
void put_back(UnixSeconds& at, UnixSeconds usual_time) {
    if (at == usual) at = usual_time;
}

ServerRows rows_of(const ServerMemory& server) {
    ServerRows rows{.memory = server, .times = usual_times(server)};
    const auto both = [&times = rows.times](auto& one) {
        take_out(one.seen_at, times.seen_at);
        take_out(one.declared_at, times.declared_at);
    };
    for (auto& [id, stack] : rows.memory.stacks) both(stack);
    for (auto& [id, environment] : rows.memory.environments) both(environment);
    for (auto& [id, file] : rows.memory.files) {
        if (file.server_date != rows.times.server_date || file.verified_at != rows.times.verified_at) continue;
        file.server_date = file.verified_at = usual;
    }
    return rows;
}

ServerMemory memory_of(ServerRows rows) {
    const auto both = [&times = rows.times](auto& one) {
        put_back(one.seen_at, times.seen_at);
        put_back(one.declared_at, times.declared_at);
    };
    for (auto& [id, stack] : rows.memory.stacks) both(stack);
    for (auto& [id, environment] : rows.memory.environments) both(environment);
    for (auto& [id, file] : rows.memory.files) {
        put_back(file.server_date, rows.times.server_date);
        put_back(file.verified_at, rows.times.verified_at);
    }
    return std::move(rows.memory);
}

std::optional<std::int64_t> or_null(UnixSeconds at) {
    return at == usual ? std::nullopt : std::optional<std::int64_t>(at);
}

std::string write_tags(const std::vector<std::int64_t>& tags) { return fmt::format("{}", fmt::join(tags, " ")); }

std::vector<std::int64_t> read_tags(const std::string& text) {
    std::vector<std::int64_t> tags;
    if (text.empty()) return tags;
    for (const std::string_view word : split(text, ' ')) {
        std::int64_t tag = 0;
        if (std::from_chars(word.data(), word.data() + word.size(), tag).ec == std::errc{}) tags.push_back(tag);
    }
    return tags;
}

std::vector<std::string> read_names(const std::string& text) {
    std::vector<std::string> names;
    if (text.empty()) return names;
    for (const std::string_view name : split(text, '\n')) names.emplace_back(name);
    return names;
}

// The rows of one server, or of all; in a file of an older Mooring that is only read, without the columns it lacks.
class RowReader {
  public:
    RowReader(Database& database, const std::string* server) : database_(database), server_(server) {}

    Rows read() {
        Statement servers =
            select(fmt::format("SELECT server, instance_id, seen_at, server_date, verified_at, {} FROM memory_servers",
                               added("declared_at", "0")));
        while (servers.step()) {
            ServerRows& server = rows_[servers.text(0)];
            server.memory.instance_id = servers.text(1);
            server.times = {.seen_at = servers.number(2),
                            .declared_at = servers.number(5),
                            .server_date = servers.number(3),
                            .verified_at = servers.number(4)};
        }
        read_stacks();
        read_files();
        read_environments();
        read_names_of("memory_tags", &ServerMemory::tags);
        read_names_of("memory_groups", &ServerMemory::groups);
        read_absences();
        return std::move(rows_);
    }

  private:
    std::string added(std::string_view column, std::string_view otherwise) {
        return since_step(database_, 3, column, otherwise);
    }
    Statement select(const std::string& sql) {
        Statement query(database_, server_ == nullptr ? sql : sql + " WHERE server = ?");
        if (server_ != nullptr) query.bind(1, *server_);
        return query;
    }
    void read_stacks();
    void read_files();
    void read_environments();
    void read_names_of(std::string_view table, std::map<std::int64_t, std::string> ServerMemory::* names);
    void read_absences();

    Database& database_;
    const std::string* server_;
    Rows rows_;
};

void RowReader::read_stacks() {
    Statement query = select(fmt::format("SELECT server, id, environment_id, environment_name, name, namespace, "
                                         "created_at, seen_at, {}, {} FROM memory_stacks",
                                         added("older_dropped", "0"), added("declared_at", "NULL")));
    while (query.step()) {
        RememberedStack& stack = rows_[query.text(0)].memory.stacks[query.number(1)];
        stack = {.id = query.number(1),
                 .environment_id = query.number(2),
                 .environment_name = query.text(3),
                 .name = query.text(4),
                 .created_at = query.number(6),
                 .seen_at = query.optional_number(7).value_or(usual),
                 .namespace_ = query.text(5),
                 .older_dropped = query.number(8) != 0,
                 .declared_at = query.optional_number(9).value_or(usual)};
    }
}

void RowReader::read_files() {
    Statement query = select(fmt::format("SELECT server, id, record, content, desired, settled, server_date, "
                                         "verified_at, {} FROM memory_files",
                                         added("jobs_seen", "''")));
    while (query.step()) {
        RememberedFile& file = rows_[query.text(0)].memory.files[query.number(1)];
        file = {.record_digest = query.text(2),
                .content_digest = query.text(3),
                .desired_digest = query.text(4),
                .server_date = query.optional_number(6).value_or(usual),
                .verified_at = query.optional_number(7).value_or(usual),
                .settled = query.number(5) != 0,
                .jobs_seen = read_names(query.text(8))};
    }
}

void RowReader::read_environments() {
    Statement environments =
        select(fmt::format("SELECT server, id, name, {}, {}, {} FROM memory_environments", added("seen_at", "NULL"),
                           added("declared_at", "NULL"), added("gone", "0")));
    while (environments.step()) {
        rows_[environments.text(0)].memory.environments[environments.number(1)] = {
            .name = environments.text(2),
            .seen_at = environments.optional_number(3).value_or(usual),
            .declared_at = environments.optional_number(4).value_or(usual),
            .gone = environments.number(5) != 0};
    }
    Statement selections = select("SELECT server, id, environment_group, tags FROM memory_selections");
    while (selections.step()) {
        rows_[selections.text(0)].memory.selections[selections.number(1)] = {.group = selections.number(2),
                                                                             .tags = read_tags(selections.text(3))};
    }
}

void RowReader::read_names_of(std::string_view table, std::map<std::int64_t, std::string> ServerMemory::* names) {
    if (database_.number("PRAGMA user_version") < 3) return;
    Statement query = select(fmt::format("SELECT server, id, name FROM {}", table));
    while (query.step()) (rows_[query.text(0)].memory.*names)[query.number(1)] = query.text(2);
}

auto place_of(const RememberedAbsence& absence) {
    return std::tie(absence.environment_id, absence.namespace_, absence.name);
}

void RowReader::read_absences() {
    Statement query = select(fmt::format("SELECT server, environment_id, {}, name, first_seen, {} FROM memory_absences",
                                         added("namespace", "''"), added("last_seen", "0")));
    while (query.step()) {
        rows_[query.text(0)].memory.absences.push_back({.environment_id = query.number(1),
                                                        .namespace_ = query.text(2),
                                                        .name = query.text(3),
                                                        .first_seen = query.number(4),
                                                        .last_seen = query.number(5)});
    }
    for (auto& [name, server] : rows_) std::ranges::sort(server.memory.absences, {}, place_of);
}

// Writes one table: `upsert` binds a new or different element from place 3 on (1 and 2 are server and id).
template <typename Map, typename Bind>
void write_map(Database& database, const std::string& server, const Map& old, const Map& now, const std::string& table,
               const std::string& columns, Bind bind) {
    std::string places = "?, ?";
    for (std::size_t i = 0; i < split(columns, ',').size(); ++i) places += ", ?";
    Statement upsert(database,
                     "INSERT OR REPLACE INTO " + table + " (server, id, " + columns + ") VALUES (" + places + ")");
    for (const auto& [id, value] : now) {
        const auto known = old.find(id);
        if (known != old.end() && known->second == value) continue;
        upsert.bind(1, server).bind(2, id);
        bind(upsert, value);
        upsert.run();
    }
    Statement remove(database, "DELETE FROM " + table + " WHERE server = ? AND id = ?");
    for (const auto& [id, value] : old) {
        if (!now.contains(id)) remove.bind(1, server).bind(2, id).run();
    }
}

void write_absences(Database& database, const std::string& server, const std::vector<RememberedAbsence>& old,
                    const std::vector<RememberedAbsence>& now) {
    Statement upsert(database, "INSERT OR REPLACE INTO memory_absences (server, environment_id, namespace, name, "
                               "first_seen, last_seen) VALUES (?, ?, ?, ?, ?, ?)");
    for (const RememberedAbsence& one : now) {
        if (std::ranges::find(old, one) != old.end()) continue;
        upsert.bind(1, server).bind(2, one.environment_id).bind(3, one.namespace_).bind(4, one.name);
        upsert.bind(5, one.first_seen).bind(6, one.last_seen).run();
    }
    Statement remove(database, "DELETE FROM memory_absences WHERE server = ? AND environment_id = ? AND namespace = ? "
                               "AND name = ?");
    for (const RememberedAbsence& one : old) {
        const auto same = [&](const RememberedAbsence& other) { return place_of(one) == place_of(other); };
        if (std::ranges::any_of(now, same)) continue;
        remove.bind(1, server).bind(2, one.environment_id).bind(3, one.namespace_).bind(4, one.name).run();
    }
}

void write_server(Database& database, const std::string& server, const ServerRows& old, const ServerRows& now) {
    const ServerMemory& a = old.memory;
    const ServerMemory& b = now.memory;
    write_map(database, server, a.stacks, b.stacks, "memory_stacks",
              "environment_id, environment_name, name, namespace, created_at, seen_at, older_dropped, declared_at",
              [](Statement& row, const RememberedStack& stack) {
                  row.bind(3, stack.environment_id).bind(4, stack.environment_name).bind(5, stack.name);
                  row.bind(6, stack.namespace_).bind(7, stack.created_at).bind(8, or_null(stack.seen_at));
                  row.bind(9, std::int64_t{stack.older_dropped}).bind(10, or_null(stack.declared_at));
              });
    write_map(database, server, a.files, b.files, "memory_files",
              "record, content, desired, settled, server_date, verified_at, jobs_seen",
              [](Statement& row, const RememberedFile& file) {
                  row.bind(3, file.record_digest).bind(4, file.content_digest).bind(5, file.desired_digest);
                  row.bind(6, std::int64_t{file.settled}).bind(7, or_null(file.server_date));
                  row.bind(8, or_null(file.verified_at)).bind(9, join(file.jobs_seen, "\n"));
              });
    write_map(database, server, a.environments, b.environments, "memory_environments",
              "name, seen_at, declared_at, gone", [](Statement& row, const RememberedEnvironment& environment) {
                  row.bind(3, environment.name).bind(4, or_null(environment.seen_at));
                  row.bind(5, or_null(environment.declared_at)).bind(6, std::int64_t{environment.gone});
              });
    write_map(database, server, a.selections, b.selections, "memory_selections", "environment_group, tags",
              [](Statement& row, const RememberedSelection& selection) {
                  row.bind(3, selection.group).bind(4, write_tags(selection.tags));
              });
    const auto bind_name = [](Statement& row, const std::string& name) { row.bind(3, name); };
    write_map(database, server, a.tags, b.tags, "memory_tags", "name", bind_name);
    write_map(database, server, a.groups, b.groups, "memory_groups", "name", bind_name);
    write_absences(database, server, a.absences, b.absences);
}

void write_times(Database& database, const std::string& name, const ServerRows& server) {
    Statement(database, "INSERT OR REPLACE INTO memory_servers (server, instance_id, seen_at, declared_at, "
                        "server_date, verified_at) VALUES (?, ?, ?, ?, ?, ?)")
        .bind(1, name)
        .bind(2, server.memory.instance_id)
        .bind(3, server.times.seen_at)
        .bind(4, server.times.declared_at)
        .bind(5, server.times.server_date)
        .bind(6, server.times.verified_at)
        .run();
}

// Writes what differs of one server. `known`: it has a row of its own.
void write_changes(Database& database, const std::string& name, bool known, const ServerRows& old,
                   const ServerRows& now) {
    write_server(database, name, old, now);
    if (known && old.times == now.times && old.memory.instance_id == now.memory.instance_id) return;
    write_times(database, name, now);
}

// Fields behind each other, each with its length; hashed in pieces, so that a large memory takes no second room.
class RowDigest {
  public:
    RowDigest& text(std::string_view field) {
        fmt::format_to(std::back_inserter(rows_), "{}:{}", field.size(), field);
        return *this;
    }
    template <typename... Numbers>
    RowDigest& numbers(Numbers... values) {
        (fmt::format_to(std::back_inserter(rows_), "{};", static_cast<std::int64_t>(values)), ...);
        if (rows_.size() >= piece) fold();
        return *this;
    }
    RowDigest& part(std::string_view name, std::size_t count) { return text(name).numbers(count); }
    std::string take() {
        fold();
        return std::move(rows_);
    }

  private:
    static constexpr std::size_t piece = 65536;

    void fold() {
        const Digest digest = sha256(rows_);
        rows_.assign(digest.begin(), digest.end());
    }

    std::string rows_;
};

void add_names(RowDigest& out, std::string_view part, const std::map<std::int64_t, std::string>& names) {
    out.part(part, names.size());
    for (const auto& [id, name] : names) out.text(name).numbers(id);
}

// Every field of every row; two memories that differ anywhere have different digests.
std::string digest_of(const ServerMemory& memory) {
    RowDigest out;
    out.text(memory.instance_id).part("stacks", memory.stacks.size());
    for (const auto& [id, one] : memory.stacks) {
        out.text(one.environment_name).text(one.name).text(one.namespace_);
        out.numbers(id, one.environment_id, one.created_at, one.seen_at, one.older_dropped, one.declared_at);
    }
    out.part("files", memory.files.size());
    for (const auto& [id, one] : memory.files) {
        out.text(one.record_digest).text(one.content_digest).text(one.desired_digest).text(join(one.jobs_seen, "\n"));
        out.numbers(id, one.server_date, one.verified_at, one.settled);
    }
    out.part("environments", memory.environments.size());
    for (const auto& [id, one] : memory.environments)
        out.text(one.name).numbers(id, one.seen_at, one.declared_at, one.gone);
    out.part("selections", memory.selections.size());
    for (const auto& [id, one] : memory.selections) out.text(write_tags(one.tags)).numbers(id, one.group);
    add_names(out, "tags", memory.tags);
    add_names(out, "groups", memory.groups);
    out.part("absences", memory.absences.size());
    for (const RememberedAbsence& one : memory.absences)
        out.text(one.namespace_).text(one.name).numbers(one.environment_id, one.first_seen, one.last_seen);
    return out.take();
}

} // namespace

Memory read_memory_rows(Database& database) {
    Memory memory;
    for (auto& [name, server] : RowReader(database, nullptr).read())
        memory.servers[name] = memory_of(std::move(server));
    return memory;
}

ServerMemory read_memory_rows(Database& database, const std::string& server) {
    Rows rows = RowReader(database, &server).read();
    return rows.empty() ? ServerMemory{} : memory_of(std::move(rows.begin()->second));
}

void write_memory_rows(Database& database, const Memory& memory) {
    Rows old = RowReader(database, nullptr).read();
    if (database.failed()) return;
    for (const auto& [name, server] : memory.servers) {
        const bool known = old.contains(name);
        write_changes(database, name, known, old[name], rows_of(server));
    }
    Statement forget(database, "DELETE FROM memory_servers WHERE server = ?");
    for (const auto& [name, server] : old) {
        if (memory.servers.contains(name)) continue;
        write_server(database, name, server, {});
        forget.bind(1, name).run();
    }
}

std::string merge_memory_rows(Database& database, const std::string& server, const ServerMemory& before,
                              const ServerMemory& after) {
    Rows rows = RowReader(database, &server).read();
    if (database.failed()) return {};
    const bool known = rows.contains(server);
    const ServerRows old = std::move(rows[server]);
    ServerMemory merged = merge_memory(before, after, memory_of(old));
    std::ranges::sort(merged.absences, {}, place_of);
    if (known || merged != ServerMemory{}) write_changes(database, server, known, old, rows_of(merged));
    return digest_of(merged);
}

std::string memory_digest(Database& database, const std::string& server) {
    return digest_of(read_memory_rows(database, server));
}

} // namespace mooring::ledger
