#include "portainer_double/settle.hpp"

#include "portainer_double/deploy.hpp"

#include <algorithm>

namespace portainer_double {
namespace {

void settle_one(World& world, const PendingDeployment& job) {
    Stack* stack = world.find_stack(job.stack);
    if (stack == nullptr) return;
    ++world.revision;
    const auto error = deploy(world, *stack, job.request);
    stack->status = error ? failed : active;
    stack->deployments.push_back({.status = stack->status, .time = world.now(), .message = error.value_or("")});
    if (error && job.previous_file) stack->file = *job.previous_file;
    const bool arms =
        !error && stack->auto_update && stack->auto_update->job_id.empty() && !stack->auto_update->interval.empty();
    if (arms) stack->auto_update->job_id = std::to_string(world.take_id("jobs"));
}

} // namespace

void count_reading(World& world, Id stack) {
    if (world.pending.empty() || world.settle.when == Settle::When::manually) return;
    for (PendingDeployment& job : world.pending) {
        if (job.stack == stack) --job.reads_left;
    }
}

void finish_reads(World& world) {
    if (world.pending.empty() || world.settle.when == Settle::When::manually) return;
    std::vector<PendingDeployment> done;
    std::erase_if(world.pending, [&](const PendingDeployment& job) {
        if (job.reads_left <= 0) done.push_back(job);
        return job.reads_left <= 0;
    });
    for (const PendingDeployment& job : done) settle_one(world, job);
}

void settle_deployments(World& world, Id stack, const std::set<Id>& except) {
    std::vector<PendingDeployment> done;
    std::erase_if(world.pending, [&](const PendingDeployment& job) {
        const bool chosen = stack == 0 ? !except.contains(job.stack) : job.stack == stack;
        if (chosen) done.push_back(job);
        return chosen;
    });
    for (const PendingDeployment& job : done) settle_one(world, job);
}

} // namespace portainer_double
