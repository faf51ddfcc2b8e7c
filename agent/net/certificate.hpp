// What a server shows in its TLS handshake, as values, so that a person can be told what to trust and until when.
#pragma once

#include "base/clock.hpp"

#include <openssl/ssl.h>
#include <string>
#include <vector>

namespace mooring::net {

// Texts are printable.
struct ShownCertificate {
    std::string subject;            // "CN=portainer.example.org"
    std::string issuer;             // likewise
    std::vector<std::string> names; // alternative names: "portainer.example.org", "10.0.0.7"
    UnixSeconds from = 0;           // valid from this second
    UnixSeconds until = 0;          // to this one
    std::string pin;                // "sha256/...": what `tls.pin` takes
    std::string pem;
    bool self_signed = false;
};

struct ShownTls {
    std::string version;                 // "TLSv1.3"
    std::vector<ShownCertificate> chain; // the server's own first; as sent, so the root may not be there
    bool name_matches = false;           // the first certificate is for the host that was asked for
    std::string untrusted;               // why no trusted authority stands behind it, dates aside; "" if one does
};

// After a handshake that was let through whatever the certificate is. `host` is the name or address asked for; the
// authorities are those of the connection's context.
ShownTls look_at(SSL* connection, const std::string& host);

} // namespace mooring::net
