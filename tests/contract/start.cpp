// What was there before a walk's first line.
#include "contract/course.hpp"
#include "contract/lines.hpp"

#include <algorithm>
#include <optional>

namespace contract {
namespace {

// The repository of all known walks, where a walk does not show its own.
constexpr const char* demo_url = "http://git.example.test/demo";
constexpr const char* demo_reference = "refs/heads/main";
constexpr const char* demo_commit = "72e6c8a80dc7ac460d30f34f463071cec769840f";
constexpr const char* demo_path = "deploy/compose.yaml";
constexpr const char* demo_file =
    "services:\n  web:\n    image: local/web:1.0\n    command: [\"sleep\", \"3600\"]\n    environment:\n"
    "      COLOR: ${COLOR:-blue}\n";

// Every "{key:NAME}" of a text.
void add_keys(const std::string& text, std::map<std::string, Person>& people) {
    const std::string mark = "{key:";
    for (std::size_t at = text.find(mark); at != std::string::npos; at = text.find(mark, at + 1)) {
        const std::size_t start = at + mark.size();
        people.try_emplace(text.substr(start, text.find('}', start) - start));
    }
}

std::map<std::string, Person> people_without_keys(const std::vector<const Line*>& lines) {
    std::map<std::string, Person> people;
    std::map<std::string, Person> known;
    std::map<std::string, Person> minted;
    for (const Line* line : lines) {
        for (const auto& [name, value] : line->request.headers) add_keys(value, people);
        for (const Json* object : objects_of(line->response)) {
            add_keys(text_of(*object, "rawAPIKey"), minted);
            if (!text_of(*object, "Username").empty() && object->contains("Role")) {
                known[text_of(*object, "Username")] = {.id = id_of(*object), .role = (*object)["Role"].get<int>()};
            }
        }
    }
    for (const auto& [name, person] : minted) people.erase(name);
    for (auto& [name, person] : people) {
        if (known.contains(name)) person = known[name];
        if (name == "admin") person = {.id = 1, .role = 1};
    }
    return people;
}

std::map<Number, std::string> environments_not_made(const std::vector<const Line*>& lines) {
    std::map<Number, std::string> seen;
    std::set<Number> made;
    for (const Line* line : lines) {
        const bool makes = line->request.method == "POST" && path_of(*line) == "/api/endpoints";
        for (const Json* object : objects_of(line->response)) {
            if (!is_environment(*object)) continue;
            if (makes) made.insert(id_of(*object));
            if (!makes) seen.try_emplace(id_of(*object), text_of(*object, "Name"));
        }
    }
    for (const Number id : made) seen.erase(id);
    return seen;
}

// The environment that a call of the Docker proxy is for, and what it calls there: {2, "/swarm"}.
std::optional<std::pair<Number, std::string>> docker_call(const Line& line) {
    const std::string path = path_of(line);
    const std::string prefix = "/api/endpoints/";
    const std::size_t docker = path.find("/docker/");
    if (docker == std::string::npos) return {};
    const auto id = number_in(path.substr(0, docker), prefix, "");
    if (!id) return {};
    std::string call = path.substr(docker + 7);
    if (call.starts_with("/v1.")) call = call.substr(std::min(call.size(), call.find('/', 1)));
    return std::pair(*id, call);
}

// The swarm that an answer of an environment's host names: its own, or that of its information.
std::string swarm_named(const std::string& call, const Json& answer) {
    if (call == "/swarm") return text_of(answer, "ID");
    const Json::json_pointer cluster("/Swarm/Cluster/ID");
    const bool named = call == "/info" && answer.contains(cluster) && answer[cluster].is_string();
    return named ? answer[cluster].get<std::string>() : std::string();
}

std::map<std::string, std::string> swarms(const std::vector<const Line*>& lines) {
    std::map<Number, std::string> urls;
    std::map<Number, std::string> named;   // by their hosts
    std::map<Number, std::string> guessed; // by the first swarm stack there; "" by a snapshot alone
    for (const Line* line : lines) {
        for (const Json* object : objects_of(line->response)) {
            if (is_environment(*object)) {
                urls[id_of(*object)] = text_of(*object, "URL");
                const Json::json_pointer swarm("/Snapshots/0/Swarm");
                if (object->contains(swarm) && (*object)[swarm] == true) guessed.try_emplace(id_of(*object));
            }
            if (is_stack(*object) && object->value("Type", Json()) == 1) {
                std::string& guess = guessed[object->value("EndpointId", Number{0})];
                if (guess.empty()) guess = text_of(*object, "SwarmId");
            }
        }
        const auto call = docker_call(*line);
        if (!call || !succeeded(*line) || !line->response.json || !line->response.json->is_object()) continue;
        const std::string id = swarm_named(call->second, *line->response.json);
        if (!id.empty()) named[call->first] = id;
    }
    std::map<std::string, std::string> found;
    for (const auto& [environment, id] : guessed) found[urls[environment]] = id;
    for (const auto& [environment, id] : named) found[urls[environment]] = id;
    found.erase("");
    return found;
}

std::string without_suffix(std::string url) {
    if (url.ends_with(".git")) url.resize(url.size() - 4);
    return url;
}

// What is fetched from a URL; its text is in no answer, but what it made is named after the stack.
void serve_manifest(const Line& line, std::map<std::string, Repository>& found) {
    const Json body = body_of(line);
    const std::string url = text_of(body, "ManifestURL");
    const std::size_t slash = url.rfind('/');
    if (!succeeded(line) || slash == std::string::npos) return;
    found[url.substr(0, slash)].files[url.substr(slash + 1)] =
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: " + text_of(body, "StackName") + "}\ndata: {a: b}\n";
}

// An additional file of a Kubernetes stack is in no answer, but an object that it made is: one with the stack's label
// that the main file does not name.
std::string additional_file(const std::vector<const Line*>& lines, const Json& record, const std::string& main_file) {
    for (const Line* line : lines) {
        for (const Json* object : objects_of(line->response)) {
            const Json metadata = object->value("metadata", Json::object());
            if (!metadata.is_object() || text_of(*object, "kind") != "ConfigMap") continue;
            const Json labels = metadata.value("labels", Json::object());
            const bool own = labels.is_object() && text_of(labels, "io.portainer.kubernetes.application.stackid") ==
                                                       std::to_string(id_of(record));
            if (!own || main_file.find("name: " + text_of(metadata, "name") + "\n") != std::string::npos) continue;
            return "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: " + text_of(metadata, "name") +
                   "}\ndata: " + object->value("data", Json::object()).dump() + "\n";
        }
    }
    return "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: " + text_of(record, "Name") + "-more}\ndata: {a: b}\n";
}

void add_additional_files(const std::vector<const Line*>& lines, std::map<std::string, Repository>& found) {
    for (const Line* line : lines) {
        for (const Json* record : objects_of(line->response)) {
            const Json git = record->value("GitConfig", Json());
            const Json more = record->value("AdditionalFiles", Json());
            if (!is_stack(*record) || !git.is_object() || !more.is_array() || record->value("Type", Json()) != 3)
                continue;
            std::map<std::string, std::string>& files = found[without_suffix(text_of(git, "URL"))].files;
            for (const Json& path : more) {
                if (path.is_string() && !files.contains(path.get<std::string>()))
                    files[path.get<std::string>()] =
                        additional_file(lines, *record, files[text_of(git, "ConfigFilePath")]);
            }
        }
    }
}

std::map<std::string, Repository> repositories(const std::vector<const Line*>& lines) {
    std::map<std::string, Repository> found;
    std::map<Number, std::pair<std::string, std::string>> cloned; // stack -> URL and path
    for (const Line* line : lines) {
        const auto reader = number_in(path_of(*line), "/api/stacks/", "/file");
        if (reader && succeeded(*line) && cloned.contains(*reader) && line->response.json) {
            const auto& [url, path] = cloned[*reader];
            found[url].files.try_emplace(path, text_of(*line->response.json, "StackFileContent"));
        }
        for (const Json* object : objects_of(line->response)) {
            const auto git = object->find("GitConfig");
            if (!is_stack(*object) || git == object->end() || !git->is_object()) {
                if (is_stack(*object)) cloned.erase(id_of(*object)); // no longer, what its file is
                continue;
            }
            Repository& repository = found[without_suffix(text_of(*git, "URL"))];
            if (repository.commit.empty()) repository.commit = text_of(*git, "ConfigHash");
            if (repository.reference.empty()) repository.reference = text_of(*git, "ReferenceName");
            cloned[id_of(*object)] = {without_suffix(text_of(*git, "URL")), text_of(*git, "ConfigFilePath")};
        }
    }
    for (const Line* line : lines) serve_manifest(*line, found);
    add_additional_files(lines, found);
    Repository& demo = found[demo_url];
    demo.files.try_emplace(demo_path, demo_file);
    if (demo.commit.empty()) demo.commit = demo_commit;
    for (auto& [url, repository] : found) {
        if (repository.reference.empty()) repository.reference = demo_reference;
    }
    return found;
}

// Whose key was sent, "alice" for "{key:alice}"; "" for none.
std::string caller_of(const Line& line) {
    std::map<std::string, Person> people;
    for (const auto& [name, value] : line.request.headers) add_keys(value, people);
    return people.empty() ? line.as : people.begin()->first;
}

// Two builds of 2.43.0 differ: one shows users the source of a Git stack, the other only its WorkflowID
// (portainer-api.md §12).
std::optional<bool> git_hidden(const std::vector<const Line*>& lines) {
    std::set<std::string> administrators{"admin"};
    for (const Line* line : lines) {
        for (const Json* object : objects_of(line->response)) {
            if (object->value("Role", Json()) == 1) administrators.insert(text_of(*object, "Username"));
        }
    }
    for (const Line* line : lines) {
        const std::string caller = caller_of(*line);
        if (line->request.method != "GET" || caller.empty() || administrators.contains(caller)) continue;
        for (const Json* object : objects_of(line->response)) {
            const Json workflow = object->value("WorkflowID", Json());
            if (!is_stack(*object) || object->value("Type", Json()) == 3) continue; // whose creators see it
            if (!workflow.is_number() || workflow == 0) continue;
            return !object->value("GitConfig", Json()).is_object();
        }
    }
    return std::nullopt;
}

bool has_no_roles(const std::vector<const Line*>& lines) {
    return std::ranges::any_of(lines, [](const Line* line) {
        return path_of(*line) == "/api/roles" && succeeded(*line) && line->response.json == Json::array();
    });
}

// A fresh server has no environment where it runs on no Docker host.
bool makes_primary(const std::vector<const Line*>& lines) {
    return std::ranges::any_of(lines, [](const Line* line) {
        const bool makes = line->request.method == "POST" && path_of(*line) == "/api/endpoints" && succeeded(*line);
        return makes && line->response.json && line->response.json->is_object() && id_of(*line->response.json) == 1;
    });
}

} // namespace

Start start_of(const Walk& walk) {
    const std::vector<const Line*> lines = lines_of(walk);
    return {.people = people_without_keys(lines),
            .environments = environments_not_made(lines),
            .swarms = swarms(lines),
            .repositories = repositories(lines),
            .without_primary = makes_primary(lines),
            .without_roles = has_no_roles(lines),
            .git_hidden = git_hidden(lines)};
}

} // namespace contract
