// When a file need not be read again: every condition of design §3.3, last point.
#include "drift/remember.hpp"

#include "drift/memory_rules.hpp"

#include <algorithm>

namespace mooring::drift {
namespace {

constexpr UnixSeconds settled_after = 60; // two updates in one second leave the same UpdateDate (2.43.0, 10-update)

bool same_database(const ServerFacts& server) {
    return server.has_memory && server.status.value && !server.status.value->instance_id.empty() &&
           server.status.value->instance_id == server.memory.instance_id;
}

// Visible, and its stacks readable by this token: otherwise reading the file is what tells the denial.
bool is_readable_environment(EnvironmentId id, const ServerFacts& server) {
    if (!server.environments.value) return false;
    const auto found = std::ranges::find(*server.environments.value, id, &Environment::id);
    return found != server.environments.value->end() &&
           (found->stack_management_for_users || server.is_administrator());
}

bool is_settled_status(const StackRecord& record) {
    return record.status == static_cast<std::int64_t>(StackStatus::active) ||
           record.status == static_cast<std::int64_t>(StackStatus::inactive);
}

} // namespace

bool is_settled(const StackRecord& record, UnixSeconds server_date) {
    const UnixSeconds newest = server_date - settled_after;
    return record.created_at <= newest && record.updated_at <= newest &&
           std::ranges::all_of(record.deployment, [newest](const DeploymentStep& step) { return step.time <= newest; });
}

std::vector<std::string> jobs_seen_before(const ServerFacts& server, StackId id, const std::string& content_digest) {
    const auto known = server.memory.files.find(id);
    if (known == server.memory.files.end() || content_digest.empty() || !same_database(server)) return {};
    return known->second.content_digest == content_digest ? known->second.jobs_seen : std::vector<std::string>();
}

bool may_skip_file(const StackRecord& record, const ServerFacts& server, std::string_view desired_text,
                   const MakeDigest& digest, std::chrono::seconds full_verify) {
    if (!digest || record.fingerprint.empty() || !same_database(server) || !is_settled_status(record)) return false;
    const auto known = server.memory.files.find(record.id);
    if (known == server.memory.files.end()) return false;
    const RememberedFile& file = known->second;
    const UnixSeconds age = server.now - file.verified_at;
    return file.settled && age >= 0 && age < full_verify.count() && !file.desired_digest.empty() &&
           is_readable_environment(record.environment, server) && file.record_digest == digest(record.fingerprint) &&
           file.desired_digest == digest(desired_text);
}

} // namespace mooring::drift
