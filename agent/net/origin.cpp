#include "net/origin.hpp"

#include "base/text.hpp"

#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>
#include <charconv>
#include <fmt/format.h>

namespace mooring::net {
namespace {

std::string without_api(std::string path) {
    while (path.ends_with('/')) path.pop_back();
    if (path.ends_with("/api")) path.resize(path.size() - 4);
    while (path.ends_with('/')) path.pop_back();
    return path;
}

std::unexpected<Error> bad(std::string_view why) {
    return fail(ErrorKind::invalid_input, fmt::format("the server's `url` {}", why),
                "write it like https://portainer.example.test:9443, with a base path if there is one, or unix:/path");
}

Result<Origin> unix_origin(std::string path, std::string base) {
    if (path.empty() || path.front() != '/') return bad("names no absolute path of a socket");
    if (path.size() > 107) return bad("names a socket path longer than 107 bytes, which the system cannot open");
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
    if (origin.host.empty()) return bad("names no host");
    if (has_control(origin.host)) return bad("names a host with blanks or control characters in it");
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
    const auto parsed = boost::urls::parse_uri(url);
    if (!parsed) return bad(url.contains("://") ? "is not a URL" : "lacks its scheme (https://)");
    if (parsed->has_userinfo()) return bad("holds a user or password, which is not how tokens are given");
    if (parsed->has_query() || parsed->has_fragment()) return bad("holds a query or fragment");
    const std::string scheme = to_lower(std::string(parsed->scheme()));
    if (scheme == "http+unix")
        return unix_origin(std::string(parsed->host_name()), without_api(std::string(parsed->encoded_path())));
    if (scheme != "https" && scheme != "http") return bad("has a scheme other than https, http and unix");
    return tcp_origin(*parsed, scheme == "https");
}

} // namespace mooring::net
