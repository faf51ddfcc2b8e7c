#include "portainer/api.hpp"

#include "base/file.hpp"
#include "base/secret.hpp"
#include "base/text.hpp"
#include "portainer/decode.hpp"

#include <algorithm>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>
#include <cstring>
#include <random>
#include <utility>
#include <vector>

namespace mooring::portainer {
namespace {

constexpr std::size_t most_told = 8192; // bytes of a server's text that are looked at; far fewer are shown

std::function<double()> own_chance() {
    std::uint64_t seed = 0;
    std::memcpy(&seed, random_bytes(sizeof seed).data(), sizeof seed);
    return [generator = std::mt19937_64(seed)]() mutable {
        return std::uniform_real_distribution<double>(0.0, 1.0)(generator);
    };
}

} // namespace

std::string told_text(std::string_view text, const ServerConnection& server) {
    const std::string own = redact(text.substr(0, most_told), server.token);
    return printable(mask_text(redact(own, server.withheld), Voice::message));
}

std::unexpected<Error> with_cure(Error error) {
    if (!error.detail.empty()) error.message += ": " + std::exchange(error.detail, {});
    return std::unexpected(std::move(error));
}

Result<net::ClientSettings> client_settings(const ServerConnection& server, const Hooks& hooks) {
    auto origin = net::parse_origin(server.url);
    if (!origin) return with_cure(origin.error());
    auto pin = net::parse_pin(server.tls.pin);
    if (!pin) return with_cure(pin.error());
    auto proxy =
        net::choose_proxy(*origin, server.proxy.https.reveal(), server.proxy.http.reveal(), server.proxy.no_proxy);
    if (!proxy) return with_cure(proxy.error());
    net::ClientSettings settings;
    settings.origin = std::move(*origin);
    settings.proxy = std::move(*proxy);
    settings.trust = {
        .ca_file = server.tls.ca_file, .pin = std::move(*pin), .insecure_skip_verify = server.tls.insecure_skip_verify};
    settings.token = server.token;
    settings.most_headers = server.limits.headers;
    settings.concurrency = server.concurrency;
    settings.request_timeout = server.request_timeout;
    settings.deadline = server.deadline;
    settings.retries = server.retries;
    settings.random = hooks.random ? hooks.random : own_chance();
    if (hooks.on_retry) {
        settings.on_retry = [told = hooks.on_retry, server](std::string_view line) { told(told_text(line, server)); };
    }
    settings.under_way = hooks.under_way;
    return settings;
}

Awaitable<Result<net::Inspection>> inspect(boost::asio::any_io_executor executor, ServerConnection server) {
    const Hooks none;
    auto settings = client_settings(server, none);
    if (!settings) co_return std::unexpected(settings.error());
    net::Way way{.origin = std::move(settings->origin),
                 .proxy = std::move(settings->proxy),
                 .trust = std::move(settings->trust),
                 .timeout = settings->request_timeout};
    auto seen = co_await net::inspect(executor, std::move(way));
    if (!seen) co_return with_cure(seen.error());
    co_return seen;
}

Failure failure_of(net::Stage stage) {
    switch (stage) {
    case net::Stage::resolve:
        return Failure::resolve;
    case net::Stage::connect:
        return Failure::connect;
    case net::Stage::proxy:
        return Failure::proxy;
    case net::Stage::tls:
        return Failure::tls;
    case net::Stage::timeout:
        return Failure::timeout;
    case net::Stage::lost:
        return Failure::lost;
    case net::Stage::too_large:
        return Failure::too_large;
    case net::Stage::not_http:
        return Failure::not_the_api;
    }
    std::unreachable();
}

namespace {

namespace json = boost::json;

void append(std::string& out, const json::value& value);

// Length before text, so that no two records can give the same bytes.
void append_text(std::string& out, json::string_view text) {
    out += std::to_string(text.size());
    out += ':';
    out.append(text.data(), text.size());
}

void append_object(std::string& out, const json::object& object, bool is_auto_update) {
    std::vector<const json::key_value_pair*> pairs;
    pairs.reserve(object.size());
    for (const auto& pair : object) pairs.push_back(&pair);
    std::ranges::sort(pairs, {}, [](const json::key_value_pair* pair) { return pair->key(); });
    out += '{';
    for (const auto* pair : pairs) {
        if (is_auto_update && pair->key() == "JobID") continue;
        append_text(out, pair->key());
        if (pair->key() == "AutoUpdate" && pair->value().is_object()) {
            append_object(out, pair->value().get_object(), true);
        } else {
            append(out, pair->value());
        }
    }
    out += '}';
}

void append(std::string& out, const json::value& value) {
    switch (value.kind()) {
    case json::kind::object:
        append_object(out, value.get_object(), false);
        break;
    case json::kind::array:
        out += '[';
        for (const auto& element : value.get_array()) append(out, element);
        out += ']';
        break;
    case json::kind::string:
        out += 's';
        append_text(out, value.get_string());
        break;
    case json::kind::int64:
        out += 'i' + std::to_string(value.get_int64()) + ';';
        break;
    case json::kind::bool_:
        out += value.get_bool() ? 't' : 'f';
        break;
    case json::kind::null:
        out += 'n';
        break;
    case json::kind::uint64:
    case json::kind::double_:
        out += json::serialize(value) + ';';
        break;
    }
}

} // namespace

std::string fingerprint(const json::object& record) {
    std::string text;
    text.reserve(1024);
    append_object(text, record, false);
    const Digest digest = sha256(text);
    const Secret wiped(std::move(text)); // it held env values
    return {digest.begin(), digest.end()};
}

} // namespace mooring::portainer
