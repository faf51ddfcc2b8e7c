// What is asked of a server, and what is not.
#include "doctor/diagnose.hpp"

#include "support/fake_api.hpp"
#include "support/run.hpp"

#include <gtest/gtest.h>

namespace mooring::doctor {
namespace {

class ProbeTest : public testing::Test {
  protected:
    // The facts about a server that `api` plays; `trouble`: the way ends before it.
    ServerTrial probe_it(std::optional<net::Trouble> trouble = {}) {
        const Outside outside{
            .make_api = [this](auto, ServerConnection, portainer::Hooks) -> Result<std::unique_ptr<portainer::Api>> {
                auto made = std::move(owned_);
                return made;
            },
            .inspect = [trouble](auto, ServerConnection) -> portainer::Awaitable<Result<net::Inspection>> {
                net::Inspection way{.host = "x", .addresses = {"10.0.0.7"}};
                way.trouble = trouble;
                co_return way;
            }};
        const ServerConnection server{.name = "main", .url = "http://user:pw@x", .token = Secret(token_)};
        const ServerMemory memory;
        boost::asio::io_context context(1);
        auto work = probe(outside, server, {}, memory, clock_);
        return test::run(context, std::move(work));
    }

    std::string token_ = "ptr_x";
    FixedClock clock_{1795000000};
    std::unique_ptr<test::FakeApi> owned_ = std::make_unique<test::FakeApi>();
    test::FakeApi& api_ = *owned_;
};

StackRecord record(StackId id, EnvironmentId environment) {
    StackRecord out;
    out.id = id;
    out.type = StackType::standalone;
    out.environment = environment;
    return out;
}

TEST_F(ProbeTest, OneFileAndOneListAnEnvironment) {
    api_.the_environments =
        test::answered(Call::environments,
                       std::vector<Environment>{{.id = 1, .name = "a", .type = 1}, {.id = 2, .name = "k", .type = 5}});
    api_.lists = {test::answered(Call::stacks, std::vector<StackRecord>{record(9, 1), record(8, 1)})};
    api_.files[8] = test::answered(Call::stack_file, std::string("services: {}\n"));
    const ServerTrial facts = probe_it();
    EXPECT_EQ(facts.url, "http://x");
    EXPECT_EQ(facts.trials.at(1).stack, 8);
    EXPECT_TRUE(facts.trials.at(1).file.ok());
    EXPECT_FALSE(facts.trials.at(2).file.asked()) << "no stack is listed there";
    EXPECT_TRUE(facts.trials.at(1).containers.ok());
    EXPECT_FALSE(facts.trials.at(2).containers.asked()) << "Kubernetes has no containers to list";
    EXPECT_TRUE(facts.settings.ok());
    EXPECT_EQ(facts.now, 1795000000);
}

TEST_F(ProbeTest, AsksNothingWhereTheWayEnds) {
    test::FakeApi& api = api_;
    const ServerTrial facts = probe_it(net::Trouble{.stage = net::Stage::connect, .message = "refused"});
    EXPECT_TRUE(api.calls.empty());
    EXPECT_FALSE(facts.known.status.reply.asked());
}

TEST_F(ProbeTest, AsksTheVersionAloneWithoutAToken) {
    token_.clear();
    const ServerTrial facts = probe_it();
    EXPECT_TRUE(facts.known.status.value);
    EXPECT_FALSE(facts.known.identity_before.reply.asked());
    EXPECT_FALSE(facts.settings.asked());
    EXPECT_TRUE(facts.trials.empty());
}

TEST_F(ProbeTest, ARefusedTokenEndsIt) {
    api_.identities = {test::refused<Identity>(Call::identity, Outcome::credentials_refused, 401, "Invalid JWT token")};
    const ServerTrial facts = probe_it();
    EXPECT_EQ(facts.known.identity_before.reply.outcome, Outcome::credentials_refused);
    EXPECT_FALSE(facts.known.list.reply.asked());
    EXPECT_FALSE(facts.settings.asked());
}

} // namespace
} // namespace mooring::doctor
