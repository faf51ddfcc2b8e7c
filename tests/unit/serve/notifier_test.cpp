// What was not delivered was not told.
#include "board_samples.hpp"
#include "serve/notifier.hpp"

#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>
#include <sstream>

namespace mooring::serve {
namespace {

using namespace std::chrono_literals;

config::Config telling(config::ChannelSettings channel) {
    config::Config config;
    config.agent.notifications.channels.push_back(std::move(channel));
    return config;
}

// Nobody listens there.
config::Config telling_nobody() { return telling({.name = "chat", .url = "http://127.0.0.1:9/hook"}); }

struct Sender {
    FixedClock clock{1000};
    std::ostringstream log_text;
    Log log{log_text, clock, LogForm::text, Level::debug};
    Recorder recorder{nullptr};
    Metrics metrics;
    Variables variables;
    boost::asio::io_context io{1};
    Notifier notifier{io.get_executor(),
                      variables,
                      clock,
                      log,
                      recorder,
                      metrics,
                      [] { return 0.5; },
                      {.attempts = 3, .base = 1ms, .most = 1ms}};
    Board board = board_of({stack_with("shop", Verdict::drifted)}, 1000);

    Sender() { notifier.use(telling_nobody()); }

    int attempts() const {
        const std::string text = metrics.text(board, 1000);
        const std::string name = "mooring_notifications_total{channel=\"chat\",result=\"failed\"} ";
        const std::size_t at = text.find(name);
        return at == std::string::npos ? 0 : std::stoi(text.substr(at + name.size()));
    }
    void after_a_run() {
        notifier.consider(board, "main", "run");
        io.restart();
        io.run();
    }
};

TEST(Notifier, WhatWasGivenUpIsSaidAgainAfterTheNextRun) {
    Sender sender;
    sender.after_a_run();
    EXPECT_EQ(sender.attempts(), 3);
    EXPECT_NE(sender.log_text.str().find("not delivered, and given up"), std::string::npos) << sender.log_text.str();
    sender.after_a_run();
    EXPECT_EQ(sender.attempts(), 6) << "it was not told";
}

TEST(Notifier, WhatWaitsIsNotSaidTwice) {
    Sender sender;
    sender.notifier.consider(sender.board, "main", "run");
    sender.notifier.consider(sender.board, "main", "run");
    sender.io.run();
    EXPECT_EQ(sender.attempts(), 3);
}

TEST(Notifier, AChannelThatWasAwayIsToldWhatItMissed) {
    Sender sender;
    sender.notifier.consider(sender.board, "main", "run");
    sender.notifier.use({});
    sender.io.run();
    const int before = sender.attempts();
    sender.notifier.use(telling_nobody());
    sender.after_a_run();
    EXPECT_EQ(sender.attempts(), before + 3);
}

TEST(Notifier, AFileThatCannotBeReadIsAFailedDelivery) {
    Sender sender;
    sender.notifier.use(telling({.name = "chat", .url = "http://127.0.0.1:9/", .template_file = "/no/such/file"}));
    sender.after_a_run();
    EXPECT_EQ(sender.attempts(), 3);
    EXPECT_NE(sender.log_text.str().find("/no/such/file"), std::string::npos);
}

TEST(Notifier, NothingIsSentToAPortainerOfTheConfiguration) {
    Sender sender;
    config::Config config = telling_nobody();
    config.servers.emplace_back().server.url = "https://127.0.0.1:9/portainer";
    sender.notifier.use(config);
    sender.after_a_run();
    EXPECT_EQ(sender.attempts(), 3);
    EXPECT_NE(sender.log_text.str().find("a Portainer server of the configuration"), std::string::npos)
        << sender.log_text.str();
}

} // namespace
} // namespace mooring::serve
