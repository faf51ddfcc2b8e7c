// One cure for each cause, in the words of Portainer's own pages.
#include "base/text.hpp"
#include "model/stack.hpp"
#include "net/message.hpp"
#include "portainer/causes.hpp"

#include <fmt/format.h>
#include <optional>
#include <string_view>
#include <utility>

namespace mooring::portainer {
namespace {

// "alice", or what stands in its place where the name is not known.
std::string_view named(const std::string& name, std::string_view otherwise) {
    return name.empty() ? otherwise : std::string_view(name);
}

// "team-b" of ".../namespaces/team-b/deployments?limit=500"; "" where the path has none.
std::string namespace_in(std::string_view target) {
    constexpr std::string_view before = "/namespaces/";
    const std::size_t at = target.find(before);
    if (at == std::string_view::npos) return {};
    target.remove_prefix(at + before.size());
    return printable(target.substr(0, target.find_first_of("/?")), 63);
}

std::string of_namespace(const Reply& reply, std::string_view user, std::string_view environment) {
    const std::string name = namespace_in(reply.target);
    return fmt::format(
        "Ask an administrator to give {} access to the namespace {}: Environments > {} > Namespaces > {} "
        "> Manage access.",
        user, name.empty() ? "of the stack" : "`" + name + "`", environment, name.empty() ? "its name" : name);
}

std::string of_denial(const Reply& reply, const RemedyNames& names) {
    const Cause cause = reply.cause.value_or(Cause::unknown);
    const auto user = named(names.user, "this token's user");
    const auto stack = named(names.stack, "the stack");
    const auto environment = named(names.environment, "the environment");
    switch (cause) {
    case Cause::environment:
        return fmt::format("Ask an administrator to give {} access to {}: Environments > {} > Manage access.", user,
                           environment, environment);
    case Cause::resource_control:
        return fmt::format("Ask an administrator to add {} to Stacks > {} > Access control.", user, stack);
    case Cause::stack_management_disabled:
        return fmt::format("Ask an administrator to let users manage stacks in {}: Host > Setup > \"Disable the use of "
                           "Stacks for non-administrators\".",
                           environment);
    case Cause::role:
        return fmt::format("Use the access token of an administrator, or ask one to give {} the role that this needs.",
                           user);
    case Cause::name_taken:
        return fmt::format(
            "Ask an administrator what holds the names of {} in {} and, if it is the stack, to add {} to "
            "its Access control.",
            stack, environment, user);
    case Cause::credentials:
        return "Put a valid access token in its place: My account > Access tokens.";
    case Cause::git_source:
        return fmt::format("Use the access token of an administrator, or declare `git: any`: this server shows {} no "
                           "Git source.",
                           user);
    case Cause::namespace_:
        return of_namespace(reply, user, environment);
    case Cause::kind:
        return fmt::format("Use the access token of an administrator: Portainer's access to namespaces (Environments > "
                           "{} > Namespaces > NAME > Manage access) does not include objects of this kind.",
                           environment);
    case Cause::unknown:
        return fmt::format("Ask an administrator why the server refuses {}; its message is above.", user);
    }
    std::unreachable();
}

// "Portainer (https://portainer.example.test)"
std::string portainer_at(const RemedyNames& names) {
    return names.server.empty() ? "Portainer" : fmt::format("Portainer ({})", names.server);
}

std::string of_status(int status, const RemedyNames& names) {
    switch (status) {
    case 408:
        return "A backup of the server may be running; try again later.";
    case 429:
        return "Something in front of the server limits requests: lower `concurrency`, or raise its limit.";
    case 502:
    case 503:
    case 504:
        return fmt::format("Check that {} and the environment are running.", portainer_at(names));
    default:
        return fmt::format("Check the log of {}.", portainer_at(names));
    }
}

// "proxy.example.test:3128", if the words say that it is a proxy that failed; "" otherwise.
std::string proxy_in(std::string_view words) {
    const std::size_t at = words.find(net::said::the_proxy);
    if (at == std::string_view::npos) return {};
    words.remove_prefix(at + net::said::the_proxy.size());
    words = words.substr(0, words.find(' '));
    while (words.ends_with(':') || words.ends_with(')')) words.remove_suffix(1);
    return std::string(words);
}

constexpr std::string_view proxy_is_set = "HTTPS_PROXY, HTTP_PROXY, or `proxy` in the configuration";

std::string of_password() {
    return fmt::format("Give the proxy's user and password in its address, as in http://USER:PASSWORD@HOST:PORT ({}).",
                       proxy_is_set);
}

std::string of_proxy(std::string_view words) {
    const std::string proxy = proxy_in(words);
    if (words.contains(net::said::wants_password)) return of_password();
    if (words.contains(net::said::tampered)) {
        return fmt::format("Do not trust the proxy {}: it answered in the server's place, and nothing of it was used. "
                           "Ask who runs it, or go past it: put the server's host into NO_PROXY.",
                           proxy);
    }
    if (words.contains("refused the way")) {
        return fmt::format("Allow the way to Portainer in the settings of the proxy {}, or go past it: put the "
                           "server's host into NO_PROXY.",
                           proxy);
    }
    return fmt::format("Check the proxy {} ({}), or go past it: put the server's host into NO_PROXY.", proxy,
                       proxy_is_set);
}

// OpenSSL's words tell what is wrong with a certificate; each has another cure.
std::string of_certificate(std::string_view words) {
    if (words.contains("mismatch")) {
        return "Write the host in `url` as the server's certificate names it, or give its key as `tls.pin`.";
    }
    if (words.contains("expired") || words.contains("not yet valid")) {
        return "Renew the server's certificate and check this machine's clock, or give its key as `tls.pin`.";
    }
    return "Give the authority that signed the server's certificate as `tls.ca`, or its key as `tls.pin`.";
}

bool wants_client_certificate(std::string_view words) {
    return words.contains("certificate required") || words.contains("alert bad certificate");
}

constexpr std::string_view of_client_certificate =
    "The server asks for a client certificate, which Mooring cannot show: let requests through without one, or use "
    "Portainer's own address in `url`.";

std::string of_tls(std::string_view words) {
    if (words.contains(net::said::other_key)) {
        return "If the server was given a new key (ask its administrator), put it as `tls.pin`. If not, somebody may "
               "be in between: nothing was sent.";
    }
    if (words.contains(net::said::untrusted)) return of_certificate(words);
    if (words.contains(net::said::unchecked)) return "Correct the host in `url`.";
    if (wants_client_certificate(words)) return std::string(of_client_certificate);
    if (words.contains("protocol version") || words.contains("unsupported protocol")) {
        return "The server must speak TLS 1.2 or newer.";
    }
    // The handshake itself failed: the port may not speak TLS at all.
    return "Check that this port speaks HTTPS (Portainer's 9443 does; 9000 is plain http://).";
}

std::string of_timeout(std::string_view words, const RemedyNames& names) {
    if (!proxy_in(words).empty()) return of_proxy(words);
    if (words.contains("looking up")) return "Check this machine's DNS.";
    return fmt::format("Find out why {} is slow to answer, or raise `timeouts.request` or `timeouts.run`.",
                       portainer_at(names));
}

// What servers say to plain HTTP on a port of theirs that speaks TLS: Go (Portainer, Traefik, Caddy), nginx, Apache.
bool speaks_https(const Reply& reply) {
    const std::string text = to_lower(reply.details);
    return reply.message.contains(net::said::is_tls) || text.contains("http request to an https server") ||
           text.contains("plain http request was sent to https port") || text.contains("speaking plain http to an ssl");
}

std::string of_https_port(const RemedyNames& names) {
    const bool known = to_lower(names.server).starts_with("http://");
    return fmt::format("This port speaks HTTPS: write `{}` as `url`.",
                       known ? "https" + names.server.substr(4) : "https://HOST:PORT");
}

// Upgrade Required, HTTP Version Not Supported, and what Amazon's load balancer says to HTTP/1.1.
bool speaks_http2_only(const Reply& reply) {
    return reply.message.contains(net::said::is_http2) || reply.status == 426 || reply.status == 505 ||
           reply.status == 464;
}

// 401, 403 and 407 in other words than Portainer's.
std::string of_gate(int status, const RemedyNames& names) {
    if (status == 407) return of_password();
    return fmt::format("Something in front of {}, such as a gateway or a login page, {}: let requests with an "
                       "`X-API-Key` header through there, or use Portainer's own address in `url`.",
                       portainer_at(names), status == 401 ? "probably asks for a login of its own" : "refuses them");
}

// By its status an answer is of something on the way, whatever its shape; "" if it is not.
std::string of_something_in_front(const Reply& reply, const RemedyNames& names) {
    if (speaks_https(reply)) return of_https_port(names);
    if (speaks_http2_only(reply)) {
        return "What answers at this address takes HTTP/2 only: let it (a reverse proxy?) take HTTP/1.1 as well, or "
               "use Portainer's own address in `url`.";
    }
    if (reply.message.contains(net::said::encoded)) {
        return "Switch off the compression of answers in what is between here and Portainer, usually a reverse proxy: "
               "Mooring asks for none (Accept-Encoding: identity).";
    }
    if (reply.status == 401 || reply.status == 403 || reply.status == 407) return of_gate(reply.status, names);
    return {};
}

std::string of_foreign(const Reply& reply, const RemedyNames& names) {
    if (std::string known = of_something_in_front(reply, names); !known.empty()) return known;
    if (reply.status >= 500 || reply.status == 408 || reply.status == 429) return of_status(reply.status, names);
    return fmt::format("Check that `url` ({}) is Portainer's address, base path included, and not a page in front of "
                       "it.",
                       named(names.server, "the server"));
}

// The address whose redirect kept the path that was asked for, without that path; "" if it leads elsewhere.
std::optional<std::string> moved_to(const Reply& reply) {
    constexpr std::string_view before = "a redirect to ";
    std::string_view location = reply.message;
    if (!location.starts_with(before)) return std::nullopt;
    location = location.substr(before.size(), location.find(", which") - before.size());
    const std::size_t api = reply.target.find("/api/");
    if (api == std::string::npos || !location.ends_with(reply.target.substr(api))) return std::nullopt;
    location.remove_suffix(reply.target.size() - api);
    return url_without_user(location);
}

// Redirects are not followed, because the token would go with them.
std::string of_redirect(const Reply& reply, const RemedyNames& names) {
    if (to_lower(reply.message).contains("administrator initialization timeout")) {
        return fmt::format("Restart {} and create its administrator within 5 minutes.", portainer_at(names));
    }
    const auto moved = moved_to(reply);
    if (moved && moved->contains("://"))
        return fmt::format("Write `{}` as `url`: redirects are not followed, because the token would go with them.",
                           *moved);
    if (moved && !moved->empty())
        return fmt::format("Add the base path `{}` to `url` ({}): redirects are not followed, because the token would "
                           "go with them.",
                           *moved, named(names.server, "the server"));
    return fmt::format(
        "Check that `url` ({}) is Portainer's own address and that nothing in front of it sends requests "
        "elsewhere, such as to a login page: redirects are not followed, because the token would go "
        "with them.",
        named(names.server, "the server"));
}

std::string of_failure(const Reply& reply, const RemedyNames& names) {
    switch (reply.failure) {
    case Failure::none:
        return {};
    case Failure::resolve:
        if (!proxy_in(reply.message).empty()) return of_proxy(reply.message);
        return fmt::format("Check the host name in `url` ({}) and this machine's DNS.",
                           named(names.server, "the server"));
    case Failure::connect:
        if (!proxy_in(reply.message).empty()) return of_proxy(reply.message);
        return fmt::format("Check that Portainer is running at {} and that no firewall blocks this machine.",
                           named(names.server, "the server"));
    case Failure::proxy:
        return of_proxy(reply.message);
    case Failure::tls:
        return of_tls(reply.message);
    case Failure::timeout:
        return of_timeout(reply.message, names);
    case Failure::lost:
        if (wants_client_certificate(reply.message)) return std::string(of_client_certificate);
        return fmt::format("Check the log of {} and of anything in front of it.", portainer_at(names));
    case Failure::too_large:
        return "Raise the limit in `limits` (list, dockerList, file or headers) if you trust the server with it.";
    case Failure::not_the_api:
        return of_foreign(reply, names);
    case Failure::redirect:
        return of_redirect(reply, names);
    case Failure::refused:
        if (std::string known = of_something_in_front(reply, names); !known.empty()) return known;
        return of_status(reply.status, names);
    }
    std::unreachable();
}

} // namespace

std::string remedy(const Reply& reply, const RemedyNames& names) {
    switch (reply.outcome) {
    case Outcome::not_asked:
    case Outcome::ok:
    case Outcome::stack_gone:
    case Outcome::environment_gone:
    case Outcome::object_absent:
        return {};
    case Outcome::not_served:
        return "Declare an apiVersion that the cluster serves (`kubectl api-resources` lists them), or ask an "
               "administrator "
               "to install what defines the kind.";
    case Outcome::credentials_refused:
        return fmt::format("Make a new access token for {} (My account > Access tokens) and give it to Mooring.",
                           named(names.user, "the user"));
    case Outcome::header_added:
        return "Find what adds an Authorization, Origin or Cookie header on the way (usually a reverse proxy) and stop "
               "it.";
    case Outcome::denied:
        return of_denial(reply, names);
    case Outcome::file_lost:
        return fmt::format("Redeploy {} or restore its file from a backup of the server's disk.",
                           named(names.stack, "the stack"));
    case Outcome::settings_not_deployed:
        return fmt::format("Redeploy {} in Portainer (Pull and redeploy), so that its Git settings take effect.",
                           named(names.stack, "the stack"));
    case Outcome::unavailable:
        return of_failure(reply, names);
    }
    std::unreachable();
}

} // namespace mooring::portainer
