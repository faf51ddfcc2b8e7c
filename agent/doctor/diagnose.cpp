#include "doctor/diagnose.hpp"

#include "base/text.hpp"
#include "drift/judge.hpp"
#include "portainer/causes.hpp"

#include <algorithm>

namespace mooring::doctor {
namespace {

// Whatever would end a check must fail here, too, even if no finding above knew it.
void add_what_ends_a_check(const ServerFacts& facts, Findings& findings, std::size_t from) {
    if (!facts.has_token || !facts.known.identity_before.reply.asked()) return;
    const ServerResult result = drift::judge_server(facts.known);
    const bool known = std::any_of(findings.begin() + static_cast<std::ptrdiff_t>(from), findings.end(),
                                   [](const Finding& one) { return one.level == Level::fail; });
    if (result.exit_code == 0 || known) return;
    findings.push_back({.server = facts.name,
                        .check = "token",
                        .level = Level::fail,
                        .message = result.error,
                        .exit_code = result.exit_code});
}

} // namespace

Finding failed_reply(const ServerFacts& facts, std::string check, const Reply& reply, int exit_code) {
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
    for (const ServerFacts& server : facts.servers) {
        const std::size_t from = diagnosis.findings.size();
        diagnosis.servers.push_back({server.name, server.url});
        diagnose_way(server, diagnosis.findings);
        diagnose_server(server, diagnosis.findings);
        diagnose_environments(server, diagnosis.findings);
        add_what_ends_a_check(server, diagnosis.findings, from);
    }
    return diagnosis;
}

} // namespace mooring::doctor
