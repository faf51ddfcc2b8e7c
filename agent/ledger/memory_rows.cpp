#include "ledger/database.hpp"

#include "ledger/rows.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <tuple>
#include <utility>

namespace mooring::ledger {
namespace {

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

// The place of an absence is its key, as the id is that of everything else.
auto place_of(const RememberedAbsence& absence) {
    return std::tie(absence.environment_id, absence.namespace_, absence.name);
}

// Reads the tables of one server: the parts of its memory, each in a table of its name.
class ServerReader {
  public:
    ServerReader(Database& database, const std::string& server) : database_(database), server_(server) {}

    void operator()(std::string_view /*name*/, std::string& /*instance_id*/) {} // in memory_servers
    template <typename T>
    void operator()(std::string_view name, std::map<std::int64_t, T>& values) {
        const std::string table = fmt::format("memory_{}", name);
        Statement query = select(table, "id, ", columns_of<T>(database_, table));
        while (query.step()) {
            T& value = values[query.number(0)];
            RowFields row(query, 1, usual);
            row_fields(row, value);
            if constexpr (requires { value.id; }) value.id = query.number(0);
        }
    }
    void operator()(std::string_view name, std::vector<RememberedAbsence>& absences) {
        const std::string table = fmt::format("memory_{}", name);
        Statement query = select(table, "", columns_of<RememberedAbsence>(database_, table));
        while (query.step()) {
            RowFields row(query, 0, 0);
            fields(row, absences.emplace_back());
        }
        std::ranges::sort(absences, {}, place_of);
    }
    // A part that a file of an older Mooring, which is only read, has no table for.
    void added(std::string_view name, auto& values) {
        if (has_column(database_, fmt::format("memory_{}", name), "server")) (*this)(name, values);
    }

  private:
    Statement select(const std::string& table, std::string_view id, const Columns& columns) {
        Statement query(database_, fmt::format("SELECT {}{} FROM {} WHERE server = ?", id,
                                               fmt::join(columns.selected, ", "), table));
        query.bind(1, server_);
        return query;
    }

    Database& database_;
    const std::string& server_;
};

// The rows of one server, or of all.
Rows read_rows(Database& database, const std::string* only) {
    const std::string declared_at = has_column(database, "memory_servers", "declared_at") ? "declared_at" : "0";
    const std::string sql = "SELECT server, instance_id, seen_at, server_date, verified_at, " + declared_at +
                            " FROM memory_servers" + (only == nullptr ? "" : " WHERE server = ?");
    Statement servers(database, sql);
    if (only != nullptr) servers.bind(1, *only);
    Rows rows;
    while (servers.step()) {
        ServerRows& server = rows[servers.text(0)];
        server.memory.instance_id = servers.text(1);
        server.times = {.seen_at = servers.number(2),
                        .declared_at = servers.number(5),
                        .server_date = servers.number(3),
                        .verified_at = servers.number(4)};
    }
    for (auto& [name, server] : rows) {
        ServerReader reader(database, name);
        fields(reader, server.memory);
    }
    return rows;
}

// Writes the tables of one server: what is new or different, and what is gone. `old` has the parts of before.
class ServerWriter {
  public:
    ServerWriter(Database& database, const std::string& server, const ServerMemory& old)
        : database_(database), server_(server), old_(old) {}

    void operator()(std::string_view /*name*/, const std::string& /*instance_id*/) {} // in memory_servers
    template <typename T>
    void operator()(std::string_view name, const std::map<std::int64_t, T>& now) {
        write(name, part(name, now), now);
    }
    void operator()(std::string_view name, const std::vector<RememberedAbsence>& now) { write_absences(name, now); }
    void added(std::string_view name, const auto& now) { (*this)(name, now); }

  private:
    // The part of `old_` that has this name.
    template <typename T>
    const T& part(std::string_view name, const T& /*now*/) const {
        Part<T> found{.name = name};
        fields(found, old_);
        return *found.value;
    }
    template <typename T>
    struct Part {
        std::string_view name;
        const T* value = nullptr;
        void operator()(std::string_view one, const T& given) {
            if (one == name) value = &given;
        }
        void operator()(std::string_view /*one*/, const auto& /*another*/) {}
        void added(std::string_view one, const auto& given) { (*this)(one, given); }
    };

    Statement upsert(const std::string& table, std::string_view key, const Columns& columns) {
        std::string places = key.empty() ? "?" : "?, ?";
        for (std::size_t i = 0; i < columns.names.size(); ++i) places += ", ?";
        return {database_, fmt::format("INSERT OR REPLACE INTO {} (server, {}{}) VALUES ({})", table, key,
                                       fmt::join(columns.names, ", "), places)};
    }

    template <typename T>
    void write(std::string_view name, const std::map<std::int64_t, T>& old, const std::map<std::int64_t, T>& now) {
        const std::string table = fmt::format("memory_{}", name);
        Statement row = upsert(table, "id, ", columns_of<T>(database_, table));
        for (const auto& [id, value] : now) {
            const auto known = old.find(id);
            if (known != old.end() && known->second == value) continue;
            row.bind(1, server_).bind(2, id);
            BoundFields bound(row, 3);
            row_fields(bound, value);
            row.run();
        }
        Statement remove(database_, fmt::format("DELETE FROM {} WHERE server = ? AND id = ?", table));
        for (const auto& [id, value] : old) {
            if (!now.contains(id)) remove.bind(1, server_).bind(2, id).run();
        }
    }

    void write_absences(std::string_view name, const std::vector<RememberedAbsence>& now) {
        const std::vector<RememberedAbsence>& old = part(name, now);
        const std::string table = fmt::format("memory_{}", name);
        Statement row = upsert(table, "", columns_of<RememberedAbsence>(database_, table));
        for (const RememberedAbsence& one : now) {
            if (std::ranges::find(old, one) != old.end()) continue;
            row.bind(1, server_);
            BoundFields bound(row, 2);
            fields(bound, one);
            row.run();
        }
        Statement remove(database_, fmt::format("DELETE FROM {} WHERE server = ? AND environment_id = ? AND "
                                                "namespace = ? AND name = ?",
                                                table));
        for (const RememberedAbsence& one : old) {
            const auto same = [&](const RememberedAbsence& other) { return place_of(one) == place_of(other); };
            if (std::ranges::any_of(now, same)) continue;
            remove.bind(1, server_).bind(2, one.environment_id).bind(3, one.namespace_).bind(4, one.name).run();
        }
    }

    Database& database_;
    const std::string& server_;
    const ServerMemory& old_;
};

void write_server(Database& database, const std::string& server, const ServerRows& old, const ServerRows& now) {
    ServerWriter writer(database, server, old.memory);
    fields(writer, now.memory);
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

} // namespace

Memory read_memory_rows(Database& database) {
    Memory memory;
    for (auto& [name, server] : read_rows(database, nullptr)) memory.servers[name] = memory_of(std::move(server));
    return memory;
}

ServerMemory read_memory_rows(Database& database, const std::string& server) {
    Rows rows = read_rows(database, &server);
    return rows.empty() ? ServerMemory{} : memory_of(std::move(rows.begin()->second));
}

void write_memory_rows(Database& database, const Memory& memory) {
    Rows old = read_rows(database, nullptr);
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
    Rows rows = read_rows(database, &server);
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
