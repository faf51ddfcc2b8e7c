// One loop, run: what may hang or throw on the disk, and what comes of it.
#include "base/text.hpp"
#include "board_samples.hpp"
#include "serve/server_loop.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>
#include <memory>
#include <mutex>
#include <new>
#include <set>
#include <sstream>
#include <thread>

namespace mooring::serve {
namespace {

using namespace std::chrono_literals;

class LoopTest : public ::testing::Test {
  protected:
    LoopTest() {
        auto config = std::make_shared<config::Config>();
        config->servers.emplace_back().server.name = "main";
        config->servers.back().credential.kind = config::CredentialSource::Kind::standard_input;
        config->agent.interval = 3600s;
        shared.config = std::move(config);
        shared.board.servers.emplace_back().name = "main";
        shared.on_change = [this] { loop.wake(Trigger::sync); };
        shared.on_verdicts = [this](const std::string&, const std::string&) { io.stop(); };
    }

    // One run, from loading to what the board says of it.
    void run_once() {
        boost::asio::co_spawn(io, loop.execute(), [](const std::exception_ptr& failure) {
            if (failure) std::rethrow_exception(failure);
        });
        io.run_for(10s);
    }

    static Desired one_stack() {
        Desired out;
        out.complete = true;
        DesiredStack& stack = out.stacks.emplace_back();
        stack.server = "main";
        stack.name = "shop";
        stack.environment = EnvironmentRef{.name = "production"};
        return out;
    }

    boost::asio::io_context io;
    FixedClock clock{1'790'000'000};
    Variables variables;
    std::ostringstream said;
    Log log{said, clock, LogForm::text, Level::info};
    Recorder recorder{nullptr};
    Shared shared{.executor = io.get_executor(),
                  .clock = clock,
                  .variables = variables,
                  .make_api = {},
                  .version = "1.2.3",
                  .random = [] { return 0.5; },
                  .log = log,
                  .recorder = recorder,
                  .config = {},
                  .source = {},
                  .board = {},
                  .metrics = {},
                  .on_change = {},
                  .on_verdicts = {}};
    ServerLoop loop{shared, "main", {}};
};

TEST_F(LoopTest, AnExceptionWhileLoadingManifestsIsAFailedLoad) {
    shared.load_manifests = [](const manifest::LoadOptions&) -> Desired { throw std::bad_alloc(); };
    EXPECT_NO_THROW(run_once());
    EXPECT_EQ(shared.board.source.failing_since, clock.unix_seconds());
    ASSERT_TRUE(has_errors(shared.board.source.diagnostics));
    EXPECT_EQ(shared.board.source.diagnostics.front().code, "load-failed");
    EXPECT_EQ(shared.board.servers.front().ended_at, 0) << "that was no run";
    EXPECT_NE(said.str().find("manifests: nothing is judged: "), std::string::npos) << said.str();
}

// Where something ran. The pool may still be at the next run when the test ends, so that it outlives the test.
struct Seen {
    std::mutex mutex;
    std::set<std::thread::id> loads;
    std::set<std::thread::id> clients;

    void add(std::set<std::thread::id>& threads) {
        const std::scoped_lock lock(mutex);
        threads.insert(std::this_thread::get_id());
    }
};

TEST_F(LoopTest, WhatReadsFilesRunsOffTheLoopsThread) {
    const auto seen = std::make_shared<Seen>();
    shared.load_manifests = [seen](const manifest::LoadOptions&) {
        seen->add(seen->loads);
        return one_stack();
    };
    shared.make_api = [seen](const boost::asio::any_io_executor&, const ServerConnection&,
                             const portainer::Hooks&) -> Result<std::unique_ptr<portainer::Api>> {
        seen->add(seen->clients);
        return std::unexpected(Error{.kind = ErrorKind::invalid_input, .message = "no CA file"});
    };
    run_once();
    const std::scoped_lock lock(seen->mutex);
    EXPECT_FALSE(seen->loads.empty());
    EXPECT_FALSE(seen->clients.empty());
    EXPECT_FALSE(seen->loads.contains(std::this_thread::get_id()));
    EXPECT_FALSE(seen->clients.contains(std::this_thread::get_id()));
    EXPECT_EQ(shared.board.servers.front().problem, "no CA file");
}

} // namespace
} // namespace mooring::serve
