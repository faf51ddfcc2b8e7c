#include "model/since.hpp"

#include <algorithm>

namespace mooring {
namespace {

bool is_outage(const StackResult& stack) {
    return stack.rule == "server-unreachable" || stack.cause == Cause::credentials;
}

bool is_seen(Verdict verdict) {
    switch (verdict) {
    case Verdict::in_sync:
    case Verdict::drifted:
    case Verdict::missing:
    case Verdict::deleted:
    case Verdict::extra:
    case Verdict::suspended:
        return true;
    case Verdict::denied:
    case Verdict::not_visible:
    case Verdict::orphaned:
    case Verdict::unreachable:
    case Verdict::pending:
    case Verdict::error:
        break;
    }
    return false;
}

} // namespace

bool Word::differs() const { return sight == Sight::seen && !accepted && verdict != Verdict::in_sync; }

Word word_of(const StackResult& stack) {
    if (is_seen(stack.verdict)) {
        return {.sight = Sight::seen,
                .verdict = stack.verdict,
                .accepted = stack.waived || stack.verdict == Verdict::suspended,
                .cause = std::nullopt};
    }
    return {.sight = is_outage(stack) ? Sight::outage : Sight::blind,
            .verdict = stack.verdict,
            .accepted = false,
            .cause = stack.cause};
}

Bond bond(const Word& older, const Word& newer) {
    if (older == newer) return Bond::same;
    return older.sight > newer.sight ? Bond::silent : Bond::other;
}

UnixSeconds holds_until(UnixSeconds started_at, std::optional<UnixSeconds> next_due, std::chrono::seconds max_gap) {
    if (next_due && *next_due > started_at) return started_at + 2 * (*next_due - started_at);
    return started_at + max_gap.count();
}

UnixSeconds Watch::look(UnixSeconds at, UnixSeconds holds_until) {
    const UnixSeconds until_now = stop(at);
    to_ = std::max(holds_until, from_);
    return until_now;
}

// A clock that was set back gives no time twice.
UnixSeconds Watch::stop(UnixSeconds at) {
    before_ = seconds(at);
    from_ = std::max(at, from_);
    to_ = from_;
    return before_;
}

UnixSeconds Watch::seconds(UnixSeconds at) const {
    return before_ + std::max<UnixSeconds>(0, std::min(at, to_) - from_);
}

std::optional<Tally::Open>& Tally::open_of(Sight sight) {
    return sight == Sight::seen ? seen_ : sight == Sight::blind ? blind_ : outage_;
}

void Tally::add(UnixSeconds seconds) {
    if (!now_ || resting_) return;
    open_of(now_->sight)->count.seen += seconds;
    if (difference_ && now_->differs()) difference_->seen += seconds;
}

void Tally::take(const Word& word, UnixSeconds at, UnixSeconds watched) {
    rest(watched);
    resting_ = false;
    now_ = word;
    std::optional<Open>& mine = open_of(word.sight);
    if (!mine || mine->word != word) mine = Open{.word = word, .count = {.since = at, .seen = 0}};
    if (word.sight < Sight::outage) outage_.reset();
    if (word.sight == Sight::seen) {
        blind_.reset();
        if (!word.differs())
            difference_.reset();
        else if (!difference_)
            difference_ = Count{.since = at, .seen = 0};
    }
}

void Tally::rest(UnixSeconds watched) {
    add(watched - mark_);
    mark_ = watched;
    resting_ = true;
}

std::optional<Count> Tally::word(UnixSeconds watched) const {
    Tally then = *this;
    then.rest(watched);
    if (!now_) return std::nullopt;
    return then.open_of(now_->sight)->count;
}

std::optional<Count> Tally::difference(UnixSeconds watched) const {
    Tally then = *this;
    then.rest(watched);
    return then.difference_;
}

} // namespace mooring
