#include "manifest/schema_check.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <gtest/gtest.h>

namespace mooring::manifest {
namespace {

// The problems of one document as "line:column: message (suggestion)", one a line.
std::string problems(std::string_view schema, std::string_view text) {
    const auto documents = yaml::parse(text);
    if (!documents) return "does not parse: " + documents.error().message;
    std::string out;
    for (const SchemaProblem& p : check(documents->front(), rules_of(schema))) {
        out += fmt::format("{}:{}: {}", p.mark.line, p.mark.column, p.message);
        out += p.suggestion.empty() ? "\n" : " (" + p.suggestion + ")\n";
    }
    return out;
}

// A Stack whose `spec` has these lines besides its compose file; places count from line 1 = the first of them.
std::string in_spec(std::string_view lines) {
    std::string text = "{apiVersion: mooring/v1, kind: Stack, metadata: {name: a}, spec: {compose: {file: x},\n";
    return problems("manifest", text.append(lines).append("\n}}"));
}

TEST(Schema, SaysWhichKeyWasMeant) {
    EXPECT_EQ(in_spec("enviroment: production"),
              "2:1: unknown key `enviroment` in `spec` (did you mean `environment`?)\n");
    EXPECT_EQ(problems("manifest", "apiVersion: mooring/v1\nkind: Stack\nmetadata: {nmae: a}\nspec: {git: {url: x}}"),
              "3:12: unknown key `nmae` in `metadata` (did you mean `name`?)\n");
    EXPECT_EQ(in_spec("zzz: 1").find("known: access, adopt, allow, autoUpdate"),
              std::string("2:1: unknown key `zzz` in `spec` (").size());
}

// What is left of a Stack's `spec` when what the schema refuses is taken out: its keys, and those of `env`.
std::string left(std::string_view spec) {
    const std::string text =
        "{apiVersion: mooring/v1, kind: Stack, metadata: {name: a}, spec: {" + std::string(spec) + "}}";
    const auto documents = yaml::parse(text);
    if (!documents) return "does not parse";
    const auto rest = accepted_part(documents->front(), rules_of("manifest"));
    if (!rest) return "nothing";
    EXPECT_TRUE(check(*rest, rules_of("manifest")).empty()) << spec;
    std::string out;
    for (const auto& [key, value] : rest->find("spec")->entries) {
        out += (out.empty() ? "" : " ") + key.text;
        for (const auto& [name, inner] : value.entries)
            if (key.text == "env") out += "." + name.text;
    }
    return out;
}

TEST(Schema, OfADocumentWithProblemsTheOtherEntriesAreLeft) {
    EXPECT_EQ(left("compose: {file: x}, env: {A: b}"), "compose env.A");
    EXPECT_EQ(left("compose: {file: x}, enviroment: y, env: {A: b}"), "compose env.A");
    EXPECT_EQ(left("compose: {file: x}, env: {A: [b], B: c}"), "compose env.B");
    EXPECT_EQ(left("compose: {file: x}, env: [A=b], state: stopped"), "compose state");
    EXPECT_EQ(left("compose: {file: x}, environments: [a, [b]], state: stopped"), "compose state");
    EXPECT_EQ(left("compose: {file: x, fiel: y}, state: stopped"), "compose state");
    EXPECT_EQ(left("compose: {fiel: y}, state: stopped"), "nothing");
    EXPECT_EQ(left("state: stopped"), "nothing");
    EXPECT_EQ(left("compose: 1"), "nothing");
}

// Of a document of nothing but slips, the first are said, and the rest costs no look at all that is known: with a step
// that looks at the earlier ones, this would outlast the test's time.
TEST(Schema, AThousandSlipsCostNoMoreThanTheirText) {
    std::string slips = "state: stopped";
    for (int i = 0; i < 20'000; ++i) slips += ", unknownkey" + std::to_string(i) + ": v";
    EXPECT_EQ(left("compose: {file: x}, " + slips), "compose state");
    const std::string said = in_spec(slips);
    EXPECT_EQ(std::ranges::count(said, '\n'), 100);
    EXPECT_TRUE(said.contains("unknown key `unknownkey0`"));
    std::string values = "compose: {file: x}, environments: [";
    for (int i = 0; i < 20'000; ++i) values += "[v" + std::to_string(i) + "], ";
    EXPECT_EQ(left(values + "]"), "compose");
    EXPECT_EQ(left("compose: {file: x}, env: {" + std::string("A0: [b]") +
                   [] {
                       std::string out;
                       for (int i = 1; i < 20'000; ++i) out += ", A" + std::to_string(i) + ": [b]";
                       return out;
                   }() +
                   ", B: c}"),
              "compose env.B");
}

TEST(Schema, DoesNotCallAMisspeltKeyMissingAsWell) {
    EXPECT_EQ(
        problems("manifest", "apiVersion: mooring/v1\nkind: Stack\nmetadata: {name: a}\nspec: {compse: {file: x}}"),
        "4:8: unknown key `compse` in `spec` (did you mean `compose`?)\n");
}

TEST(Schema, SaysWhatATypeErrorIsInPlainWords) {
    EXPECT_EQ(in_spec("env: [A=b]"), "2:6: `spec.env` must be a map of names to values; it is a list (write `NAME: "
                                     "value` in place of `- NAME=value`)\n");
    EXPECT_EQ(in_spec("env: {A: [b]}"), "2:10: `spec.env.A` must be a string or a map; it is a list\n");
    EXPECT_EQ(in_spec("runtime: yes"),
              "2:10: `spec.runtime` must be true or false; it is a string (write true or false, without quotes)\n");
    EXPECT_EQ(in_spec("environment: 4"),
              "2:14: `spec.environment` must be a string or a map with the keys `id`, `name`; it is a "
              "number (an id is written {id: N}, and a name of digits in quotes)\n");
    EXPECT_EQ(in_spec("environment: {id: \"4\"}"),
              "2:19: `spec.environment.id` must be a whole number; it is a string (write a number, without quotes)\n");
    EXPECT_EQ(in_spec("state:"),
              "2:1: `spec.state` must be one of `running`, `stopped`, `any`; it is empty (give it a value, "
              "or remove the key)\n");
    EXPECT_EQ(problems("manifest", "- a"),
              "1:1: the document must be a map with the keys `apiVersion`, `kind`; it is a list\n");
}

TEST(Schema, ListsTheValuesThatAreAllowed) {
    EXPECT_EQ(in_spec("type: swram"),
              "2:7: `spec.type` must be one of `standalone`, `swarm`, `kubernetes`; it is `swram` "
              "(did you mean `swarm`?)\n");
    EXPECT_EQ(
        in_spec("access: everyone"),
        "2:9: `spec.access` must be one of `administrators`, `public` or a map with the keys `teams`, `users`; it "
        "is `everyone`\n");
}

TEST(Schema, SaysWhichKindsThereAre) {
    EXPECT_EQ(
        problems("manifest", "apiVersion: mooring/v1\nkind: Stak\n"),
        "2:7: `kind` must be one of `Stack`, `Scope`, `Waiver`, `Defaults`; it is `Stak` (did you mean `Stack`?)\n");
    EXPECT_EQ(problems("manifest", "apiVersion: mooring/v1\nspec: {}\n"),
              "1:1: `kind` is missing (add `kind:`, one of `Stack`, `Scope`, `Waiver`, `Defaults`)\n");
    EXPECT_EQ(problems("manifest", "apiVersion: mooring/v2\nkind: Scope\nspec: {}\n"),
              "1:13: `apiVersion` must be `mooring/v1`; it is `mooring/v2` (did you mean `mooring/v1`?)\n");
}

TEST(Schema, AsksForExactlyOneOfSeveralKeys) {
    EXPECT_EQ(in_spec("git: {url: x}"), "2:1: `spec` has `compose` and `git` (give only one of them)\n");
    EXPECT_EQ(in_spec("env: {A: {public: true}}"),
              "2:10: `spec.env.A` must have one of `value`, `fromFile`, `fromEnv`, "
              "`fromCredential`, `opaque`\n");
    EXPECT_EQ(in_spec("env: {A: {opaque: false}}"), "2:19: `spec.env.A.opaque` must be true\n");
}

TEST(Schema, NeverRepeatsAValueOrWhatFollowsAnEqualsSign) {
    const std::string secret = "hunter2";
    for (const std::string lines :
         {"env: {A: {fromFile: [hunter2]}}", "env: {A: {fromCredential: hunter2/x}}", "env: hunter2",
          "env: {PASSWORD=hunter2: x}", "PASSWORD=hunter2: x", "env: {A: {opaque: hunter2}}",
          "env: {A: {PASSWORD=hunter2: x}}", "autoUpdate: {interval: hunter2}", "runtime: hunter2"}) {
        const std::string text = in_spec(lines);
        EXPECT_NE(text, "") << lines;
        EXPECT_EQ(text.find(secret), std::string::npos) << text;
    }
    EXPECT_EQ(in_spec("env: {PASSWORD=hunter2: x}"), "2:7: a key of `spec.env` must be a variable's name, which has no "
                                                     "`=` in it\n");
}

TEST(Schema, ReportsEveryProblemInTheOrderOfTheText) {
    EXPECT_EQ(in_spec("typ: swarm,\nstate: runing,\npolicy: {ignore: [{path: a}, {reason: b}]}"),
              "2:1: unknown key `typ` in `spec` (did you mean `type`?)\n"
              "3:8: `spec.state` must be one of `running`, `stopped`, `any`; it is `runing` (did you mean `running`?)\n"
              "4:19: `spec.policy.ignore[0].reason` is missing (add `reason:`, a string)\n"
              "4:30: `spec.policy.ignore[1].path` is missing (add `path:`, a string)\n");
}

TEST(Schema, StopsAtAHundredProblemsOfOneDocument) {
    std::string text = "{apiVersion: mooring/v1, kind: Scope, spec: {";
    for (int i = 0; i < 5000; ++i) text += fmt::format("k{}: 1, ", i);
    EXPECT_EQ(check(yaml::parse(text + "}}")->front(), rules_of("manifest")).size(), 100U);
}

TEST(Schema, BearsLongTexts) {
    EXPECT_EQ(problems("agent", "apiVersion: mooring/v1\nkind: Agent\nspec: {servers: [{name: a, url: \"https://" +
                                    std::string(1990, 'x') + "\"}]}"),
              "");
    EXPECT_EQ(in_spec("env: {" + std::string(1000, 'x') + ": y}"), "");
    EXPECT_EQ(in_spec("env: {" + std::string(1001, 'x') + ": y}"),
              "2:7: a key of `spec.env` is longer than 1000 characters\n");
}

} // namespace
} // namespace mooring::manifest
