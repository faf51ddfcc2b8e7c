#include "unit/compare/compare_fixture.hpp"

namespace mooring::compare {
namespace {

using Kind = DesiredAccess::Kind;

Principal named(std::string name) { return {.id = std::nullopt, .name = std::move(name)}; }
Principal with_id(std::int64_t id) { return {.id = id, .name = {}}; }

class CompareAccess : public CompareFixture {
  protected:
    CompareAccess() {
        server.users = answered(Call::users, std::vector<NamedId>{{2, "alice"}, {3, "bob"}}, "/api/users");
        server.teams = answered(Call::teams, std::vector<NamedId>{{1, "web"}, {5, "ops"}}, "/api/teams");
    }

    void declare(Kind kind, std::vector<Principal> users = {}, std::vector<Principal> teams = {}) {
        stack.access = DesiredAccess{.kind = kind, .users = std::move(users), .teams = std::move(teams), .line = 30};
    }

    void control(bool is_public, std::vector<std::int64_t> users, std::vector<std::int64_t> teams) {
        record.resource_control = ResourceControl{.id = 1,
                                                  .is_public = is_public,
                                                  .administrators_only = false,
                                                  .users = std::move(users),
                                                  .teams = std::move(teams)};
    }
};

TEST_F(CompareAccess, WithoutAccessInTheManifestNothingIsCompared) {
    control(true, {}, {});
    EXPECT_EQ(paths_of(compare().changes), Texts{});
}

TEST_F(CompareAccess, ANullResourceControlMeansAdministrators) {
    declare(Kind::administrators);
    EXPECT_EQ(paths_of(compare().changes), Texts{});
    control(false, {}, {});
    EXPECT_EQ(paths_of(compare().changes), Texts{});
    declare(Kind::everyone);
    record.resource_control = std::nullopt;
    EXPECT_EQ(arrow_at(compare().changes, "access"), "public -> administrators");
}

TEST_F(CompareAccess, PublicWinsOverNamesAsOnTheServer) {
    declare(Kind::everyone);
    control(true, {2}, {1});
    EXPECT_EQ(paths_of(compare().changes), Texts{});
}

TEST_F(CompareAccess, TheFlagAdministratorsOnlySaysNothing) {
    declare(Kind::administrators);
    control(false, {2}, {});
    record.resource_control->administrators_only = true; // the server lets alice in all the same
    EXPECT_EQ(arrow_at(compare().changes, "access"), "administrators -> user alice");
}

TEST_F(CompareAccess, NamesAndIdsMeetAsSets) {
    declare(Kind::restricted, {named("BOB"), with_id(2), named("alice")}, {named("web")});
    control(false, {3, 2}, {1});
    EXPECT_EQ(paths_of(compare().changes), Texts{});
    control(false, {3}, {1, 9});
    const Comparison found = compare();
    EXPECT_EQ(arrow_at(found.changes, "access"), "users alice, bob; team web -> user bob; teams web, 9");
    EXPECT_EQ(found.changes.at(0).where.line, 30U);
}

TEST_F(CompareAccess, ANameThatAnAdministratorsCompleteListLacksIsAnError) {
    declare(Kind::restricted, {}, {named("wbe")});
    const Comparison found = compare();
    EXPECT_EQ(found.errors, (Texts{"access: no team `wbe`; did you mean `web`?"}));
    EXPECT_EQ(found.unread, Texts{});
    EXPECT_EQ(paths_of(found.changes), Texts{});
}

TEST_F(CompareAccess, ANameThatIsNotShownToAUserIsUnresolvableNotWrong) {
    as_role(2);
    server.teams = answered(Call::teams, std::vector<NamedId>{}, "/api/teams");
    declare(Kind::restricted, {}, {named("web")});
    control(false, {2}, {});
    const Comparison found = compare();
    EXPECT_EQ(found.errors, Texts{});
    EXPECT_EQ(found.unread, (Texts{"access"}));
    EXPECT_EQ(paths_of(found.changes), Texts{});
    ASSERT_TRUE(found.refusal);
    EXPECT_EQ(found.refusal->cause, Cause::role);
    EXPECT_EQ(found.refusal->target, "/api/teams");
    EXPECT_EQ(found.refusal->status, 200);
    EXPECT_EQ(found.refusal->message, "team `web` is not among those shown to this token");
}

TEST_F(CompareAccess, ARefusedListOfUsersLeavesTheFieldUnreadAndOtherChangesShown) {
    as_role(2);
    server.users = refused<std::vector<NamedId>>(Call::users, Cause::role, "/api/users");
    declare(Kind::restricted, {named("bob"), named("carol")});
    record.type = StackType::swarm;
    const Comparison found = compare();
    EXPECT_EQ(found.unread, (Texts{"access"}));
    EXPECT_EQ(paths_of(found.changes), (Texts{"record:type"}));
    EXPECT_EQ(found.refusal->status, 403);
    EXPECT_EQ(found.refusal->cause, Cause::role);
}

TEST_F(CompareAccess, AListThatFailedForAnAdministratorIsUnreadToo) {
    server.teams = {};
    server.teams.reply.outcome = Outcome::unavailable;
    declare(Kind::restricted, {}, {named("web")});
    const Comparison found = compare();
    EXPECT_EQ(found.errors, Texts{});
    EXPECT_EQ(found.unread, (Texts{"access"}));
    EXPECT_TRUE(found.refusal->unavailable());
}

TEST_F(CompareAccess, ATokenAlwaysKnowsItsOwnUser) {
    as_role(2); // alice, id 2
    server.users = refused<std::vector<NamedId>>(Call::users, Cause::role, "/api/users");
    declare(Kind::restricted, {named("alice")});
    control(false, {2}, {});
    EXPECT_EQ(compare().unread, Texts{});
    EXPECT_EQ(paths_of(compare().changes), Texts{});
}

TEST_F(CompareAccess, IdsNeedNoList) {
    as_role(2);
    server.users = {};
    server.teams = {};
    declare(Kind::restricted, {with_id(7)}, {with_id(8)});
    control(false, {7}, {});
    EXPECT_EQ(arrow_at(compare().changes, "access"), "user 7; team 8 -> user 7");
}

TEST_F(CompareAccess, RestrictedToNobodyMeansAdministrators) {
    declare(Kind::restricted);
    EXPECT_EQ(paths_of(compare().changes), Texts{});
}

TEST_F(CompareAccess, ADemotedAdministratorIsShownNoCompleteListOfNames) {
    stack.access =
        DesiredAccess{.kind = DesiredAccess::Kind::restricted, .users = {}, .teams = {{.id = {}, .name = "ops"}}};
    server.teams = answered(Call::teams, std::vector<NamedId>{{.id = 3, .name = "web"}}, "/api/teams");
    EXPECT_EQ(compare().errors.size(), 1U);
    server.identity_after.value->role = 2;
    EXPECT_EQ(compare().errors, Texts{});
    EXPECT_EQ(compare().unread, Texts{"access"});
}

} // namespace
} // namespace mooring::compare
