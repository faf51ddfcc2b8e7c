#include "cli/ask.hpp"

#include "base/text.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <unistd.h>

namespace mooring::cli {

namespace asio = boost::asio;

asio::awaitable<std::string> read_answer() {
    constexpr std::size_t most = 1000;
    const auto executor = co_await asio::this_coro::executor;
    asio::posix::stream_descriptor input(executor, ::dup(STDIN_FILENO)); // closed at the end, unlike the input itself
    std::string line;
    boost::system::error_code error;
    co_await asio::async_read_until(input, asio::dynamic_buffer(line, most), '\n',
                                    asio::redirect_error(asio::use_awaitable, error));
    line.resize(std::min(line.find('\n'), line.size()));
    co_return std::string(trim(line));
}

} // namespace mooring::cli
