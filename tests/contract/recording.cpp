#include "contract/recording.hpp"

#include <algorithm>
#include <fstream>
#include <stdexcept>

namespace contract {
namespace {

namespace fs = std::filesystem;

std::map<std::string, std::string> read_headers(const Json& headers) {
    return headers.get<std::map<std::string, std::string>>();
}

std::string read_body(const Json& message) {
    if (message.contains("json")) return message["json"].dump();
    return message.value("text", "");
}

Line read_line(const Json& in) {
    Line line;
    line.scenario = in.at("scenario").get<std::string>();
    line.number = in.at("n").get<int>();
    if (in.at("as").is_string()) line.as = in["as"].get<std::string>();
    if (in.contains("note") && in["note"].is_string()) line.note = in["note"].get<std::string>();
    const Json& request = in.at("request");
    line.request = {.method = request.at("method").get<std::string>(),
                    .target = request.at("target").get<std::string>(),
                    .headers = read_headers(request.at("headers")),
                    .body = read_body(request)};
    const Json& response = in.at("response");
    line.response.status = response.at("status").get<int>();
    line.response.headers = read_headers(response.at("headers"));
    const bool has_body =
        response.contains("json") && (!response["json"].is_null() || line.response.headers.contains("content-type"));
    if (has_body) line.response.json = response["json"];
    line.response.text = response.value("text", "");
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
            scenario.lines.push_back(read_line(Json::parse(text)));
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
    const std::size_t dash = walk.name.find('-');
    return dash == std::string::npos ? std::string() : walk.name.substr(dash + 1);
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
