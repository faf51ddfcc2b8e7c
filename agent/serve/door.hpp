// Which page or answer a request is about, and whether it may have it. Pure.
#pragma once

#include "base/secret.hpp"
#include "ledger/entries.hpp"
#include "manifest/config.hpp"
#include "manifest/decode.hpp"
#include "net/server.hpp"
#include "serve/board.hpp"
#include "serve/metrics.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <functional>
#include <map>
#include <memory>
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
    std::string allow;       // of method_not_allowed: "GET, HEAD"
    ledger::StackKey stack;  // of stack and stack_page
    bool for_people = false; // below /stacks/: that there is no such page is said as a page
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

// The agent's front door: requests -> answers. It reads the board and the ledger and wakes loops; nothing else.
struct FrontSettings {
    Secret token;                   // empty: none is asked for, and nobody may start a run
    std::vector<std::string> hosts; // names by which the agent may be called
    bool checks_host = true;        // false: a Unix socket, which no browser reaches
};

// Whether it may be bound so: "" or why not, with the cure (issue: beyond loopback only with TLS and token).
std::string refused_binding(const net::Listen& listen, bool has_token, bool insecure);

class Front {
  public:
    // What it refers to outlives it. `sync` starts a run of one server, or of all for ""; false: no such server.
    Front(const Board& board, const Metrics& metrics, Recorder& recorder, const Clock& clock,
          std::function<bool(const std::string& server)> sync)
        : board_(board), metrics_(metrics), recorder_(recorder), clock_(clock), sync_(std::move(sync)) {}

    void use(FrontSettings settings) { settings_ = std::move(settings); }
    boost::asio::awaitable<net::Answered> answer(net::Received request);

  private:
    net::Answered answer_at_once(const Route& route) const;
    boost::asio::awaitable<net::Answered> answer_from_ledger(Route route);
    net::Answered synced(const Route& route) const;

    const Board& board_;
    const Metrics& metrics_;
    Recorder& recorder_;
    const Clock& clock_;
    std::function<bool(const std::string&)> sync_;
    FrontSettings settings_;
};

// The address that the agent listens at. It stays what it was when the agent began: a changed `listen` waits for a
// restart, whole, because a token that is meant for another address could leave this one open.
class Door {
  public:
    // What it refers to outlives it.
    Door(config::ListenSettings listen, const Variables& variables, Front& front)
        : listen_(std::move(listen)), variables_(variables), front_(front) {}

    // Listens, unless `listen` is off. Errors: an address that is taken or may not be used so, a token that cannot be
    // read.
    Result<void> open(const boost::asio::any_io_executor& executor);
    // Takes the token as its source has it now. On failure the one before stays.
    Result<void> read_token_again();
    void close() { server_.reset(); }

    // "http://127.0.0.1:9717"; "" where nothing listens.
    std::string address() const { return server_ ? server_->address() : std::string(); }
    bool is_as(const config::ListenSettings& listen) const { return listen_ == listen; }

  private:
    Result<FrontSettings> front_settings() const;

    config::ListenSettings listen_;
    const Variables& variables_;
    Front& front_;
    std::unique_ptr<net::Server> server_;
};

// The agent's API as JSON (schema/openapi.yaml). Pure.

// {"summary", "health", "servers", "stacks"}; stacks as in a report, with their counts. Query: server, environment,
// verdict narrow the stacks, not the summary.
std::string stacks_json(const Board& board, const std::map<std::string, std::string>& query, UnixSeconds now);

// {"servers": [...]}: what the agent would do with each, what it did, and why it does not. Query: server.
std::string plan_json(const Board& board, const std::map<std::string, std::string>& query);

// One stack with its history, newest spell first; "" when the board does not show it and the history is empty.
std::string stack_json(const Board& board, const StackKey& key, const std::vector<ledger::Spell>& history,
                       UnixSeconds now);

// {"runs": [...]}, newest first, and what is under way.
std::string runs_json(const Board& board, const std::vector<ledger::Run>& runs);

// {"status": "ok"} and the like: {"status", "reason"}.
std::string status_json(std::string_view status, std::string_view reason);

// The view of a stack; nullptr if the board does not show it.
const StackView* find_stack(const Board& board, const StackKey& key);

// "in_sync", "drift", ...: the word of a board's health in the API.
std::string_view to_string(Health health);

} // namespace mooring::serve
