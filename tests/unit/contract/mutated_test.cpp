// Walks that nobody recorded: copies of the known ones with fields, lines or scenarios left out, in another order, with
// other ids. What the replay must know follows from the lines that are left.
#include "unit/contract/walks.hpp"

#include <algorithm>
#include <array>
#include <gtest/gtest.h>
#include <regex>

namespace contract {
namespace {

namespace fs = std::filesystem;
using test::Copy;
using test::different_lines;

constexpr std::array versions{"2.23.0", "2.33.0-rc1", "2.39.0", "2.43.0"};

fs::path recorded(const std::string& version) {
    return fs::path(MOORING_SOURCE_DIR) / "tests/recordings" / ("portainer-" + version);
}

const std::vector<std::string> no_lines;

TEST(MutatedWalk, NeedsNoneOfTheOptionalFields) {
    for (const char* version : versions) {
        const Copy copy(recorded(version), [](const std::string& line) {
            Json json = Json::parse(line);
            for (const char* field : {"as", "note", "n", "scenario"}) json.erase(field);
            json["response"].erase("headers");
            return json.dump();
        });
        EXPECT_EQ(different_lines(copy.walk()), no_lines) << version;
    }
}

// Which headers a line of 02-transport plays with is known from the line alone; everywhere else `as` says it.
TEST(MutatedWalk, DerivesTheHeadersOfARequest) {
    for (const char* version : versions) {
        const Copy copy(recorded(version), [](const std::string& line) {
            Json json = Json::parse(line);
            if (json["scenario"] != "02-transport") json["request"].erase("headers");
            return json.dump();
        });
        EXPECT_EQ(different_lines(copy.walk()), no_lines) << version;
    }
}

TEST(MutatedWalk, MayEndAnywhere) {
    for (const char* version : versions) {
        const Walk whole = read_walk(recorded(version));
        for (std::size_t scenarios : {1U, 4U, 9U, 12U}) {
            Walk part = whole;
            part.scenarios.resize(scenarios);
            part.scenarios.back().lines.resize(part.scenarios.back().lines.size() / 2);
            EXPECT_EQ(different_lines(part), no_lines) << version << " " << scenarios;
        }
    }
}

// Scenarios that leave the server as they found it.
TEST(MutatedWalk, MayLackScenarios) {
    for (const char* version : versions) {
        Walk walk = read_walk(recorded(version));
        std::erase_if(walk.scenarios, [](const Scenario& scenario) {
            return scenario.name.starts_with("02") || scenario.name.starts_with("06") ||
                   scenario.name.starts_with("09") || scenario.name.starts_with("16");
        });
        EXPECT_EQ(different_lines(walk), no_lines) << version;
    }
}

// What was made in a scenario that is left out is missing in lists; everything else of the later ones is equal.
TEST(MutatedWalk, GoesOnWithTheIdsThatItShows) {
    for (const char* version : versions) {
        Walk walk = read_walk(recorded(version));
        std::erase_if(walk.scenarios, [](const Scenario& scenario) { return scenario.name.starts_with("12"); });
        for (const std::string& line : different_lines(walk)) {
            EXPECT_NE(line.find("json: "), std::string::npos) << version << " " << line; // the length of a list
        }
    }
}

TEST(MutatedWalk, MayHaveItsScenariosInAnotherOrder) {
    for (const char* version : versions) {
        Walk walk = read_walk(recorded(version));
        const auto named = [&](const char* prefix) {
            return std::ranges::find_if(walk.scenarios,
                                        [&](const Scenario& one) { return one.name.starts_with(prefix); });
        };
        std::iter_swap(named("05"), named("06"));
        std::iter_swap(named("15"), named("16"));
        EXPECT_EQ(different_lines(walk), no_lines) << version;
    }
}

// Every stack's id is seven higher, as if seven had been there before.
std::string with_later_stacks(std::string line) {
    const auto move = [&](const char* pattern) {
        std::string moved;
        auto rest = line.cbegin();
        const std::regex place(pattern);
        for (std::sregex_iterator at(line.begin(), line.end(), place), end; at != end; ++at) {
            moved.append(rest, (*at)[2].first);
            moved += std::to_string(std::stoi((*at)[2]) + 7);
            rest = (*at)[2].second;
        }
        moved.append(rest, line.cend());
        line = moved;
    };
    move("(/api/stacks/)([0-9]{1,6})\\b");
    move("(/data/compose/)([0-9]+)");
    move(R"re((")([0-9]+)(?=_default"))re"); // the stack without a name is a project by its id
    move(R"re(("/)([0-9]+)(?=-web-1"))re");
    move(R"re((compose\.project": ")([0-9]+)(?="))re");
    move("(bucket=stacks, key=)([0-9]+)");
    move("(\"Id\": )([0-9]+)(?=, \"Name\": \"[^\"]*\", \"Type\": [0-9], \"EndpointId\")");
    return line;
}

TEST(MutatedWalk, MayHaveOtherIds) {
    for (const char* version : versions) {
        const Copy copy(recorded(version), with_later_stacks);
        EXPECT_EQ(different_lines(copy.walk()), no_lines) << version;
    }
}

TEST(MutatedWalk, MayComeFromAnotherVersion) {
    const Copy copy(recorded("2.39.0"), [](std::string line) {
        for (std::size_t at = line.find("2.39.0"); at != std::string::npos; at = line.find("2.39.0")) {
            line.replace(at, 6, "2.39.4");
        }
        return line;
    });
    EXPECT_EQ(copy.walk().version, "2.39.4");
    EXPECT_EQ(different_lines(copy.walk()), no_lines);
}

} // namespace
} // namespace contract
