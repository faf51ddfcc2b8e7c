// The Api against the stand-in Portainer, for each deploy generation: roles, refusals, absences, faults on the way.
#include "portainer/api.hpp"
#include "portainer_double/double.hpp"
#include "support/run.hpp"

#include <algorithm>
#include <gtest/gtest.h>
#include <unistd.h>

namespace mooring::portainer {
namespace {

using portainer_double::Double;
using portainer_double::Fault;
using portainer_double::FaultKind;
using portainer_double::Version;
using std::chrono::milliseconds;

constexpr auto seed = R"({
  "users": [{"username": "admin", "token": "ptr_admin"},
            {"username": "alice", "id": 2, "role": "user", "token": "ptr_alice"},
            {"username": "bob", "id": 3, "role": "user", "token": "ptr_bob"}],
  "teams": [{"name": "web", "members": ["alice"], "leaders": []}],
  "environments": [{"id": 1, "name": "production", "users": ["alice"]},
                   {"id": 2, "name": "cluster", "swarm": true, "users": ["alice"]},
                   {"id": 3, "name": "closed", "users": ["alice"], "stackManagement": false},
                   {"id": 4, "name": "kubernetes", "type": 5, "users": ["alice"], "namespaces": {"team-a": {"users": ["alice"]},
                    "team-b": {}}}],
  "stacks": [
    {"id": 11, "name": "shop", "environment": 1, "type": "standalone", "access": {"users": ["alice"]},
     "file": "services:\n  web:\n    image: nginx:1.27\n", "env": {"TOKEN": "t0p"}},
    {"id": 12, "name": "hidden", "environment": 1, "type": "standalone", "access": "administrators",
     "file": "services:\n  web:\n    image: nginx:1.27\n"},
    {"id": 13, "name": "swarmed", "environment": 2, "type": "swarm", "access": "public",
     "file": "services:\n  web:\n    image: nginx:1.27\n    deploy: {replicas: 2}\n"},
    {"id": 14, "name": "managed", "environment": 3, "type": "standalone", "access": "public",
     "file": "services:\n  web:\n    image: nginx:1.27\n"},
    {"id": 15, "name": "orphan", "environment": 99, "type": "standalone", "access": "public", "file": "services: {}\n"},
    {"id": 16, "name": "lost", "environment": 1, "type": "standalone", "access": "public", "fileLost": true,
     "file": "services:\n  web:\n    image: nginx:1.27\n"}]
})";

class DoubleTest : public testing::TestWithParam<Version> {
  protected:
    DoubleTest() : double_({.version = GetParam(), .seed = seed}) { double_.start(); }

    std::unique_ptr<Api> as(std::string_view user) {
        ServerConnection server;
        server.url = double_.url();
        server.token = Secret("ptr_" + std::string(user));
        server.retries = {.attempts = 3, .base = milliseconds(1), .most = milliseconds(2), .retry_after_most = {}};
        server.request_timeout = std::chrono::seconds(timeout_);
        return *make_api(context_.get_executor(), server);
    }

    template <typename T>
    T ask(boost::asio::awaitable<T> question) {
        return test::run(context_, std::move(question));
    }

    static std::vector<StackId> ids(const Answer<std::vector<StackRecord>>& answer) {
        std::vector<StackId> found;
        for (const auto& record : answer.value.value_or(std::vector<StackRecord>())) found.push_back(record.id);
        return found;
    }

    Double double_;
    boost::asio::io_context context_{1};
    long timeout_ = 30;
};

TEST_P(DoubleTest, AnAdministratorReadsEverything) {
    const auto api = as("admin");
    EXPECT_EQ(ask(api->status()).value->version, to_string(GetParam()));
    EXPECT_TRUE(ask(api->identity()).value->is_administrator());
    EXPECT_EQ(ask(api->environments()).value->size(), 4U);
    EXPECT_EQ(ids(ask(api->stacks())), (std::vector<StackId>{11, 12, 13, 14, 15, 16}));
    EXPECT_EQ(ask(api->stack(12)).value->name, "hidden");
    EXPECT_EQ(*ask(api->stack_file(11)).value, "services:\n  web:\n    image: nginx:1.27\n");
    EXPECT_EQ(ask(api->users()).value->size(), 3U);
    EXPECT_EQ(ask(api->teams()).value->at(0).name, "web");
    EXPECT_TRUE(ask(api->tags()).reply.ok());
    EXPECT_TRUE(ask(api->groups()).reply.ok());
    EXPECT_TRUE(ask(api->stacks()).reply.server_date);
}

TEST_P(DoubleTest, AUserReadsWhatIsShared) {
    const auto api = as("alice");
    const auto identity = ask(api->identity());
    EXPECT_EQ(identity.value->username, "alice");
    EXPECT_FALSE(identity.value->is_administrator());
    EXPECT_EQ(ids(ask(api->stacks())), (std::vector<StackId>{11, 13, 14, 15, 16}));
    EXPECT_EQ(ask(api->stack(11)).value->env.at(0).value.reveal(), "t0p");
    EXPECT_EQ(ask(api->users()).reply.cause, Cause::role);
}

TEST_P(DoubleTest, EveryRefusalHasItsCause) {
    const auto alice = as("alice");
    EXPECT_EQ(ask(alice->stack(12)).reply.cause, Cause::resource_control);
    EXPECT_EQ(ask(alice->stack_file(12)).reply.cause, Cause::resource_control);
    EXPECT_EQ(ask(alice->stack_file(14)).reply.cause, Cause::stack_management_disabled);
    const auto bob = as("bob");
    EXPECT_EQ(ask(bob->stack(13)).reply.cause, Cause::environment);
    EXPECT_EQ(ask(bob->environment(1)).reply.cause, Cause::environment);
    EXPECT_EQ(ask(bob->containers(1)).reply.cause, Cause::environment);
    EXPECT_EQ(ask(bob->docker_object(1, DockerKind::container, "shop-web-1")).cause, Cause::environment);
}

TEST_P(DoubleTest, EveryAbsenceHasItsProof) {
    const auto api = as("alice");
    EXPECT_EQ(ask(api->stack(77)).reply.outcome, Outcome::stack_gone);
    EXPECT_EQ(ask(api->stack_file(77)).reply.outcome, Outcome::stack_gone);
    EXPECT_EQ(ask(api->environment(99)).reply.outcome, Outcome::environment_gone);
    EXPECT_EQ(ask(api->stack(15)).reply.outcome, Outcome::environment_gone);
    EXPECT_EQ(ask(api->containers(99)).reply.outcome, Outcome::environment_gone);
    EXPECT_EQ(ask(api->stack_file(16)).reply.outcome, Outcome::file_lost);
}

TEST_P(DoubleTest, DockerSaysWhatRuns) {
    const auto api = as("alice");
    const auto containers = ask(api->containers(1));
    ASSERT_TRUE(containers.value) << containers.reply.message;
    const auto web = std::ranges::find(*containers.value, "shop", &Container::project);
    ASSERT_NE(web, containers.value->end());
    EXPECT_EQ(web->service, "web");
    EXPECT_EQ(web->name, "shop-web-1");
    EXPECT_EQ(web->state, "running");
    EXPECT_EQ(std::ranges::count(*containers.value, "hidden", &Container::project), 0);
    const auto services = ask(api->services(2));
    ASSERT_TRUE(services.value) << services.reply.message;
    ASSERT_EQ(services.value->size(), 1U);
    EXPECT_EQ(services.value->at(0).name, "swarmed_web");
    EXPECT_EQ(services.value->at(0).replicas, 2);
    EXPECT_EQ(services.value->at(0).running_tasks, 2);
    EXPECT_TRUE(ask(api->tasks(2)).value.has_value());
}

TEST_P(DoubleTest, DockerTellsTakenNamesFromFreeOnes) {
    const auto api = as("alice");
    EXPECT_TRUE(ask(api->docker_object(1, DockerKind::container, "shop-web-1")).ok());
    EXPECT_EQ(ask(api->docker_object(1, DockerKind::container, "hidden-web-1")).cause, Cause::name_taken);
    EXPECT_EQ(ask(api->docker_object(1, DockerKind::network, "hidden_default")).cause, Cause::name_taken);
    EXPECT_EQ(ask(api->docker_object(1, DockerKind::container, "nosuch-web-1")).outcome, Outcome::object_absent);
    EXPECT_EQ(ask(api->docker_object(1, DockerKind::network, "nosuch_default")).outcome, Outcome::object_absent);
    EXPECT_EQ(ask(api->docker_object(1, DockerKind::volume, "nosuch_data")).outcome, Outcome::object_absent);
    EXPECT_EQ(ask(api->docker_object(2, DockerKind::service, "nosuch_web")).outcome, Outcome::object_absent);
}

TEST_P(DoubleTest, AClusterAnswersThroughTheProxy) {
    const auto admin = as("admin");
    const auto alice = as("alice");
    const auto bob = as("bob");
    const auto list = ask(alice->kubernetes(4, "api/v1/namespaces/team-a/configmaps?limit=500"));
    ASSERT_TRUE(list.value);
    EXPECT_TRUE(list.value->contains("ConfigMapList"));
    EXPECT_EQ(list.reply.call, Call::kubernetes);
    EXPECT_TRUE(list.reply.server_date);
    EXPECT_TRUE(ask(admin->kubernetes(4, "api/v1/configmaps?limit=500")).value);
    const auto outcome = [&](Api& api, const char* path) { return ask(api.kubernetes(4, path)).reply; };
    EXPECT_EQ(outcome(*alice, "api/v1/namespaces/team-b/configmaps").cause, Cause::namespace_);
    EXPECT_EQ(outcome(*alice, "apis/rbac.authorization.k8s.io/v1/namespaces/team-a/roles").cause, Cause::kind);
    EXPECT_EQ(outcome(*bob, "api/v1/namespaces/team-a/configmaps").cause, Cause::environment);
    EXPECT_TRUE(outcome(*alice, "api/v1/namespaces/team-b").ok());
    EXPECT_EQ(outcome(*alice, "api/v1/namespaces/nosuch").outcome, Outcome::object_absent);
    EXPECT_EQ(outcome(*admin, "apis/nosuch.test/v1").outcome, Outcome::not_served);
    EXPECT_EQ(ask(admin->kubernetes(77, "apis")).reply.outcome, Outcome::environment_gone);
    const Reply edge = outcome(*admin, "api/v1/namespaces/edge/pods"); // Portainer routes it elsewhere
    EXPECT_TRUE(edge.unavailable());
    EXPECT_EQ(edge.status, 0);
}

TEST_P(DoubleTest, RefusedCredentialsAreNothingElse) {
    const auto api = as("nobody");
    EXPECT_TRUE(ask(api->status()).reply.ok()) << "public";
    EXPECT_EQ(ask(api->identity()).reply.outcome, Outcome::credentials_refused);
    EXPECT_EQ(ask(api->stacks()).reply.outcome, Outcome::credentials_refused);
    EXPECT_EQ(ask(api->stack(12)).reply.outcome, Outcome::credentials_refused);
}

TEST_P(DoubleTest, PassingFaultsAreSurvived) {
    const auto api = as("admin");
    for (const auto kind : {FaultKind::drop, FaultKind::truncate, FaultKind::status}) {
        double_.add_fault({.kind = kind, .path_prefix = "/api/stacks", .times = 2, .bytes = 20});
        const auto answer = ask(api->stacks());
        EXPECT_EQ(ids(answer).size(), 6U) << answer.reply.message;
        double_.clear_faults();
    }
}

TEST_P(DoubleTest, LastingFaultsAreUnavailableAndNothingElse) {
    timeout_ = 1;
    const std::vector<Fault> faults{
        {.kind = FaultKind::drop},
        {.kind = FaultKind::truncate, .bytes = 20},
        {.kind = FaultKind::status, .status = 502},
        {.kind = FaultKind::status, .status = 404, .content_type = "text/plain", .body = "404 page not found\n"},
        {.kind = FaultKind::status, .status = 429, .retry_after = "0"},
        {.kind = FaultKind::status, .status = 408},
        {.kind = FaultKind::content_type, .content_type = "text/html"},
        {.kind = FaultKind::endless},
        {.kind = FaultKind::drip, .milliseconds = 20},
        {.kind = FaultKind::init_timeout},
    };
    for (const auto& fault : faults) {
        const auto api = as("admin");
        double_.add_fault(fault);
        const auto answer = ask(api->stacks());
        EXPECT_EQ(answer.reply.outcome, Outcome::unavailable) << static_cast<int>(fault.kind);
        EXPECT_NE(answer.reply.failure, Failure::none);
        EXPECT_FALSE(answer.value);
        EXPECT_FALSE(answer.reply.message.empty());
        double_.clear_faults();
    }
}

boost::asio::awaitable<std::size_t> read_files(Api& api, std::size_t count, std::size_t& read) {
    for (std::size_t i = 0; i < count; ++i) {
        const auto answer = co_await api.stack_file(11);
        if (answer.value) ++read;
    }
    co_return read;
}

TEST_P(DoubleTest, ManyCallsShareEightConnections) {
    const auto api = as("admin");
    std::size_t read = 0;
    for (int i = 0; i < 32; ++i) {
        boost::asio::co_spawn(context_, read_files(*api, 10, read), [](const std::exception_ptr& thrown, std::size_t) {
            if (thrown) std::rethrow_exception(thrown);
        });
    }
    context_.run();
    EXPECT_EQ(read, 320U);
    EXPECT_LE(double_.requests().connections, 8U);
    EXPECT_LE(double_.requests().most_at_once, 8U);
    EXPECT_EQ(double_.requests().total, 320U);
}

INSTANTIATE_TEST_SUITE_P(Versions, DoubleTest,
                         testing::Values(Version::v2_23_0, Version::v2_33_0_rc1, Version::v2_39_0, Version::v2_43_0),
                         [](const auto& version) {
                             std::string name(to_string(version.param));
                             std::ranges::replace_if(name, [](char c) { return c == '.' || c == '-'; }, '_');
                             return name;
                         });

TEST(DoubleTransport, ServesUnderABasePathAndOnAUnixSocket) {
    const std::string socket = "unix:" + testing::TempDir() + "mooring-double-" + std::to_string(getpid()) + ".sock";
    for (const auto& listen : {std::string("127.0.0.1:0"), std::string("[::1]:0"), socket}) {
        Double server({.listen = listen, .base_url = "/portainer", .seed = seed});
        server.start();
        boost::asio::io_context context(1);
        ServerConnection connection;
        connection.url = server.url();
        connection.token = Secret("ptr_admin");
        if (listen == socket) { // the short form has no place for a base path
            std::string path;
            for (const char c : socket.substr(5)) path += c == '/' ? std::string("%2F") : std::string(1, c);
            connection.url = "http+unix://" + path + "/portainer";
        }
        const auto api = *make_api(context.get_executor(), connection);
        const auto answer = test::run(context, api->identity());
        EXPECT_TRUE(answer.value) << listen << ": " << answer.reply.message;
        EXPECT_EQ(answer.reply.target, "/portainer/api/users/me");
    }
}

} // namespace
} // namespace mooring::portainer
