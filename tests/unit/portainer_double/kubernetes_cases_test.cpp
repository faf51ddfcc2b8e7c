// Objects of the shared cases (tests/kubernetes/cases) that nobody touched: the double's API server and its controllers
// make of each manifest what the real ones made, but for what the contract's noise table lets differ.
#include "contract/compare.hpp"
#include "unit/portainer_double/asking.hpp"

#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <regex>
#include <sstream>

using namespace portainer_double;
using namespace portainer_double::test;

namespace {

const std::filesystem::path all_cases = std::filesystem::path(MOORING_SOURCE_DIR) / "tests/kubernetes/cases";

struct NotMade {
    std::string_view case_name; // its beginning
    std::string_view why;
};

constexpr std::array not_made{NotMade{"020", "the double shows autoscalers in one version"},
                              NotMade{"021", "the recorded cluster had a default ingress class"},
                              NotMade{"024", "there are no volumes to bind"},
                              NotMade{"029", "the definition is deployed by another case"},
                              NotMade{"049", "LimitRanges are not enforced"},
                              NotMade{"050", "who holds the status of a definition is not noted"},
                              NotMade{"134", "was deployed by an older server before"},
                              NotMade{"060", "was scaled while an earlier case ran"},
                              NotMade{"122", "quotas are not enforced"},
                              NotMade{"130", "there are no volumes to bind"},
                              NotMade{"229", "the definition is deployed by another case"},
                              NotMade{"5", "a newer API server without controllers"}};

std::string text_in(const std::filesystem::path& file) {
    std::ostringstream text;
    text << std::ifstream(file).rdbuf();
    return text.str();
}

// Deployed once, by Portainer alone, and what runs is as it should be.
bool is_untouched(const std::filesystem::path& folder, const contract::Json& expected) {
    const std::string name = folder.filename();
    const bool skipped =
        std::ranges::any_of(not_made, [&](const NotMade& one) { return name.starts_with(one.case_name); });
    const auto empty = [&](const char* key) { return !expected.contains(key) || expected[key].empty(); };
    return !skipped && expected.value("equal", false) && !std::filesystem::exists(folder / "deployed.yaml") &&
           empty("by_hand") && empty("undeclared") && empty("absent") && empty("runtime") && empty("changes");
}

std::string plural_of(std::string kind) {
    std::ranges::transform(kind, kind.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    if (kind == "networkpolicy") return "networkpolicies";
    return kind + (kind.ends_with("ss") ? "es" : "s");
}

std::string target_of(const contract::Json& object) {
    const std::string version = object["apiVersion"];
    const auto& metadata = object["metadata"];
    const std::string group = version.find('/') == std::string::npos ? "api/" : "apis/";
    const std::string place =
        metadata.contains("namespace") ? "/namespaces/" + metadata["namespace"].get<std::string>() : std::string();
    return "/api/endpoints/4/kubernetes/" + group + version + place + "/" +
           plural_of(object["kind"].get<std::string>()) + "/" + metadata["name"].get<std::string>();
}

std::string seed_of(const std::filesystem::path& folder) {
    const contract::Json file = text_in(folder / "desired.yaml");
    return R"({"users": [{"username": "admin", "token": "ptr_admin"}],
        "environments": [{"id": 4, "name": "cluster", "type": 5, "namespaces": {"shop": {}}}],
        "stacks": [{"id": 7, "name": "shop", "type": "kubernetes", "environment": "cluster", "namespace": "shop",
                    "file": )" +
           file.dump() + "}]}";
}

// Not how often the cluster had deployed an object of that name before.
void without_history(contract::Json& object) {
    contract::Json& metadata = object["metadata"];
    metadata.erase("generation");
    if (metadata.contains("annotations")) metadata["annotations"].erase("deployment.kubernetes.io/revision");
    if (metadata.contains("annotations") && metadata["annotations"].empty()) metadata.erase("annotations");
    if (object.contains("status")) object["status"].erase("observedGeneration");
}

// Every difference of the case, "Deployment.spec.replicas: 2 / 1".
std::vector<std::string> differences_of(const std::filesystem::path& folder, const contract::Json& expected) {
    const bool client_side = expected.dump().find("client") != std::string::npos;
    Asking asking(client_side ? Version::v2_23_0 : Version::v2_43_0, seed_of(folder));
    std::vector<std::string> found;
    static const std::regex id(R"re((stackid\\*":\\*")[0-9]+)re"); // in an annotation it is as it was
    const auto live = contract::Json::parse(std::regex_replace(text_in(folder / "live.json"), id, "$017"));
    for (contract::Json object : live["items"]) {
        const std::string kind = object["kind"];
        if (kind == "Pod" && object["metadata"].contains("ownerReferences")) continue; // whose name is drawn
        contract::Names names;
        contract::Response actual = asking.get(target_of(object));
        without_history(object);
        if (actual.json) without_history(*actual.json);
        contract::Response recorded{
            .status = 200, .headers = {}, .json = object, .text = {}, .headers_recorded = false};
        for (const auto& one : contract::compare(recorded, actual, names, {.exact_ids = true}))
            found.push_back(folder.filename().string() + " " + kind + "." + one.path + ": " + one.recorded + " / " +
                            one.actual);
    }
    return found;
}

} // namespace

TEST(DoubleKubernetesCases, AnUntouchedObjectIsWhatTheRealServersMadeOfIt) {
    int cases = 0;
    for (const auto& entry : std::filesystem::directory_iterator(all_cases)) {
        const auto expected = contract::Json::parse(text_in(entry.path() / "expect.json"));
        if (!is_untouched(entry.path(), expected)) continue;
        ++cases;
        EXPECT_EQ(differences_of(entry.path(), expected), std::vector<std::string>{});
    }
    EXPECT_GE(cases, 30);
}
