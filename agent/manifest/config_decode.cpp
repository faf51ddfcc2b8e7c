#include "manifest/config_decode.hpp"

#include "base/text.hpp"
#include "manifest/decode.hpp"
#include "manifest/layers.hpp"
#include "model/stack.hpp"

#include <algorithm>
#include <cstdlib>

namespace mooring::config {
namespace {

using manifest::in_quotes;
using manifest::Remarks;
using yaml::Node;

// host[:port] of "scheme://host:port/path"
std::string_view authority_of(std::string_view url) {
    const std::size_t colon = url.find("://");
    if (colon == std::string_view::npos) return {};
    url.remove_prefix(colon + 3);
    return url.substr(0, url.find_first_of("/?#\\"));
}

bool is_loopback(std::string_view authority) {
    return authority.starts_with("127.") || authority.starts_with("[::1]") || authority == "localhost" ||
           authority.starts_with("localhost:");
}

class Decoder {
  public:
    Decoder(const Tree& tree, const std::string& file, const Variables& variables, Remarks& remarks)
        : tree_(tree), file_(file), variables_(variables), remarks_(remarks) {
        config_.file = file;
    }

    Config run() {
        const Node& spec = tree_.spec;
        take(spec, "", "server", [&](const Node& node, const auto&) { config_.default_server = node.text; });
        take(spec, "", "manifests", [&](const Node& node, const auto& path) { decode_manifests(node, path); });
        take(spec, "", "environment", [&](const Node& node, const auto&) { config_.environment = node.text; });
        take(spec, "", "runtime",
             [&](const Node& node, const auto&) { config_.runtime = *manifest::as_boolean(node); });
        take(spec, "", "remember", [&](const Node& node, const auto& path) { config_.remember = to_path(node, path); });
        take(spec, "", "ledger", [&](const Node& node, const auto& path) { config_.ledger = to_path(node, path); });
        take(spec, "", "keep", [&](const Node& node, const auto&) { config_.keep_days = to_days(node); });
        take(spec, "", "relistAfter", [&](const Node& node, const auto&) {
            config_.relist_after = std::chrono::ceil<std::chrono::milliseconds>(to_duration(node));
        });
        take(spec, "", "fullVerify", [&](const Node& node, const auto&) {
            config_.full_verify = std::chrono::ceil<std::chrono::seconds>(to_duration(node));
        });
        if (const Node* output = spec.find("output")) {
            take(*output, "output.", "format", [&](const Node& node, const auto&) { config_.format = node.text; });
            take(*output, "output.", "color", [&](const Node& node, const auto&) { config_.color = node.text; });
        }
        take(spec, "", "defaults",
             [&](const Node& node, const auto&) { config_.defaults = {.spec = node, .file = file_}; });
        // With a file, `manifests` beside it is meant.
        if (spec.find("manifests") == nullptr) config_.manifests = beside_file("manifests");
        if (const Node* agent = spec.find("agent")) {
            take(spec, "", "agent", [](const Node&, const auto&) {});
            config_.agent = decode_agent(*agent, file_, remarks_);
        }
        const auto note = [this](const std::string& at, const Node& node) { note_origin(at, node); };
        if (const Node* backup = spec.find("backup")) config_.backup = decode_backup(*backup, file_, note);
        if (const Node* secrets = spec.find("secrets")) {
            take(*secrets, "secrets.", "fromEnv",
                 [&](const Node& node, const auto&) { config_.writable_variables = manifest::to_texts(&node); });
        }
        decode_servers();
        return std::move(config_);
    }

  private:
    // Calls `use` with the value of a key, if there is one, and notes where it came from.
    template <typename Use>
    void take(const Node& map, const std::string& path, std::string_view key, Use use) {
        const Node* node = map.find(key);
        if (node == nullptr) return;
        const std::string here = path + std::string(key);
        note_origin(here, *node);
        use(*node, here);
    }

    void note_origin(const std::string& path, const Node& node) {
        const auto given = tree_.origins.find(path);
        config_.origins[named(path)] =
            given != tree_.origins.end()
                ? given->second
                : SettingOrigin{SettingOrigin::Kind::file, {}, manifest::place(file_, node.mark)};
    }

    // "servers[0].url" -> "servers[main].url": people know the name.
    std::string named(const std::string& path) const {
        if (!path.starts_with("servers[")) return path;
        return "servers[" + server_name_ + path.substr(path.find(']'));
    }

    std::filesystem::path beside_file(const std::filesystem::path& path) const {
        return (std::filesystem::path(file_).parent_path() / path).lexically_normal();
    }

    std::filesystem::path to_path(const Node& node, const std::string& path) const {
        return tree_.origins.contains(path) ? std::filesystem::path(node.text) : beside_file(node.text);
    }

    SourceLocation where(const Node& node) const {
        return node.mark.line == 0 ? SourceLocation{} : manifest::place(file_, node.mark);
    }

    // "400d": the schema has seen to the form.
    static int to_days(const Node& node) { return std::atoi(node.text.c_str()); } // NOLINT(cert-err34-c)

    std::chrono::nanoseconds to_duration(const Node& node) {
        const auto duration = parse_go_duration(node.text);
        if (!duration) remarks_.error(where(node), "wrong-value", "this duration is too long");
        return duration.value_or(std::chrono::nanoseconds(0));
    }

    std::size_t to_size(const Node& node) {
        const auto number = manifest::as_integer(node);
        const auto size = number ? number : parse_byte_size(node.text);
        if (!size || *size <= 0) remarks_.error(where(node), "wrong-value", "this size is too small or too large");
        return static_cast<std::size_t>(size.value_or(1));
    }

    void decode_manifests(const Node& node, const std::string& path) {
        if (node.kind != yaml::Kind::mapping) {
            config_.manifests = to_path(node, path);
            return;
        }
        config_.manifests = beside_file(node.find("path")->text);
        config_.exclude = manifest::to_texts(node.find("exclude"));
    }

    void decode_servers() {
        const Node* list = tree_.spec.find("servers");
        if (list == nullptr) return;
        for (std::size_t i = 0; i < list->items.size(); ++i) {
            const Node& node = list->items[i];
            server_name_ = node.find("name")->text;
            refuse_second(*node.find("name"));
            config_.servers.push_back(decode_server(node, "servers[" + std::to_string(i) + "]."));
        }
        const auto reads_input = [](const ServerEntry& s) {
            return s.credential.kind == CredentialSource::Kind::standard_input;
        };
        if (std::ranges::count_if(config_.servers, reads_input) > 1)
            remarks_.error({}, "wrong-keys", "several servers take their token from standard input",
                           "only one of them can");
    }

    void refuse_second(const Node& name) {
        const auto same = [&](const ServerEntry& entry) { return entry.server.name == name.text; };
        if (std::ranges::any_of(config_.servers, same))
            remarks_.error(where(name), "collision", "there are two servers called " + in_quotes(name.text),
                           "rename one of them");
    }

    ServerEntry decode_server(const Node& node, const std::string& path) {
        ServerEntry entry;
        ServerConnection& server = entry.server;
        server.name = server_name_;
        take(node, path, "url", [&](const Node& url, const auto&) { decode_url(url, server); });
        take(node, path, "credential",
             [&](const Node& from, const auto& at) { entry.credential = decode_credential(from, at); });
        take(node, path, "concurrency",
             [&](const Node& n, const auto&) { server.concurrency = static_cast<unsigned>(*manifest::as_integer(n)); });
        take(node, path, "attempts", [&](const Node& n, const auto&) {
            server.retries.attempts = static_cast<unsigned>(*manifest::as_integer(n));
        });
        if (const Node* tls = node.find("tls")) decode_tls(*tls, path + "tls.", server);
        if (const Node* limits = node.find("limits")) decode_limits(*limits, path + "limits.", server.limits);
        if (const Node* timeouts = node.find("timeouts")) decode_timeouts(*timeouts, path + "timeouts.", server);
        decode_proxy(node, path, server.proxy);
        const auto note = [this](const std::string& at, const Node& value) { note_origin(at, value); };
        entry.write = decode_write(node, path, file_, note, remarks_);
        return entry;
    }

    void decode_url(const Node& node, ServerConnection& server) {
        server.url = node.text;
        const bool is_clean = std::ranges::none_of(node.text, [](unsigned char c) { return c <= ' ' || c == 0x7F; });
        if (!is_clean)
            remarks_.error(where(node), "wrong-value",
                           "the address of " + in_quotes(server.name) + " has spaces in it");
        if (url_without_user(node.text) != node.text) {
            remarks_.error(where(node), "secret-in-url",
                           "the address of " + in_quotes(server.name) + " holds a user or password",
                           "leave it out; the access token is given by `credential`");
        }
        const std::string authority = to_lower(authority_of(node.text));
        if (to_lower(node.text).starts_with("http://") && !is_loopback(authority)) {
            remarks_.warning(where(node), "unencrypted",
                             "the token for " + in_quotes(server.name) + " is sent without encryption",
                             "use https://, usually on port 9443");
        }
    }

    CredentialSource decode_credential(const Node& node, const std::string& path) const {
        using enum CredentialSource::Kind;
        if (const Node* name = node.find("file")) return {file, to_path(*name, path).string()};
        if (const Node* name = node.find("env")) return {variable, name->text};
        if (const Node* name = node.find("systemd")) return {systemd, name->text};
        return {standard_input, {}};
    }

    void decode_tls(const Node& node, const std::string& path, ServerConnection& server) {
        take(node, path, "ca", [&](const Node& ca, const auto& at) { server.tls.ca_file = to_path(ca, at).string(); });
        take(node, path, "pin", [&](const Node& pin, const auto&) { server.tls.pin = pin.text; });
        take(node, path, "insecureSkipVerify", [&](const Node& skip, const auto&) {
            server.tls.insecure_skip_verify = *manifest::as_boolean(skip);
            if (server.tls.insecure_skip_verify)
                remarks_.warning(where(skip), "unverified",
                                 "the certificate of " + in_quotes(server.name) +
                                     " is not verified: anyone in between can read the token",
                                 "use `tls: {pin: ...}` or `tls: {ca: ...}`");
        });
    }

    void decode_limits(const Node& node, const std::string& path, AnswerLimits& limits) {
        take(node, path, "list", [&](const Node& size, const auto&) { limits.list = to_size(size); });
        take(node, path, "dockerList", [&](const Node& size, const auto&) { limits.docker_list = to_size(size); });
        take(node, path, "file", [&](const Node& size, const auto&) { limits.file = to_size(size); });
        take(node, path, "headers", [&](const Node& size, const auto&) { limits.headers = to_size(size); });
    }

    void decode_timeouts(const Node& node, const std::string& path, ServerConnection& server) {
        take(node, path, "request", [&](const Node& n, const auto&) {
            server.request_timeout = std::chrono::ceil<std::chrono::seconds>(to_duration(n));
            if (server.request_timeout.count() < 1)
                remarks_.error(where(n), "wrong-value", "the timeout of a request must be at least a second");
        });
        take(node, path, "run", [&](const Node& n, const auto&) {
            server.deadline = std::chrono::ceil<std::chrono::seconds>(to_duration(n));
        });
    }

    // The configuration's proxy, or what the environment says to every program.
    void decode_proxy(const Node& node, const std::string& path, ProxySettings& proxy) {
        if (node.find("proxy") != nullptr) {
            take(node, path, "proxy", [&](const Node& url, const auto&) {
                proxy.https = Secret(url.text);
                proxy.http = Secret(url.text);
            });
            return;
        }
        proxy.https = proxy_variable("HTTPS_PROXY", "https_proxy", path);
        proxy.http = proxy_variable("HTTP_PROXY", "http_proxy", path);
        for (const char* name : {"NO_PROXY", "no_proxy"}) {
            if (proxy.no_proxy.empty()) proxy.no_proxy = text_of(variables_, name).value_or("");
        }
    }

    Secret proxy_variable(const char* upper, const char* lower, const std::string& path) {
        for (const char* name : {upper, lower}) {
            if (!is_set(variables_, name)) continue;
            config_.origins[named(path + "proxy")] = {SettingOrigin::Kind::variable, name, {}};
            return *variables_.find(name);
        }
        return {};
    }

    const Tree& tree_;
    const std::string& file_;
    const Variables& variables_;
    Remarks& remarks_;
    std::string server_name_;
    Config config_;
};

} // namespace

Config decode_config(const Tree& tree, const std::string& file, const Variables& variables, Remarks& remarks) {
    return Decoder(tree, file, variables, remarks).run();
}

} // namespace mooring::config
