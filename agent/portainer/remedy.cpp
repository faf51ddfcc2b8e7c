// One cure for each cause, in the words of Portainer's own pages.
#include "portainer/causes.hpp"

#include <fmt/format.h>
#include <string_view>
#include <utility>

namespace mooring::portainer {
namespace {

// "alice", or what stands in its place where the name is not known.
std::string_view named(const std::string& name, std::string_view otherwise) {
    return name.empty() ? otherwise : std::string_view(name);
}

std::string of_denial(Cause cause, const RemedyNames& names) {
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
        return fmt::format("Ask an administrator what holds the names of {} in {}; if it is the stack, to add {} to "
                           "its Access control.",
                           stack, environment, user);
    case Cause::credentials:
        return "Put a valid access token in its place: My account > Access tokens.";
    case Cause::git_source:
        return fmt::format("Use the access token of an administrator, or declare `git: any`: this server shows {} no "
                           "Git source.",
                           user);
    case Cause::unknown:
        return fmt::format("Ask an administrator why the server refuses {}; its message is above.", user);
    }
    std::unreachable();
}

std::string of_status(const Reply& reply, std::string_view server) {
    switch (reply.status) {
    case 408:
        return "A backup of the server may be running; try again later.";
    case 429:
        return "Something in front of the server limits requests: lower `concurrency`, or raise its limit.";
    case 502:
    case 503:
    case 504:
        return fmt::format("Look whether Portainer behind {} and the environment are up.", server);
    default:
        return fmt::format("Look into the log of the server at {}.", server);
    }
}

// OpenSSL's words tell what is wrong with a certificate; each has another cure.
std::string of_tls(std::string_view words) {
    // Without a word of certificates the handshake itself failed: the port may not speak TLS at all.
    if (!words.contains("certificate")) {
        return "Check that this port speaks HTTPS (Portainer's 9443 does, 9000 is plain http://).";
    }
    if (words.contains("mismatch")) {
        return "Write the host in `url` as the server's certificate names it, or give its key as `tls.pin`.";
    }
    if (words.contains("expired") || words.contains("not yet valid")) {
        return "Renew the server's certificate and check this machine's clock, or give its key as `tls.pin`.";
    }
    return "Give the authority that signed the server's certificate as `tls.ca`, or its key as `tls.pin`.";
}

std::string of_failure(const Reply& reply, const RemedyNames& names) {
    const auto server = named(names.server, "the server");
    switch (reply.failure) {
    case Failure::none:
        return {};
    case Failure::resolve:
        return fmt::format("Check the host name in `url` ({}) and this machine's DNS.", server);
    case Failure::connect:
        return fmt::format("Check that Portainer runs at {} and that a firewall lets this machine reach it.", server);
    case Failure::proxy:
        return "Check HTTPS_PROXY and HTTP_PROXY, or name the server's host in NO_PROXY.";
    case Failure::tls:
        return of_tls(reply.message);
    case Failure::timeout:
        return fmt::format("Look why {} answers so slowly, or raise `timeouts.request` or `timeouts.run`.", server);
    case Failure::lost:
        return fmt::format("Look into the log of {} and of what stands in front of it.", server);
    case Failure::too_large:
        return "Raise the limit in `limits` (list, dockerList, file or headers) if the server is to be trusted with "
               "it.";
    case Failure::not_the_api:
        if (reply.status >= 500 || reply.status == 408 || reply.status == 429) return of_status(reply, server);
        return fmt::format(
            "Check that `url` ({}) is Portainer's address, base path included, and not a page in front of "
            "it.",
            server);
    case Failure::redirect:
        return fmt::format("Give the address to which {} leads as `url`; redirects are not followed, because the token "
                           "would go with them.",
                           server);
    case Failure::refused:
        return of_status(reply, server);
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
    case Outcome::credentials_refused:
        return fmt::format("Make a new access token for {} (My account > Access tokens) and give it to Mooring.",
                           named(names.user, "the user"));
    case Outcome::header_added:
        return "Find what adds an Authorization, Origin or Cookie header on the way (a reverse proxy, mostly) and stop "
               "it.";
    case Outcome::denied:
        return of_denial(reply.cause.value_or(Cause::unknown), names);
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
