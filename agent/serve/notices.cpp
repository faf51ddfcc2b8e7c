#include "serve/notices.hpp"

#include "base/file.hpp"
#include "base/text.hpp"
#include "report/wording.hpp"
#include "serve/board.hpp"
#include "serve/door.hpp"
#include "words/words.hpp"

#include <fmt/format.h>
#include <set>

namespace mooring::serve {
namespace {

using words::Standing;

std::string short_digest(std::string_view text) { return to_hex(sha256(text)).substr(0, 16); }

// What is to be told of a stack under a topic; nullopt: nothing is known.
std::optional<std::string> drift_state(const StackResult& result) {
    switch (words::standing_of(result)) {
    case Standing::drift:
        return short_digest(state_of(result));
    case Standing::blind:
        return std::nullopt;
    case Standing::good:
    case Standing::accepted:
        break;
    }
    return "";
}

std::optional<std::string> access_state(const StackResult& result) {
    if (result.verdict == Verdict::pending || result.verdict == Verdict::deleted) return std::nullopt;
    if (words::standing_of(result) != Standing::blind) return "";
    return std::string(to_string(result.verdict)) + (result.cause ? fmt::format(" {}", to_string(*result.cause)) : "");
}

// Rows that share their names keep apart, or each would seem to change the other.
std::string subject_of(const StackKey& key) {
    return "stack" + path_of("", key) + (key.ordinal == 0 ? "" : fmt::format(";{}", key.ordinal));
}

std::string what_of(const StackKey& key) {
    return fmt::format("{} in {} on {}", key.name, key.environment, key.server);
}

std::string subject_of_server(std::string_view server) { return "server/" + percent_encoded(server); }

constexpr UnixSeconds newly_written = 3600; // what was written longer ago was written before anybody was to be told

// "quarantined services.web.image", "denied"; "" where nobody has to be told of it.
std::string blocked_state(const reconcile::Step& step, UnixSeconds differs_since, UnixSeconds now) {
    if (step.readiness != reconcile::Readiness::blocked || step.obstacles.empty()) return "";
    const reconcile::Obstacle& first = step.obstacles.front();
    if (first.code == "quarantined") return "quarantined " + short_digest(first.message);
    return now - differs_since >= blocked_for_long ? first.code : "";
}

class Collector {
  public:
    Collector(const ToldByTopic& told, UnixSeconds now, std::chrono::seconds reminder)
        : told_(told), now_(now), reminder_(reminder) {}

    void add(Notice notice, const std::optional<std::string>& state) {
        seen_.insert(notice.subject);
        const auto known = told_.find({notice.subject, notice.topic});
        const auto before = known == told_.end() ? std::nullopt : std::optional(known->second);
        notice.news = news_of(before, state, now_, reminder_);
        if (notice.news == News::none) return;
        notice.state = state.value_or("");
        found_.push_back(std::move(notice));
    }

    void add_stack(const StackView& view) {
        const StackResult& result = view.result;
        Notice notice{.subject = subject_of(view.key),
                      .what = what_of(view.key),
                      .verdict = words::verdict_words(result),
                      .path = path_of("/stacks", view.key),
                      .stack = view.key};
        notice.brief = report::brief(result);
        for (const report::Reason& reason : report::reasons_of(result)) {
            if (reason.kind == report::Reason::Kind::remedy) notice.remedy = reason.text;
        }
        const auto count = [&notice](const Count& of) {
            notice.since = of.since;
            notice.seen = of.seen;
        };
        notice.topic = "drift";
        count(view.difference(now_).value_or(view.count(now_)));
        add(notice, drift_state(result));
        notice.topic = "access";
        count(view.count(now_));
        add(std::move(notice), access_state(result));
    }

    // What happened, said once: there is nothing that could be over.
    void add_event(Notice notice, const std::string& state) {
        const auto known = told_.find({notice.subject, notice.topic});
        if (known != told_.end() && known->second.state == state) return;
        notice.news = News::opened;
        notice.state = state;
        found_.push_back(std::move(notice));
    }

    void add_corrections(const ServerView& server, const Corrections& corrections) {
        const auto& halted = corrections.halted;
        add({.subject = subject_of_server(server.name),
             .topic = "correcting",
             .what = fmt::format("server {}", server.name),
             .brief = !corrections.problem.empty() ? corrections.problem
                      : halted                     ? printable(halted->message, 600)
                                                   : "it is corrected again",
             .remedy = halted ? printable(halted->remedy, 600) : "",
             .path = "/",
             .since = corrections.halted_since},
            !corrections.problem.empty() ? "failed"
            : halted                     ? halted->code
                                         : "");
        std::set<std::string> done;
        for (const Corrected& one : corrections.done) { // newest first: the last one of a stack speaks
            const StackKey key{.server = server.name, .environment = one.environment, .name = one.name};
            if (one.at <= now_ - newly_written || !done.insert(subject_of(key)).second) continue;
            add_event({.subject = subject_of(key),
                       .topic = "correction",
                       .what = what_of(key),
                       .brief = printable(one.message.empty() ? one.action + ": " + join(one.changes, ", ")
                                                              : one.action + ": " + one.message,
                                          600),
                       .path = path_of("/stacks", key),
                       .stack = key,
                       .since = one.at},
                      fmt::format("{} {}", to_string(one.outcome), one.at));
        }
        std::set<std::string> blocked;
        for (const reconcile::Step& step : corrections.steps) add_blocked(server, step, blocked);
        close_blocked(server.name, blocked);
    }

    void add_blocked(const ServerView& server, const reconcile::Step& step, std::set<std::string>& blocked) {
        const StackKey key{.server = server.name, .environment = step.environment, .name = step.name};
        const auto view = std::ranges::find(server.stacks, key, &StackView::key);
        const UnixSeconds since =
            view == server.stacks.end() ? now_ : view->difference(now_).value_or(view->count(now_)).since;
        const std::string state = blocked_state(step, since, now_);
        if (state.empty()) return;
        blocked.insert(subject_of(key));
        add({.subject = subject_of(key),
             .topic = "blocked",
             .what = what_of(key),
             .brief = printable(step.obstacles.front().message, 600),
             .remedy = printable(step.obstacles.front().remedy, 600),
             .path = path_of("/stacks", key),
             .stack = key,
             .since = since},
            state);
    }

    // What was said to be blocked, and is not any more.
    void close_blocked(std::string_view server, const std::set<std::string>& blocked) {
        const std::string prefix = "stack/" + percent_encoded(server) + "/";
        for (const auto& [about, told] : told_) {
            const auto& [subject, topic] = about;
            if (topic != "blocked" || told.state.empty() || !subject.starts_with(prefix) || blocked.contains(subject))
                continue;
            const Route page = route("GET", "/stacks/" + subject.substr(6, subject.find(';') - 6));
            add({.subject = subject, .topic = topic, .what = what_of(page.stack), .stack = page.stack}, "");
        }
    }

    // The server is watched no more: what was said of it and of its stacks is over.
    void close_server(std::string_view server) {
        add({.subject = subject_of_server(server),
             .topic = "access",
             .what = fmt::format("server {}", server),
             .brief = "it is no longer watched"},
            "");
        close_gone(server);
    }

    // Stacks of the server that are declared no more: what was said of them is over.
    void close_gone(std::string_view server) {
        const std::string prefix = "stack/" + percent_encoded(server) + "/";
        for (const auto& [about, told] : told_) {
            const auto& [subject, topic] = about;
            if (told.state.empty() || !subject.starts_with(prefix) || seen_.contains(subject)) continue;
            if (topic == "correction") continue; // it happened
            const Route page = route("GET", "/stacks/" + subject.substr(6, subject.find(';') - 6));
            add({.subject = subject,
                 .topic = topic,
                 .what = what_of(page.stack),
                 .brief = "it is no longer watched",
                 .stack = page.stack},
                "");
        }
    }

    std::vector<Notice> take() { return std::move(found_); }

  private:
    const ToldByTopic& told_;
    UnixSeconds now_;
    std::chrono::seconds reminder_;
    std::set<std::string> seen_;
    std::vector<Notice> found_;
};

} // namespace

News news_of(const std::optional<Told>& before, const std::optional<std::string>& now, UnixSeconds at,
             std::chrono::seconds reminder) {
    if (!now) return News::none;
    const bool was_well = !before || before->state.empty();
    if (now->empty()) return was_well ? News::none : News::resolved;
    if (was_well) return News::opened;
    if (before->state != *now) return News::changed;
    return reminder.count() > 0 && at - before->at >= reminder.count() ? News::reminder : News::none;
}

namespace {

// Of what was written, what is not, and a server that is not written to.
std::string correcting_words(const Notice& notice) {
    if (notice.topic == "correction") {
        const std::string_view outcome = std::string_view(notice.state).substr(0, notice.state.find(' '));
        const auto known = parse_part_outcome(outcome);
        if (known && !went_wrong(*known)) return *known == PartOutcome::skipped ? "not corrected" : "corrected";
        return "correction went wrong, " + std::string(outcome);
    }
    const bool server = notice.topic == "correcting";
    const std::string word = server                                    ? "correcting halted"
                             : notice.state.starts_with("quarantined") ? "quarantined"
                                                                       : "blocked";
    switch (notice.news) {
    case News::resolved:
        return server ? "correcting again" : "no longer blocked";
    case News::changed:
        return "now " + word;
    case News::reminder:
        return "still " + word;
    default:
        return word;
    }
}

} // namespace

std::string words_of(const Notice& notice) {
    if (notice.topic == "correction" || notice.topic == "blocked" || notice.topic == "correcting")
        return correcting_words(notice);
    const bool access = notice.topic == "access";
    switch (notice.news) {
    case News::opened:
        return access ? "access lost" : notice.topic == "drift" ? "drift opened" : notice.topic + " failed";
    case News::changed:
        return access ? "access still lost, otherwise" : notice.topic + " changed";
    case News::resolved:
        return access ? "access regained" : notice.topic + " resolved";
    case News::reminder:
        return access                    ? "access still lost"
               : notice.topic == "drift" ? "still drifting"
                                         : notice.topic + " still failing";
    case News::none:
        break;
    }
    return "";
}

std::vector<Notice> notices(const Board& board, std::string_view server, const ToldByTopic& told, UnixSeconds now,
                            std::chrono::seconds reminder) {
    Collector out(told, now, reminder);
    const SourceView& source = board.source;
    out.add({.subject = "manifests",
             .topic = "manifests",
             .what = "the manifests",
             .brief = source.failing_since == 0 ? "they can be read again"
                      : source.stale            ? "they cannot be read as a whole; older ones stay in use"
                                                : "they cannot be read as a whole",
             .since = source.failing_since},
            source.failing_since == 0 ? "" : "unreadable");
    out.add({.subject = "ledger", .topic = "ledger", .what = "the ledger", .brief = board.ledger.problem},
            board.ledger.problem.empty() ? "" : "unwritable");
    const ServerView* view = board.find(server);
    if (view == nullptr || view->unwatched) {
        out.close_server(server);
        return out.take();
    }
    const bool was_tried = view->report || !view->problem.empty();
    if (!was_tried) return out.take(); // no manifests
    const bool read = view->problem.empty() && view->report && !view->report->servers.empty() &&
                      view->report->servers.front().exit_code == 0 && !view->report->partial;
    const std::string why = !view->problem.empty()                           ? view->problem
                            : view->report && !view->report->servers.empty() ? view->report->servers.front().error
                                                                             : "";
    out.add({.subject = subject_of_server(server),
             .topic = "access",
             .what = fmt::format("server {}", server),
             .brief = read ? "" : why,
             .path = "/"},
            read                ? ""
            : is_refused(*view) ? "refused"
                                : "unread");
    if (!read) return out.take(); // its stacks are unreachable because of it, and nothing else is known of them
    for (const StackView& stack : view->stacks) out.add_stack(stack);
    if (view->corrections) out.add_corrections(*view, *view->corrections);
    const bool whole = source.failing_since == 0;
    if (whole) out.close_gone(server);
    return out.take();
}

} // namespace mooring::serve
