// A question on the terminal, while signals are still heard.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <string>

namespace mooring::cli {

// One line from standard input, without the blanks around it; "" at its end.
boost::asio::awaitable<std::string> read_answer();

} // namespace mooring::cli
