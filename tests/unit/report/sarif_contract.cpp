#include "sarif_contract.hpp"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <string_view>
#include <vector>

namespace mooring::report {
namespace {

using Json = nlohmann::json;

// A property of an object of the standard. `type` is "string", "integer", "boolean", "bag" (anything), "words:a|b", or
// the name of an object below; with "[]" behind it, an array of these.
struct Property {
    std::string_view name;
    std::string_view type;
    bool required = false;
};

// SARIF 2.1.0, sections 3.13 to 3.58: of each object the properties that we write.
const std::map<std::string_view, std::vector<Property>> objects{
    {"log", {{"$schema", "string"}, {"version", "words:2.1.0", true}, {"runs", "run[]", true}}},
    {"run",
     {{"tool", "tool", true},
      {"automationDetails", "automationDetails"},
      {"invocations", "invocation[]"},
      {"columnKind", "words:utf16CodeUnits|unicodeCodePoints"},
      {"results", "result[]", true},
      {"properties", "bag"}}},
    {"tool", {{"driver", "driver", true}}},
    {"driver", {{"name", "string", true}, {"version", "string"}, {"rules", "rule[]", true}}},
    {"automationDetails", {{"id", "string"}}},
    {"rule",
     {{"id", "string", true},
      {"name", "string"},
      {"shortDescription", "text", true},
      {"fullDescription", "text", true},
      {"help", "text", true},
      {"defaultConfiguration", "configuration", true},
      {"properties", "bag"}}},
    {"text", {{"text", "string", true}}},
    {"configuration", {{"level", "words:none|note|warning|error", true}}},
    {"invocation",
     {{"executionSuccessful", "boolean", true},
      {"exitCode", "integer", true},
      {"exitCodeDescription", "string"},
      {"startTimeUtc", "string"},
      {"endTimeUtc", "string"},
      {"toolExecutionNotifications", "notification[]"}}},
    {"notification",
     {{"level", "words:none|note|warning|error"}, {"message", "text", true}, {"locations", "location[]"}}},
    {"result",
     {{"ruleId", "string", true},
      {"ruleIndex", "integer", true},
      {"level", "words:none|note|warning|error", true},
      {"message", "text", true},
      {"locations", "location[]", true},
      {"partialFingerprints", "bag", true},
      {"suppressions", "suppression[]"},
      {"hostedViewerUri", "string"},
      {"properties", "bag"}}},
    {"suppression",
     {{"kind", "words:inSource|external", true},
      {"status", "words:accepted|underReview|rejected"},
      {"justification", "string", true}}},
    {"location", {{"physicalLocation", "physicalLocation"}, {"logicalLocations", "logicalLocation[]"}}},
    {"physicalLocation", {{"artifactLocation", "artifactLocation", true}, {"region", "region"}}},
    {"artifactLocation", {{"uri", "string", true}}},
    {"region", {{"startLine", "integer", true}}},
    {"logicalLocation", {{"name", "string"}, {"fullyQualifiedName", "string"}, {"kind", "string"}}}};

class Contract {
  public:
    void check(const Json& value, std::string_view type, const std::string& where) {
        if (type.ends_with("[]")) return check_array(value, type.substr(0, type.size() - 2), where);
        if (type.starts_with("words:")) return check_word(value, type.substr(6), where);
        if (type == "string") return expect(value.is_string(), where + ": not a string");
        if (type == "integer") return expect(value.is_number_integer() && value >= 0, where + ": not an integer");
        if (type == "boolean") return expect(value.is_boolean(), where + ": not a boolean");
        if (type == "bag") return expect(value.is_object(), where + ": not an object");
        check_object(value, objects.at(type), where);
    }

    void expect(bool holds, const std::string& complaint) {
        if (!holds) complaints += complaint + "\n";
    }

    std::string complaints;

  private:
    void check_array(const Json& value, std::string_view type, const std::string& where) {
        expect(value.is_array(), where + ": not an array");
        for (std::size_t i = 0; value.is_array() && i < value.size(); ++i)
            check(value[i], type, where + "[" + std::to_string(i) + "]");
    }

    void check_word(const Json& value, std::string_view words, const std::string& where) {
        const std::string word = value.is_string() ? value.get<std::string>() : value.dump();
        const std::string all = "|" + std::string(words) + "|";
        expect(all.find("|" + word + "|") != std::string::npos, where + ": " + word);
    }

    void check_object(const Json& value, const std::vector<Property>& properties, const std::string& where) {
        expect(value.is_object(), where + ": not an object");
        if (!value.is_object()) return;
        for (const Property& property : properties)
            expect(!property.required || value.contains(property.name), where + ": no " + std::string(property.name));
        for (const auto& [name, member] : value.items()) {
            const auto known = std::ranges::find(properties, std::string_view(name), &Property::name);
            expect(known != properties.end(), where + ": unknown property " + name);
            if (known != properties.end()) check(member, known->type, where + "." + name);
        }
    }
};

void check_rules(Contract& contract, const Json& run) {
    const Json& rules = run["tool"]["driver"]["rules"];
    for (const Json& result : run["results"]) {
        const std::string rule = result.value("ruleId", "");
        const auto index = result.value("ruleIndex", std::size_t{0});
        // GitHub refuses the whole log for one result without it ("expected a physical location").
        for (const Json& location : result["locations"])
            contract.expect(location.contains("physicalLocation"), "no physical location: " + rule);
        contract.expect(!result["locations"].empty(), "no location: " + rule);
        contract.expect(index < rules.size() && rules[index]["id"] == rule, "ruleIndex of " + rule);
        for (const auto& [name, value] : result["partialFingerprints"].items())
            contract.expect(value.is_string(), "partialFingerprints." + name);
    }
}

} // namespace

std::string sarif_complaints(const Json& log) {
    Contract contract;
    contract.check(log, "log", "log");
    for (const Json& run : log.at("runs")) check_rules(contract, run);
    return contract.complaints;
}

} // namespace mooring::report
