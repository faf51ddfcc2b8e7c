// Somebody else who acts at a chosen moment of another's work: a person at the page between two requests of a tool.
#pragma once

#include "portainer_double/message.hpp"

#include <optional>
#include <string>
#include <vector>

namespace portainer_double {

struct Meanwhile {
    bool after = false;      // the request that fits has been answered; otherwise: it has not been looked at
    std::string method;      // "" fits any
    std::string path_prefix; // "" fits any
    std::string path_suffix;
    int skip = 0;            // requests that fit and pass
    Request request;         // what is done then, once; not counted among the requests that were asked
    bool by_control = false; // `request` is of the control plane, not of the API
};

// Those that are due with this request; they are taken out, in their order.
std::vector<Meanwhile> take_due(std::vector<Meanwhile>& plans, const Request& request, bool after);

} // namespace portainer_double
