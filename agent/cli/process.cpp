#include "cli/process.hpp"

#include "base/file.hpp"
#include "cli/console.hpp"

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>
#include <csignal>
#include <malloc.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>
#include <sys/prctl.h>
#include <sys/resource.h>

namespace mooring::cli {

void write_no_cores() {
    const rlimit none{.rlim_cur = 0, .rlim_max = 0};
    ::setrlimit(RLIMIT_CORE, &none);
}

void close_memory() {
#ifndef __SANITIZE_ADDRESS__ // the leak checker looks at its own process from a second one
    ::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
#endif
}

std::string container_in(std::string_view mountinfo) {
    constexpr std::string_view folder = "containers/";
    constexpr std::size_t length = 64;
    const auto is_hex = [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); };
    for (std::size_t at = mountinfo.find(folder); at != std::string_view::npos; at = mountinfo.find(folder, at + 1)) {
        const std::string_view id = mountinfo.substr(at + folder.size(), length);
        const std::size_t end = at + folder.size() + length;
        if (id.size() == length && std::ranges::all_of(id, is_hex) && end < mountinfo.size() && mountinfo[end] == '/')
            return std::string(id);
    }
    return {};
}

std::string own_container() {
    constexpr std::size_t most = std::size_t{1} << 20U;
    const auto mounts = read_file("/proc/self/mountinfo", most);
    return mounts ? container_in(*mounts) : std::string();
}

void share_one_heap() { ::mallopt(M_ARENA_MAX, 1); }

Log::Log(const std::string& level) {
    if (level == "off") return;
    logger_ = std::make_unique<spdlog::logger>("mooring", std::make_shared<spdlog::sinks::stderr_sink_st>());
    logger_->set_level(spdlog::level::from_str(level));
    logger_->set_pattern("%Y-%m-%dT%H:%M:%S.%eZ %l %v", spdlog::pattern_time_type::utc);
}

Log::~Log() = default;

void Log::info(std::string_view text) {
    if (logger_) logger_->info("{}", text);
}

void Log::warn(std::string_view text) {
    if (logger_) logger_->warn("{}", text);
}

namespace {

static_assert(exit_hung_up == 128 + SIGHUP && exit_interrupted == 128 + SIGINT && exit_terminated == 128 + SIGTERM);

// Until the context is stopped.
boost::asio::awaitable<void> tick(Progress& progress) {
    const auto executor = co_await boost::asio::this_coro::executor;
    boost::asio::steady_timer timer(executor);
    for (;;) {
        timer.expires_after(std::chrono::milliseconds(200));
        co_await timer.async_wait(boost::asio::use_awaitable);
        progress.tick(std::chrono::steady_clock::now());
    }
}

// `nohup` ignores SIGHUP for what it starts, and means that the terminal may go.
bool is_ignored(int signal) {
    struct sigaction now{};
    return ::sigaction(signal, nullptr, &now) == 0 && now.sa_handler == SIG_IGN;
}

// What a signal does: it stops the work, or asks it to end first.
class Signals {
  public:
    Signals(boost::asio::io_context& io, Ending* ending)
        : io_(io), ending_(ending), set_(io, SIGINT, SIGTERM), grace_(io) {
        if (!is_ignored(SIGHUP)) set_.add(SIGHUP);
        listen();
    }
    int ended_by() const { return ended_by_; }

  private:
    void listen() {
        set_.async_wait([this](const boost::system::error_code& error, int number) {
            if (error) return;
            ended_by_ = 128 + number;
            const bool waits = ending_ != nullptr && ending_->busy && !ending_->asked;
            if (!waits) return io_.stop();
            ending_->asked = true;
            grace_.expires_after(ending_->grace);
            grace_.async_wait([this](const boost::system::error_code& cancelled) {
                if (!cancelled) io_.stop();
            });
            listen();
        });
    }

    boost::asio::io_context& io_;
    Ending* ending_;
    boost::asio::signal_set set_;
    boost::asio::steady_timer grace_;
    int ended_by_ = 0;
};

} // namespace

int run_until_done(boost::asio::io_context& io, boost::asio::awaitable<void> work, Progress& progress, Ending* ending) {
    std::exception_ptr failure;
    const Signals signals(io, ending);
    boost::asio::co_spawn(io, std::move(work), [&](const std::exception_ptr& thrown) {
        failure = thrown;
        io.stop();
    });
    if (progress.under_way()) boost::asio::co_spawn(io, tick(progress), boost::asio::detached);
    io.run();
    if (failure) std::rethrow_exception(failure);
    return signals.ended_by();
}

} // namespace mooring::cli
