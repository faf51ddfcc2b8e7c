// What keeps the file in shape: pruning with a checkpoint, and copies.

#include "base/file.hpp"
#include "ledger/database.hpp"
#include "ledger/entries.hpp"
#include "ledger/json.hpp"
#include "ledger/rows.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <fmt/format.h>
#include <optional>
#include <ranges>
#include <system_error>
#include <unistd.h>
#include <utility>
#include <vector>

namespace mooring::ledger {
namespace {

namespace fs = std::filesystem;

// The last run of those at the beginning that all started before `before`; 0: none. The newest run is never among
// them.
RunNumber last_to_prune(Database& database, UnixSeconds before) {
    Statement query(database, "SELECT ifnull(min(number), (SELECT max(number) FROM runs)) - 1 FROM runs "
                              "WHERE started_at >= ?");
    return query.bind(1, before).step() ? query.number(0) : 0;
}

void remove_runs(Database& database, RunNumber last) {
    Statement(database, "DELETE FROM spells WHERE last_run <= ?").bind(1, last).run();
    Statement(database, "DELETE FROM runs WHERE number <= ?").bind(1, last).run();
    database.execute("DELETE FROM stacks WHERE id NOT IN (SELECT stack FROM spells);"
                     "DELETE FROM states WHERE id NOT IN (SELECT state FROM spells);"
                     "DELETE FROM texts WHERE id NOT IN (SELECT frame FROM runs UNION SELECT servers FROM runs UNION "
                     "SELECT waivers FROM runs UNION SELECT remarks FROM runs WHERE remarks IS NOT NULL)");
}

void leave_checkpoint(Database& database, Checkpoint checkpoint) {
    const auto before = newest_checkpoint(database);
    const std::string carried = hash_of_carried(database, checkpoint.last_pruned);
    const std::string origin = hash_of(read_origin(database));
    checkpoint.hash = hash_of(checkpoint, before ? before->checkpoint.hash : std::string(), carried, origin);
    Statement(database, "INSERT INTO checkpoints (last_pruned, last_started_at, pruned_at, run_hash, carried, hash) "
                        "VALUES (?, ?, ?, ?, ?, ?)")
        .bind(1, checkpoint.last_pruned)
        .bind(2, checkpoint.last_started_at)
        .bind(3, checkpoint.pruned_at)
        .bind_bytes(4, from_hex(checkpoint.run_hash))
        .bind_bytes(5, from_hex(carried))
        .bind_bytes(6, from_hex(checkpoint.hash))
        .run();
}

// Returns how many runs went.
std::size_t prune_rows(Database& database, UnixSeconds before, UnixSeconds now) {
    const RunNumber last = last_to_prune(database, before);
    Statement query(database, "SELECT started_at, hash, (SELECT count(*) FROM runs WHERE number <= ?1) FROM runs WHERE "
                              "number = ?1");
    if (!query.bind(1, last).step()) return 0;
    const Checkpoint checkpoint{.last_pruned = last,
                                .last_started_at = query.number(0),
                                .pruned_at = now,
                                .run_hash = to_hex(query.text(1)),
                                .hash = {}};
    const auto gone = static_cast<std::size_t>(query.number(2));
    query.reset();
    remove_runs(database, last);
    leave_checkpoint(database, checkpoint);
    return gone;
}

std::unexpected<Error> cannot_write(const fs::path& file, int code) {
    return fail(ErrorKind::io, fmt::format("backing up the ledger: cannot write {}: {}", file.string(),
                                           std::generic_category().message(code)));
}

// An empty file that only this user may read, which SQLite then fills. The file must not be there.
Result<void> make_part_private(const fs::path& file) {
    const int made = ::open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (made < 0) return cannot_write(file, errno);
    ::close(made);
    return {};
}

// On the disk under its name, or gone.
Result<void> publish(const fs::path& from, const fs::path& to) {
    const int written = ::open(from.c_str(), O_RDONLY | O_CLOEXEC);
    const bool synced = written >= 0 && ::fsync(written) == 0;
    const int code = errno;
    if (written >= 0) ::close(written);
    if (!synced) return cannot_write(from, code);
    if (::link(from.c_str(), to.c_str()) != 0) return cannot_write(to, errno); // unlike rename, never over another
    return {};
}

} // namespace

Result<std::size_t> SqliteLedger::prune(UnixSeconds before, UnixSeconds now) {
    Transaction transaction(*database_, Transaction::Kind::write);
    const std::size_t gone = database_->failed() ? 0 : prune_rows(*database_, before, now);
    if (Result<void> done = transaction.commit(); !done) return while_doing("pruning the ledger", done.error());
    return gone;
}

Result<void> SqliteLedger::back_up(const std::filesystem::path& file) {
    if (std::error_code ignored; fs::exists(fs::symlink_status(file, ignored))) {
        return fail(ErrorKind::io, fmt::format("backing up the ledger: {} is there already", file.string()),
                    "Name a file that does not exist yet.");
    }
    // A name of its own: nothing that lies there is ever replaced.
    const fs::path part = fmt::format("{}.part-{}", file.string(), to_hex(random_bytes(8)));
    std::error_code ignored;
    if (Result<void> made = make_part_private(part); !made) return made;
    Statement(*database_, "VACUUM INTO ?").bind(1, part.string()).run();
    Result<void> done = database_->outcome();
    if (done) done = publish(part, file);
    fs::remove(part, ignored);
    if (!done) return while_doing("backing up the ledger", done.error());
    return {};
}

Result<void> SqliteLedger::settle() {
    database_->execute("PRAGMA busy_timeout = 500");
    database_->text("PRAGMA wal_checkpoint(TRUNCATE)");
    Result<void> done = database_->outcome();
    if (!done) return while_doing("settling the ledger", done.error());
    return done;
}

// Since when every stack is what it is, read back from runs and spells: what an agent goes on counting with.

namespace {

// What was watched of a server before each of its runs.
struct Looks {
    Watch watch;
    std::vector<std::pair<RunNumber, UnixSeconds>> before; // by run

    // Before the first run that is `number` or later; nullopt: there is none.
    std::optional<UnixSeconds> watched_before(RunNumber number) const {
        const auto found = std::ranges::lower_bound(before, number, {}, &std::pair<RunNumber, UnixSeconds>::first);
        return found == before.end() ? std::nullopt : std::optional(found->second);
    }
};
using LooksByServer = std::map<std::string, Looks, std::less<>>;

// Bodies of texts decoded once; most runs share theirs.
class RunTexts {
  public:
    explicit RunTexts(Database& database) : body_(database, "SELECT body FROM texts WHERE id = ?") {}

    const std::vector<std::string>& servers(std::int64_t id) {
        const auto [known, is_new] = servers_.try_emplace(id);
        if (!is_new) return known->second;
        if (const auto read = read_servers(body(id))) {
            for (const ServerResult& server : *read) known->second.push_back(server.name);
        }
        return known->second;
    }
    bool looked(std::int64_t id) {
        const auto [known, is_new] = looked_.try_emplace(id, true);
        if (is_new) {
            const auto frame = read_frame(body(id));
            known->second = !frame || frame->trigger != watch_ended;
        }
        return known->second;
    }

  private:
    std::string body(std::int64_t id) {
        body_.reset();
        return body_.bind(1, id).step() ? body_.text(0) : std::string();
    }

    Statement body_;
    std::map<std::int64_t, std::vector<std::string>> servers_;
    std::map<std::int64_t, bool> looked_;
};

LooksByServer read_looks(Database& database) {
    LooksByServer looks;
    RunTexts texts(database);
    Statement query(database, "SELECT number, started_at, next_due, frame, servers FROM runs ORDER BY number");
    while (query.step()) {
        const UnixSeconds at = query.number(1);
        const UnixSeconds until = holds_until(at, query.optional_number(2), default_max_gap);
        const bool looked = texts.looked(query.number(3));
        for (const std::string& server : texts.servers(query.number(4))) {
            Looks& one = looks[server];
            one.before.emplace_back(query.number(0), looked ? one.watch.look(at, until) : one.watch.stop(at));
        }
    }
    return looks;
}

struct WordSpell {
    Word word;
    RunNumber first_run = 0;
    RunNumber last_run = 0;
    UnixSeconds first_at = 0;
};

// The spells of one stack, from the newest back to where everything that is counted began.
class Story {
  public:
    explicit Story(StackKey stack) : stack_(std::move(stack)) {}

    const StackKey& stack() const { return stack_; }
    bool is_whole() const { return whole_; }
    void add_older(const WordSpell& spell) {
        spells_.push_back(spell);
        if (spell.word.sight != Sight::seen) return;
        if (!newest_seen_) newest_seen_ = spell.word;
        const bool one_difference = spell.word.differs() && newest_seen_->differs();
        whole_ = spell.word != *newest_seen_ && !one_difference;
    }
    Tally tally(const Looks& looks) const {
        Tally out;
        for (const WordSpell& spell : spells_ | std::views::reverse) {
            out.take(spell.word, spell.first_at, looks.watched_before(spell.first_run).value_or(0));
            if (const auto after = looks.watched_before(spell.last_run + 1)) out.rest(*after);
        }
        return out;
    }

  private:
    StackKey stack_;
    std::vector<WordSpell> spells_; // newest first
    std::optional<Word> newest_seen_;
    bool whole_ = false;
};

// The words of states, decoded when they are asked for and once.
class StateWords {
  public:
    explicit StateWords(Database& database)
        : database_(database), body_(database, "SELECT body FROM states WHERE id = ?") {}

    Word of(std::int64_t state) {
        const auto [known, is_new] = words_.try_emplace(state);
        if (!is_new) return known->second;
        body_.reset();
        const auto read = body_.bind(1, state).step() ? read_state(body_.text(0))
                                                      : std::unexpected(std::string("a spell has no state"));
        if (read)
            known->second = word_of(*read);
        else
            database_.complain(read.error());
        return known->second;
    }

  private:
    Database& database_;
    Statement body_;
    std::map<std::int64_t, Word> words_;
};

Counts read_counts(Database& database) {
    Counts counts;
    const LooksByServer looks = read_looks(database);
    for (const auto& [server, one] : looks) counts.servers.emplace(server, one.watch);
    static const Looks none;
    const auto close = [&](const Story& story) {
        const auto own = looks.find(story.stack().server);
        counts.stacks.emplace(story.stack(), story.tally(own == looks.end() ? none : own->second));
    };
    StateWords words(database);
    Statement query(database,
                    "SELECT k.server, k.environment, k.name, k.ordinal, s.first_run, ifnull(s.last_run, (SELECT "
                    "max(number) FROM runs)), s.first_at, s.state, s.stack FROM spells s JOIN stacks k ON k.id = "
                    "s.stack ORDER BY s.stack, s.first_run DESC");
    std::optional<Story> story;
    std::int64_t stack = 0;
    while (query.step()) {
        if (!story || query.number(8) != stack) {
            if (story) close(*story);
            stack = query.number(8);
            story.emplace(StackKey{.server = query.text(0),
                                   .environment = query.text(1),
                                   .name = query.text(2),
                                   .ordinal = query.number(3)});
        }
        if (story->is_whole()) continue;
        story->add_older({.word = words.of(query.number(7)),
                          .first_run = query.number(4),
                          .last_run = query.number(5),
                          .first_at = query.number(6)});
    }
    if (story) close(*story);
    return counts;
}

} // namespace

Result<Counts> SqliteLedger::counts() {
    Transaction transaction(*database_, Transaction::Kind::read);
    Counts counts = read_counts(*database_);
    if (Result<void> done = transaction.commit(); !done) return while_doing("reading the ledger", done.error());
    return counts;
}

} // namespace mooring::ledger
