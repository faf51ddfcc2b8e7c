#include "portainer/client_settings.hpp"

#include "base/crypto.hpp"
#include "base/mask.hpp"
#include "base/redact.hpp"
#include "base/text.hpp"

#include <cstring>
#include <random>
#include <utility>

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

} // namespace mooring::portainer
