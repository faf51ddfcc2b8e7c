// What a record says about its last deployment (Portainer 2.41 and newer: Status 3 deploying, 4 failed; older ones know
// 1 and 2 alone).
#include "base/text.hpp"
#include "drift/compare_parts.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <ranges>

namespace mooring::drift {
namespace {

constexpr UnixSeconds stuck_after = 1200; // 20 minutes: one ends after 15 by itself (portainer-api.md §0, G3)
constexpr std::size_t most_message_bytes = 400;

UnixSeconds deploying_since(const StackRecord& record) {
    for (const DeploymentStep& step : record.deployment | std::views::reverse) {
        if (step.status == static_cast<std::int64_t>(StackStatus::deploying) && step.time != 0) return step.time;
    }
    return record.updated_at != 0 ? record.updated_at : record.created_at;
}

// The server's own clock, from the newest answer that holds the record; ours when the server sends no Date.
UnixSeconds server_time(const ServerFacts& server) {
    if (server.list_again.reply.server_date) return *server.list_again.reply.server_date;
    return server.list.reply.server_date.value_or(server.now);
}

std::string failure_text(const RecordPair& pair) {
    const auto& steps = pair.record.deployment;
    const auto said = std::ranges::find_if(steps | std::views::reverse,
                                           [](const DeploymentStep& step) { return !step.message.empty(); });
    if (said == steps.rend()) return "failed";
    KnownSecrets secrets(pair.stack, &pair.record);
    secrets.learn_file(pair.stack);
    return "failed: " + printable(secrets.mask(said->message), most_message_bytes);
}

} // namespace

bool deployment_is_stuck(const StackRecord& record, UnixSeconds server_date) {
    return deploying_since(record) < server_date - stuck_after;
}

void compare_deployment(const RecordPair& pair, Comparison& out) {
    std::string actual;
    switch (static_cast<StackStatus>(pair.record.status)) {
    case StackStatus::active:
    case StackStatus::inactive:
        return;
    case StackStatus::deploying:
        if (!deployment_is_stuck(pair.record, server_time(pair.server))) return;
        actual = "stuck: deploying since " + format_utc(deploying_since(pair.record));
        break;
    case StackStatus::failed:
        actual = failure_text(pair);
        break;
    default:
        out.errors.push_back(
            fmt::format("state: the record's Status is {}, which Mooring does not know", pair.record.status));
        return;
    }
    out.changes.push_back(
        change_at(Plane::runtime, "deployment", "finished", std::move(actual), manifest_line(pair.stack, 0)));
}

} // namespace mooring::drift
