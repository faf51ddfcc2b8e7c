#include "cli/confirm.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <boost/asio/buffer.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <istream>
#include <ostream>
#include <unistd.h>

namespace mooring::cli {
namespace {

namespace asio = boost::asio;

bool can_ask(const Console& console) {
    return console.in_is_terminal && (console.err_is_terminal || console.out_is_terminal);
}

std::ostream& put_question(Console& console, std::string_view question, std::string_view wanted) {
    std::ostream& out = console.err_is_terminal ? console.err : console.out;
    console.out.flush(); // what the question is about
    out << question;
    if (wanted == "y")
        out << " [y/N] ";
    else
        out << " Type `" << wanted << "` to go on: ";
    return out.flush();
}

Confirmed meant_by(std::string_view line, std::string_view wanted) {
    const std::string answer = to_lower(trim(line));
    return answer == to_lower(wanted) || (wanted == "y" && answer == "yes") ? Confirmed::yes : Confirmed::no;
}

} // namespace

Confirmed confirm(Console& console, std::string_view question, std::string_view wanted) {
    if (!can_ask(console)) return Confirmed::nobody;
    std::ostream& out = put_question(console, question, wanted);
    std::string line;
    if (!std::getline(console.in, line)) out << '\n';
    return meant_by(line, wanted);
}

asio::awaitable<Confirmed> confirm_while_running(Console& console, std::string question, std::string wanted) {
    constexpr std::size_t most = 1000;
    if (!can_ask(console)) co_return Confirmed::nobody;
    put_question(console, question, wanted);
    const auto executor = co_await asio::this_coro::executor;
    asio::posix::stream_descriptor input(executor, ::dup(STDIN_FILENO)); // closed at the end, unlike the input itself
    std::string line;
    boost::system::error_code error;
    co_await asio::async_read_until(input, asio::dynamic_buffer(line, most), '\n',
                                    asio::redirect_error(asio::use_awaitable, error));
    line.resize(std::min(line.find('\n'), line.size()));
    co_return meant_by(line, wanted);
}

} // namespace mooring::cli
