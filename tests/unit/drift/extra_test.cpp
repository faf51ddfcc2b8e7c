#include "drift/judge.hpp"
#include "match/match.hpp"
#include "unit/compare/compare_fixture.hpp"

namespace mooring::drift {

using namespace compare;
namespace {

class Extra : public CompareFixture {
  protected:
    Extra() {
        Environment production = server.environments.value->at(0);
        Environment staging = production;
        staging.id = 5;
        staging.name = "staging";
        server.environments.value->push_back(staging);
        DesiredScope scope;
        scope.server = "main";
        scope.where = {.file = "scope.yaml", .line = 2, .column = 1};
        desired.scopes.push_back(scope);
        row.stack = &stack;
        rows.push_back(row);
        list({{12, "shop", 4}, {13, "old", 4}, {14, "tool", 5}});
    }

    struct Listed {
        StackId id;
        std::string name;
        EnvironmentId environment;
    };
    void list(const std::vector<Listed>& records) {
        server.list.value->clear();
        for (const Listed& listed : records) {
            StackRecord found = record;
            found.id = listed.id;
            found.name = listed.name;
            found.environment = listed.environment;
            server.list.value->push_back(found);
        }
    }
    Texts names() {
        Texts out;
        for (const StackResult& result : find_extra(desired, rows, server, claimed, options, narrowed)) {
            out.push_back(result.environment_name + "/" + result.name);
        }
        return out;
    }
    DesiredScope& scope() { return desired.scopes[0]; }

    Desired desired;
    std::vector<Row> rows;
    std::set<StackId> claimed{12};
    bool narrowed = false;
};

TEST_F(Extra, IsARecordInAScopeThatNobodyDeclares) {
    EXPECT_EQ(names(), (Texts{"production/old", "staging/tool"}));
    const StackResult result = find_extra(desired, rows, server, claimed, options, false).at(0);
    EXPECT_EQ(result.verdict, Verdict::extra);
    EXPECT_EQ(result.id, 13);
    EXPECT_EQ(result.exists, true);
    EXPECT_EQ(result.where.file, "scope.yaml");
    EXPECT_EQ(result.evidence.at(0).target, "/api/stacks");
    EXPECT_EQ(result.notes, Texts{});
}

TEST_F(Extra, NeedsAScope) {
    desired.scopes.clear();
    EXPECT_EQ(names(), Texts{});
}

TEST_F(Extra, HoldsInTheEnvironmentsNamesAndExceptionsOfTheScope) {
    scope().environments = {{.id = std::nullopt, .name = "staging"}};
    EXPECT_EQ(names(), (Texts{"staging/tool"}));
    scope().environments = {{.id = 4, .name = {}}};
    EXPECT_EQ(names(), (Texts{"production/old"}));
    scope().environments.clear();
    scope().names = "t*";
    EXPECT_EQ(names(), (Texts{"staging/tool"}));
    scope().names = "*";
    scope().except = {"to?l"};
    EXPECT_EQ(names(), (Texts{"production/old"}));
    scope().server = "other";
    EXPECT_EQ(names(), Texts{});
}

TEST_F(Extra, IsNotJudgedWhenDesiredStateIsIncompleteNarrowedOrTheListUnread) {
    desired.complete = false;
    EXPECT_EQ(names(), Texts{});
    desired.complete = true;
    narrowed = true;
    EXPECT_EQ(names(), Texts{});
    narrowed = false;
    server.list.value.reset();
    EXPECT_EQ(names(), Texts{});
}

TEST_F(Extra, IsNeverPortainersOrMooringsOwnNorAClaimedOne) {
    list({{1, "portainer", 4}, {2, "Mooring", 4}, {13, "moved-here", 5}, {14, "twin", 4}});
    claimed = {13, 14}; // moved and ambiguous ones are claimed by their rows
    EXPECT_EQ(names(), Texts{});
}

TEST_F(Extra, IsNeverAStackThatARowMeansThoughNobodyMatchedIt) {
    stack.suspended = Suspension{.reason = "r", .owner = "o", .until = 9};
    claimed = claimed_ids(rows, server);
    EXPECT_EQ(names(), (Texts{"production/old", "staging/tool"})); // shop/production is suspended
    list({{20, "shop", 5}});
    claimed = claimed_ids(rows, server);
    EXPECT_EQ(names(), (Texts{"staging/shop"})); // another environment is another stack
    rows[0].environment = {.id = std::nullopt, .name = "hidden"};
    claimed = claimed_ids(rows, server);
    EXPECT_EQ(names(), Texts{}); // it may be this one: its environment could not be resolved
}

TEST_F(Extra, IsAlsoTheRecordOfOneNameWhoseTypeOrNamespaceNobodyDeclares) {
    list({{12, "shop", 4}, {15, "shop", 4}});
    server.list.value->at(1).type = StackType::swarm;
    claimed = claimed_ids(rows, server);
    EXPECT_EQ(names(), (Texts{"production/shop"}));
    stack.type = StackType::kubernetes;
    stack.namespace_ = "blue";
    for (StackRecord& listed : *server.list.value) listed.type = StackType::kubernetes;
    server.list.value->at(0).namespace_ = "blue";
    server.list.value->at(1).namespace_ = "green";
    claimed = claimed_ids(rows, server);
    EXPECT_EQ(claimed, std::set<StackId>{12});
    EXPECT_EQ(names(), (Texts{"production/shop"}));
}

TEST_F(Extra, IsNotFoundThroughAnEnvironmentNameThatIsInDoubt) {
    server.environments.value->at(1).name = "production"; // older versions allow two of one name
    scope().environments = {{.id = std::nullopt, .name = "production"}};
    EXPECT_EQ(names(), Texts{});
    EXPECT_NE(scope_diagnostics(desired, server).at(0).message.find("several environments have"), std::string::npos);
}

TEST_F(Extra, ComparesNamesInTheirNormalisedForm) {
    stack.name = "My Shop!";
    list({{12, "MyShop", 4}});
    claimed = claimed_ids(rows, server);
    EXPECT_EQ(names(), Texts{});
}

TEST_F(Extra, SaysThatAFilteredListMayHideMore) {
    as_role(2);
    EXPECT_EQ(find_extra(desired, rows, server, claimed, options, false).at(0).notes.size(), 1U);
}

TEST_F(Extra, UsesTheSecondListWhereThereIsOne) {
    server.list_again = answered(Call::stacks, std::vector{server.list.value->at(2)}, "/api/stacks");
    EXPECT_EQ(names(), (Texts{"staging/tool"}));
}

TEST_F(Extra, AScopesUnknownEnvironmentIsSaid) {
    scope().environments = {{.id = std::nullopt, .name = "prodution"}, {.id = std::nullopt, .name = "staging"}};
    const Diagnostics remarks = scope_diagnostics(desired, server);
    ASSERT_EQ(remarks.size(), 1U);
    EXPECT_EQ(remarks[0].message, "the Scope names the environment `prodution`, which the server does not have");
    EXPECT_EQ(remarks[0].suggestion, "did you mean `production`?");
    as_role(2);
    EXPECT_EQ(scope_diagnostics(desired, server).at(0).message,
              "the Scope names the environment `prodution`, which this token cannot see");
}

} // namespace
} // namespace mooring::drift
