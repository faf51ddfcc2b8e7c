// Which requests go through a proxy: HTTPS_PROXY, HTTP_PROXY and NO_PROXY, given as values. Pure.
#pragma once

#include "base/error.hpp"
#include "base/secret.hpp"
#include "net/origin.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace mooring::net {

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
