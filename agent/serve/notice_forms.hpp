// A notification in the form that its receiver takes: webhook, Slack, Alertmanager. Pure.
#pragma once

#include "manifest/agent_settings.hpp"
#include "serve/notices.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace mooring::serve {

// Everything that one run has to tell one receiver.
struct Digest {
    std::string id; // the same when it is delivered again
    std::string server;
    std::string run_id;
    UnixSeconds at = 0;
    std::string headline;
    std::string page; // address of the status page; "" none
    std::vector<Notice> notices;
};

// The text of a message, from a mustache template over {headline, server, run, page, items: [{news, what, verdict,
// brief, remedy, link}]}; "" takes the built-in one. Unknown names are empty. Nothing is escaped: see slack_body.
std::string message_text(const Digest& digest, std::string_view text_template);

// Whether a template can be used: "" or what is wrong with it.
std::string template_problem(std::string_view text_template);

// The bodies that are sent.
std::string webhook_body(const Digest& digest, std::string_view text_template);
std::string slack_body(const Digest& digest, std::string_view text_template);
// "critical" where nothing is known or recorded any more (a whole server, the ledger), else "warning": what the rules
// in deploy/prometheus say of the same.
std::string_view severity_of(const Notice& notice);
// Alerts stay active until `lasts` has passed, longer than until the reminder that renews them.
std::string alertmanager_body(const Digest& digest, std::chrono::seconds lasts);

// The header lines of a signed webhook: "X-Mooring-Signature: sha256=HEX\r\n", HMAC-SHA-256 of the body.
std::string signature_line(const Secret& key, std::string_view body);

} // namespace mooring::serve
