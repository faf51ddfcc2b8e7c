#include "portainer/client_settings.hpp"

#include "base/crypto.hpp"

#include <cstring>
#include <random>
#include <utility>

namespace mooring::portainer {
namespace {

std::function<double()> own_chance() {
    std::uint64_t seed = 0;
    std::memcpy(&seed, random_bytes(sizeof seed).data(), sizeof seed);
    return [generator = std::mt19937_64(seed)]() mutable {
        return std::uniform_real_distribution<double>(0.0, 1.0)(generator);
    };
}

} // namespace

Result<net::ClientSettings> client_settings(const ServerConnection& server, const Hooks& hooks) {
    auto origin = net::parse_origin(server.url);
    if (!origin) return std::unexpected(origin.error());
    auto pin = net::parse_pin(server.tls.pin);
    if (!pin) return std::unexpected(pin.error());
    auto proxy =
        net::choose_proxy(*origin, server.proxy.https.reveal(), server.proxy.http.reveal(), server.proxy.no_proxy);
    if (!proxy) return std::unexpected(proxy.error());
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
    settings.on_retry = hooks.on_retry;
    settings.under_way = hooks.under_way;
    return settings;
}

} // namespace mooring::portainer
