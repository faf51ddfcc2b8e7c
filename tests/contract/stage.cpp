#include "contract/stage.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <stdexcept>
#include <thread>

namespace contract {
namespace {

// What the walk has of the second host, its environments and the Git server: a real server may have neither.
constexpr std::array second_host_marks{
    "docker2.sock",     "endpoints/2",      "endpoints/3", "endpointId=2",     "endpointId=3",
    "\"EndpointId\":3", "\"EndpointId\":2", "s-orphan",    "git.example.test", "s-git"};

} // namespace

std::string token_of(const std::string& name) { return "ptr_" + name; }

Response DoubleStage::tell(const std::string& path, const Json& body) {
    Response answer = control_.send(
        {.method = "POST", .target = path, .headers = {{"Content-Type", "application/json"}}, .body = body.dump()});
    if (answer.status != 200)
        throw std::runtime_error("control plane: " + path + ": " + (answer.json ? answer.json->dump() : answer.text));
    return answer;
}

void DoubleStage::set_up(const Walk& walk) {
    course_ = course_of(walk);
    next_ = 0;
    const Start start = start_of(walk);
    tell("/registry", {{"reachable", false}});
    tell("/settle", {{"policy", "manually"}});
    if (!walk.version.empty()) tell("/version", {{"shown", walk.version}});
    if (start.git_hidden) tell("/version", {{"hidesGitSources", *start.git_hidden}});
    if (start.without_roles) tell("/version", {{"roles", false}});
    if (start.without_primary) tell("/remove", {{"environment", 1}});
    for (const auto& [id, name] : start.environments) {
        if (id != 1) tell("/environments", {{"id", id}, {"name", name}});
    }
    for (const auto& [name, person] : start.people) {
        Json user{{"username", name}, {"roleNumber", person.role}, {"token", token_of(name)}};
        if (person.id != 0) user["id"] = person.id;
        tell("/users", user);
    }
    for (const auto& [url, repository] : start.repositories) {
        tell("/repositories",
             {{"url", url}, {"references", {{repository.reference, repository.commit}}}, {"files", repository.files}});
    }
    for (const auto& [url, id] : start.swarms) tell("/hosts", {{"url", url}, {"swarm", true}, {"swarmId", id}});
}

void DoubleStage::before(const Line&) {
    const Moment& now = course_.at(next_++);
    if (now.limited != limited_) tell("/limiter", {{"banned", now.limited}});
    limited_ = now.limited;
    tell("/settle", {{"stack", 0}, {"except", now.still_deploying}});
    for (const Number id : now.gone) tell("/remove", {{"environment", id}});
    for (const auto& [stack, lost] : now.lost_files) tell("/stack", {{"id", stack}, {"fileLost", lost}});
    for (const auto& [route, body] : now.told)
        control_.send({.method = "POST",
                       .target = route,
                       .headers = {{"Content-Type", "application/json"}},
                       .body = body.dump()});
    for (const auto& [url, repository] : now.repositories) {
        tell("/repositories",
             {{"url", url}, {"references", {{repository.reference, repository.commit}}}, {"files", repository.files}});
    }
    for (const Number id : now.polled) tell("/poll", {{"stack", id}});
    for (const auto& [bucket, id] : now.ids) {
        const Response answer = tell("/ids", {{"bucket", bucket}, {"next", id}});
        if (answer.json && answer.json->value("changed", false)) ++ids_set_;
    }
}

void LiveStage::before(const Line& line) {
    if (is_counted_by_limiter(line)) std::this_thread::sleep_for(std::chrono::milliseconds(1100));
}

bool LiveStage::out_of_reach(const Line& line) const {
    if (is_lost_file(line.response) || shows_deploying(line.response)) return true;
    const std::string all = line.request.target + " " + line.request.body + " " + line.response.text +
                            (line.response.json ? line.response.json->dump() : std::string());
    return std::ranges::any_of(second_host_marks,
                               [&](std::string_view mark) { return all.find(mark) != std::string::npos; });
}

} // namespace contract
