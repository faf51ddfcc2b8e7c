// Every recorded answer of four real versions (tests/recordings): the golden file of causes leaves none out, and each
// value that Mooring reads is decoded from the bytes that a server sent.
#include "portainer/decode.hpp"

#include <boost/json/object.hpp>
#include <filesystem>
#include <fstream>
#include <functional>
#include <gtest/gtest.h>
#include <map>
#include <nlohmann/json.hpp>
#include <regex>
#include <set>

namespace mooring::portainer {
namespace {

using Json = nlohmann::json;
using Shape = JsonStream::Shape;
const std::filesystem::path recordings = MOORING_SOURCE_DIR "/tests/recordings";

// Calls `see` with version, scenario and line of every recording.
void for_each_line(const std::function<void(const std::string&, const std::string&, const Json&)>& see) {
    for (const auto& folder : std::filesystem::directory_iterator(recordings)) {
        if (!folder.is_directory()) continue;
        const std::string version = folder.path().filename().string().substr(std::string("portainer-").size());
        for (const auto& file : std::filesystem::directory_iterator(folder)) {
            std::ifstream text(file.path());
            for (std::string line; std::getline(text, line);) see(version, file.path().stem(), Json::parse(line));
        }
    }
}

std::string header(const Json& response, std::string_view name) {
    for (const auto& [key, value] : response["headers"].items()) {
        if (std::ranges::equal(key, name, {}, [](char c) { return static_cast<char>(std::tolower(c)); })) return value;
    }
    return {};
}

using At = std::tuple<std::string, std::string, int>; // version, scenario, line

TEST(Recorded, TheGoldenFileOfCausesHoldsEveryLineWithItsFacts) {
    std::map<At, Json> golden;
    std::ifstream file(MOORING_SOURCE_DIR "/tests/golden/causes/recorded.jsonl");
    for (std::string text; std::getline(file, text);) {
        const Json line = Json::parse(text);
        for (const auto& [version, scenarios] : line["recorded"].items()) {
            for (const auto& [scenario, numbers] : scenarios.items()) {
                for (const int number : numbers) golden[{version, scenario, number}] = line;
            }
        }
    }
    std::size_t seen = 0;
    for_each_line([&](const std::string& version, const std::string& scenario, const Json& line) {
        const auto found = golden.find({version, scenario, line["n"]});
        ASSERT_NE(found, golden.end()) << version << " " << scenario << " " << line["n"];
        const Json& facts = found->second;
        const Json& response = line["response"];
        EXPECT_EQ(facts["status"], response["status"]);
        EXPECT_EQ(facts["type"], header(response, "content-type"));
        if (response["status"] >= 300) {
            const Json body = response.value("json", Json::object());
            EXPECT_EQ(facts["message"], body.value("message", Json())) << line;
            EXPECT_EQ(facts["details"], body.value("details", Json())) << line;
            EXPECT_EQ(facts["text"], response.value("text", ""));
        }
        ++seen;
    });
    EXPECT_EQ(seen, golden.size());
    EXPECT_EQ(seen, 2582U);
}

template <typename T>
std::string problem_with(const std::string& text, Shape shape) {
    JsonStream stream(
        shape, [] {},
        [](const boost::json::object& body) {
            T value;
            return decode(body, value);
        });
    stream.begin(200, "application/json");
    stream.write(text);
    return stream.finish();
}

struct Route {
    std::regex path;
    std::function<std::string(const std::string&)> problem;
    std::size_t seen = 0;
};

template <typename T>
Route route(const char* path, Shape shape) {
    return {.path = std::regex(path),
            .problem = [shape](const std::string& text) { return problem_with<T>(text, shape); }};
}

TEST(Recorded, EveryValueIsDecoded) {
    std::vector<Route> routes{
        route<ServerStatus>("/api/(system/)?status", Shape::object),
        route<Identity>("/api/users/me", Shape::object),
        route<Environment>(R"(/api/endpoints)", Shape::list),
        route<Environment>(R"(/api/endpoints/\d+)", Shape::object),
        route<StackRecord>("/api/stacks", Shape::list),
        route<StackRecord>(R"(/api/stacks/\d+)", Shape::object),
        route<Container>(R"(/api/endpoints/\d+/docker/containers/json)", Shape::list),
        route<SwarmService>(R"(/api/endpoints/\d+/docker/services)", Shape::list),
        route<SwarmTask>(R"(/api/endpoints/\d+/docker/tasks)", Shape::list),
        route<NamedId>("/api/(users|teams|tags|endpoint_groups)", Shape::list),
    };
    for_each_line([&](const std::string& version, const std::string& scenario, const Json& line) {
        const Json& request = line["request"];
        if (request["method"] != "GET" || line["response"]["status"] != 200 || !line["response"].contains("json"))
            return;
        std::string path = request["target"];
        path.resize(std::min(path.find('?'), path.size()));
        for (auto& candidate : routes) {
            if (!std::regex_match(path, candidate.path)) continue;
            EXPECT_EQ(candidate.problem(line["response"]["json"].dump()), "")
                << version << " " << scenario << " " << line["n"];
            ++candidate.seen;
        }
    });
    for (const auto& each : routes) EXPECT_GT(each.seen, 0U);
}

} // namespace
} // namespace mooring::portainer
