// What a report says of the waivers that are in use in it.
#include "drift/conclude.hpp"

#include <algorithm>

namespace mooring::drift {

std::vector<AcceptedWaiver> accepted_waivers(const std::vector<StackResult>& results,
                                             const std::vector<Waiver>& waivers) {
    std::set<std::string> used;
    for (const StackResult& result : results) used.insert(result.waivers.begin(), result.waivers.end());
    std::vector<AcceptedWaiver> out;
    for (const Waiver& waiver : waivers) {
        if (used.erase(waiver.name) == 0) continue;
        out.push_back({.name = waiver.name,
                       .owner = waiver.owner,
                       .reason = waiver.reason,
                       .approver = waiver.approver,
                       .until = waiver.until});
    }
    std::ranges::sort(out, {}, &AcceptedWaiver::name);
    return out;
}

} // namespace mooring::drift
