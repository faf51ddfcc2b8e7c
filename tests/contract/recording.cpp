#include "contract/recording.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <array>
#include <fstream>
#include <regex>
#include <stdexcept>

namespace contract {
namespace {

namespace fs = std::filesystem;

bool has(const Json& object, const char* member) { return object.contains(member) && !object[member].is_null(); }

std::map<std::string, std::string> read_headers(const Json& message) {
    if (!has(message, "headers")) return {};
    return message["headers"].get<std::map<std::string, std::string>>();
}

std::string read_body(const Json& message) {
    if (message.contains("json")) return message["json"].dump();
    return has(message, "text") ? message["text"].get<std::string>() : std::string();
}

// A route that answers without credentials.
bool is_public(const std::string& target) {
    constexpr std::array routes{"/api/auth",        "/api/status",         "/api/system/status", "/api/settings/public",
                                "/api/users/admin", "/api/stacks/webhooks"};
    return !target.starts_with("/api/") ||
           std::ranges::any_of(routes, [&](const char* route) { return target.starts_with(route); });
}

// The headers that the recorder must have sent, where they were not written down: the key of `as`; without one a
// session, if the answer needed credentials; and what the body is.
void add_headers(Line& line, bool json) {
    std::map<std::string, std::string>& headers = line.request.headers;
    const std::string& body = line.request.body;
    const bool let_in = line.response.status < 400 && !is_public(line.request.target);
    if (!line.as.empty()) {
        headers["X-API-Key"] = "{key:" + line.as + "}";
    } else if (let_in) {
        headers["Authorization"] = "Bearer {jwt}";
    }
    if (json) headers["Content-Type"] = "application/json";
    if (!json && body.starts_with("--")) {
        headers["Content-Type"] = "multipart/form-data; boundary=" + body.substr(2, body.find_first_of("\r\n") - 2);
    }
}

// Which form of a list was asked for was not written down, but the answer has it.
void accept_what_came(Line& line) {
    if (!line.response.json || !line.response.json->is_object() || line.request.headers.contains("Accept")) return;
    const Json kind = line.response.json->value("kind", Json());
    if (kind == "PartialObjectMetadataList" || kind == "Table")
        line.request.headers["Accept"] = "application/json;as=" + kind.get<std::string>() + ";g=meta.k8s.io;v=v1";
}

void read_request(const Json& request, Line& line) {
    line.request = {.method = request.at("method").get<std::string>(),
                    .target = request.at("target").get<std::string>(),
                    .headers = read_headers(request),
                    .body = read_body(request)};
    if (!has(request, "headers")) add_headers(line, request.contains("json"));
    accept_what_came(line);
}

void read_response(const Json& response, Response& out) {
    out.status = response.at("status").get<int>();
    out.headers_recorded = has(response, "headers");
    for (const auto& [name, value] : read_headers(response)) out.headers[mooring::to_lower(name)] = value;
    const bool has_body =
        response.contains("json") && (!response["json"].is_null() || out.headers.contains("content-type"));
    if (has_body) out.json = response["json"];
    if (!has(response, "text")) return;
    out.text = response["text"].get<std::string>();
    const auto type = out.headers.find("content-type");
    const bool is_json = type != out.headers.end() && type->second.starts_with("application/json");
    if (Json parsed = is_json ? Json::parse(out.text, nullptr, false) : Json(); is_json && !parsed.is_discarded())
        out.json = std::move(parsed);
}

Line read_line(const Json& in, const std::string& scenario, int number) {
    const auto text = [&](const char* member) {
        return has(in, member) ? in[member].get<std::string>() : std::string();
    };
    Line line;
    line.scenario = has(in, "scenario") ? text("scenario") : scenario;
    line.number = has(in, "n") ? in["n"].get<int>() : number;
    line.as = text("as");
    line.note = text("note");
    read_response(in.at("response"), line.response);
    read_request(in.at("request"), line);
    return line;
}

Scenario read_scenario(const fs::path& file) {
    Scenario scenario{.name = file.stem().string(), .lines = {}};
    std::ifstream in(file);
    int number = 0;
    for (std::string text; std::getline(in, text);) {
        ++number;
        if (text.empty()) continue;
        try {
            scenario.lines.push_back(read_line(Json::parse(text), scenario.name, number));
        } catch (const Json::exception& error) {
            throw std::runtime_error(file.string() + ":" + std::to_string(number) + ": " + error.what());
        }
    }
    return scenario;
}

std::string recorded_version(const Walk& walk) {
    for (const Scenario& scenario : walk.scenarios) {
        for (const Line& line : scenario.lines) {
            if (line.response.json && line.response.json->is_object() && line.response.json->contains("InstanceID")) {
                return line.response.json->value("Version", "");
            }
        }
    }
    static const std::regex number("[0-9]+\\.[0-9]+\\.[0-9]+(-rc[0-9]+)?");
    std::smatch named;
    return std::regex_search(walk.name, named, number) ? named.str() : std::string();
}

std::vector<fs::path> scenario_files(const fs::path& folder) {
    std::vector<fs::path> files;
    for (const auto& entry : fs::directory_iterator(folder)) {
        if (entry.path().extension() == ".jsonl") files.push_back(entry.path());
    }
    std::ranges::sort(files);
    return files;
}

} // namespace

Walk read_walk(const fs::path& folder) {
    Walk walk;
    walk.name = fs::absolute(folder / "x").parent_path().filename().string();
    for (const fs::path& file : scenario_files(folder)) walk.scenarios.push_back(read_scenario(file));
    walk.version = recorded_version(walk);
    return walk;
}

std::vector<fs::path> find_walks(const fs::path& folder) {
    if (!scenario_files(folder).empty()) return {folder};
    std::vector<fs::path> walks;
    for (const auto& entry : fs::directory_iterator(folder)) {
        if (entry.is_directory() && !scenario_files(entry.path()).empty()) walks.push_back(entry.path());
    }
    std::ranges::sort(walks);
    return walks;
}

} // namespace contract
