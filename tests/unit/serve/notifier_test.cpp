// What was not delivered was not told.
#include "board_samples.hpp"
#include "serve/notices.hpp"

#include <atomic>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <fcntl.h>
#include <filesystem>
#include <gtest/gtest.h>
#include <sstream>
#include <sys/stat.h>
#include <thread>
#include <unistd.h>

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

// A pipe that nobody writes to, as a file of a mount that hangs.
class HangingFile {
  public:
    HangingFile() { ::mkfifo(path.c_str(), 0600); }
    HangingFile(const HangingFile&) = delete;
    HangingFile& operator=(const HangingFile&) = delete;
    ~HangingFile() { std::filesystem::remove_all(path.parent_path()); }

    // Whoever waits for it gets an empty file.
    void release() const {
        const int writer = ::open(path.c_str(), O_WRONLY | O_NONBLOCK);
        if (writer >= 0) ::close(writer);
    }

    std::filesystem::path path = test_folder() / "ca.pem";

  private:
    static std::filesystem::path test_folder() {
        std::string name = (std::filesystem::temp_directory_path() / "mooring-notifier-XXXXXX").string();
        return ::mkdtemp(name.data());
    }
};

TEST(Notifier, AFileThatHangsStopsNobody) {
    const HangingFile file;
    Sender sender;
    sender.notifier.use(telling({.name = "chat", .url = "https://127.0.0.1:9/", .ca_file = file.path.string()}));
    std::atomic<bool> ticked = false;
    bool ticked_meanwhile = false;
    boost::asio::steady_timer timer(sender.io, 20ms);
    timer.async_wait([&](const boost::system::error_code&) { ticked = true; });
    std::jthread other([&](const std::stop_token& stop) {
        for (int i = 0; i < 500 && !ticked; ++i) std::this_thread::sleep_for(10ms);
        ticked_meanwhile = ticked;
        for (; !stop.stop_requested(); std::this_thread::sleep_for(1ms)) file.release();
    });
    sender.after_a_run();
    other.request_stop();
    other.join();
    EXPECT_TRUE(ticked_meanwhile) << "the agent's thread waited for the file";
    EXPECT_EQ(sender.attempts(), 3);
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
