// How one Portainer server is reached: values only. The configuration fills them (manifest/, cli/), agent/portainer
// uses them.
#pragma once

#include "base/backoff.hpp"
#include "base/secret.hpp"

#include <chrono>
#include <cstddef>
#include <string>
#include <vector>

namespace mooring {

// How the server's certificate is judged. Nothing set: the system's store and the host name. `ca_file` takes the place
// of the system's store. `pin` alone takes the place of chain, name and dates: the key itself is what is trusted, as
// for Portainer's own self-signed certificate. Both set: both must hold.
struct TlsSettings {
    std::string ca_file; // PEM; "" the system's store
    std::string pin;     // SHA-256 of the public key (SPKI): base64 or hex, "sha256/" or "sha256:" before it allowed
    bool insecure_skip_verify = false; // everything is accepted; said loudly by whoever sets it

    friend bool operator==(const TlsSettings&, const TlsSettings&) = default;
};

// Bytes of one answer. What is larger is refused as unavailable, never cut.
struct AnswerLimits {
    std::size_t list = std::size_t{16} << 20U;        // stacks, environments, users, teams, tags, groups
    std::size_t docker_list = std::size_t{64} << 20U; // containers, services, tasks: read as a stream, not held
    std::size_t file = std::size_t{4} << 20U;         // one stack's file and every other single object
    std::size_t headers = std::size_t{64} << 10U;     // status line and headers together

    friend bool operator==(const AnswerLimits&, const AnswerLimits&) = default;
};

// HTTPS_PROXY, HTTP_PROXY and NO_PROXY as values (the environment is read in the composition root).
struct ProxySettings {
    Secret https; // may hold a password: "http://user:password@proxy.example.test:3128"; empty: none
    Secret http;
    std::string no_proxy; // "localhost,.example.test,10.0.0.0/8,*"

    friend bool operator==(const ProxySettings&, const ProxySettings&) = default;
};

struct ServerConnection {
    std::string name; // in the configuration; "main"
    std::string url;  // https://host[:port][/base], http://..., unix:/path/to/socket, http+unix://%2Fpath/base
    Secret token;     // already resolved; sent as X-API-Key to this origin and nowhere else
    std::vector<Secret> withheld; // the tokens of all servers: no text of this one may show any
    TlsSettings tls;
    AnswerLimits limits;
    unsigned concurrency = 8;                 // requests under way at one time, 1..256
    std::chrono::seconds request_timeout{30}; // one attempt: resolve, connect, TLS, write and the whole answer
    std::chrono::seconds deadline{1800};      // all requests of a run together, from make_api on; 0: none
    Backoff retries;                          // reads only; writes are never sent twice
    ProxySettings proxy;
};

} // namespace mooring
