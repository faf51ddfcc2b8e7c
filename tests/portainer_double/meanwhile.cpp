#include "portainer_double/meanwhile.hpp"

#include <algorithm>

namespace portainer_double {
namespace {

bool fits(const Meanwhile& plan, const Request& request) {
    return (plan.method.empty() || plan.method == request.method) && request.path.starts_with(plan.path_prefix) &&
           request.path.ends_with(plan.path_suffix);
}

} // namespace

std::vector<Meanwhile> take_due(std::vector<Meanwhile>& plans, const Request& request, bool after) {
    std::vector<Meanwhile> due;
    std::erase_if(plans, [&](Meanwhile& plan) {
        if (plan.after != after || !fits(plan, request)) return false;
        if (plan.skip > 0) {
            --plan.skip;
            return false;
        }
        due.push_back(plan);
        return true;
    });
    return due;
}

} // namespace portainer_double
