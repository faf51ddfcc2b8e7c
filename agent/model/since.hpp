// Since when a stack is what it is: the one rule for the agent's page, its metrics and messages, for the ledger and for
// the report. Time that nobody saw never begins a count anew and is never counted as seen; both are told. Pure.
#pragma once

#include "model/verdict.hpp"

#include <chrono>
#include <optional>

namespace mooring {

// What a run could tell of a stack. The order matters: what is further down says nothing about what is above it.
enum class Sight {
    seen,   // how the stack is: in sync, a difference, suspended
    blind,  // it could not be read or compared
    outage, // its server as a whole told nothing or refused the token, which says nothing of the stack
};

// What is counted: as long as this stays the same, one count goes on.
struct Word {
    Sight sight = Sight::seen;
    Verdict verdict = Verdict::in_sync;
    bool accepted = false;      // by waivers, or suspended
    std::optional<Cause> cause; // of what could not be read

    // Drifted, missing, deleted or extra, and not accepted.
    bool differs() const;

    friend bool operator==(const Word&, const Word&) = default;
};
Word word_of(const StackResult& stack);

// What an older word of a stack means for a count that a newer one goes on with.
enum class Bond {
    same,   // the count goes on
    silent, // it says nothing about what is counted: look further back
    other,  // the count began after it
};
Bond bond(const Word& older, const Word& newer);

// When a stack was first seen so, and for how many seconds since then somebody saw it so.
struct Count {
    UnixSeconds since = 0;
    UnixSeconds seen = 0;

    friend bool operator==(const Count&, const Count&) = default;
};

// How long what a run saw is taken to hold if no other looks before: for twice the time to the next one that it
// promised, so that jitter is no gap; without a promise for `max_gap`.
inline constexpr std::chrono::seconds default_max_gap{std::chrono::hours(25)};
UnixSeconds holds_until(UnixSeconds started_at, std::optional<UnixSeconds> next_due, std::chrono::seconds max_gap);

// For how long the runs of one server have looked at it, told in the order of the runs.
class Watch {
  public:
    // A run that began at `at`. Returns the seconds that were watched before it.
    UnixSeconds look(UnixSeconds at, UnixSeconds holds_until);
    // From `at` on nobody watches, by intention.
    UnixSeconds stop(UnixSeconds at);
    // Seconds that were watched up to `at`, which is not before the newest run.
    UnixSeconds seconds(UnixSeconds at) const;
    // Seconds that were watched before the newest run.
    UnixSeconds before() const { return before_; }

  private:
    UnixSeconds before_ = 0; // watched before `from_`
    UnixSeconds from_ = 0;
    UnixSeconds to_ = 0;
};

// The counts of one stack, told in the order of the runs. `watched` is what its server's Watch says at that time.
class Tally {
  public:
    // A run that began at `at` judged the stack so.
    void take(const Word& word, UnixSeconds at, UnixSeconds watched);
    // A run of the server did not judge it: nobody sees it until one does.
    void rest(UnixSeconds watched);

    // Of the newest word; nullopt before the first.
    std::optional<Count> word(UnixSeconds watched) const;
    // Of the difference whose end nobody has seen, whatever it was called meanwhile; nullopt: there is none.
    std::optional<Count> difference(UnixSeconds watched) const;

  private:
    struct Open {
        Word word;
        Count count;
    };
    std::optional<Open>& open_of(Sight sight);
    void add(UnixSeconds seconds);

    std::optional<Word> now_;
    bool resting_ = false;
    UnixSeconds mark_ = 0; // what was watched when the counts were last brought up to date
    std::optional<Open> seen_, blind_, outage_;
    std::optional<Count> difference_;
};

} // namespace mooring
