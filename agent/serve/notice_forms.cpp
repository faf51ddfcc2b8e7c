// The forms of a message.
#include "serve/notices.hpp"

#include "base/file.hpp"
#include "base/text.hpp"
#include "report/formats.hpp"
#include "report/templates.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <span>

namespace mooring::serve {
namespace {

using Json = nlohmann::ordered_json;
using report::Data;

constexpr std::size_t most_items = 50; // in a text; the rest is counted
constexpr std::string_view built_in =
    "{{headline}}\n"
    "{{#items}}• {{news}}: {{what}}{{#brief}} – {{brief}}{{/brief}}{{#link}} {{link}}{{/link}}\n"
    "{{/items}}{{#more}}… and {{more}} more\n{{/more}}";

std::string link_of(const Digest& digest, const Notice& notice) {
    return digest.page.empty() || notice.path.empty() ? "" : digest.page + notice.path;
}

std::string brief_of(const Notice& notice) { return printable(notice.brief, 500); }

Data item_data(const Digest& digest, const Notice& notice) {
    Data out;
    const auto set = [&](const char* name, const std::string& value) {
        if (!value.empty()) out.set(name, value);
    };
    set("news", words_of(notice));
    set("what", printable(notice.what));
    set("verdict", notice.verdict);
    set("brief", brief_of(notice));
    set("remedy", printable(notice.remedy, 500));
    set("link", link_of(digest, notice));
    return out;
}

// The three characters that Slack takes for markup.
std::string slack_escaped(const std::string& text) {
    std::string out;
    for (const char c : text) {
        if (c == '&')
            out += "&amp;";
        else if (c == '<')
            out += "&lt;";
        else if (c == '>')
            out += "&gt;";
        else
            out += c;
    }
    return out;
}

std::string text_of(const Digest& digest, std::string_view text_template, const report::Escape& escape) {
    const std::size_t shown = std::min(digest.notices.size(), most_items);
    Data data;
    data["headline"] = digest.headline;
    data["server"] = digest.server;
    data["run"] = digest.run_id;
    if (!digest.page.empty()) data["page"] = digest.page;
    data["items"] = report::list(std::span(digest.notices).first(shown),
                                 [&](const Notice& notice) { return item_data(digest, notice); });
    if (digest.notices.size() > shown) data["more"] = std::to_string(digest.notices.size() - shown);
    return report::rendered(text_template.empty() ? built_in : text_template, data, escape);
}

Json json_of(const Digest& digest, const Notice& notice) {
    const auto or_null = [](const std::string& text) { return text.empty() ? Json() : Json(text); };
    constexpr std::array words{"none", "opened", "changed", "resolved", "reminder"};
    return {{"news", words.at(static_cast<std::size_t>(notice.news))},
            {"topic", notice.topic},
            {"server", notice.stack ? Json(notice.stack->server) : Json()},
            {"environment", notice.stack ? Json(notice.stack->environment) : Json()},
            {"stack", notice.stack ? Json(notice.stack->name) : Json()},
            {"what", notice.what},
            {"verdict", or_null(notice.verdict)},
            {"since", notice.since == 0 ? Json() : Json(format_utc(notice.since))},
            {"seenSeconds", notice.seen ? Json(*notice.seen) : Json()},
            {"message", or_null(brief_of(notice))},
            {"remedy", or_null(notice.remedy)},
            {"link", or_null(link_of(digest, notice))}};
}

// "MooringDrift", "MooringAccess", "MooringManifests", "MooringLedger", "MooringCorrection", ...
std::string alert_name(const Notice& notice) {
    std::string name = notice.topic;
    name[0] = static_cast<char>(name[0] - 'a' + 'A');
    return "Mooring" + name;
}

} // namespace

std::string message_text(const Digest& digest, std::string_view text_template) {
    return text_of(digest, text_template, [](const std::string& text) { return text; });
}

std::string webhook_body(const Digest& digest, std::string_view text_template) {
    Json items = Json::array();
    for (const Notice& notice : digest.notices) items.push_back(json_of(digest, notice));
    return report::one_line({{"apiVersion", "mooring/v1"},
                             {"kind", "Notification"},
                             {"id", digest.id},
                             {"at", format_utc(digest.at)},
                             {"server", digest.server},
                             {"run", digest.run_id},
                             {"headline", digest.headline},
                             {"text", message_text(digest, text_template)},
                             {"items", std::move(items)}});
}

std::string slack_body(const Digest& digest, std::string_view text_template) {
    return report::one_line({{"text", text_of(digest, text_template, slack_escaped)}});
}

std::string_view severity_of(const Notice& notice) {
    const bool is_whole_server = notice.topic == "access" && !notice.stack;
    const bool two_writers = notice.topic == "correcting" && notice.state == "two_writers";
    const bool outage = notice.topic == "correction" && notice.state.starts_with("outage");
    return is_whole_server || two_writers || outage || notice.topic == "ledger" ? "critical" : "warning";
}

std::string alertmanager_body(const Digest& digest, std::chrono::seconds lasts) {
    Json alerts = Json::array();
    for (const Notice& notice : digest.notices) {
        const bool over = notice.news == News::resolved;
        Json labels = {{"alertname", alert_name(notice)}, {"server", digest.server}};
        if (notice.stack) {
            labels["environment"] = notice.stack->environment;
            labels["stack"] = notice.stack->name;
        }
        labels["severity"] = severity_of(notice);
        Json alert = {
            {"labels", std::move(labels)},
            {"annotations",
             {{"summary", printable(words_of(notice) + ": " + notice.what)}, {"description", brief_of(notice)}}},
            {"endsAt", format_utc(over ? digest.at : digest.at + lasts.count())}};
        if (notice.since != 0 && !over) alert["startsAt"] = format_utc(notice.since);
        if (const std::string link = link_of(digest, notice); !link.empty()) alert["generatorURL"] = link;
        alerts.push_back(std::move(alert));
    }
    return report::one_line(alerts);
}

std::string signature_line(const Secret& key, std::string_view body) {
    return fmt::format("X-Mooring-Signature: sha256={}\r\n", to_hex(hmac_sha256(key.reveal(), body)));
}

} // namespace mooring::serve
