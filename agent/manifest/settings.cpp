// What can be given outside the file: one row a flag or variable.
#include "manifest/config.hpp"

#include <array>

namespace mooring::config {
namespace {

constexpr std::array<Setting, 19> table{{
    {"server", "--server", "MOORING_SERVER", "NAME", "The server meant by stacks and settings that name none"},
    {"servers[].url", "--url", "MOORING_URL", "URL",
     "Address of the server; without a file, PORTAINER_URL does as well"},
    {"servers[].credential.file", "--api-key-file", "MOORING_API_KEY_FILE", "FILE",
     "File with the access token; PORTAINER_API_KEY_FILE where none is configured"},
    {"servers[].credential.env", "", "MOORING_API_KEY", "TOKEN", "The access token itself, as a variable only"},
    {"servers[].credential.stdin", "--api-key-stdin", "", "", "Read the access token from standard input"},
    {"servers[].tls.ca", "--ca", "MOORING_CA", "FILE", "Certificate authority (PEM) in place of the system's"},
    {"servers[].tls.pin", "--pin", "MOORING_PIN", "SHA256", "Trust the server's public key with this digest"},
    {"servers[].tls.insecureSkipVerify", "--insecure-skip-verify", "MOORING_INSECURE_SKIP_VERIFY", "",
     "Accept any certificate: anyone in between can read the token"},
    {"servers[].concurrency", "--concurrency", "MOORING_CONCURRENCY", "N", "Requests under way at one time"},
    {"servers[].timeouts.request", "--request-timeout", "MOORING_REQUEST_TIMEOUT", "DURATION",
     "Longest wait for one answer"},
    {"servers[].timeouts.run", "--deadline", "MOORING_DEADLINE", "DURATION", "Longest time for a whole run"},
    {"manifests", "", "MOORING_MANIFESTS", "DIR", "The folder of the manifests"},
    {"environment", "--environment", "MOORING_ENVIRONMENT", "NAME",
     "The environment of --compose-dir (show: of the stack)"},
    {"runtime", "--no-runtime", "MOORING_RUNTIME", "", "Do not look at what runs; every verdict then says so"},
    {"remember", "--remember", "MOORING_REMEMBER", "FILE", "Remember what was seen from run to run"},
    {"ledger", "--ledger", "MOORING_LEDGER", "FILE",
     "Record runs and verdicts there, and judge with what it remembers"},
    {"keep", "", "MOORING_KEEP", "DAYS", "How long the ledger keeps runs: 400d"},
    {"output.format", "--format", "MOORING_FORMAT", "FORMAT", "Form of standard output"},
    {"output.color", "--color", "MOORING_COLOR", "auto|always|never", "When output is coloured"},
}};

} // namespace

std::span<const Setting> settings() { return table; }

} // namespace mooring::config
