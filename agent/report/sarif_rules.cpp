#include "report/sarif_rules.hpp"

#include "words/verdicts.hpp"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <utility>

namespace mooring::report {
namespace {

using Json = nlohmann::ordered_json;

struct Rule {
    std::string_view id;
    words::Standing standing;
    std::string_view name;
    std::string_view text;
    std::string_view help;
};

// What a verdict means is said in design §3.1; these are its words for somebody who meets it in a list of findings.
constexpr std::array all_rules{
    Rule{"drifted/record", words::Standing::drift, "RecordDrifted",
         "Portainer's record of the stack differs from the manifest.",
         "Change the stack in Portainer, or the manifest, so that they agree; or accept the difference with a Waiver."},
    Rule{"drifted/content", words::Standing::drift, "ContentDrifted",
         "The file that Portainer holds differs from the declared one.",
         "Deploy the declared file again, or take the change over into it; or accept the difference with a Waiver."},
    Rule{"drifted/runtime", words::Standing::drift, "RuntimeDrifted", "What runs is not what the stack's file says.",
         "Look at the stack's containers or services in Portainer, and redeploy the stack if they should run."},
    Rule{"drifted/git", words::Standing::drift, "GitDrifted",
         "The Git settings or the deployed commit differ from the manifest.",
         "Correct the stack's Git settings in Portainer or in the manifest, and pull and redeploy."},
    Rule{"drifted", words::Standing::drift, "Drifted", "The stack differs from its manifest.",
         "Make the stack and its manifest agree; or accept the difference with a Waiver."},
    Rule{"missing", words::Standing::drift, "Missing", "The stack is declared and proven to be absent.",
         "Create the stack, or remove it from the manifests."},
    Rule{"deleted", words::Standing::drift, "Deleted",
         "The stack that was seen is deleted. Whether a hidden one took its place cannot be seen with this token.",
         "Ask an administrator whether it was made anew, or check once with an administrator's token. If it was not, "
         "create the stack, or remove it from the manifests."},
    Rule{"extra", words::Standing::drift, "Extra", "The stack exists in a managed environment and is declared nowhere.",
         "Declare the stack, remove it, or except its name in the Scope."},
    Rule{"denied", words::Standing::blind, "Denied",
         "The server refused to show the stack: nothing is known of its drift.",
         "Give the token's user the access that the finding names. Until then the stack is neither in sync nor "
         "missing."},
    Rule{"not_visible", words::Standing::blind, "NotVisible",
         "The stack is not in the list that this user may see, which proves nothing.",
         "Use a token that may see the stack, or an administrator's, whose list is complete."},
    Rule{"orphaned", words::Standing::blind, "Orphaned", "The stack's record is there, its environment is gone.",
         "Remove the record in Portainer, or associate it with an environment that exists."},
    Rule{"unreachable", words::Standing::blind, "Unreachable", "The server or the environment did not answer.",
         "See the request and its answer in the finding; run again when the server can be reached."},
    Rule{"pending", words::Standing::blind, "Pending",
         "The stack is being deployed, or it is missing from the list for the first time.",
         "Run again when the deployment has ended."},
    Rule{"error", words::Standing::blind, "Error", "The stack was read and cannot be compared.",
         "The finding says what is wrong: the file, the manifest or an ambiguous name."},
    Rule{"suspended", words::Standing::accepted, "Suspended", "The manifest suspends the stack: it is not judged.",
         "Remove `suspended` from the manifest when its reason has gone."},
    Rule{manifest_rule, words::Standing::drift, "Manifest",
         "The manifests or the configuration are not as they should be.",
         "The finding says what is wrong in which line. `mooring validate` finds the same without a server."},
};

} // namespace

std::string_view rule_of(Plane plane) {
    switch (plane) {
    case Plane::record:
        return "drifted/record";
    case Plane::content:
        return "drifted/content";
    case Plane::runtime:
        return "drifted/runtime";
    case Plane::git:
        return "drifted/git";
    }
    std::unreachable();
}

std::string_view rule_of(Verdict verdict) { return to_string(verdict); }

std::size_t rule_index(std::string_view rule) {
    return static_cast<std::size_t>(std::ranges::find(all_rules, rule, &Rule::id) - all_rules.begin());
}

Json rules() {
    Json out = Json::array();
    for (const Rule& rule : all_rules) {
        out.push_back({{"id", rule.id},
                       {"name", rule.name},
                       {"shortDescription", {{"text", rule.text}}},
                       {"fullDescription", {{"text", rule.text}}},
                       {"help", {{"text", rule.help}}},
                       {"defaultConfiguration", {{"level", words::level_of(rule.standing)}}},
                       {"properties",
                        {{"tags", Json::array({rule.standing == words::Standing::drift ? "drift" : "visibility"})}}}});
    }
    return out;
}

} // namespace mooring::report
