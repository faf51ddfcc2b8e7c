// Every report that can be written must be what schema/report.schema.json promises.
#include "base/file.hpp"
#include "report/formats.hpp"
#include "samples.hpp"

#include <algorithm>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <valijson/adapters/nlohmann_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validator.hpp>

namespace mooring::report {
namespace {

class ReportSchema : public testing::Test {
  protected:
    ReportSchema() {
        const auto text = read_file(std::string(MOORING_SOURCE_DIR) + "/schema/report.schema.json", 1U << 20U);
        const nlohmann::json document = nlohmann::json::parse(text.value());
        valijson::SchemaParser().populateSchema(valijson::adapters::NlohmannJsonAdapter(document), schema_);
    }

    // What the schema has against a report; "" if nothing.
    std::string complaints(const nlohmann::json& report) {
        valijson::Validator validator;
        valijson::ValidationResults results;
        validator.validate(schema_, valijson::adapters::NlohmannJsonAdapter(report), &results);
        std::string out;
        for (const auto& error : results) {
            for (const std::string& part : error.context) out += part;
            out += ": " + error.description + "\n";
        }
        return out;
    }
    std::string complaints(const Report& report) { return complaints(nlohmann::json::parse(to_json(report))); }

  private:
    valijson::Schema schema_;
};

StackResult& missing_one(Report& report) {
    return *std::ranges::find(report.stacks, Verdict::missing, &StackResult::verdict);
}

TEST_F(ReportSchema, AcceptsEveryReportThatIsWritten) {
    EXPECT_EQ(complaints(shop_report()), "");
    EXPECT_EQ(complaints(full_report()), "");
    EXPECT_EQ(complaints(empty_report()), "");
}

TEST_F(ReportSchema, AcceptsEveryCauseAndProof) {
    Report report = full_report();
    for (const Cause cause :
         {Cause::environment, Cause::resource_control, Cause::stack_management_disabled, Cause::role, Cause::name_taken,
          Cause::credentials, Cause::git_source, Cause::namespace_, Cause::kind, Cause::unknown}) {
        report.stacks[12].cause = cause;
        ASSERT_EQ(report.stacks[12].verdict, Verdict::denied);
        EXPECT_EQ(complaints(report), "") << to_string(cause);
    }
    for (const Proof proof :
         {Proof::environment_gone, Proof::complete_list, Proof::id_gone, Proof::remembered_id_gone}) {
        missing_one(report).proof = proof;
        EXPECT_EQ(complaints(report), "") << to_string(proof);
    }
}

TEST_F(ReportSchema, RefusesAMissingField) {
    nlohmann::json report = nlohmann::json::parse(to_json(shop_report()));
    for (const std::string key : {"verdict", "exists", "changes", "probes", "remedy"}) {
        nlohmann::json broken = report;
        broken["stacks"][0].erase(key);
        EXPECT_NE(complaints(broken), "") << key;
    }
}

TEST_F(ReportSchema, RefusesADenialWithoutCauseAndAnAbsenceWithoutProof) {
    Report report = full_report();
    report.stacks[12].cause.reset();
    EXPECT_NE(complaints(report), "");
    report = full_report();
    missing_one(report).proof.reset();
    EXPECT_NE(complaints(report), "");
}

TEST_F(ReportSchema, RefusesADeletedStackThatIsCalledProvenAbsentOrWaived) {
    const auto broken = [this](auto change) {
        Report report = full_report();
        change(*std::ranges::find(report.stacks, Verdict::deleted, &StackResult::verdict));
        return complaints(report);
    };
    EXPECT_EQ(broken([](StackResult&) {}), "");
    EXPECT_NE(broken([](StackResult& stack) { stack.exists = false; }), "");
    EXPECT_NE(broken([](StackResult& stack) { stack.proof = Proof::complete_list; }), "");
    EXPECT_NE(broken([](StackResult& stack) { stack.waived = true; }), "");
}

// What 0.1.0 wrote has no count of `deleted`, and is a report of v1 all the same.
TEST_F(ReportSchema, AcceptsCountsWithoutDeleted) {
    nlohmann::json report = nlohmann::json::parse(to_json(shop_report()));
    EXPECT_EQ(report["summary"]["verdicts"]["deleted"], 1);
    report["summary"]["verdicts"].erase("deleted");
    EXPECT_EQ(complaints(report), "");
}

TEST_F(ReportSchema, RefusesInSyncWithSomethingUnread) {
    Report report = shop_report();
    report.stacks[0].unread = {"runtime"};
    EXPECT_NE(complaints(report), "");
}

TEST_F(ReportSchema, RefusesASecretsValue) {
    nlohmann::json report = nlohmann::json::parse(to_json(shop_report()));
    nlohmann::json& change = report["stacks"][11]["changes"][1];
    ASSERT_EQ(change["secret"], true);
    change["actual"] = "x";
    EXPECT_NE(complaints(report), "");
}

} // namespace
} // namespace mooring::report
