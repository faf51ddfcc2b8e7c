// Which page or answer a request is about, and whether it may have it. Pure.
#pragma once

#include "base/secret.hpp"
#include "ledger/entries.hpp"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mooring::serve {

enum class Page {
    not_found,
    method_not_allowed,
    health,     // GET /healthz
    readiness,  // GET /readyz
    metrics,    // GET /metrics
    runs,       // GET /v1/runs
    stacks,     // GET /v1/stacks
    stack,      // GET /v1/stacks/{server}/{environment}/{name}
    plan,       // GET /v1/plan
    sync,       // POST /v1/sync
    openapi,    // GET /v1/openapi.yaml
    status,     // GET /
    runs_page,  // GET /runs
    stack_page, // GET /stacks/{server}/{environment}/{name}
    style,      // GET /style.css
    icon,       // GET /icon.svg
};

struct Route {
    Page page = Page::not_found;
    std::string allow;      // of method_not_allowed: "GET, HEAD"
    ledger::StackKey stack; // of stack and stack_page
    std::map<std::string, std::string> query;
};

// `target` as it was sent. HEAD is GET. What is not percent-encoded rightly is not found.
Route route(std::string_view method, std::string_view target);

// Whether it asks how the agent fares (/healthz, /readyz, /metrics): the server keeps places for that.
bool is_about_health(std::string_view method, std::string_view target);

// "%2F" for "/": one segment of a path, or a value of a query.
std::string percent_encoded(std::string_view text);
std::optional<std::string> percent_decoded(std::string_view text);

// "/stacks/main/production/shop": a stack's page, below `prefix` "/stacks" or "/v1/stacks".
std::string path_of(std::string_view prefix, const ledger::StackKey& key);

// Who may ask. Pages for programs take the bearer token; people's browsers can only send it as the password of any
// user. A run may be started by the bearer token alone, which no foreign web page can make a browser send.
enum class Gate { open, closed, no_token_configured };
Gate gate_of(Page page, const Secret& token, std::string_view authorization);

// Whether the Host header names this machine's address, localhost or one of `names`. A foreign page whose name was made
// to resolve to this machine (DNS rebinding) names itself there. An empty header is refused.
bool is_host_known(std::string_view host, const std::vector<std::string>& names);

} // namespace mooring::serve
