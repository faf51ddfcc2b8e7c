#include "portainer_double/access.hpp"

#include <gtest/gtest.h>

#include <memory>

using namespace portainer_double;

namespace {

Caller user(Id id, std::vector<Id> teams = {}) {
    return {.id = id, .name = "u", .role = standard_user, .teams = std::move(teams)};
}

const Caller admin{.id = 1, .name = "admin", .role = administrator, .teams = {}};

} // namespace

TEST(Access, AUserSeesWhatNamesThemOrTheirTeamOrIsPublic) {
    const ResourceControl named{.users = {{2, 0}}, .teams = {7}};
    EXPECT_TRUE(may_use_resource(user(2), &named));
    EXPECT_TRUE(may_use_resource(user(3, {7}), &named));
    EXPECT_FALSE(may_use_resource(user(3, {8}), &named));
    EXPECT_TRUE(may_use_resource(user(3), std::make_unique<ResourceControl>(ResourceControl{.open = true}).get()));
}

TEST(Access, WithoutAResourceControlOnlyAdministratorsSee) {
    EXPECT_FALSE(may_use_resource(user(2), nullptr));
    EXPECT_TRUE(may_use_resource(admin, nullptr));
}

TEST(Access, AGroupsPoliciesOpenItsEnvironments) {
    Environment environment;
    const Group group{.id = 4, .name = "all", .description = {}, .users = {{2, 0}}, .teams = {}};
    EXPECT_TRUE(may_use_environment(user(2), environment, &group));
    EXPECT_FALSE(may_use_environment(user(2), environment, nullptr));
}

TEST(Access, ReadingAStackIsRefusedInTheServersOrder) {
    World world(Version::v2_23_0);
    Environment& environment = world.add_environment("e", "tcp://e:2375");
    Stack stack;
    stack.name = "s";
    stack.environment = environment.id;
    EXPECT_EQ(refuse_stack_reading(user(2), world, stack, nullptr), Refusal::no_environment);
    EXPECT_EQ(refuse_stack_reading(user(2), world, stack, &environment), Refusal::environment_denied);
    environment.security["allowStackManagementForRegularUsers"] = false; // comes before access to the environment
    EXPECT_EQ(refuse_stack_reading(user(2), world, stack, &environment), Refusal::management_disabled);
    environment.security["allowStackManagementForRegularUsers"] = true;
    environment.users = {{2, 0}};
    EXPECT_EQ(refuse_stack_reading(user(2), world, stack, &environment), Refusal::resource_denied);
    stack.type = kubernetes_stack; // has no resource control and is readable by id
    EXPECT_EQ(refuse_stack_reading(user(2), world, stack, &environment), std::nullopt);
    EXPECT_EQ(refuse_stack_reading(admin, world, stack, nullptr), std::nullopt);
}

TEST(Access, AStacksControlCoversEveryObjectOfItsProjectName) {
    World world(Version::v2_43_0);
    Stack stack;
    stack.environment = 1;
    stack.name = "shop";
    world.add_control(stack, *world.find_user(Id{1}));
    EXPECT_NE(control_of_object(world, 1, "id", {{"com.docker.compose.project", "shop"}}), nullptr);
    EXPECT_EQ(control_of_object(world, 1, "id", {{"com.docker.compose.project", "Shop"}}), nullptr); // exact case
    EXPECT_EQ(control_of_object(world, 2, "id", {{"com.docker.compose.project", "shop"}}), nullptr);
}

TEST(Names, AreLoweredAndLoseWhatIsNotAllowed) {
    EXPECT_EQ(normalise_name("My App 1!"), "myapp1");
    EXPECT_EQ(normalise_name("!!!"), "");
    EXPECT_EQ(normalise_name("a-b_C"), "a-b_c");
}
