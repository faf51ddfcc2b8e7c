// The only file with mustache for the pages.
#include "serve/page.hpp"

#include "serve/page_templates.hpp"
#include "serve/routes.hpp"

#include <fmt/format.h>
#include <kainjow/mustache.hpp>

namespace mooring::serve {
namespace {

namespace mustache = kainjow::mustache;
using Data = mustache::data;

Data flag(bool value) { return Data(value ? Data::type::bool_true : Data::type::bool_false); }

// A section that is there exactly when the text is: {{#name}}{{text}}{{/name}}.
Data section(const std::string& text) {
    if (text.empty()) return flag(false);
    Data out;
    out.set("text", text);
    return out;
}

Data texts(const std::vector<std::string>& values) {
    Data out(Data::type::list);
    for (const std::string& value : values) out << section(value);
    return out;
}

template <typename T, typename Make>
Data list(const std::vector<T>& values, Make make) {
    Data out(Data::type::list);
    for (const T& value : values) out << make(value);
    return out;
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
    out.set("since", row.since);
    out.set("age", row.age);
    out.set("brief", row.brief);
    return out;
}

Data card_data(const ServerCard& card) {
    const auto or_dash = [](const std::string& text) { return text.empty() ? "–" : text; };
    Data out;
    out.set("name", card.name);
    out.set("url", card.url);
    out.set("identity", or_dash(card.identity));
    out.set("shares", or_dash(card.shares));
    out.set("last", card.last);
    out.set("next", card.next);
    out.set("problem", section(card.problem));
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

Data piece_data(const StripPiece& piece) {
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
    out.set("from", spell.from);
    out.set("to", spell.to);
    out.set("brief", spell.brief);
    return out;
}

std::string rendered(std::string_view text, Data& data) {
    mustache::mustache page{std::string(text)};
    return page.render(data);
}

} // namespace

std::string status_page(const StatusModel& model) {
    Data data;
    const bool with_server = model.servers.size() > 1;
    data.set("title", model.headline.text);
    data.set("headline", model.headline.text);
    data.set("tone", model.headline.tone);
    data.set("more", section(model.headline.more));
    data.set("now", model.now);
    data.set("version", model.version);
    data.set("warnings", texts(model.warnings));
    data.set("verdicts", list(model.verdicts, filter_data));
    data.set("has_environments", flag(!model.environments.empty()));
    data.set("environments", list(model.environments, filter_data));
    data.set("has_rows", flag(!model.rows.empty()));
    data.set("rows", list(model.rows, [&](const StackRow& row) { return row_data(row, with_server); }));
    data.set("empty", std::string(model.hidden > 0 ? "No stack fits this filter." : "No stack was judged yet."));
    data.set("hidden",
             section(model.hidden == 0 ? "" : fmt::format("{} more are left out by the filter.", model.hidden)));
    data.set("servers", list(model.servers, card_data));
    return rendered(status_template(), data);
}

std::string stack_page(const StackModel& model) {
    Data data;
    data.set("name", model.name);
    data.set("environment", model.environment);
    data.set("environment_href", "/?environment=" + percent_encoded(model.environment));
    data.set("json_href",
             path_of("/v1/stacks", {.server = model.server, .environment = model.environment, .name = model.name}));
    data.set("server", model.server);
    data.set("verdict", model.shown ? model.verdict : "no longer watched");
    data.set("tone", model.tone);
    data.set("sign", model.sign);
    data.set("since", model.since);
    data.set("age", model.age);
    data.set("shown", flag(model.shown));
    data.set("now", model.now);
    data.set("version", model.version);
    data.set("has_changes", flag(!model.changes.empty()));
    data.set("changes", list(model.changes, change_data));
    data.set("reasons", texts(model.reasons));
    data.set("remedy", section(model.remedy));
    data.set("has_anything", flag(!model.changes.empty() || !model.reasons.empty() || !model.shown));
    data.set("has_history", flag(!model.spells.empty()));
    data.set("strip", list(model.strip, piece_data));
    data.set("strip_from", model.strip_from);
    data.set("strip_to", model.strip_to);
    data.set("spells", list(model.spells, spell_data));
    data.set("place", section(model.place));
    data.set("owner", section(model.owner));
    data.set("rule", section(model.rule));
    data.set("has_evidence", flag(!model.evidence.empty()));
    data.set("evidence", texts(model.evidence));
    data.set("has_asides", flag(!model.asides.empty()));
    data.set("asides", texts(model.asides));
    return rendered(stack_template(), data);
}

} // namespace mooring::serve
