// Name, connection, proxy and TLS: whether requests arrive at all.
#include "base/text.hpp"
#include "doctor/diagnose.hpp"
#include "portainer/causes.hpp"
#include "portainer/inspect.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace mooring::doctor {
namespace {

constexpr std::size_t most_addresses = 6;

Finding ok(const ServerFacts& facts, std::string check, std::string message) {
    return {.server = facts.name, .check = std::move(check), .message = std::move(message)};
}

// Where the way ended, under the check that this was.
Finding ended(const ServerFacts& facts, std::string check, const net::Trouble& trouble) {
    const Reply reply{
        .outcome = Outcome::unavailable, .failure = portainer::failure_of(trouble.stage), .message = trouble.message};
    return {.server = facts.name,
            .check = std::move(check),
            .level = Level::fail,
            .message = printable(trouble.message, 1000) + ".",
            .remedy =
                portainer::remedy(reply, {.user = {}, .stack = {}, .environment = {}, .server = printable(facts.url)}),
            .exit_code = unavailable_exit};
}

std::string addresses_text(const net::Inspection& way) {
    std::vector<std::string> shown = way.addresses;
    const std::size_t more = shown.size() - std::min(shown.size(), most_addresses);
    if (more > 0) shown.resize(most_addresses);
    return join(shown, ", ") + (more > 0 ? fmt::format(" and {} more", more) : "");
}

Finding diagnose_name(const ServerFacts& facts, const net::Inspection& way) {
    const std::string whose = way.proxy.empty() ? "" : "the proxy ";
    if (way.addresses.size() == 1 && way.addresses.front() == way.host)
        return ok(facts, "name", fmt::format("{}{} is an address, so there is no name to look up.", whose, way.host));
    return ok(facts, "name", fmt::format("{}{} is {}.", whose, printable(way.host), addresses_text(way)));
}

bool is_loopback(const net::Inspection& way) {
    return !way.addresses.empty() && std::ranges::all_of(way.addresses, [](const std::string& address) {
        return address == "::1" || address.starts_with("127.");
    });
}

Finding diagnose_plain(const ServerFacts& facts, const net::Inspection& way) {
    if (way.host.empty()) return ok(facts, "tls", "None is needed on a Unix socket.");
    if (is_loopback(way)) return ok(facts, "tls", "None: plain HTTP, which does not leave this machine.");
    return {.server = facts.name,
            .check = "tls",
            .level = Level::warn,
            .message = "None: plain HTTP. Anyone between this machine and the server can read the token.",
            .remedy = "Use https:// in `url` (Portainer's port 9443)."};
}

// Connection, then proxy, then TLS; the first that failed is the last that is said.
void diagnose_steps(const ServerFacts& facts, const net::Inspection& way, Findings& findings) {
    const auto ended_at = [&way](net::Stage stage) { return way.trouble && way.trouble->stage == stage; };
    if (way.trouble && !ended_at(net::Stage::proxy) && !ended_at(net::Stage::tls)) {
        findings.push_back(ended(facts, "connection", *way.trouble));
        return;
    }
    findings.push_back(ok(
        facts, "connection",
        fmt::format("{} accepts connections.", printable(way.proxy.empty() ? way.target : "the proxy " + way.proxy))));
    if (ended_at(net::Stage::proxy)) {
        findings.push_back(ended(facts, "proxy", *way.trouble));
        return;
    }
    findings.push_back(ok(facts, "proxy",
                          way.proxy.empty()
                              ? "None is used."
                              : fmt::format("{} leads to {}.", printable(way.proxy), printable(way.target))));
    if (way.trouble) {
        findings.push_back(ended(facts, "tls", *way.trouble));
    } else if (!way.encrypted) {
        findings.push_back(diagnose_plain(facts, way));
    } else if (way.tls) {
        const bool refused = facts.known.status.reply.failure == Failure::tls;
        findings.push_back(diagnose_certificate(facts, *way.tls, refused));
    }
}

} // namespace

void diagnose_way(const ServerFacts& facts, Findings& findings) {
    if (!facts.unusable.empty()) {
        findings.push_back({.server = facts.name,
                            .check = "connection",
                            .level = Level::fail,
                            .message = printable(facts.unusable, 1000) + ".",
                            .remedy = "Fix this under `servers` in the configuration.",
                            .exit_code = invalid_exit});
        return;
    }
    if (!facts.inspection) return;
    const net::Inspection& way = *facts.inspection;
    if (!way.host.empty() && way.addresses.empty()) {
        findings.push_back(way.trouble ? ended(facts, "name", *way.trouble) : ok(facts, "name", "It has no address."));
        return;
    }
    if (!way.host.empty()) findings.push_back(diagnose_name(facts, way));
    diagnose_steps(facts, way, findings);
}

} // namespace mooring::doctor
