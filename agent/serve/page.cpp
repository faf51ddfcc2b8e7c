// The models of the pages as data for their templates.
#include "serve/page.hpp"

#include "report/templates.hpp"
#include "serve/door.hpp"
#include "words/words.hpp"

#include <fmt/format.h>

namespace mooring::serve {
namespace {

using report::Data;
using report::flag;
using report::list;
using report::prose_pieces;
using report::section;
using report::sentence;

Data moment_data(const Moment& moment) {
    Data out;
    out.set("machine", moment.machine);
    out.set("words", moment.words);
    return out;
}

Data texts(const std::vector<std::string>& values) { return list(values, section); }
Data sentences(const std::vector<std::string>& values) {
    return list(values, [](const std::string& text) { return sentence(text); });
}

Data filter_data(const Filter& filter) {
    Data out;
    out.set("label", filter.label);
    out.set("count", std::to_string(filter.count));
    out.set("href", filter.href);
    out.set("tone", filter.tone);
    out.set("current", flag(filter.current));
    return out;
}

Data row_data(const StackRow& row, bool with_server) {
    Data out;
    out.set("href", row.href);
    out.set("name", row.name);
    out.set("server", row.server);
    out.set("with_server", flag(with_server));
    out.set("environment", row.environment);
    out.set("verdict", row.verdict);
    out.set("tone", row.tone);
    out.set("sign", row.sign);
    out.set("since", moment_data(row.since));
    out.set("age", row.age);
    out.set("seen", section(row.seen));
    out.set("brief", prose_pieces(row.brief));
    return out;
}

Data pager_data(const Pager& pager) {
    if (pager.words.empty()) return flag(false);
    Data out;
    out.set("words", pager.words);
    out.set("previous", section(pager.previous));
    out.set("next", section(pager.next));
    return out;
}

Data run_data(const RunRow& row) {
    Data out;
    out.set("number", row.number);
    out.set("tone", row.tone);
    out.set("servers", row.servers);
    out.set("why", row.why);
    out.set("began", moment_data(row.began));
    out.set("outcome", row.outcome);
    out.set("counts", section(row.counts));
    return out;
}

Data card_data(const ServerCard& card) {
    const auto or_dash = [](const std::string& text) { return text.empty() ? "–" : text; };
    Data out;
    out.set("name", card.name);
    out.set("href", card.href);
    out.set("url", card.url);
    out.set("identity", or_dash(card.identity));
    out.set("shares", or_dash(card.shares));
    out.set("last", card.last);
    out.set("next", card.next);
    out.set("problem", sentence(card.problem));
    return out;
}

Data change_data(const ChangeRow& row) {
    Data out;
    out.set("plane", row.plane);
    out.set("path", row.path);
    out.set("desired", row.desired);
    out.set("actual", row.actual);
    out.set("note", section(row.note));
    out.set("place", section(row.place));
    return out;
}

Data pair_data(const char* first, const std::string& one, const char* second, const std::string& other) {
    Data out;
    out.set(first, one);
    out.set(second, other);
    return out;
}

Data piece_data(const BarPiece& piece) {
    Data out;
    out.set("x", std::to_string(piece.x));
    out.set("width", std::to_string(piece.width));
    out.set("tone", piece.tone);
    out.set("title", piece.title);
    return out;
}

Data spell_data(const SpellRow& spell) {
    Data out;
    out.set("verdict", spell.verdict);
    out.set("tone", spell.tone);
    out.set("sign", spell.sign);
    out.set("from", moment_data(spell.from));
    out.set("to", moment_data(spell.to));
    out.set("brief", prose_pieces(spell.brief));
    return out;
}

Data link_data(const std::pair<std::string, std::string>& link) {
    return pair_data("label", link.first, "href", link.second);
}

Data correction_data(const CorrectionRow& row) {
    Data out;
    out.set("href", row.href);
    out.set("name", row.name);
    out.set("environment", row.environment);
    out.set("state", row.state);
    out.set("tone", row.tone);
    out.set("brief", prose_pieces(row.brief));
    out.set("remedy", section(row.remedy));
    out.set("at", moment_data(row.at));
    return out;
}

Data corrections_data(const CorrectionsCard& card, bool with_server) {
    Data out;
    out.set("server", card.server);
    out.set("with_server", flag(with_server));
    out.set("halted", sentence(card.halted));
    out.set("under_way", sentence(card.under_way));
    out.set("has_steps", flag(!card.steps.empty()));
    out.set("steps", list(card.steps, correction_data));
    out.set("more", section(card.more == 0 ? "" : fmt::format("{} more in /v1/plan.", card.more)));
    out.set("empty", prose_pieces(card.empty));
    out.set("has_done", flag(!card.done.empty()));
    out.set("done", list(card.done, correction_data));
    return out;
}

std::string hidden_words(const StatusModel& model) {
    return fmt::format("{} {} left out.", words::counted(model.hidden, model.rows.empty() ? "stack" : "other stack"),
                       model.hidden == 1 ? "is" : "are");
}

// What every page has: its head, its foot, and of when it is.
Data frame(const std::string& title, const Moment& as_of, const std::string& version,
           const std::vector<std::pair<std::string, std::string>>& links) {
    Data data;
    data.set("title", title);
    data.set("as_of", as_of.words.empty() ? flag(false) : moment_data(as_of));
    data.set("version", version);
    data.set("links", list(links, link_data));
    return data;
}

} // namespace

std::string status_page(const StatusModel& model) {
    Data data =
        frame(model.headline.text, model.as_of, model.version,
              {{"JSON", "/v1/stacks"}, {"Runs", "/runs"}, {"Metrics", "/metrics"}, {"API", "/v1/openapi.yaml"}});
    const bool with_server = model.servers.size() > 1;
    data.set("headline", model.headline.text);
    data.set("tone", model.headline.tone);
    data.set("more", section(model.headline.more));
    data.set("has_shares", flag(!model.shares.empty()));
    data.set("shares", list(model.shares, piece_data));
    data.set("warnings", sentences(model.warnings));
    data.set("unread", section(model.unread));
    data.set("verdicts", list(model.verdicts, filter_data));
    data.set("has_environments", flag(!model.environments.empty()));
    data.set("environments", list(model.environments, filter_data));
    data.set("has_sources", flag(!model.sources.empty()));
    data.set("sources", list(model.sources, filter_data));
    data.set("search", model.search);
    data.set("kept",
             list(model.kept, [](const auto& one) { return pair_data("name", one.first, "value", one.second); }));
    data.set("has_rows", flag(!model.rows.empty()));
    data.set("rows", list(model.rows, [&](const StackRow& row) { return row_data(row, with_server); }));
    data.set("pager", pager_data(model.pager));
    data.set("empty", model.empty);
    data.set("hidden", section(model.hidden == 0 ? "" : hidden_words(model)));
    data.set("corrections",
             list(model.corrections, [&](const CorrectionsCard& card) { return corrections_data(card, with_server); }));
    data.set("servers", list(model.servers, card_data));
    return report::html_of(status_template(), data);
}

std::string runs_page(const RunsModel& model) {
    Data data = frame("Runs", model.as_of, model.version, {{"JSON", "/v1/runs"}});
    data.set("has_rows", flag(!model.rows.empty()));
    data.set("rows", list(model.rows, run_data));
    data.set("count", std::to_string(model.rows.size()));
    data.set("pager", pager_data(model.pager));
    data.set("under_way", section(model.under_way));
    data.set("empty", prose_pieces(model.empty));
    return report::html_of(runs_template(), data);
}

std::string no_such_stack_page(const Moment& as_of, const std::string& version) {
    return report::html_of(no_such_stack_template(), frame("There is no such stack", as_of, version, {}));
}

std::string stack_page(const StackModel& model) {
    const StackKey key{.server = model.server, .environment = model.environment, .name = model.name};
    const std::string verdict = model.shown ? model.verdict : "no longer watched";
    Data data = frame(model.name + ": " + verdict, model.as_of, model.version, {{"JSON", path_of("/v1/stacks", key)}});
    data.set("name", model.name);
    data.set("environment", model.environment);
    data.set("environment_href", link_with({}, "environment", model.environment));
    data.set("server", model.server);
    data.set("verdict", verdict);
    data.set("tone", model.tone);
    data.set("sign", model.sign);
    data.set("since", moment_data(model.since));
    data.set("age", model.age);
    data.set("seen", section(model.seen));
    data.set("out_of_sync", section(model.out_of_sync));
    data.set("shown", flag(model.shown));
    data.set("has_changes", flag(!model.changes.empty()));
    data.set("changes", list(model.changes, change_data));
    data.set("reasons", sentences(model.reasons));
    data.set("remedy", sentence(model.remedy));
    data.set("has_anything", flag(!model.changes.empty() || !model.reasons.empty() || !model.shown));
    data.set("has_history", flag(!model.spells.empty()));
    data.set("strip", list(model.strip, piece_data));
    data.set("strip_from", moment_data(model.strip_from));
    data.set("strip_to", moment_data(model.strip_to));
    data.set("spells", list(model.spells, spell_data));
    data.set("place", section(model.place));
    data.set("owner", section(model.owner));
    data.set("portainer", section(model.portainer));
    data.set("rule", section(model.rule));
    data.set("has_evidence", flag(!model.evidence.empty()));
    data.set("evidence", texts(model.evidence));
    data.set("has_asides", flag(!model.asides.empty()));
    data.set("asides", sentences(model.asides));
    return report::html_of(stack_template(), data);
}

} // namespace mooring::serve
