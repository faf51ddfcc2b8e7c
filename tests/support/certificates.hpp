// Certificates made on the spot, so that no key and no expiry date lies in the repository.
#pragma once

#include <memory>
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <string>

namespace mooring::test {

struct CertificateWish {
    std::string common_name = "127.0.0.1";
    std::string alternative_names = "IP:127.0.0.1,DNS:localhost"; // as in subjectAltName
    long valid_from = -3600;                                      // seconds from now
    long valid_until = 3600;
    bool authority = false;
};

// A key with its certificate, signed by `issuer` or by itself.
class Certificate {
  public:
    explicit Certificate(const CertificateWish& wish, const Certificate* issuer = nullptr);

    X509* x509() const { return x509_.get(); }
    EVP_PKEY* key() const { return key_.get(); }
    std::string pem() const;
    std::string pin() const; // base64 of the SHA-256 of the public key

  private:
    std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key_;
    std::unique_ptr<X509, decltype(&X509_free)> x509_;
};

} // namespace mooring::test
