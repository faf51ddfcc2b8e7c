#include "contract/replay.hpp"

#include <chrono>
#include <stdexcept>
#include <thread>

namespace contract {
namespace {

void replace_all(std::string& text, const std::string& what, const std::string& with) {
    for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + with.size()))
        text.replace(at, what.size(), with);
}

// Who logs in or mints with this request: the user whose password it carries.
std::string user_in(const std::string& body) {
    const std::string mark = "{password:";
    const std::size_t at = body.find(mark);
    if (at == std::string::npos) return {};
    const std::size_t start = at + mark.size();
    if (body[start] == ' ') return {}; // a flow mapping of a manifest
    return body.substr(start, body.find('}', start) - start);
}

} // namespace

Replay::Replay(Client& server, Stage& stage, const Exclusions& exclusions, ReplayOptions options)
    : server_(server), stage_(stage), exclusions_(exclusions), options_(std::move(options)) {
    secrets_["{password:admin}"] = options_.admin_password;
}

std::string Replay::fill_in(std::string text, const std::string& user) const {
    for (const auto& [placeholder, value] : secrets_) replace_all(text, placeholder, value);
    auto session = secrets_.find("jwt " + user);
    if (session == secrets_.end()) session = secrets_.find("jwt of the latest");
    if (session != secrets_.end()) replace_all(text, "{jwt}", session->second);
    // A password is chosen by whoever sets it first.
    for (std::string name = user_in(text); !name.empty(); name = user_in(text))
        replace_all(text, "{password:" + name + "}", "password of " + name + " 1");
    return names_.translate(text);
}

Exchange Replay::filled_in(const Line& line) const {
    const std::string user = user_in(line.request.body).empty() ? line.as : user_in(line.request.body);
    Exchange exchange = line.request;
    exchange.target = ids_.translate(fill_in(exchange.target, user));
    exchange.body = fill_in(exchange.body, user);
    for (auto& [name, value] : exchange.headers) value = fill_in(value, user);
    return exchange;
}

void Replay::learn(const Line& line, const Response& actual) {
    ids_.learn(line, actual);
    if (!actual.json || !actual.json->is_object()) return;
    if (actual.json->contains("jwt")) {
        const auto session = (*actual.json)["jwt"].get<std::string>();
        secrets_["jwt " + user_in(line.request.body)] = session;
        secrets_["{jwt:" + user_in(line.request.body) + "}"] = session;
        secrets_["jwt of the latest"] = session;
    }
    const bool minted =
        line.response.json && line.response.json->is_object() && line.response.json->contains("rawAPIKey");
    if (minted && actual.json->contains("rawAPIKey")) {
        secrets_[(*line.response.json)["rawAPIKey"].get<std::string>()] =
            (*actual.json)["rawAPIKey"].get<std::string>();
    }
}

Response Replay::settled(const Exchange& exchange, Response first) {
    for (int i = 0; i < 240 && shows_deploying(first); ++i) {
        std::this_thread::sleep_for(std::chrono::milliseconds(500));
        first = server_.send(exchange);
    }
    return first;
}

LineResult Replay::one(const Walk& walk, const Line& line) {
    LineResult result{.line = &line, .outcome = Outcome::equal, .differences = {}};
    stage_.before(line);
    if (line.response.status == 0) { // the server never answered, and nothing waits for that here
        result.outcome = Outcome::excluded;
        return result;
    }
    const Exchange exchange = filled_in(line);
    Response actual;
    try {
        actual = server_.send(exchange);
        if (options_.live && line.note == "settled") actual = settled(exchange, std::move(actual));
    } catch (const std::runtime_error& error) {
        result.differences.push_back({.path = "connection", .recorded = "an answer", .actual = error.what()});
        result.outcome = Outcome::different;
        return result;
    }
    learn(line, actual);
    result.differences = compare(line.response, actual, names_, {.exact_ids = !options_.live});
    if (result.differences.empty()) return result;
    const bool excluded = exclusions_.holds(walk.version, line.scenario, line.number);
    const bool out_of_reach = options_.live && (ids_.is_missing(line.request.target) || stage_.out_of_reach(line));
    result.outcome = excluded ? Outcome::excluded : out_of_reach ? Outcome::skipped : Outcome::different;
    return result;
}

void Replay::run(const Walk& walk, const std::function<void(const LineResult&)>& report) {
    stage_.set_up(walk);
    for (const auto& [name, person] : start_of(walk).people) secrets_["{key:" + name + "}"] = token_of(name);
    for (const Scenario& scenario : walk.scenarios) {
        for (const Line& line : scenario.lines) report(one(walk, line));
    }
}

} // namespace contract
