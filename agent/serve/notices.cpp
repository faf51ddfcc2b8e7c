#include "serve/notices.hpp"

#include "base/crypto.hpp"
#include "report/reasons.hpp"
#include "serve/routes.hpp"
#include "serve/transitions.hpp"
#include "words/verdicts.hpp"

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

std::string words_of(const Notice& notice) {
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
    const bool whole = source.failing_since == 0;
    if (whole) out.close_gone(server);
    return out.take();
}

} // namespace mooring::serve
