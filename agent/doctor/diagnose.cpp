#include "doctor/diagnose.hpp"

#include "base/text.hpp"
#include "drift/judge.hpp"
#include "portainer/causes.hpp"
#include "report/formats.hpp"
#include "report/layout.hpp"
#include "words/words.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace mooring::doctor {
namespace {

// Whatever would end a check must fail here, too, even if no finding above knew it.
void add_what_ends_a_check(const ServerTrial& facts, Symptoms& findings, std::size_t from) {
    if (!facts.has_token || !facts.known.identity_before.reply.asked()) return;
    const ServerResult result = drift::judge_server(facts.known);
    const bool known = std::any_of(findings.begin() + static_cast<std::ptrdiff_t>(from), findings.end(),
                                   [](const Symptom& one) { return one.level == Level::fail; });
    if (result.exit_code == 0 || known) return;
    findings.push_back({.server = facts.name,
                        .check = "token",
                        .level = Level::fail,
                        .message = result.error,
                        .exit_code = result.exit_code});
}

} // namespace

Symptom failed_reply(const ServerTrial& facts, std::string check, const Reply& reply, int exit_code) {
    const auto& identity = facts.known.identity_before.value;
    const portainer::RemedyNames names{.user = identity ? printable(identity->username, 100) : "",
                                       .stack = {},
                                       .environment = {},
                                       .server = printable(facts.url)};
    return {.server = facts.name,
            .check = std::move(check),
            .level = Level::fail,
            .message = answer_text(reply) + ".",
            .remedy = portainer::remedy(reply, names),
            .exit_code = exit_code};
}

Diagnosis diagnose(const Facts& facts) {
    Diagnosis diagnosis;
    diagnose_local(facts.local, diagnosis.findings);
    for (const ServerTrial& server : facts.servers) {
        const std::size_t from = diagnosis.findings.size();
        diagnosis.servers.push_back({server.name, server.url});
        diagnose_way(server, diagnosis.findings);
        diagnose_server(server, diagnosis.findings);
        diagnose_environments(server, diagnosis.findings);
        add_what_ends_a_check(server, diagnosis.findings, from);
    }
    return diagnosis;
}

namespace {

using Json = nlohmann::ordered_json;
using report::Ink;
using report::Paint;

constexpr std::size_t check_column = 8;
constexpr std::size_t message_column = 23;

Ink ink_of(Level level) { return level == Level::ok ? Ink::good : level == Level::warn ? Ink::drift : Ink::broken; }

std::string indented(std::string_view text, std::optional<std::size_t> width) {
    std::optional<std::size_t> room;
    if (width) room = std::max<std::size_t>(*width, 60) - message_column;
    std::string out;
    for (const std::string& line : report::wrap(text, room)) {
        if (!out.empty()) out += std::string(message_column, ' ');
        out += line + "\n";
    }
    return out;
}

std::string line_of(const Symptom& finding, const report::TextOptions& options, const Paint& paint) {
    const std::string level(to_string(finding.level));
    std::string out = "  " + paint(ink_of(finding.level), level) + std::string(check_column - 2 - level.size(), ' ');
    out += report::pad(finding.check, message_column - check_column);
    out += indented(finding.message, options.width);
    if (!finding.remedy.empty()) out += std::string(message_column, ' ') + indented(finding.remedy, options.width);
    return out;
}

std::string group(const Diagnosis& diagnosis, std::string_view server, const report::TextOptions& options,
                  const Paint& paint) {
    std::string out;
    for (const Symptom& finding : diagnosis.findings) {
        if (finding.server == server) out += line_of(finding, options, paint);
    }
    return out;
}

std::string meaning(int code) {
    switch (code) {
    case 0:
        return "a check would work";
    case 3:
        return "a check would be blind: a token sees no environment";
    case 65:
        return "manifests or configuration are invalid";
    case 69:
        return "no check: a server could not be read";
    case 70:
        return "no check: something on the way adds a header";
    case 77:
        return "no check: the access token was refused";
    case 129:
    case 130:
    case 143:
        return "interrupted";
    default:
        return "a check would fail";
    }
}

std::string closing(const Diagnosis& diagnosis) {
    const auto of = [&](Level level) {
        return static_cast<std::size_t>(std::ranges::count(diagnosis.findings, level, &Symptom::level));
    };
    const std::string warnings = words::counted(of(Level::warn), "warning");
    const std::string failures = words::counted(of(Level::fail), "failure");
    const bool nothing_declared =
        std::ranges::find(diagnosis.findings, declare_something, &Symptom::remedy) != diagnosis.findings.end();
    return fmt::format("{}, {}\nexit {}: {}{}\n", failures, warnings, diagnosis.exit_code, meaning(diagnosis.exit_code),
                       nothing_declared && diagnosis.exit_code == 0 ? ", once something is declared" : "");
}

Json or_null(const std::string& text) { return text.empty() ? Json() : Json(text); }

Json json_of(const net::ShownCertificate& certificate) {
    return {{"subject", certificate.subject},
            {"issuer", certificate.issuer},
            {"names", certificate.names},
            {"notBefore", format_utc(certificate.from)},
            {"notAfter", format_utc(certificate.until)},
            {"selfSigned", certificate.self_signed},
            {"pem", certificate.pem}};
}

Json json_of(const Symptom& finding) {
    Json out = {{"server", or_null(finding.server)},
                {"check", finding.check},
                {"level", to_string(finding.level)},
                {"message", finding.message},
                {"remedy", or_null(finding.remedy)}};
    if (finding.pin) out["pin"] = *finding.pin;
    if (finding.certificate) out["certificate"] = json_of(*finding.certificate);
    return out;
}

} // namespace

std::string to_text(const Diagnosis& diagnosis, const report::TextOptions& options) {
    const Paint paint(options.colour);
    std::string out = "this machine\n" + group(diagnosis, "", options, paint);
    for (const Subject& subject : diagnosis.servers) {
        out += "\n" + paint(Ink::strong, printable(subject.server)) + "  " + printable(subject.url) + "\n";
        out += group(diagnosis, subject.server, options, paint);
    }
    return out + "\n" + closing(diagnosis);
}

std::string to_json(const Diagnosis& diagnosis) {
    Json servers = Json::array();
    for (const Subject& subject : diagnosis.servers)
        servers.push_back({{"name", subject.server}, {"url", subject.url}});
    std::string out =
        "{\"apiVersion\":\"mooring/v1\",\"kind\":\"Diagnosis\",\n\"servers\":" + report::one_line(servers) +
        ",\n\"findings\":[";
    for (const Symptom& finding : diagnosis.findings)
        out.append(&finding == diagnosis.findings.data() ? "\n" : ",\n").append(report::one_line(json_of(finding)));
    return out + "\n],\n\"exitCode\":" + std::to_string(diagnosis.exit_code) + "}\n";
}

} // namespace mooring::doctor
