// Where a server is: its URL, taken apart and checked once.
#pragma once

#include "base/error.hpp"
#include "base/secret.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace mooring::net {

struct Origin {
    bool tls = false;
    std::string host; // a name or an address, IPv6 without brackets; "localhost" for a Unix socket
    std::uint16_t port = 0;
    std::string base_path; // "" or "/portainer": stands before every target
    std::string socket;    // path of a Unix socket; "" for TCP

    // "example.test", "example.test:8443", "[::1]:9443": the Host header.
    std::string host_header() const;
    // "example.test:443", "unix:/run/portainer.sock": what messages name.
    std::string shown() const;
};

// https://host[:port][/base], http://..., unix:/path, unix:///path or http+unix://%2Fpath%2Fto.sock[/base]. A base path
// loses its trailing slashes and a trailing "/api", which people copy along. Error invalid_input: anything else; a
// user part, query or fragment is refused without being repeated.
Result<Origin> parse_origin(std::string_view url);

// Whether both lead to the same listener: host (whatever its case) and port, or the same socket. Neither the
// scheme nor the base path makes another one of it.
bool same_place(const Origin& one, const Origin& other);

// 1 to 65535, digits only; nullopt otherwise.
std::optional<std::uint16_t> parse_port(std::string_view digits);

// Which requests go through a proxy: HTTPS_PROXY, HTTP_PROXY and NO_PROXY, given as values. Pure.
struct Proxy {
    std::string host;
    std::uint16_t port = 0;
    Secret authorization; // the value of Proxy-Authorization; empty: none

    std::string shown() const; // "proxy.example.test:3128": what messages name
};

// The proxy for this origin; nullopt: none is set, or it is not to be used. https:// origins take `https_proxy`,
// http:// origins `http_proxy`. Error invalid_input, without repeating the value: a proxy that is not http://host:port.
Result<std::optional<Proxy>> choose_proxy(const Origin& origin, std::string_view https_proxy,
                                          std::string_view http_proxy, std::string_view no_proxy);

// Whether NO_PROXY takes the host out, as Go reads it: entries separated by commas; `*` is everything; "example.test"
// means it and everything below, ".example.test" only what is below; addresses and networks (10.0.0.0/8) for hosts
// given as addresses; ":port" narrows an entry. localhost and loopback addresses never go through a proxy.
bool bypasses_proxy(std::string_view no_proxy, std::string_view host, std::uint16_t port);

} // namespace mooring::net
