#include "apply/rollback.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <utility>
#include <vector>

namespace mooring::apply {
namespace {

bool is_our_write(const Fallen& fallen) {
    const StackRecord& before = fallen.before->record;
    const StackRecord& now = *fallen.now;
    const bool untouched = now.updated_at == before.updated_at && now.updated_by == before.updated_by;
    return untouched || now.updated_by == fallen.user;
}

} // namespace

bool may_be_put_back(const Fallen& fallen) {
    if (fallen.desired.policy.rollback != Rollback::automatic || fallen.outcome != PartOutcome::outage) return false;
    if (fallen.part.action != reconcile::Action::update || fallen.part.detaches || fallen.part.rolls_back) return false;
    if (!fallen.before || !fallen.now || !fallen.ran || fallen.ran->empty()) return false;
    const StackRecord& before = fallen.before->record;
    const bool of_a_file = before.type == StackType::standalone && !before.from_git() && !fallen.now->from_git();
    const bool ran = before.status == std::to_underlying(StackStatus::active);
    const bool ended = fallen.now->status == std::to_underlying(StackStatus::active) ||
                       fallen.now->status == std::to_underlying(StackStatus::failed);
    return of_a_file && ran && ended && is_our_write(fallen);
}

reconcile::Part rollback_part() { return {.action = reconcile::Action::update, .rolls_back = true}; }

PartResult put_back(PartResult written, const Running& ran, const Running& runs) {
    if (!ran || !runs) {
        written.outcome = PartOutcome::sent;
        written.message = "what runs could not be read";
        return written;
    }
    std::vector<std::string> away;
    std::ranges::set_difference(*ran, *runs, std::back_inserter(away));
    written.outcome = away.empty() ? PartOutcome::done : PartOutcome::outage;
    written.message = away.empty() ? "what ran before runs again"
                                   : fmt::format("still not running: {}", printable(join(away, ", "), 300));
    return written;
}

} // namespace mooring::apply
