// A server's settings as the HTTP client takes them.
#pragma once

#include "net/client.hpp"
#include "portainer/api.hpp"

namespace mooring::portainer {

// What a server or proxy says, fit to be shown: one line, without the tokens of `server` and whatever else looks secret
// in it (base/mask.hpp), cut.
std::string told_text(std::string_view text, const ServerConnection& server);

// The error with its detail, which says what to write instead, in one sentence.
std::unexpected<Error> with_cure(Error error);

// Errors (invalid_input): a URL that is not valid, a malformed pin, a proxy that is not one.
Result<net::ClientSettings> client_settings(const ServerConnection& server, const Hooks& hooks);

} // namespace mooring::portainer
