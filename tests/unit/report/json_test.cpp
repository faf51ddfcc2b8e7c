#include "report/formats.hpp"

#include "golden.hpp"
#include "samples.hpp"

#include <nlohmann/json.hpp>

namespace mooring::report {
namespace {

using OrderedJson = nlohmann::ordered_json;

TEST(JsonReport, IsTheContract) { expect_golden("full.json", to_json(full_report())); }

TEST(JsonReport, KeepsTheOrderOfTheContract) {
    const OrderedJson report = OrderedJson::parse(to_json(shop_report()));
    std::vector<std::string> keys;
    for (const auto& [key, value] : report.items()) keys.push_back(key);
    EXPECT_EQ(keys,
              (std::vector<std::string>{"apiVersion", "kind", "run", "summary", "stacks", "diagnostics", "exitCode"}));
}

TEST(JsonReport, WritesAbsentValuesAsNull) {
    const OrderedJson report = OrderedJson::parse(to_json(empty_report()));
    EXPECT_TRUE(report["summary"]["coverage"].is_null());
    EXPECT_TRUE(report["summary"]["score"].is_null());
    EXPECT_TRUE(report["run"]["servers"][0]["error"].is_null());
    EXPECT_EQ(report["summary"]["verdicts"].size(), 12U);
    EXPECT_TRUE(report["stacks"].is_array());
}

TEST(JsonReport, ExistsIsTrueFalseOrNull) {
    Report report = empty_report();
    report.stacks.resize(3);
    report.stacks[0].exists = true;
    report.stacks[1].exists = false;
    const OrderedJson json = OrderedJson::parse(to_json(report));
    EXPECT_EQ(json["stacks"][0]["exists"], true);
    EXPECT_EQ(json["stacks"][1]["exists"], false);
    EXPECT_TRUE(json["stacks"][2]["exists"].is_null());
}

TEST(JsonReport, NeverHoldsASecretsValue) {
    const std::string text = to_json(full_report());
    EXPECT_EQ(text.find(secret_desired), std::string::npos);
    EXPECT_EQ(text.find(secret_actual), std::string::npos);
}

TEST(JsonReport, ReplacesInvalidUtf8InsteadOfFailing) {
    const OrderedJson report = OrderedJson::parse(to_json(full_report()));
    EXPECT_EQ(report["stacks"][15]["name"], "e\x1b[31mvil\xEF\xBF\xBD");
}

TEST(JsonReport, HasOneStackALine) {
    const std::string text = to_json(shop_report());
    EXPECT_EQ(static_cast<std::size_t>(std::ranges::count(text, '\n')), 1U + 2U + 1U + 15U + 1U + 1U + 1U);
}

} // namespace
} // namespace mooring::report
