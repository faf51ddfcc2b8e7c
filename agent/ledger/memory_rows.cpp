#include "ledger/memory_rows.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <charconv>
#include <fmt/format.h>
#include <limits>
#include <utility>

namespace mooring::ledger {
namespace {

// Stands for "the server's usual time": NULL in a row. A run that saw everything again then changes one row.
constexpr UnixSeconds usual = std::numeric_limits<UnixSeconds>::min();

struct UsualTimes {
    UnixSeconds seen_at = 0;
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
    for (const auto& [id, stack] : server.stacks) times.seen_at = std::max(times.seen_at, stack.seen_at);
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

ServerRows rows_of(const ServerMemory& server) {
    ServerRows rows{.memory = server, .times = usual_times(server)};
    for (auto& [id, stack] : rows.memory.stacks) {
        if (stack.seen_at == rows.times.seen_at) stack.seen_at = usual;
    }
    for (auto& [id, file] : rows.memory.files) {
        if (file.server_date != rows.times.server_date || file.verified_at != rows.times.verified_at) continue;
        file.server_date = file.verified_at = usual;
    }
    return rows;
}

ServerMemory memory_of(ServerRows rows) {
    for (auto& [id, stack] : rows.memory.stacks) {
        if (stack.seen_at == usual) stack.seen_at = rows.times.seen_at;
    }
    for (auto& [id, file] : rows.memory.files) {
        if (file.server_date == usual) file.server_date = rows.times.server_date;
        if (file.verified_at == usual) file.verified_at = rows.times.verified_at;
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

void read_stacks(Database& database, Rows& rows) {
    Statement query(database, "SELECT server, id, environment_id, environment_name, name, namespace, created_at, "
                              "seen_at FROM memory_stacks");
    while (query.step()) {
        RememberedStack& stack = rows[query.text(0)].memory.stacks[query.number(1)];
        stack = {.id = query.number(1),
                 .environment_id = query.number(2),
                 .environment_name = query.text(3),
                 .name = query.text(4),
                 .created_at = query.number(6),
                 .seen_at = query.optional_number(7).value_or(usual),
                 .namespace_ = query.text(5)};
    }
}

void read_files(Database& database, Rows& rows) {
    Statement query(database, "SELECT server, id, record, content, desired, settled, server_date, verified_at FROM "
                              "memory_files");
    while (query.step()) {
        RememberedFile& file = rows[query.text(0)].memory.files[query.number(1)];
        file = {.record_digest = query.text(2),
                .content_digest = query.text(3),
                .desired_digest = query.text(4),
                .server_date = query.optional_number(6).value_or(usual),
                .verified_at = query.optional_number(7).value_or(usual),
                .settled = query.number(5) != 0};
    }
}

void read_places(Database& database, Rows& rows) {
    Statement environments(database, "SELECT server, id, name FROM memory_environments");
    while (environments.step()) {
        rows[environments.text(0)].memory.environments[environments.number(1)] = environments.text(2);
    }
    Statement selections(database, "SELECT server, id, environment_group, tags FROM memory_selections");
    while (selections.step()) {
        rows[selections.text(0)].memory.selections[selections.number(1)] = {.group = selections.number(2),
                                                                            .tags = read_tags(selections.text(3))};
    }
    Statement absences(database,
                       "SELECT server, environment_id, name, first_seen FROM memory_absences ORDER BY server, id");
    while (absences.step()) {
        rows[absences.text(0)].memory.absences.push_back(
            {.environment_id = absences.number(1), .name = absences.text(2), .first_seen = absences.number(3)});
    }
}

Rows read_rows(Database& database) {
    Rows rows;
    Statement servers(database, "SELECT server, instance_id, seen_at, server_date, verified_at FROM memory_servers");
    while (servers.step()) {
        ServerRows& server = rows[servers.text(0)];
        server.memory.instance_id = servers.text(1);
        server.times = {
            .seen_at = servers.number(2), .server_date = servers.number(3), .verified_at = servers.number(4)};
    }
    read_stacks(database, rows);
    read_files(database, rows);
    read_places(database, rows);
    return rows;
}

// Writes one table: `upsert` binds a new or different element from place 3 on (1 and 2 are server and id).
template <typename Map, typename Bind>
void write_map(Database& database, const std::string& server, const Map& old, const Map& now, const std::string& table,
               const std::string& values, Bind bind) {
    Statement upsert(database, "INSERT OR REPLACE INTO " + table + " VALUES (?, ?, " + values + ")");
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

std::map<std::int64_t, RememberedAbsence> by_position(const std::vector<RememberedAbsence>& absences) {
    std::map<std::int64_t, RememberedAbsence> out;
    for (const RememberedAbsence& absence : absences) out[static_cast<std::int64_t>(out.size())] = absence;
    return out;
}

void write_server(Database& database, const std::string& server, const ServerRows& old, const ServerRows& now) {
    const ServerMemory& a = old.memory;
    const ServerMemory& b = now.memory;
    write_map(database, server, a.stacks, b.stacks, "memory_stacks", "?, ?, ?, ?, ?, ?",
              [](Statement& row, const RememberedStack& stack) {
                  row.bind(3, stack.environment_id).bind(4, stack.environment_name).bind(5, stack.name);
                  row.bind(6, stack.namespace_).bind(7, stack.created_at).bind(8, or_null(stack.seen_at));
              });
    write_map(database, server, a.files, b.files, "memory_files", "?, ?, ?, ?, ?, ?",
              [](Statement& row, const RememberedFile& file) {
                  row.bind(3, file.record_digest).bind(4, file.content_digest).bind(5, file.desired_digest);
                  row.bind(6, std::int64_t{file.settled}).bind(7, or_null(file.server_date));
                  row.bind(8, or_null(file.verified_at));
              });
    write_map(database, server, a.environments, b.environments, "memory_environments", "?",
              [](Statement& row, const std::string& name) { row.bind(3, name); });
    write_map(database, server, a.selections, b.selections, "memory_selections", "?, ?",
              [](Statement& row, const RememberedSelection& selection) {
                  row.bind(3, selection.group).bind(4, write_tags(selection.tags));
              });
    write_map(database, server, by_position(a.absences), by_position(b.absences), "memory_absences", "?, ?, ?",
              [](Statement& row, const RememberedAbsence& absence) {
                  row.bind(3, absence.environment_id).bind(4, absence.name).bind(5, absence.first_seen);
              });
}

void write_times(Database& database, const std::string& name, const ServerRows& server) {
    Statement(database, "INSERT OR REPLACE INTO memory_servers VALUES (?, ?, ?, ?, ?)")
        .bind(1, name)
        .bind(2, server.memory.instance_id)
        .bind(3, server.times.seen_at)
        .bind(4, server.times.server_date)
        .bind(5, server.times.verified_at)
        .run();
}

} // namespace

Memory read_memory_rows(Database& database) {
    Memory memory;
    for (auto& [name, server] : read_rows(database)) memory.servers[name] = memory_of(std::move(server));
    return memory;
}

void write_memory_rows(Database& database, const Memory& memory) {
    Rows old = read_rows(database);
    if (database.failed()) return;
    for (const auto& [name, server] : memory.servers) {
        const bool known = old.contains(name);
        ServerRows& before = old[name];
        const ServerRows now = rows_of(server);
        write_server(database, name, before, now);
        if (!known || before.times != now.times || before.memory.instance_id != now.memory.instance_id) {
            write_times(database, name, now);
        }
    }
    Statement forget(database, "DELETE FROM memory_servers WHERE server = ?");
    for (const auto& [name, server] : old) {
        if (memory.servers.contains(name)) continue;
        write_server(database, name, server, {});
        forget.bind(1, name).run();
    }
}

} // namespace mooring::ledger
