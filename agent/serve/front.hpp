// The agent's front door: requests -> answers. It reads the board and the ledger and wakes loops; nothing else.
#pragma once

#include "net/server.hpp"
#include "serve/board.hpp"
#include "serve/metrics.hpp"
#include "serve/recorder.hpp"
#include "serve/routes.hpp"

#include <boost/asio/awaitable.hpp>
#include <functional>
#include <string>
#include <vector>

namespace mooring::serve {

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

} // namespace mooring::serve
