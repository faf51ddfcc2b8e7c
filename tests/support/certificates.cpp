#include "support/certificates.hpp"

#include "base/file.hpp"

#include <openssl/bio.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <stdexcept>

namespace mooring::test {
namespace {

void must(bool worked, const char* what) {
    if (!worked) throw std::runtime_error(what);
}

void add_extension(X509* certificate, X509* issuer, int kind, const std::string& value) {
    X509V3_CTX context{};
    X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
    X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, &context, kind, value.c_str());
    must(extension != nullptr, "X509V3_EXT_conf_nid");
    X509_add_ext(certificate, extension, -1);
    X509_EXTENSION_free(extension);
}

} // namespace

Certificate::Certificate(const CertificateWish& wish, const Certificate* issuer)
    : key_(EVP_EC_gen("P-256"), &EVP_PKEY_free), x509_(X509_new(), &X509_free) {
    must(key_ != nullptr && x509_ != nullptr, "no key");
    X509* self = x509_.get();
    X509_set_version(self, X509_VERSION_3);
    ASN1_INTEGER_set(X509_get_serialNumber(self), static_cast<long>(random_bytes(1).front() & 0x7f) + 1);
    X509_gmtime_adj(X509_getm_notBefore(self), wish.valid_from);
    X509_gmtime_adj(X509_getm_notAfter(self), wish.valid_until);
    X509_set_pubkey(self, key_.get());
    const auto* name = reinterpret_cast<const unsigned char*>(wish.common_name.c_str()); // NOLINT: OpenSSL's byte type
    X509_NAME_add_entry_by_txt(X509_get_subject_name(self), "CN", MBSTRING_UTF8, name, -1, -1, 0);
    X509* signer = issuer == nullptr ? self : issuer->x509();
    X509_set_issuer_name(self, X509_get_subject_name(signer));
    add_extension(self, signer, NID_basic_constraints, wish.authority ? "critical,CA:TRUE" : "CA:FALSE");
    if (!wish.authority) add_extension(self, signer, NID_subject_alt_name, wish.alternative_names);
    must(X509_sign(self, issuer == nullptr ? key_.get() : issuer->key(), EVP_sha256()) > 0, "X509_sign");
}

std::string Certificate::pem() const {
    const std::unique_ptr<BIO, decltype(&BIO_free)> memory(BIO_new(BIO_s_mem()), &BIO_free);
    must(PEM_write_bio_X509(memory.get(), x509_.get()) == 1, "PEM_write_bio_X509");
    std::string text(BIO_ctrl_pending(memory.get()), '\0');
    BIO_read(memory.get(), text.data(), static_cast<int>(text.size()));
    return text;
}

std::string Certificate::pin() const {
    unsigned char* der = nullptr;
    const int size = i2d_PUBKEY(key_.get(), &der);
    must(size > 0, "i2d_PUBKEY");
    const Digest digest = sha256(std::string(der, der + size));
    OPENSSL_free(der);
    return to_base64(std::string(digest.begin(), digest.end()));
}

} // namespace mooring::test
