// Since when every stack is what it is, read back from runs and spells: what an agent goes on counting with.
#include "ledger/rows.hpp"
#include "ledger/run_json.hpp"
#include "ledger/sqlite_ledger.hpp"
#include "ledger/state_json.hpp"

#include <algorithm>
#include <optional>
#include <ranges>
#include <utility>
#include <vector>

namespace mooring::ledger {
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
class Words {
  public:
    explicit Words(Database& database) : database_(database), body_(database, "SELECT body FROM states WHERE id = ?") {}

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
    Words words(database);
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
