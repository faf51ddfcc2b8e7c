#include "cli/period.hpp"

#include "base/text.hpp"

#include <fmt/format.h>

namespace mooring::cli {
namespace {

Result<UnixSeconds> parse_time(const char* flag, const std::string& word) {
    if (const auto at = parse_utc(word)) return *at;
    return fail(ErrorKind::usage, fmt::format("{} {}: neither a date like 2026-10-01 nor a time like "
                                              "2026-10-01T06:00:00Z",
                                              flag, printable(word, 60)));
}

} // namespace

Result<ledger::Period> parse_period(const std::string& from, const std::string& to) {
    ledger::Period period;
    if (!from.empty()) {
        const auto at = parse_time("--from", from);
        if (!at) return std::unexpected(at.error());
        period.from = *at;
    }
    if (!to.empty()) {
        const auto at = parse_time("--to", to);
        if (!at) return std::unexpected(at.error());
        period.to = *at;
    }
    if (period.from >= period.to) return fail(ErrorKind::usage, "--to must be later than --from");
    return period;
}

} // namespace mooring::cli
