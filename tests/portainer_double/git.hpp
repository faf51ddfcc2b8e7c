// Git as stacks need it: cloning one of the world's repositories, reading and checking settings.
#pragma once

#include "portainer_double/body.hpp"
#include "portainer_double/routes.hpp"

#include <expected>
#include <optional>
#include <string>

namespace portainer_double {

struct Clone {
    std::string commit;
    std::optional<std::string> file;     // nullopt: the repository has no such path
    const GitRepository* from = nullptr; // never null in a result
};

// What `git clone` of these settings gives, or git's words why not.
std::expected<Clone, std::string> clone(const World& world, const GitConfig& git);

// Puts what was cloned into the record: commit, file, which additional file is missing.
void take_clone(Stack& stack, const Clone& cloned);

// What a webhook or polling does once the commit is another one: pulls and deploys, and starts what is stopped. After a
// pull that failed 2.23.0 has the new commit's file with the old commit (portainer-api.md §12).
void deploy_from_git(World& world, Stack& stack);

// 8-4-4-4-12 hexadecimal digits.
bool is_uuid(std::string_view text);

// The AutoUpdate of a payload: nullopt without one; the 400 of a wrong one.
std::expected<std::optional<AutoUpdate>, Answer> read_auto_update(const World& world, const Body& body);

// The stack whose AutoUpdate carries this webhook; nullptr if none does.
Stack* find_by_webhook(World& world, const std::string& webhook);
const Stack* find_by_webhook(const World& world, const std::string& webhook);

// Gives the settings of a new stack their workflow, and the source of their URL, which stacks share.
void join_source(World& world, GitConfig& git);

// Arms the job of an interval: a new JobID, never one given before.
void arm(World& world, AutoUpdate& update);

} // namespace portainer_double
