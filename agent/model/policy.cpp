#include "model/policy.hpp"

#include <utility>

namespace mooring {

std::string_view to_string(PolicyMode mode) {
    switch (mode) {
    case PolicyMode::report:
        return "report";
    case PolicyMode::manual:
        return "manual";
    case PolicyMode::correct:
        return "correct";
    }
    std::unreachable();
}

std::string_view to_string(Pull pull) {
    switch (pull) {
    case Pull::unset:
        return "unset";
    case Pull::missing:
        return "missing";
    case Pull::always:
        return "always";
    }
    std::unreachable();
}

std::string_view to_string(Rollback rollback) { return rollback == Rollback::automatic ? "auto" : "never"; }

std::string_view to_string(WeekDay day) {
    constexpr std::array<std::string_view, 7> words{"mon", "tue", "wed", "thu", "fri", "sat", "sun"};
    return words.at(std::to_underlying(day));
}

std::string_view to_string(Allowance allowance) {
    switch (allowance) {
    case Allowance::create_unseen:
        return "create-unseen";
    case Allowance::adopt_running:
        return "adopt-running";
    case Allowance::start_to_change:
        return "start-to-change";
    case Allowance::detach_git:
        return "detach-git";
    case Allowance::redeploy_git:
        return "redeploy-git";
    case Allowance::replace_lost_file:
        return "replace-lost-file";
    case Allowance::overwrite_accepted:
        return "overwrite-accepted";
    case Allowance::prune_services:
        return "prune-services";
    case Allowance::rerun_jobs:
        return "rerun-jobs";
    }
    std::unreachable();
}

std::optional<Allowance> parse_allowance(std::string_view word) {
    for (const Allowance allowance : all_allowances) {
        if (to_string(allowance) == word) return allowance;
    }
    return std::nullopt;
}

std::vector<std::string> allowance_names() {
    std::vector<std::string> names;
    names.reserve(all_allowances.size());
    for (const Allowance allowance : all_allowances) names.emplace_back(to_string(allowance));
    return names;
}

} // namespace mooring
