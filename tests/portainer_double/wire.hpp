// An answer as bytes.
#pragma once

#include "portainer_double/service.hpp"

#include <string>

namespace portainer_double {

struct Framing {
    bool chunked = false;
    bool keep_alive = true;
};

// Status line and headers, up to and with the empty line.
std::string head_of(const Reply& reply, const Framing& framing, std::string_view reason);

// "Tue, 24 Nov 2026 02:55:51 GMT"
std::string http_date(UnixSeconds at);

// What Go's server frames as chunks: bodies above its buffer whose handler set no length.
bool is_chunked(const Answer& answer);

} // namespace portainer_double
