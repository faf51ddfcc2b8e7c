#include "capture/capture.hpp"

#include "base/text.hpp"

#include <fmt/format.h>

namespace mooring::capture {
namespace {

// Text of a server inside a Markdown list: no markup, no HTML.
std::string plain(std::string_view text) {
    std::string out;
    for (const char c : printable(text)) {
        if (std::string_view("\\`*_[]<>&|#!").find(c) != std::string_view::npos) out += '\\';
        out += c;
    }
    return out;
}

std::string list(const std::vector<Captured>& servers, std::vector<Remark> Captured::* part) {
    std::string out;
    for (const Captured& server : servers) {
        for (const Remark& remark : server.*part) {
            out += fmt::format("- {} in {}: {}\n", plain(remark.stack), plain(remark.environment), plain(remark.text));
        }
    }
    return out;
}

} // namespace

std::string index_text(const std::vector<Captured>& servers, bool with_secrets) {
    std::size_t stacks = 0;
    for (const Captured& server : servers) stacks += server.stacks;
    std::string out = fmt::format("# Export of {} {}\n\nWritten by `mooring export`. `mooring check` on this folder "
                                  "compares it with the server.\n",
                                  stacks, stacks == 1 ? "stack" : "stacks");
    const std::string secrets = list(servers, &Captured::secrets);
    if (with_secrets) {
        out += "\n**The folder holds secrets in plain text** (files of the mode 0600): do not commit it as it is.\n";
    }
    if (!secrets.empty()) {
        out += "\n## Secrets that are not in it\n\nVariables are `{opaque: true}`: only their presence is compared. "
               "Replace it by `{fromFile: ...}`, `{fromEnv: ...}` or "
               "`{fromCredential: ...}`\nto compare the values. Places of files hold a reference, and an `ignore` rule "
               "of the manifest accepts that difference.\n\n" +
               secrets;
    }
    const std::string stopped = list(servers, &Captured::stopped);
    if (!stopped.empty()) {
        out +=
            "\n## Not in sync\n\nServices of these stacks have stopped, and nothing says that they are meant to end. "
            "Start them, or declare those that are under `jobs`.\n\n" +
            stopped;
    }
    const std::string left_out = list(servers, &Captured::left_out);
    if (!left_out.empty())
        out += "\n## Left out\n\nThese are on the server and not here; this is not a sign that they are gone.\n\n" +
               left_out;
    return out;
}

} // namespace mooring::capture
