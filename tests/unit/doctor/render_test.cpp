// The JSON is what the schema promises, and the text holds no more than it.
#include "doctor/diagnose.hpp"

#include "embedded_schemas.hpp"
#include "facts.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <valijson/adapters/nlohmann_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validator.hpp>

namespace mooring::doctor {
namespace {

class DoctorSchema : public testing::Test {
  protected:
    DoctorSchema() {
        const auto text = std::ranges::find(schema::all(), "doctor", &schema::Embedded::name)->text;
        const nlohmann::json document = nlohmann::json::parse(text);
        valijson::SchemaParser().populateSchema(valijson::adapters::NlohmannJsonAdapter(document), schema_);
    }
    bool accepts(const nlohmann::json& value) {
        valijson::Validator validator;
        return validator.validate(schema_, valijson::adapters::NlohmannJsonAdapter(value), nullptr);
    }

  private:
    valijson::Schema schema_;
};

TEST_F(DoctorSchema, AcceptsEveryDiagnosisThatIsWritten) {
    Diagnosis diagnosis = of(good_server(2));
    EXPECT_TRUE(accepts(nlohmann::json::parse(to_json(diagnosis))));
    diagnosis.exit_code = 69;
    diagnosis.findings.push_back({.check = "tls", .level = Level::fail, .message = "\xff\x1b[31m", .remedy = "x"});
    EXPECT_TRUE(accepts(nlohmann::json::parse(to_json(diagnosis))));
    EXPECT_TRUE(accepts(nlohmann::json::parse(to_json(Diagnosis()))));
}

TEST_F(DoctorSchema, RefusesAFindingWithoutItsLevel) {
    nlohmann::json diagnosis = nlohmann::json::parse(to_json(of(good_server(2))));
    diagnosis["findings"][0].erase("level");
    EXPECT_FALSE(accepts(diagnosis));
}

TEST(DoctorText, OneLineEachAndTheExitCodeLast) {
    Diagnosis diagnosis;
    diagnosis.servers = {{"main", "https://x"}};
    diagnosis.findings = {
        {.check = "configuration", .message = "mooring.yaml: 1 server."},
        {.server = "main", .check = "token", .level = Level::fail, .message = "Refused.", .remedy = "Make a new one."}};
    diagnosis.exit_code = 77;
    EXPECT_EQ(to_text(diagnosis, {}), "this machine\n"
                                      "  ok    configuration  mooring.yaml: 1 server.\n"
                                      "\n"
                                      "main  https://x\n"
                                      "  fail  token          Refused.\n"
                                      "                       Make a new one.\n"
                                      "\n"
                                      "1 failure, 0 warnings\n"
                                      "exit 77: no check: the access token was refused\n");
}

} // namespace
} // namespace mooring::doctor
