#include "portainer_double/settle.hpp"

#include "portainer_double/deploy.hpp"
#include "portainer_double/git.hpp"
#include "portainer_double/host.hpp"

#include <algorithm>
#include <utility>

namespace portainer_double {
namespace {

void settle_one(World& world, const PendingDeployment& job) {
    Stack* stack = world.find_stack(job.stack);
    if (stack == nullptr) return;
    ++world.revision;
    const auto error = deploy(world, *stack, job.request);
    stack->status = error ? failed : active;
    stack->deployments.push_back({.status = stack->status, .time = world.now(), .message = error.value_or("")});
    if (error && job.previous_file && stack->type != kubernetes_stack) stack->file = *job.previous_file;
    if (error && job.previous_git) {
        stack->git = job.previous_git->git;
        stack->deployed_git = job.previous_git->deployed;
    }
    const bool arms =
        !error && stack->auto_update && stack->auto_update->job_id.empty() && !stack->auto_update->interval.empty();
    if (arms) stack->auto_update->job_id = std::to_string(world.take_id("jobs"));
}

// Nobody is left to put the file of a failed update back.
void interrupt(World& world, const PendingDeployment& job) {
    Stack* stack = world.find_stack(job.stack);
    if (stack == nullptr) return;
    deploy(world, *stack, job.request);
    const Environment* environment = world.find_environment(stack->environment);
    std::size_t count = 0;
    if (environment != nullptr) {
        for (Container& container : world.deployment_host(*environment, stack->type).containers) {
            if (belongs_to(container, project_name(*stack)) && count++ % 2 == 0) container.state = "created";
        }
    }
    stack->status = failed;
    stack->deployments.push_back(
        {.status = failed, .time = world.now(), .message = "Deployment interrupted by server restart"});
}

} // namespace

void restart(World& world) {
    ++world.revision;
    const auto jobs = std::exchange(world.pending, {});
    for (const PendingDeployment& job : jobs) interrupt(world, job);
    world.held.clear();
    world.writes_hang = false;
    for (auto& [id, stack] : world.stacks) {
        const bool polls = stack.auto_update && stack.status == active;
        if (polls) arm(world, *stack.auto_update);
    }
}

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
