// Recorded walks: a folder a server version, a .jsonl file a scenario, a line a request and its answer
// (tests/recordings/README.md). A line needs its request's method and target and its answer's status; of what else it
// leaves out, the request's headers follow from `as`, the body and the answer.
#pragma once

#include <nlohmann/json.hpp>

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace contract {

using Json = nlohmann::json;

struct Exchange {
    std::string method;
    std::string target;
    std::map<std::string, std::string> headers;
    std::string body;
};

struct Response {
    int status = 0;
    std::map<std::string, std::string> headers; // names in lower case
    std::optional<Json> json;                   // set for a JSON body
    std::string text;                           // any other body
    bool headers_recorded = true;
};

struct Line {
    std::string scenario;
    int number = 0;
    std::string as; // whose key was sent; "" for none
    std::string note;
    Exchange request;
    Response response;
};

struct Scenario {
    std::string name; // "10-update"
    std::vector<Line> lines;
};

struct Walk {
    std::string name;    // of the folder
    std::string version; // as the recorded server gave it; "" if it was never asked
    std::vector<Scenario> scenarios;
};

// Throws std::runtime_error naming file and line.
Walk read_walk(const std::filesystem::path& folder);

// The folder itself if it holds scenarios, otherwise every folder in it that does.
std::vector<std::filesystem::path> find_walks(const std::filesystem::path& folder);

} // namespace contract
