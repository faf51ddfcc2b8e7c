#include "net/message.hpp"

#include "base/text.hpp"
#include "net/route.hpp"

#include <algorithm>
#include <boost/asio/ssl/context.hpp>
#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>
#include <charconv>
#include <fmt/format.h>
#include <utility>

namespace mooring::net {
namespace {

std::string without_api(std::string path) {
    while (path.ends_with('/')) path.pop_back();
    if (path.ends_with("/api")) path.resize(path.size() - 4);
    while (path.ends_with('/')) path.pop_back();
    return path;
}

std::unexpected<Error>
bad(std::string_view why,
    std::string cure = "write it like https://portainer.example.test:9443, with a base path if there is one, or "
                       "unix:/path") {
    return fail(ErrorKind::invalid_input, fmt::format("the address {}", why), std::move(cure));
}

bool is_ascii(std::string_view text) {
    return std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

std::unexpected<Error> bad_letters() {
    return bad("has letters outside ASCII in its host",
               "write the host in its xn-- form: `idn2 HOST` prints it, and so does the browser's address bar once the "
               "address is copied");
}

// "https://h:9443" of "https://h:9443/#!/2/docker/stacks": what a page's address says of the server's.
std::unexpected<Error> bad_page(std::string_view url) {
    std::string kept(url.substr(0, url.find_first_of("?#")));
    while (kept.ends_with('/')) kept.pop_back();
    return bad("is that of a page, copied from the browser", fmt::format("write {}", printable(kept)));
}

// Without "scheme://" the first word may be taken for one: "portainer.example.test:9443".
std::unexpected<Error> bad_without_scheme(std::string_view url) {
    while (url.starts_with('/')) url.remove_prefix(1);
    const bool is_plain = url.find_first_of("@?#") == std::string_view::npos; // nothing secret is repeated
    if (!is_plain) return bad("lacks its scheme (https://)");
    return bad("lacks its scheme", fmt::format("write https://{}", printable(url)));
}

Result<Origin> unix_origin(std::string path, std::string base) {
    if (path.empty() || path.front() != '/') return bad("does not name the absolute path of a socket");
    if (path.size() > 107) return bad("names the path of a socket longer than 107 bytes, which the system cannot open");
    return Origin{
        .tls = false, .host = "localhost", .port = 80, .base_path = std::move(base), .socket = std::move(path)};
}

bool has_control(std::string_view text) {
    return text.find_first_of(std::string_view("\0\r\n\t ", 5)) != std::string_view::npos;
}

Result<Origin> tcp_origin(const boost::urls::url_view& url, bool tls) {
    Origin origin;
    origin.tls = tls;
    origin.host = url.host_type() == boost::urls::host_type::ipv6 ? std::string(url.host_ipv6_address().to_string())
                                                                  : std::string(url.host());
    if (origin.host.empty()) return bad("has no host");
    if (has_control(origin.host)) return bad("has spaces or control characters in its host");
    if (!is_ascii(origin.host)) return bad_letters();
    origin.port = static_cast<std::uint16_t>(tls ? 443 : 80);
    if (url.has_port()) {
        const auto port = parse_port(std::string(url.port())); // port_number() does not tell 65537 from 1
        if (!port) return bad("has a port outside 1 to 65535");
        origin.port = *port;
    }
    origin.base_path = without_api(std::string(url.encoded_path()));
    return origin;
}

} // namespace

bool same_place(const Origin& one, const Origin& other) {
    if (!one.socket.empty() || !other.socket.empty()) return one.socket == other.socket;
    const auto host = [](const Origin& origin) {
        std::string name = to_lower(origin.host);
        if (name.ends_with('.')) name.pop_back();
        return name;
    };
    return one.port == other.port && host(one) == host(other);
}

std::optional<std::uint16_t> parse_port(std::string_view digits) {
    std::uint16_t port = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
    if (error != std::errc() || end != digits.data() + digits.size() || port == 0) return std::nullopt;
    return port;
}

std::string Origin::host_header() const {
    const bool usual = port == (tls ? 443 : 80);
    const std::string name = host.contains(':') ? fmt::format("[{}]", host) : host;
    return usual ? name : fmt::format("{}:{}", name, port);
}

std::string Origin::shown() const {
    if (!socket.empty()) return "unix:" + socket;
    return host.contains(':') ? fmt::format("[{}]:{}", host, port) : fmt::format("{}:{}", host, port);
}

Result<Origin> parse_origin(std::string_view url) {
    url = trim(url);
    if (url.empty()) return bad("is empty");
    if (url.starts_with("unix:")) {
        std::string_view path = url.substr(5);
        while (path.starts_with("//")) path.remove_prefix(1);
        return unix_origin(std::string(path), "");
    }
    if (!url.contains("://")) return bad_without_scheme(url);
    const std::string_view rest = url.substr(url.find("://") + 3);
    if (!is_ascii(rest.substr(0, rest.find_first_of("/?#")))) return bad_letters();
    // What a browser shows after `#` need not be of a URL's letters.
    const auto parsed = boost::urls::parse_uri(url.substr(0, url.find('#')));
    if (!parsed) return bad("is not a URL");
    if (parsed->has_userinfo()) return bad("holds a user or password, which is not how tokens are given");
    if (url.contains('#')) return bad_page(url);
    if (parsed->has_query()) {
        return bad("holds a query",
                   fmt::format("leave out everything from `?` on: {}", printable(url.substr(0, url.find('?')))));
    }
    const std::string scheme = to_lower(std::string(parsed->scheme()));
    if (scheme == "http+unix")
        return unix_origin(std::string(parsed->host_name()), without_api(std::string(parsed->encoded_path())));
    if (scheme != "https" && scheme != "http") return bad("has a scheme other than https, http and unix");
    return tcp_origin(*parsed, scheme == "https");
}

Result<std::shared_ptr<Route>> make_route(const boost::asio::any_io_executor& executor, const Origin& origin,
                                          const std::optional<Proxy>& proxy, const Trust& trust,
                                          std::size_t most_headers) {
    auto route = std::make_shared<Route>();
    if (origin.tls) {
        auto context = make_tls_context(trust);
        if (!context) return std::unexpected(context.error());
        route->tls = std::make_shared<boost::asio::ssl::context>(std::move(*context));
    }
    route->executor = executor;
    route->origin = origin;
    route->proxy = proxy;
    route->trust = trust;
    route->most_headers = most_headers;
    route->watchdog = std::make_shared<Watchdog>(executor);
    return route;
}

std::string target_base(const Route& route) {
    const bool whole = route.proxy && !route.origin.tls;
    return (whole ? "http://" + route.origin.host_header() : std::string()) + route.origin.base_path;
}

std::string header_lines(const Route& route) {
    std::string lines = fmt::format("Host: {}\r\nUser-Agent: mooring\r\nAccept: application/json\r\n"
                                    "Accept-Encoding: identity\r\n",
                                    route.origin.host_header());
    if (route.proxy && !route.origin.tls && !route.proxy->authorization.empty())
        lines += fmt::format("Proxy-Authorization: {}\r\n", route.proxy->authorization.reveal());
    return lines;
}

} // namespace mooring::net
