// Answers that go wrong on purpose: which request gets which fault is a pure decision over a list.
#pragma once

#include "portainer_double/message.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace portainer_double {

enum class FaultKind {
    latency,      // the right answer, `milliseconds` late
    drop,         // the connection is closed without an answer
    truncate,     // head and the first `bytes` of the body, then closed
    status,       // `status` with `body` in `content_type`, and Retry-After if set
    endless,      // 200 and a body that never ends (until the client goes away)
    drip,         // the right answer, one byte every `milliseconds`
    content_type, // the right answer under `content_type`
    init_timeout, // 303 to the page of an administrator who was never made (portainer-api.md §1.3)
};

// How far the server had got with the request when its answer was lost (`drop` and `status`; the others change only how
// it is sent).
enum class When {
    before, // it never saw it
    during, // it deploys; what it stores only afterwards comes with `settle` (held.hpp)
    after,  // everything is done and stored
};

struct Fault {
    FaultKind kind = FaultKind::status;
    When when = When::before;
    bool takes_down = false; // `during`: the stack's containers are away until then, as while compose recreates them
    std::string method;      // "" fits any
    std::string path_prefix; // "" fits any
    std::string path_suffix; // "" fits any
    int skip = 0;            // requests that fit and still pass
    int times = -1;          // then this many are hit; -1 all
    int milliseconds = 0;
    std::size_t bytes = 0;
    int status = 502;
    std::string content_type = "text/html";
    std::string body = "<html><body><h1>502 Bad Gateway</h1></body></html>";
    std::string retry_after;
};

// "latency", "drop", ...; nullopt for any other word.
std::optional<FaultKind> parse_fault_kind(std::string_view word);

// "before", "during", "after"; nullopt for any other word.
std::optional<When> parse_when(std::string_view word);

// The first fault that fits and is due; counts it.
std::optional<Fault> take_fault(std::vector<Fault>& faults, const Request& request);

// The answer that replaces the right one; nullopt if the fault changes only how it is sent.
std::optional<Answer> replacing_answer(const Fault& fault);

} // namespace portainer_double
