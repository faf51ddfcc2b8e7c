#include "ledger/database.hpp"

#include "base/file.hpp"
#include "ledger/json.hpp"
#include "ledger/ledger.hpp"

#include <algorithm>
#include <fcntl.h>
#include <fmt/format.h>
#include <iterator>
#include <sys/file.h>
#include <tuple>
#include <unistd.h>
#include <utility>

namespace mooring::ledger {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t most_file_bytes = std::size_t{256} << 20U; // 100,000 stacks need about 70 MB
constexpr unsigned private_mode = 0600;

std::unexpected<Error> unusable(const fs::path& file, std::string_view why) {
    return fail(
        ErrorKind::invalid_input, fmt::format("the memory {} cannot be used: {}", file.string(), why),
        "If it is not a memory, name another file; if it is, restore it from a backup or delete it: the next run "
        "then starts without a memory, which can turn `denied` and `missing` into `not_visible`.");
}

// The text of the file; "" with `exists` false when there is none.
Result<std::string> read_text(const fs::path& file, bool& exists) {
    Result<std::string> text = read_file(file, most_file_bytes);
    exists = text.has_value() || text.error().kind != ErrorKind::not_found;
    if (text) return text;
    if (!exists) return std::string();
    return unusable(file, text.error().message);
}

Result<Memory> read_memory_file(const fs::path& file, bool& exists) {
    const Result<std::string> text = read_text(file, exists);
    if (!text) return std::unexpected(text.error());
    if (!exists) return Memory{};
    auto memory = read_memory(*text);
    if (!memory) return unusable(file, memory.error());
    return *std::move(memory);
}

// Held while the file is read and written anew, by the key beside it, which is never replaced. Without a key that can
// be opened nobody is waited for.
class WritersTurn {
  public:
    explicit WritersTurn(const fs::path& file) : key_(::open(key_path(file).c_str(), O_RDONLY | O_CLOEXEC)) {
        if (key_ >= 0) static_cast<void>(::flock(key_, LOCK_EX));
    }
    WritersTurn(const WritersTurn&) = delete;
    WritersTurn& operator=(const WritersTurn&) = delete;
    ~WritersTurn() {
        if (key_ >= 0) ::close(key_);
    }

  private:
    int key_;
};

} // namespace

Result<LoadedMemory> load_memory(const std::filesystem::path& file) {
    LoadedMemory loaded;
    bool exists = false;
    Result<Memory> memory = read_memory_file(file, exists);
    if (!memory) return std::unexpected(memory.error());
    loaded.memory = *std::move(memory);
    Result<LoadedKey> key = load_key(key_path(file), "memory", exists);
    if (!key) return std::unexpected(key.error());
    if (key->is_new) { // digests made with another key, if there was one, mean nothing any more
        for (auto& [name, server] : loaded.memory.servers) server.files.clear();
    }
    loaded.key = std::move(key->key);
    loaded.diagnostics = std::move(key->diagnostics);
    return loaded;
}

Result<void> save_memory(const std::filesystem::path& file, const Memory& memory) {
    Result<void> written = write_file_atomically(file, write_memory(memory), private_mode);
    if (!written) return while_doing("saving the memory", std::move(written.error()));
    return written;
}

Result<void> update_memory(const std::filesystem::path& file, const Memory& before, const Memory& after) {
    const WritersTurn turn(file);
    bool exists = false;
    Result<Memory> now = read_memory_file(file, exists);
    if (!now) return std::unexpected(now.error());
    static const ServerMemory none;
    for (const auto& [name, mine] : after.servers) {
        const auto known = before.servers.find(name);
        ServerMemory& kept = now->servers[name];
        kept = merge_memory(known == before.servers.end() ? none : known->second, mine, std::move(kept));
    }
    return save_memory(file, *now);
}

namespace {

// Row by row. `join(ours, theirs)`: what both changed.
template <typename Map, typename Join>
void merge_rows(const Map& before, const Map& after, Map& now, Join join) {
    for (const auto& [id, ours] : after) {
        const auto known = before.find(id);
        if (known != before.end() && known->second == ours) continue; // not changed by this run
        const auto theirs = now.find(id);
        if (theirs == now.end())
            now.emplace(id, ours);
        else if (known != before.end() && theirs->second == known->second)
            theirs->second = ours;
        else
            theirs->second = join(ours, theirs->second);
    }
    for (const auto& [id, known] : before) {
        if (after.contains(id)) continue;
        const auto theirs = now.find(id);
        if (theirs != now.end() && theirs->second == known) now.erase(theirs);
    }
}

RememberedStack join_stacks(const RememberedStack& ours, const RememberedStack& theirs) {
    RememberedStack out = ours.seen_at >= theirs.seen_at ? ours : theirs;
    out.seen_at = std::max(ours.seen_at, theirs.seen_at);
    out.declared_at = std::max(ours.declared_at, theirs.declared_at);
    out.older_dropped = ours.older_dropped || theirs.older_dropped;
    return out;
}

RememberedEnvironment join_environments(const RememberedEnvironment& ours, const RememberedEnvironment& theirs) {
    return {.name = ours.seen_at >= theirs.seen_at ? ours.name : theirs.name,
            .seen_at = std::max(ours.seen_at, theirs.seen_at),
            .declared_at = std::max(ours.declared_at, theirs.declared_at),
            .gone = ours.gone && theirs.gone};
}

// Each row holds by itself: its digests say of which record and file.
RememberedFile join_files(const RememberedFile& ours, const RememberedFile& theirs) {
    RememberedFile out = ours.verified_at >= theirs.verified_at ? ours : theirs;
    if (ours.content_digest != theirs.content_digest) return out;
    out.jobs_seen.clear();
    std::ranges::set_union(ours.jobs_seen, theirs.jobs_seen, std::back_inserter(out.jobs_seen));
    return out;
}

using Place = std::tuple<EnvironmentId, std::string, std::string>;
using Absences = std::map<Place, RememberedAbsence>;

Absences by_place(const std::vector<RememberedAbsence>& absences) {
    Absences out;
    for (const RememberedAbsence& one : absences) out[{one.environment_id, one.namespace_, one.name}] = one;
    return out;
}

// The later beginning: the earlier one may belong to an absence that has ended since.
RememberedAbsence join_absences(const RememberedAbsence& ours, const RememberedAbsence& theirs) {
    RememberedAbsence out = ours;
    out.first_seen = std::max(ours.first_seen, theirs.first_seen);
    out.last_seen = std::max(ours.last_seen, theirs.last_seen);
    return out;
}

std::vector<RememberedAbsence> merge_absences(const Absences& before, const Absences& after, Absences now) {
    for (const auto& [place, known] : before) {
        if (!after.contains(place)) now.erase(place); // this run saw its end
    }
    for (const auto& [place, ours] : after) {
        const auto known = before.find(place);
        const auto theirs = now.find(place);
        if (theirs != now.end()) {
            const bool ours_alone = known != before.end() && theirs->second == known->second;
            theirs->second = ours_alone ? ours : join_absences(ours, theirs->second);
        } else if (known == before.end()) {
            now.emplace(place, ours);
        } // else somebody saw its end
    }
    std::vector<RememberedAbsence> out;
    out.reserve(now.size());
    for (auto& [place, one] : now) out.push_back(std::move(one));
    return out;
}

UnixSeconds newest_sight(const ServerMemory& memory) {
    UnixSeconds newest = 0;
    for (const auto& [id, stack] : memory.stacks) newest = std::max(newest, stack.seen_at);
    for (const auto& [id, environment] : memory.environments) newest = std::max(newest, environment.seen_at);
    return newest;
}

ServerMemory merge_rows_of(const ServerMemory& before, const ServerMemory& after, ServerMemory now) {
    const auto ours_first = [](const auto& ours, const auto& /*theirs*/) { return ours; };
    merge_rows(before.stacks, after.stacks, now.stacks, join_stacks);
    merge_rows(before.environments, after.environments, now.environments, join_environments);
    merge_rows(before.selections, after.selections, now.selections, ours_first);
    merge_rows(before.files, after.files, now.files, join_files);
    std::erase_if(now.files, [&](const auto& entry) { return !now.stacks.contains(entry.first); });
    now.absences = merge_absences(by_place(before.absences), by_place(after.absences), by_place(now.absences));
    return now;
}

} // namespace

ServerMemory merge_memory(const ServerMemory& before, const ServerMemory& after, ServerMemory now) {
    if (now == before || now == ServerMemory{}) return after;
    const bool same_database = before.instance_id == after.instance_id;
    if (now.instance_id == after.instance_id) {
        return merge_rows_of(same_database ? before : ServerMemory{}, after, std::move(now));
    }
    if (same_database) return now; // another run has seen another database since
    if (now.instance_id == before.instance_id) return after;
    return newest_sight(after) >= newest_sight(now) ? after : now;
}

} // namespace mooring::ledger
