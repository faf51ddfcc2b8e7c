// HTTP requests to the agent as they arrive on one connection: pieces make no difference, what was read says the same
// when it is written again, and no door opens for whoever does not have the token.
#include "fuzz/pieces.hpp"
#include "fuzz/target.hpp"
#include "net/connection.hpp"
#include "serve/door.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>

namespace mooring::fuzz {
namespace {

using net::Received;
using net::RequestReader;
using serve::Gate;
using serve::Page;
using State = RequestReader::State;

constexpr std::size_t most_headers = 1024;
constexpr std::size_t most_body = 256;
constexpr std::size_t most_buffered = std::size_t{16} << 10U;
constexpr int most_requests = 8;
constexpr std::string_view password = "fuzz-agent-token";
// What stands of it in base64, however many bytes come before.
constexpr std::array<std::string_view, 3> encoded_passwords{"ZnV6ei1hZ2VudC10b2tl", "enotYWdlbnQtdG9rZW4",
                                                            "dXp6LWFnZW50LXRva2Vu"};

// What came of one connection: the requests that were read, and how reading ended.
struct Heard {
    std::vector<Received> requests;
    bool is_refused = false;
};

Heard listen(std::string_view bytes, std::size_t piece, std::size_t headers = most_headers) {
    net::ReadBuffer buffer;
    Heard heard;
    for (int i = 0; i < most_requests; ++i) {
        RequestReader reader(buffer, headers, most_body);
        const State state = feed(reader, reader.received(0), buffer, bytes, piece, most_buffered);
        heard.is_refused = state == State::refused;
        if (heard.is_refused) {
            const int status = reader.refusal();
            require(status == 400 || status == 413 || status == 431 || status == 501, "a refusal has its status");
        }
        if (state != State::done) break;
        const bool is_kept = reader.keep_alive();
        heard.requests.push_back(reader.take());
        require(heard.requests.back().body.size() <= most_body, "no more than the limit is kept");
        if (!is_kept) break;
    }
    return heard;
}

bool is_same(const Received& one, const Received& other) {
    return one.method == other.method && one.target == other.target && one.host == other.host &&
           one.authorization == other.authorization && one.body == other.body;
}

// A request in one spelling, with a length that nobody can take for another.
std::string write(const Received& request) {
    std::string out = fmt::format("{} {} HTTP/1.1\r\nHost: {}\r\nContent-Length: {}\r\n", request.method,
                                  request.target, request.host, request.body.size());
    if (!request.authorization.empty()) out += fmt::format("Authorization: {}\r\n", request.authorization.reveal());
    return out + "\r\n" + request.body;
}

void check_gate(const serve::Route& route, const Received& request) {
    const std::string_view shown = request.authorization.reveal();
    const auto stands_there = [&](std::string_view text) { return shown.find(text) != std::string_view::npos; };
    const bool knows = stands_there(password) || std::ranges::any_of(encoded_passwords, stands_there);
    const bool is_public = route.page == Page::health || route.page == Page::readiness;
    const Secret token{std::string(password)};
    const Gate gate = serve::gate_of(route.page, token, shown);
    require(gate == Gate::closed || knows || is_public, "no door opens without the token", write(request));
    require(serve::gate_of(route.page, Secret(), shown) == Gate::open || route.page == Page::sync,
            "without a token every page can be read, and no run started");
}

void check_route(const Received& request) {
    const serve::Route route = serve::route(request.method, request.target);
    check_gate(route, request);
    require(route.page != Page::sync || request.method == "POST", "a run is started by POST alone");
    require((route.page == Page::method_not_allowed) == !route.allow.empty(), "a wrong method is told the right one");
    if (route.page == Page::stack || route.page == Page::stack_page) {
        const std::string_view prefix = route.page == Page::stack ? "/v1/stacks" : "/stacks";
        const serve::Route again = serve::route("GET", serve::path_of(prefix, route.stack));
        require(again.page == route.page && again.stack == route.stack, "a stack's address leads to the stack");
    }
    const std::string encoded = serve::percent_encoded(request.target);
    require(is_harmless(encoded) && serve::percent_decoded(encoded) == request.target, "what is encoded decodes");
    serve::is_host_known(request.host, {"mooring.example"});
}

void check(const Received& request) {
    check_route(request);
    const Heard again = listen(write(request), most_buffered, 2 * most_headers); // its length stands there as well
    require(again.requests.size() == 1 && is_same(again.requests[0], request), "what was read is read again",
            write(request));
}

} // namespace

void run(std::string_view input) {
    const Heard bytewise = listen(input, 1);
    const Heard pieces = listen(input, 2 + number_of(input) % 64);
    const Heard whole = listen(input, input.size());
    for (const Heard* other : {&pieces, &whole}) {
        require(std::ranges::equal(bytewise.requests, other->requests, is_same), "pieces make no difference");
    }
    std::ranges::for_each(bytewise.requests, check);
}

} // namespace mooring::fuzz
