// Tries what a check would do with one server. The only I/O of this folder.
#pragma once

#include "doctor/diagnose.hpp"
#include "portainer/api.hpp"

#include <functional>
#include <memory>
#include <span>

namespace mooring::doctor {

// How an Api and a look at the way are made; tests put worlds of their own in their place.
struct Outside {
    std::function<Result<std::unique_ptr<portainer::Api>>(boost::asio::any_io_executor, ServerConnection,
                                                          portainer::Hooks)>
        make_api;
    std::function<portainer::Awaitable<Result<net::Inspection>>(boost::asio::any_io_executor, ServerConnection)>
        inspect;
    portainer::Hooks hooks; // of the Api
};

// One server: the way, then what a check reads first, then one container list and one file an environment. Reads only.
// `declared` are the desired stacks, `memory` the memory of that server; both outlive the facts.
portainer::Awaitable<ServerTrial> probe(const Outside& outside, ServerConnection server,
                                        std::span<const DesiredStack> declared, const ServerMemory& memory,
                                        const Clock& clock);

} // namespace mooring::doctor
