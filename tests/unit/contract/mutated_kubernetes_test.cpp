// Kubernetes walks that nobody recorded: copies with fields or scenarios left out, in another order, with other ids.
#include "unit/contract/walks.hpp"

#include <algorithm>
#include <array>
#include <gtest/gtest.h>
#include <regex>

namespace contract {
namespace {

namespace paths = std::filesystem;

constexpr std::array kubernetes_versions{"2.23.0", "2.39.0", "2.43.0"};
const std::vector<std::string> none_different;

paths::path kubernetes_walk(const std::string& version) {
    return paths::path(MOORING_SOURCE_DIR) / "tests/recordings-kubernetes" / ("portainer-" + version);
}

Exclusions listed() { return Exclusions(paths::path(MOORING_SOURCE_DIR) / "tests/contract/exclusions-kubernetes.txt"); }

TEST(MutatedKubernetesWalk, NeedsNoneOfTheOptionalFields) {
    for (const char* version : kubernetes_versions) {
        const test::Copy copy(kubernetes_walk(version), [](const std::string& line) {
            Json json = Json::parse(line);
            for (const char* field : {"note", "scenario"}) json.erase(field);
            return json.dump();
        });
        EXPECT_EQ(test::different_lines(copy.walk(), listed()), none_different) << version;
    }
}

TEST(MutatedKubernetesWalk, MayEndAnywhere) {
    for (const char* version : kubernetes_versions) {
        const Walk whole = read_walk(kubernetes_walk(version));
        for (const std::size_t scenarios : {2U, 6U, 10U}) {
            Walk part = whole;
            part.scenarios.resize(scenarios);
            part.scenarios.back().lines.resize(part.scenarios.back().lines.size() / 2);
            EXPECT_EQ(test::different_lines(part, listed()), none_different) << version << " " << scenarios;
        }
    }
}

// Scenarios that leave server and cluster as they found them.
TEST(MutatedKubernetesWalk, MayLackScenarios) {
    for (const char* version : kubernetes_versions) {
        Walk walk = read_walk(kubernetes_walk(version));
        std::erase_if(walk.scenarios, [](const Scenario& scenario) {
            return scenario.name.starts_with("k8s-05") || scenario.name.starts_with("k8s-09") ||
                   scenario.name.starts_with("k8s-11") || scenario.name.starts_with("k8s-16");
        });
        EXPECT_EQ(test::different_lines(walk, listed()), none_different) << version;
    }
}

TEST(MutatedKubernetesWalk, MayHaveItsScenariosInAnotherOrder) {
    for (const char* version : kubernetes_versions) {
        Walk walk = read_walk(kubernetes_walk(version));
        const auto named = [&](const char* prefix) {
            return std::ranges::find_if(walk.scenarios,
                                        [&](const Scenario& one) { return one.name.starts_with(prefix); });
        };
        std::iter_swap(named("k8s-05"), named("k8s-06"));
        std::iter_swap(named("k8s-09"), named("k8s-11"));
        EXPECT_EQ(test::different_lines(walk, listed()), none_different) << version;
    }
}

// Every stack's id is seven higher, as if seven had been there before.
std::string with_later_kubernetes_stacks(std::string line) {
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
    move("(bucket=stacks, key=)([0-9]+)");
    move(R"re((stackid\\*": \\*")([0-9]+))re");
    move(R"re((stackid\\*":\\*")([0-9]+))re"); // in an annotation
    move(R"re((StackId\\*": \\*")([0-9]+))re");
    move("(stackid%3D)([0-9]+)");
    move("(stackid=)([0-9]+)");
    move("(\"Id\": )([0-9]+)(?=, \"Name\": \"[^\"]*\", \"Type\": [0-9], \"EndpointId\")");
    return line;
}

TEST(MutatedKubernetesWalk, MayHaveOtherIds) {
    for (const char* version : kubernetes_versions) {
        const test::Copy copy(kubernetes_walk(version), with_later_kubernetes_stacks);
        EXPECT_EQ(test::different_lines(copy.walk(), listed()), none_different) << version;
    }
}

} // namespace
} // namespace contract
