// `mooring check`: load -> observe -> judge -> report.
#pragma once

#include "cli/command.hpp"
#include "portainer/api.hpp"

#include <functional>

namespace mooring::cli {

// How an Api is made; tests put a world of their own in its place.
using MakeApi = std::function<Result<std::unique_ptr<portainer::Api>>(boost::asio::any_io_executor, ServerConnection,
                                                                      portainer::Hooks)>;

std::unique_ptr<Command> make_check_command(MakeApi make_api);

} // namespace mooring::cli
