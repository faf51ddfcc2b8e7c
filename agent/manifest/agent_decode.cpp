#include "manifest/config_decode.hpp"

#include "base/secret.hpp"
#include "base/text.hpp"
#include "manifest/decode.hpp"
#include "manifest/layers.hpp"

#include <array>
#include <charconv>
#include <filesystem>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace mooring::config {
namespace {

using manifest::in_quotes;
using manifest::Remarks;
using std::chrono::ceil;
using std::chrono::milliseconds;
using std::chrono::seconds;
using yaml::Node;

class AgentDecoder {
  public:
    AgentDecoder(const std::string& file, Remarks& remarks) : file_(file), remarks_(remarks) {}

    AgentSettings run(const Node& agent) {
        AgentSettings out;
        if (const Node* node = agent.find("interval")) {
            out.interval = ceil<milliseconds>(duration(*node));
            if (out.interval < seconds(1)) error(*node, "the interval must be at least a second");
        }
        if (const Node* node = agent.find("jitter")) out.jitter = ceil<milliseconds>(duration(*node));
        if (const Node* node = agent.find("absenceWindow")) out.absence_window = ceil<seconds>(duration(*node));
        if (const Node* node = agent.find("readyWithin")) out.ready_within = ceil<milliseconds>(duration(*node));
        if (const Node* node = agent.find("listen")) out.listen = listen(*node);
        if (const Node* log = agent.find("log")) {
            if (const Node* node = log->find("format")) out.log_format = format(node->text);
            if (const Node* node = log->find("level")) out.log_level = node->text;
        }
        if (const Node* node = agent.find("notifications")) out.notifications = notifications(*node);
        return out;
    }

  private:
    void error(const Node& node, std::string message, std::string cure = {}) {
        remarks_.error(manifest::place(file_, node.mark), "wrong-value", std::move(message), std::move(cure));
    }

    std::chrono::nanoseconds duration(const Node& node) {
        const auto parsed = parse_go_duration(node.text);
        if (!parsed) error(node, "this duration is too long");
        return parsed.value_or(std::chrono::nanoseconds(0));
    }

    std::string path(const Node& node) const {
        return (std::filesystem::path(file_).parent_path() / node.text).lexically_normal().string();
    }

    CredentialSource secret(const Node& node) const {
        using enum CredentialSource::Kind;
        if (const Node* name = node.find("file")) return {file, path(*name)};
        if (const Node* name = node.find("env")) return {variable, name->text};
        return {systemd, node.find("systemd")->text};
    }

    static LogFormat format(std::string_view word) {
        if (word == "text") return LogFormat::text;
        if (word == "json") return LogFormat::json;
        return word == "journal" ? LogFormat::journal : LogFormat::automatic;
    }

    void address(const Node& node, ListenSettings& out) {
        std::string_view text = node.text;
        if (text == "off") {
            out.enabled = false;
        } else if (text.starts_with("unix:")) {
            out.socket = text.substr(5);
        } else {
            const std::size_t colon = text.rfind(':');
            const std::string_view digits = text.substr(colon + 1);
            const auto parsed = std::from_chars(digits.data(), digits.data() + digits.size(), out.port);
            if (parsed.ec != std::errc())
                error(node, "there is no such port", "ports go up to 65535; 0 takes a free one");
            out.host = text.substr(0, colon);
            if (out.host.starts_with('[')) out.host = out.host.substr(1, out.host.size() - 2);
        }
    }

    ListenSettings listen(const Node& node) {
        ListenSettings out;
        if (node.kind != yaml::Kind::mapping) {
            address(node, out);
            return out;
        }
        if (const Node* where = node.find("address")) address(*where, out);
        if (const Node* token = node.find("token")) out.token = secret(*token);
        if (const Node* tls = node.find("tls")) {
            out.certificate = path(*tls->find("certificate"));
            out.key = path(*tls->find("key"));
        }
        out.hosts = manifest::to_texts(node.find("hosts"));
        if (const Node* flag = node.find("insecure")) out.insecure = *manifest::as_boolean(*flag);
        return out;
    }

    NotificationSettings notifications(const Node& node) {
        NotificationSettings out;
        if (const Node* reminder = node.find("reminder")) out.reminder = ceil<seconds>(duration(*reminder));
        if (const Node* page = node.find("page")) out.page = page->text;
        while (out.page.ends_with('/')) out.page.pop_back();
        const Node* channels = node.find("channels");
        if (channels == nullptr) return out;
        for (const Node& item : channels->items) {
            ChannelSettings one = channel(item);
            for (const ChannelSettings& other : out.channels) {
                if (other.name == one.name)
                    error(item, "there are two channels called " + in_quotes(one.name), "rename one of them");
            }
            out.channels.push_back(std::move(one));
        }
        return out;
    }

    ChannelSettings channel(const Node& node) {
        ChannelSettings out;
        out.name = node.find("name")->text;
        const std::string& kind = node.find("kind")->text;
        if (kind == "slack") out.kind = ChannelSettings::Kind::slack;
        if (kind == "alertmanager") out.kind = ChannelSettings::Kind::alertmanager;
        const Node& url = *node.find("url");
        if (url.kind == yaml::Kind::mapping)
            out.url_source = secret(url);
        else
            out.url = url.text;
        if (const Node* key = node.find("secret")) {
            out.secret = secret(*key);
            if (out.kind != ChannelSettings::Kind::webhook) error(*key, "only a webhook has a signature");
        }
        if (const Node* file = node.find("template")) {
            out.template_file = path(*file);
            if (out.kind == ChannelSettings::Kind::alertmanager)
                error(*file, "Alertmanager has templates of its own", "take `template` out");
        }
        if (const Node* file = node.find("ca")) out.ca_file = path(*file);
        return out;
    }

    const std::string& file_;
    Remarks& remarks_;
};

using Json = nlohmann::ordered_json;

Json json_of(const ListenSettings& listen) {
    Json out = {{"address", listen_words(listen)}};
    if (Json token = json_of(listen.token); !token.is_null()) out["token"] = std::move(token);
    if (!listen.certificate.empty()) out["tls"] = {{"certificate", listen.certificate}, {"key", listen.key}};
    if (!listen.hosts.empty()) out["hosts"] = listen.hosts;
    if (listen.insecure) out["insecure"] = true;
    return out;
}

// An address as it may be shown. Of a webhook's and Slack's, all behind the host may be what lets one post; an
// Alertmanager's path is none, its query may be.
std::string shown_address(const ChannelSettings& channel) {
    const std::string url = url_without_user(mask_text(channel.url));
    const bool alertmanager = channel.kind == ChannelSettings::Kind::alertmanager;
    const std::size_t start = url.find("://");
    const std::size_t host = start == std::string::npos ? 0 : start + 3;
    const std::size_t end = std::min(url.find_first_of(alertmanager ? "?#\\" : "/?#\\", host), url.size());
    const bool plain = end + 1 >= url.size() && !url.ends_with('\\');
    return url.substr(0, end) + (plain ? url.substr(end) : url.substr(end, 1) + "***");
}

Json json_of(const ChannelSettings& channel) {
    constexpr std::array kinds{"webhook", "slack", "alertmanager"};
    Json out = {{"name", channel.name}, {"kind", kinds[static_cast<std::size_t>(channel.kind)]}};
    out["url"] = channel.url.empty() ? json_of(channel.url_source) : Json(shown_address(channel));
    if (Json secret = json_of(channel.secret); !secret.is_null()) out["secret"] = std::move(secret);
    if (!channel.template_file.empty()) out["template"] = channel.template_file;
    if (!channel.ca_file.empty()) out["ca"] = channel.ca_file;
    return out;
}

} // namespace

AgentSettings decode_agent(const yaml::Node& node, const std::string& file, Remarks& remarks) {
    return AgentDecoder(file, remarks).run(node);
}

Json json_of(const CredentialSource& source) {
    switch (source.kind) {
    case CredentialSource::Kind::file:
        return {{"file", source.name}};
    case CredentialSource::Kind::variable:
        return {{"env", source.name}};
    case CredentialSource::Kind::systemd:
        return {{"systemd", source.name}};
    case CredentialSource::Kind::standard_input:
        return {{"stdin", true}};
    case CredentialSource::Kind::none:
        break;
    }
    return nullptr;
}

std::string listen_words(const ListenSettings& listen) {
    if (!listen.enabled) return "off";
    if (!listen.socket.empty()) return "unix:" + listen.socket;
    const bool v6 = listen.host.contains(':');
    return fmt::format("{}{}{}:{}", v6 ? "[" : "", listen.host, v6 ? "]" : "", listen.port);
}

Json json_of(const AgentSettings& settings) {
    constexpr std::array formats{"auto", "text", "json", "journal"};
    const NotificationSettings& told = settings.notifications;
    Json out = {
        {"interval", format_go_duration(settings.interval)},
        {"jitter", format_go_duration(settings.jitter_or_default())},
        {"absenceWindow", format_go_duration(settings.absence_window)},
        {"readyWithin", format_go_duration(settings.window())},
        {"listen", json_of(settings.listen)},
        {"log", {{"format", formats[static_cast<std::size_t>(settings.log_format)]}, {"level", settings.log_level}}}};
    out["notifications"] = {{"reminder", format_go_duration(told.reminder)}};
    if (!told.page.empty()) out["notifications"]["page"] = mask_text(told.page);
    Json channels = Json::array();
    for (const ChannelSettings& channel : told.channels) channels.push_back(json_of(channel));
    if (!channels.empty()) out["notifications"]["channels"] = std::move(channels);
    return out;
}

} // namespace mooring::config
