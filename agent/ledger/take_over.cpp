#include "ledger/take_over.hpp"

#include "ledger/memory_file.hpp"

namespace mooring::ledger {
namespace {

Diagnostic note(const std::filesystem::path& file, std::string code, std::string message, std::string suggestion) {
    return {.severity = Severity::note,
            .code = std::move(code),
            .message = std::move(message),
            .suggestion = std::move(suggestion),
            .where = {.file = file.string(), .line = 0, .column = 0},
            .server = {}};
}

} // namespace

Result<Diagnostics> take_over_memory(Ledger& ledger, bool is_new, const std::filesystem::path& file) {
    if (!is_new)
        return Diagnostics{note(file, "memory-not-used", "the memory is not used: the ledger has one of its own",
                                "Leave --remember (or `remember:`) out.")};
    auto loaded = load_memory(file);
    if (!loaded) return std::unexpected(loaded.error());
    for (auto& [name, server] : loaded->memory.servers) server.files.clear();
    if (Result<void> taken = ledger.replace_memory(loaded->memory); !taken) return std::unexpected(taken.error());
    Diagnostics out = std::move(loaded->diagnostics);
    out.push_back(note(file, "memory-taken-over",
                       "the new ledger has taken over this memory; the file is not written any more",
                       "Leave --remember (or `remember:`) out from now on."));
    return out;
}

} // namespace mooring::ledger
