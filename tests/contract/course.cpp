#include "contract/course.hpp"

#include "contract/lines.hpp"

#include <array>
#include <cstdlib>

namespace contract {
namespace {

bool is_limited(const Line& line) {
    return is_counted_by_limiter(line) && line.response.status == 403 && line.response.json &&
           text_of(*line.response.json, "message") == "Access denied";
}

// The stack that a line refuses to write because a deployment of it is under way.
std::optional<Number> refused_for_deploying(const Line& line) {
    const bool refused = line.response.status == 409 && line.response.json && line.response.json->is_object() &&
                         text_of(*line.response.json, "details").find("already in progress") != std::string::npos;
    const std::string path = path_of(line);
    const std::string prefix = "/api/stacks/";
    if (!refused || !path.starts_with(prefix)) return {};
    return std::atoll(path.c_str() + prefix.size());
}

// What this line says of deployments that were under way before it: stack -> still.
std::map<Number, bool> deployments_seen(const Line& line) {
    std::map<Number, bool> seen;
    const bool reads = line.request.method == "GET";
    for (const Json* object : objects_of(line.response)) {
        // An answer to a write shows the deployment that it began; whatever was before has ended.
        if (is_stack(*object)) seen[id_of(*object)] = reads && object->value("Status", Json()) == 3;
    }
    if (const auto stack = refused_for_deploying(line)) seen[*stack] = true;
    return seen;
}

// A deployment goes on as long as the next thing that is heard of its stack is that it does.
void tell_deployments(const std::vector<const Line*>& lines, std::vector<Moment>& course) {
    std::map<Number, bool> next;
    for (std::size_t i = lines.size(); i-- > 0;) {
        for (const auto& [stack, still] : deployments_seen(*lines[i])) next[stack] = still;
        for (const auto& [stack, still] : next) {
            if (still) course[i].still_deploying.insert(stack);
        }
    }
}

// A deployment that no line began: the record was last shown at rest, and a write is refused for it. Another write like
// it was under way.
void tell_unseen_deployments(const std::vector<const Line*>& lines, std::vector<Moment>& course) {
    std::map<Number, Json> shown; // the last status of each stack
    for (std::size_t i = 0; i < lines.size(); ++i) {
        const Exchange& request = lines[i]->request;
        const auto refused = refused_for_deploying(*lines[i]);
        const auto last = refused ? shown.find(*refused) : shown.end();
        if (last != shown.end() && last->second != 3) {
            course[i].told.emplace_back("/meanwhile",
                                        Json{{"before", {{"method", request.method}, {"path", path_of(*lines[i])}}},
                                             {"as", lines[i]->as},
                                             {"method", request.method},
                                             {"target", request.target},
                                             {"body", body_of(*lines[i])}});
        }
        for (const Json* object : objects_of(lines[i]->response)) {
            if (is_stack(*object)) shown[id_of(*object)] = object->value("Status", Json());
        }
    }
}

// A list of all environments: an administrator's without a filter. Whether a header or `as` names him.
bool lists_all_environments(const Line& line) {
    if (path_of(line) != "/api/endpoints" || line.request.method != "GET" || !succeeded(line)) return false;
    const std::string& target = line.request.target;
    const bool filtered =
        target.find('?') != std::string::npos && target.find("?excludeSnapshots=") == std::string::npos;
    const auto key = line.request.headers.find("X-API-Key");
    const bool administrator =
        line.as == "admin" || (key != line.request.headers.end() && key->second == "{key:admin}");
    return administrator && !filtered && target.find('&') == std::string::npos;
}

// Environments that this line shows to be gone, of those that were known to be there.
std::set<Number> gone_by(const Line& line, const std::set<Number>& there) {
    std::set<Number> gone;
    const std::string mark = "(bucket=endpoints, key=";
    const std::string details =
        line.response.json && line.response.json->is_object() ? text_of(*line.response.json, "details") : std::string();
    const std::size_t at = details.find(mark);
    if (line.response.status == 404 && at != std::string::npos) {
        gone.insert(std::atoll(details.c_str() + at + mark.size()));
    }
    if (lists_all_environments(line)) {
        gone.insert(there.begin(), there.end());
        for (const Json* object : objects_of(line.response)) gone.erase(id_of(*object));
    }
    return gone;
}

void tell_environments(const std::vector<const Line*>& lines, std::vector<Moment>& course) {
    std::set<Number> there;
    for (std::size_t i = 0; i < lines.size(); ++i) {
        const Line& line = *lines[i];
        course[i].gone = gone_by(line, there);
        for (const Number id : course[i].gone) there.erase(id);
        for (const Json* object : objects_of(line.response)) {
            if (is_environment(*object)) there.insert(id_of(*object));
        }
        const auto deleted = number_in(path_of(line), "/api/endpoints/", "");
        if (deleted && line.request.method == "DELETE" && succeeded(line)) there.erase(*deleted);
    }
}

// A file that was taken from the disk is put back at the end of the scenario, or before it is read again.
void tell_files(const std::vector<const Line*>& lines, std::vector<Moment>& course) {
    std::set<Number> lost;
    for (std::size_t i = 0; i < lines.size(); ++i) {
        if (i > 0 && lines[i]->scenario != lines[i - 1]->scenario) {
            for (const Number stack : lost) course[i].lost_files[stack] = false;
            lost.clear();
        }
        const auto stack = number_in(path_of(*lines[i]), "/api/stacks/", "/file");
        if (!stack) continue;
        if (is_lost_file(lines[i]->response) && lost.insert(*stack).second) course[i].lost_files[*stack] = true;
        if (succeeded(*lines[i]) && lost.erase(*stack) > 0) course[i].lost_files[*stack] = false;
    }
}

std::string bucket_of(const std::string& path) {
    if (path == "/api/stacks" || path.starts_with("/api/stacks/create/")) return "stacks";
    if (path == "/api/team_memberships") return "memberships";
    constexpr std::array same{"users", "teams", "endpoints", "endpoint_groups", "resource_controls"};
    for (const char* bucket : same) {
        if (path == std::string("/api/") + bucket) return bucket;
    }
    return {};
}

std::map<std::string, Number> ids_given(const Line& line) {
    std::map<std::string, Number> ids;
    if (line.request.method != "POST" || !succeeded(line) || !line.response.json) return ids;
    const Json& answer = *line.response.json;
    if (!answer.is_object()) return ids;
    const auto give = [&](const std::string& bucket, const Json& made, const char* member) {
        if (bucket.empty() || !made.is_object() || !made.contains(member)) return;
        if (made[member].is_number_integer()) ids[bucket] = made[member].get<Number>();
    };
    const std::string path = path_of(line);
    const std::string bucket = bucket_of(path);
    give(bucket, answer, "Id");
    if (bucket == "stacks") give("resource_controls", answer.value("ResourceControl", Json()), "Id");
    if (path == "/api/tags") give("tags", answer, "ID");
    if (path.ends_with("/tokens")) give("tokens", answer.value("apiKey", Json()), "id");
    return ids;
}

} // namespace

bool is_lost_file(const Response& response) {
    return response.status == 500 && response.json && response.json->is_object() &&
           text_of(*response.json, "message") == "Unable to retrieve Compose file from disk";
}

bool shows_deploying(const Response& response) {
    return response.json && response.json->is_object() && is_stack(*response.json) &&
           response.json->value("Status", Json()) == 3;
}

bool is_counted_by_limiter(const Line& line) {
    const std::string path = path_of(line);
    return line.request.method == "POST" && (path == "/api/auth" || path.ends_with("/tokens"));
}

// Making a Kubernetes stack answers no id: the record that is read next has it.
void tell_kubernetes_ids(const std::vector<const Line*>& lines, std::vector<Moment>& course) {
    for (std::size_t i = 0; i + 1 < lines.size(); ++i) {
        const bool makes = lines[i]->request.method == "POST" && succeeded(*lines[i]) &&
                           path_of(*lines[i]).starts_with("/api/stacks/create/kubernetes/");
        const auto id = number_in(path_of(*lines[i + 1]), "/api/stacks/", "");
        if (makes && id && succeeded(*lines[i + 1])) course[i].ids["stacks"] = *id;
    }
}

std::vector<Moment> course_of(const Walk& walk) {
    const std::vector<const Line*> lines = lines_of(walk);
    std::vector<Moment> course(lines.size());
    for (std::size_t i = 0; i < lines.size(); ++i) {
        course[i].limited = is_limited(*lines[i]);
        course[i].ids = ids_given(*lines[i]);
    }
    tell_kubernetes_ids(lines, course);
    tell_deployments(lines, course);
    tell_unseen_deployments(lines, course);
    tell_environments(lines, course);
    tell_files(lines, course);
    tell_clusters(lines, course);
    tell_commits(lines, start_of(walk).repositories, course);
    return course;
}

} // namespace contract
