// Name, connection, proxy and TLS: whether requests arrive at all.

#include "base/text.hpp"
#include "doctor/diagnose.hpp"
#include "portainer/api.hpp"
#include "portainer/causes.hpp"
#include "words/words.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace mooring::doctor {
namespace {

constexpr std::size_t most_addresses = 6;

Symptom ok(const ServerTrial& facts, std::string check, std::string message) {
    return {.server = facts.name, .check = std::move(check), .message = std::move(message)};
}

// Where the way ended, under the check that this was.
Symptom ended(const ServerTrial& facts, std::string check, const net::Trouble& trouble) {
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

Symptom diagnose_name(const ServerTrial& facts, const net::Inspection& way) {
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

Symptom diagnose_plain(const ServerTrial& facts, const net::Inspection& way) {
    if (way.host.empty()) return ok(facts, "tls", "None is needed on a Unix socket.");
    if (is_loopback(way)) return ok(facts, "tls", "None: plain HTTP, which does not leave this machine.");
    return {.server = facts.name,
            .check = "tls",
            .level = Level::warn,
            .message = "None: plain HTTP. Anyone between this machine and the server can read the token.",
            .remedy = "Use https:// in `url` (Portainer's port 9443)."};
}

// Connection, then proxy, then TLS; the first that failed is the last that is said.
void diagnose_steps(const ServerTrial& facts, const net::Inspection& way, Symptoms& findings) {
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

void diagnose_way(const ServerTrial& facts, Symptoms& findings) {
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

// The certificate: whether it is trusted, until when, and what to put into the configuration if it is not.

namespace {

constexpr UnixSeconds day = 86400;
constexpr UnixSeconds soon = 21; // days before the expiry at which a person should hear of it

// What speaks against a certificate, each for itself: the first that TLS stumbles over is seldom the only one.
struct Problems {
    bool untrusted = false;
    bool wrong_name = false;
    bool expired = false;
    bool not_yet = false;

    bool any() const { return untrusted || wrong_name || expired || not_yet; }
};

Problems problems_of(const net::ShownTls& tls, UnixSeconds now) {
    Problems out{.untrusted = !tls.untrusted.empty(), .wrong_name = !tls.name_matches};
    for (const net::ShownCertificate& one : tls.chain) {
        out.expired = out.expired || now > one.until;
        out.not_yet = out.not_yet || now < one.from;
    }
    return out;
}

std::string host_of(const ServerTrial& facts) {
    const auto origin = net::parse_origin(facts.url);
    return printable(origin ? origin->host : facts.url);
}

// A key that differs from the pinned one. A pin beside `ca` does not make every refusal one of the key.
bool is_another_key(const ServerTrial& facts, const net::ShownCertificate& own) {
    const auto pinned = net::parse_pin(facts.trust.pin);
    const auto shown = net::parse_pin(own.pin);
    return !facts.trust.pin.empty() && !(pinned && shown && *pinned == *shown);
}

std::string names_text(const net::ShownCertificate& own) {
    return own.names.empty() ? own.subject : join(own.names, ", ");
}

std::string expiry(const net::ShownCertificate& own, UnixSeconds now) {
    const UnixSeconds days = (own.until - now) / day;
    const std::string date = format_utc_date(own.until);
    if (now > own.until) return fmt::format("expired on {}", date);
    return fmt::format("expires in {} ({})", words::counted(static_cast<std::size_t>(days), "day"), date);
}

std::string about(const net::ShownTls& tls, UnixSeconds now) {
    const net::ShownCertificate& own = tls.chain.front();
    const std::string by = own.self_signed ? "signed by itself" : fmt::format("signed by {}", own.issuer);
    return fmt::format("{}, {} for {}, {}, {}", tls.version, own.subject, names_text(own), by, expiry(own, now));
}

std::string wrong(const ServerTrial& facts, const net::ShownTls& tls, const Problems& problems) {
    const net::ShownCertificate& own = tls.chain.front();
    std::vector<std::string> out;
    if (problems.untrusted && own.self_signed)
        out.emplace_back("it is signed by itself, not by an authority that this machine trusts");
    else if (problems.untrusted)
        out.push_back("it is not signed by an authority that this machine trusts (" + tls.untrusted + ")");
    if (problems.wrong_name)
        out.push_back(fmt::format("it is valid for {}, not for {}", names_text(own), host_of(facts)));
    if (problems.expired) out.emplace_back("it has expired");
    if (problems.not_yet) out.push_back(fmt::format("it is not valid before {}", format_utc_date(own.from)));
    return join(out, "; ");
}

// The one thing that makes `ca:` work is a certificate whose name and dates are right.
std::string how_to_trust(const ServerTrial& facts, const net::ShownTls& tls, const Problems& problems) {
    const std::string pin = fmt::format("`tls: {{pin: {}}}`", tls.chain.front().pin);
    const bool ca_would_do = problems.untrusted && !problems.wrong_name && !problems.expired && !problems.not_yet;
    if (!ca_would_do)
        return fmt::format("Or, if that is the server's own key (ask its administrator), trust the key whatever the "
                           "certificate says: {} at the server in the configuration.",
                           pin);
    if (!tls.chain.back().self_signed)
        return fmt::format("Give the PEM file of {} as `tls: {{ca: FILE}}` at the server in the configuration; or, if "
                           "that is the server's own key (ask its administrator), {}.",
                           tls.chain.back().issuer, pin);
    return fmt::format("If that is the server's own key (ask its administrator), put {} at the server in the "
                       "configuration; or save the certificate and give `tls: {{ca: portainer.pem}}`: openssl s_client "
                       "-connect {} -showcerts </dev/null | openssl x509 >portainer.pem",
                       pin, facts.inspection ? printable(facts.inspection->target) : "HOST:PORT");
}

std::string cure(const ServerTrial& facts, const net::ShownTls& tls, const Problems& problems) {
    std::string out;
    if (problems.expired) out += "Renew the server's certificate (Portainer: Settings > General > SSL certificate). ";
    if (problems.not_yet) out += "Check this machine's clock. ";
    if (problems.wrong_name)
        out += fmt::format("Use a name of the certificate in `url` ({}), or have one issued for this host. ",
                           names_text(tls.chain.front()));
    return out + how_to_trust(facts, tls, problems);
}

// The verifying connection did not take it.
void refuse(const ServerTrial& facts, const net::ShownTls& tls, Symptom& finding) {
    const Problems problems = problems_of(tls, facts.known.now);
    const net::ShownCertificate& own = tls.chain.front();
    finding.level = Level::fail;
    finding.exit_code = unavailable_exit;
    if (is_another_key(facts, own)) {
        finding.message = fmt::format("Its key is not the pinned one: it is {}.", own.pin);
        finding.remedy =
            fmt::format("If the server was given a new key (ask its administrator), put `pin: {}`. If not, "
                        "somebody may be in between: nothing was sent.",
                        own.pin);
    } else if (problems.any()) {
        finding.message = fmt::format("The certificate is not trusted: {}. ({}; its key is {}.)",
                                      wrong(facts, tls, problems), about(tls, facts.known.now), own.pin);
        finding.remedy = cure(facts, tls, problems);
    } else {
        finding.message = printable(facts.known.status.reply.message, 1000) + ".";
        finding.remedy = fmt::format("`tls: {{pin: {}}}` trusts the key whatever the certificate says.", own.pin);
    }
}

void accept(const ServerTrial& facts, const net::ShownTls& tls, Symptom& finding) {
    const UnixSeconds now = facts.known.now;
    const net::ShownCertificate& own = tls.chain.front();
    const bool by_key = !facts.trust.pin.empty() && facts.trust.ca_file.empty();
    finding.message = about(tls, now) + ".";
    if (facts.trust.insecure_skip_verify && facts.trust.pin.empty()) {
        finding.level = Level::warn;
        finding.message = "Any certificate is accepted (insecureSkipVerify): anyone in between can read the token. The "
                          "server showed " +
                          about(tls, now) + ".";
        finding.remedy = fmt::format("Put `tls: {{pin: {}}}` in its place, if that is the server's own key.", own.pin);
    } else if (by_key) {
        finding.message = "The pinned key, whatever the certificate says: " + about(tls, now) + ".";
    } else if ((own.until - now) / day < soon) {
        finding.level = Level::warn;
        finding.remedy = "Renew the server's certificate (Portainer: Settings > General > SSL certificate).";
    }
}

} // namespace

Symptom diagnose_certificate(const ServerTrial& facts, const net::ShownTls& tls, bool refused) {
    Symptom finding{.server = facts.name, .check = "tls"};
    if (tls.chain.empty()) {
        finding.level = Level::fail;
        finding.message = "The server presented no certificate.";
        finding.remedy = "Check what is listening on that port; Portainer always presents a certificate.";
        finding.exit_code = unavailable_exit;
        return finding;
    }
    finding.pin = tls.chain.front().pin;
    finding.certificate = tls.chain.back();
    if (refused)
        refuse(facts, tls, finding);
    else
        accept(facts, tls, finding);
    return finding;
}

} // namespace mooring::doctor
