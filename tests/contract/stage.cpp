#include "contract/stage.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <stdexcept>
#include <thread>

namespace contract {
namespace {

constexpr const char* demo_url = "http://git.example.test/demo";
constexpr const char* demo_file =
    "services:\n  web:\n    image: local/web:1.0\n    command: [\"sleep\", \"3600\"]\n    environment:\n"
    "      COLOR: ${COLOR:-blue}\n";

// The one commit of the repository, as the answers name it.
std::string demo_commit(const Walk& walk) {
    for (const Scenario& scenario : walk.scenarios) {
        for (const Line& line : scenario.lines) {
            const Json::json_pointer at("/GitConfig/ConfigHash");
            if (line.response.json && line.response.json->is_object() && line.response.json->contains(at)) {
                return (*line.response.json)[at].get<std::string>();
            }
        }
    }
    return "72e6c8a80dc7ac460d30f34f463071cec769840f";
}

// Environments' URLs and swarm ids, as the walk's answers give them: {url: swarm id}.
std::map<std::string, std::string> swarms(const Walk& walk) {
    std::map<std::string, std::string> url_by_id;
    std::map<std::string, std::string> found;
    for (const Scenario& scenario : walk.scenarios) {
        for (const Line& line : scenario.lines) {
            if (line.response.status != 200 || !line.response.json || !line.response.json->is_object()) continue;
            const Json& answer = *line.response.json;
            const std::string& target = line.request.target;
            if (target == "/api/endpoints" && answer.contains("URL"))
                url_by_id[std::to_string(answer["Id"].get<int>())] = answer["URL"].get<std::string>();
            const std::string prefix = "/api/endpoints/";
            if (!target.starts_with(prefix) || !target.ends_with("/docker/swarm")) continue;
            const std::string id = target.substr(prefix.size(), target.find('/', prefix.size()) - prefix.size());
            if (url_by_id.contains(id)) found[url_by_id[id]] = answer.value("ID", "");
        }
    }
    return found;
}

// What the walk has of the second host, its environments and the Git server: a real server may have neither.
constexpr std::array second_host_marks{
    "docker2.sock",     "endpoints/2",      "endpoints/3", "endpointId=2",     "endpointId=3",
    "\"EndpointId\":3", "\"EndpointId\":2", "s-orphan",    "git.example.test", "s-git"};

std::string stack_of_file(const std::string& target) {
    const std::string prefix = "/api/stacks/";
    if (!target.starts_with(prefix) || !target.ends_with("/file")) return {};
    return target.substr(prefix.size(), target.size() - prefix.size() - 5);
}

bool is_counted_by_limiter(const Line& line) {
    return line.request.method == "POST" &&
           (line.request.target == "/api/auth" || line.request.target.ends_with("/tokens"));
}

bool is_limited(const Line& line) {
    return is_counted_by_limiter(line) && line.response.status == 403 && line.response.json &&
           line.response.json->value("message", "") == "Access denied";
}

bool shows_deploying(const Response& response) {
    return response.json && response.json->is_object() && response.json->contains("ProjectPath") &&
           response.json->value("Status", 0) == 3;
}

} // namespace

bool is_lost_file(const Response& response) {
    return response.status == 500 && response.json &&
           response.json->value("message", "") == "Unable to retrieve Compose file from disk";
}

void DoubleStage::tell(const std::string& path, const Json& body) {
    const Response answer = control_.send(
        {.method = "POST", .target = path, .headers = {{"Content-Type", "application/json"}}, .body = body.dump()});
    if (answer.status != 200)
        throw std::runtime_error("control plane: " + path + ": " + (answer.json ? answer.json->dump() : answer.text));
}

void DoubleStage::set_up(const Walk& walk) {
    tell("/registry", {{"reachable", false}});
    tell("/settle", {{"policy", "manually"}});
    tell("/repositories", {{"url", demo_url},
                           {"references", {{"refs/heads/main", demo_commit(walk)}}},
                           {"files", {{"deploy/compose.yaml", demo_file}}}});
    for (const auto& [url, id] : swarms(walk)) tell("/hosts", {{"url", url}, {"swarm", true}, {"swarmId", id}});
}

void DoubleStage::before(const Line& line) {
    // So was how fast the recorder logged in: the limiter counts real seconds.
    const bool limited = is_limited(line);
    if (limited != limited_) tell("/limiter", {{"banned", limited}});
    limited_ = limited;
    // How fast a background deployment ended was the recorded machine's weather: it ends when the recording shows the
    // end.
    if (!shows_deploying(line.response) || line.request.method != "GET") tell("/settle", {{"stack", 0}});
    const std::string id = stack_of_file(line.request.target);
    const bool lost = is_lost_file(line.response);
    if (id.empty() || (!lost && line.response.status != 200) || lost_files_[id] == lost) return;
    lost_files_[id] = lost;
    tell("/stack", {{"id", std::stoll(id)}, {"fileLost", lost}});
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
