// Our walk over the schemas must accept and refuse exactly what a JSON Schema validator does: over every example of the
// schemas, and over thousands of small mutations of them.
#include "embedded_schemas.hpp"
#include "manifest/schema_check.hpp"
#include "model/desired.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <valijson/adapters/nlohmann_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validator.hpp>

#include <algorithm>

namespace mooring::manifest {
namespace {

using nlohmann::json;

json schema_text(std::string_view name) {
    return json::parse(std::ranges::find(schema::all(), name, &schema::Embedded::name)->text);
}

// The schema with every reference written out: valijson 1.0 refuses every value of a map whose `propertyNames` stands
// behind a `$ref`.
json without_references(const json& schema, const json& root) {
    if (!schema.is_structured()) return schema;
    if (schema.is_object() && schema.contains("$ref")) {
        const json::json_pointer target(schema.at("$ref").get<std::string>().substr(1));
        return without_references(root.at(target), root);
    }
    json out = schema;
    for (json& child : out) child = without_references(child, root);
    return out;
}

class Judge {
  public:
    explicit Judge(std::string_view name) : rule_(rules_of(name)) {
        const json whole = schema_text(name);
        const json document = without_references(whole, whole);
        valijson::SchemaParser().populateSchema(valijson::adapters::NlohmannJsonAdapter(document), schema_);
    }

    bool ours(const json& value) const {
        const auto documents = yaml::parse(value.dump()); // JSON is YAML
        return documents && check(documents->front(), rule_).empty();
    }

    bool theirs(const json& value) {
        valijson::Validator validator(valijson::Validator::kStrongTypes);
        return validator.validate(schema_, valijson::adapters::NlohmannJsonAdapter(value), nullptr);
    }

  private:
    const SchemaRule& rule_;
    valijson::Schema schema_;
};

// Every value that stands under an `examples` key beside a kind, anywhere in the schema.
void collect_examples(const json& schema, std::vector<json>& out) {
    if (schema.is_object() && schema.contains("examples") && schema.at("examples").is_array()) {
        for (const json& example : schema.at("examples")) {
            if (example.is_object() && example.contains("apiVersion")) out.push_back(example);
        }
    }
    for (const json& child : schema) {
        if (child.is_structured()) collect_examples(child, out);
    }
}

std::vector<json> documents_of(std::string_view name) {
    std::vector<json> out;
    collect_examples(schema_text(name), out);
    return out;
}

// The document with something else in place of each of its values, each key misspelt, missing or joined by another.
std::vector<json> mutations_of(const json& document) {
    const std::vector<json> others{json(nullptr),
                                   true,
                                   0,
                                   -1,
                                   1.5,
                                   "",
                                   "text",
                                   "5m",
                                   "2026-12-31",
                                   json::array(),
                                   json::array({"x"}),
                                   json::object(),
                                   json{{"id", 1}},
                                   json{{"id", 0}},
                                   json{{"x", "y"}},
                                   std::string(5000, 'x')};
    std::vector<json> out;
    const json flat = document.flatten();
    std::vector<json::json_pointer> places{json::json_pointer()};
    for (const auto& [path, _] : flat.items()) {
        for (json::json_pointer at(path); !at.empty(); at = at.parent_pointer()) {
            if (std::ranges::find(places, at) == places.end()) places.push_back(at);
        }
    }
    for (const auto& at : places) {
        for (const json& other : others) {
            json changed = document;
            changed[at] = other;
            out.push_back(std::move(changed));
        }
        if (!document.at(at).is_object()) continue;
        for (const auto& [key, value] : document.at(at).items()) {
            json without = document;
            without[at].erase(key);
            json renamed = without;
            renamed[at][key + "x"] = value;
            json joined = document;
            joined[at]["x"] = value;
            out.insert(out.end(), {std::move(without), std::move(renamed), std::move(joined)});
        }
    }
    return out;
}

class SchemaAgreement : public testing::TestWithParam<std::string> {};

// They are made ready only when they are needed, so that a wrong one would be found by a user.
TEST_P(SchemaAgreement, EveryPatternIsARegularExpression) {
    const json flat = schema_text(GetParam()).flatten(); // outlives its items()
    for (const auto& [place, value] : flat.items()) {
        if (!place.ends_with("/pattern") || !value.is_string()) continue;
        EXPECT_NO_THROW(Pattern(value.get<std::string>()).fits("x")) << place;
    }
}

TEST_P(SchemaAgreement, AcceptsEveryExampleOfTheSchema) {
    Judge judge(GetParam());
    const auto documents = documents_of(GetParam());
    EXPECT_FALSE(documents.empty());
    for (const json& document : documents) {
        EXPECT_TRUE(judge.theirs(document)) << document.dump(2);
        EXPECT_TRUE(judge.ours(document)) << document.dump(2);
    }
}

TEST_P(SchemaAgreement, AgreesWithValijsonOnEveryMutation) {
    Judge judge(GetParam());
    std::size_t accepted = 0;
    std::size_t refused = 0;
    for (const json& document : documents_of(GetParam())) {
        for (const json& mutation : mutations_of(document)) {
            const bool theirs = judge.theirs(mutation);
            ++(theirs ? accepted : refused);
            EXPECT_EQ(judge.ours(mutation), theirs) << mutation.dump(2).substr(0, 2000);
        }
    }
    EXPECT_GT(accepted, 50U);
    EXPECT_GT(refused, 500U);
    RecordProperty("accepted", static_cast<int>(accepted));
    RecordProperty("refused", static_cast<int>(refused));
    std::printf("%s: %zu accepted, %zu refused\n", GetParam().c_str(), accepted, refused);
}

// The examples below a definition, such as those of `env`, against that definition.
TEST_P(SchemaAgreement, AcceptsTheExamplesOfItsParts) {
    const json whole = schema_text(GetParam());
    std::size_t seen = 0;
    for (const auto& [name, definition] : whole.at("definitions").items()) {
        const json schema = without_references(definition, whole);
        valijson::Schema part;
        valijson::SchemaParser().populateSchema(valijson::adapters::NlohmannJsonAdapter(schema), part);
        for (const json& example : definition.value("examples", json::array())) {
            valijson::Validator validator(valijson::Validator::kStrongTypes);
            EXPECT_TRUE(validator.validate(part, valijson::adapters::NlohmannJsonAdapter(example), nullptr))
                << name << ": " << example.dump();
            ++seen;
        }
    }
    EXPECT_GT(seen, 0U);
}

INSTANTIATE_TEST_SUITE_P(Schemas, SchemaAgreement, testing::Values("manifest", "agent"),
                         [](const auto& about) { return about.param; });

// The configuration's `defaults` are those of a folder.
TEST(Schemas, SayTheSameOfAPolicyInBothFiles) {
    const json manifest = schema_text("manifest").at("definitions");
    const json agent = schema_text("agent").at("definitions");
    for (const char* name : {"date", "policyMode", "policyPull", "policyRollback", "policyWindows", "policyFreeze",
                             "policyStrict", "defaultPolicy"})
        EXPECT_EQ(manifest.at(name), agent.at(name)) << name;
}

TEST(Schemas, KnowEveryAllowanceByItsName) {
    const json known = schema_text("manifest").at("definitions").at("allow");
    EXPECT_EQ(known.at("items").at("enum").get<std::vector<std::string>>(), allowance_names());
    for (const std::string& name : allowance_names()) // and says what each does
        EXPECT_NE(known.at("description").get<std::string>().find("`" + name + "`"), std::string::npos) << name;
}

} // namespace
} // namespace mooring::manifest
