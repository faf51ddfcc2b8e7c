#include "net/proxy.hpp"

#include "base/crypto.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/network_v4.hpp>
#include <boost/asio/ip/network_v6.hpp>
#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>
#include <fmt/format.h>

namespace mooring::net {
namespace {

namespace ip = boost::asio::ip;

std::optional<ip::address> as_address(std::string_view text) {
    boost::system::error_code error;
    auto address = ip::make_address(text, error);
    if (error) return std::nullopt;
    return address;
}

bool in_network(std::string_view network, const ip::address& address) {
    boost::system::error_code error;
    if (address.is_v4()) {
        const auto range = ip::make_network_v4(network, error);
        return !error && (address.to_v4().to_uint() & range.netmask().to_uint()) == range.network().to_uint();
    }
    const auto range = ip::make_network_v6(network, error);
    if (error) return false;
    return ip::network_v6(address.to_v6(), range.prefix_length()).network() == range.network();
}

// "host:8080" -> ("host", 8080); a bare IPv6 address has no port.
std::pair<std::string_view, std::optional<std::uint16_t>> split_port(std::string_view entry) {
    const auto bracket = entry.rfind(']');
    const auto colon = entry.rfind(':');
    const bool many_colons = bracket == std::string_view::npos && entry.find(':') != colon;
    std::optional<std::uint16_t> port;
    if (colon != std::string_view::npos && !many_colons && (bracket == std::string_view::npos || colon > bracket)) {
        port = parse_port(entry.substr(colon + 1));
        entry = entry.substr(0, colon);
    }
    if (entry.starts_with('[') && entry.ends_with(']')) entry = entry.substr(1, entry.size() - 2);
    return {entry, port};
}

bool entry_matches(std::string_view entry, const std::string& host, const std::optional<ip::address>& address,
                   std::uint16_t port) {
    entry = trim(entry);
    if (entry == "*") return true;
    if (entry.contains('/')) return address && in_network(entry, *address);
    const auto [pattern, only_port] = split_port(entry);
    if (pattern.empty() || (only_port && *only_port != port)) return false;
    if (address) {
        const auto other = as_address(pattern);
        return other && *other == *address;
    }
    std::string wanted = to_lower(pattern);
    if (wanted.starts_with("*.")) wanted.erase(0, 1);
    if (wanted.starts_with('.')) return host.ends_with(wanted);
    return host == wanted || host.ends_with("." + wanted);
}

// `variable` is where every program's proxy is set; the configuration's `proxy` comes the same way.
Result<Proxy> parse_proxy(std::string_view text, std::string_view variable) {
    const std::string url = text.contains("://") ? std::string(text) : fmt::format("http://{}", text);
    const auto parsed = boost::urls::parse_uri(url);
    const auto refuse = [&](std::string_view why) {
        return fail(ErrorKind::invalid_input,
                    fmt::format("the proxy (`proxy` in the configuration, or {}) {}", variable, why),
                    "write it like http://proxy.example.test:3128");
    };
    if (!parsed || parsed->host().empty()) return refuse("is not a valid address");
    if (to_lower(std::string(parsed->scheme())) != "http") {
        return refuse("is of a kind other than http://, which Mooring does not speak");
    }
    Proxy proxy;
    proxy.host = parsed->host_type() == boost::urls::host_type::ipv6 ? parsed->host_ipv6_address().to_string()
                                                                     : std::string(parsed->host());
    const auto port = parsed->has_port() ? parse_port(std::string(parsed->port())) : std::uint16_t{80};
    if (!port) return refuse("has a port outside 1 to 65535");
    proxy.port = *port;
    if (parsed->has_userinfo()) {
        std::string pair = parsed->user() + ":" + parsed->password();
        proxy.authorization = Secret("Basic " + to_base64(pair));
        const Secret wiped(std::move(pair));
    }
    return proxy;
}

} // namespace

std::string Proxy::shown() const {
    return host.contains(':') ? fmt::format("[{}]:{}", host, port) : fmt::format("{}:{}", host, port);
}

bool bypasses_proxy(std::string_view no_proxy, std::string_view host, std::uint16_t port) {
    const std::string folded = to_lower(host);
    const auto address = as_address(folded);
    if (folded == "localhost" || folded.ends_with(".localhost") || (address && address->is_loopback())) return true;
    return std::ranges::any_of(split(no_proxy, ','),
                               [&](std::string_view entry) { return entry_matches(entry, folded, address, port); });
}

Result<std::optional<Proxy>> choose_proxy(const Origin& origin, std::string_view https_proxy,
                                          std::string_view http_proxy, std::string_view no_proxy) {
    const std::string_view text = trim(origin.tls ? https_proxy : http_proxy);
    if (text.empty() || !origin.socket.empty() || bypasses_proxy(no_proxy, origin.host, origin.port)) {
        return std::optional<Proxy>();
    }
    auto proxy = parse_proxy(text, origin.tls ? "HTTPS_PROXY" : "HTTP_PROXY");
    if (!proxy) return std::unexpected(proxy.error());
    return std::optional<Proxy>(std::move(*proxy));
}

} // namespace mooring::net
