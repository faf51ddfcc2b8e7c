#include "ledger/chain.hpp"

#include "base/crypto.hpp"
#include "ledger/json_words.hpp"

namespace mooring::ledger {
namespace {

std::string hash_of_json(const Json& value) { return hash_of_text(canonical(value)); }

// A stack and what is told of it, as one line.
template <typename... Told>
std::string line_of(const StackKey& stack, const Told&... told) {
    return canonical(Json::array({stack.server, stack.environment, stack.name, stack.ordinal, told...})) + "\n";
}

} // namespace

std::string hash_of_text(std::string_view body) { return to_hex(sha256(body)); }

std::string hash_of(const RunFacts& run) {
    Json json = {{"number", run.number},
                 {"previous", run.previous},
                 {"runId", run.run_id},
                 {"startedAt", run.started_at},
                 {"finishedAt", run.finished_at},
                 {"nextDue", json_or_null(run.next_due)},
                 {"frame", run.frame},
                 {"servers", run.servers},
                 {"waivers", run.waivers},
                 {"stacks", run.stacks},
                 {"checkpoint", json_or_null(run.checkpoint)}};
    if (run.remarks) json["remarks"] = *run.remarks; // absent, so that runs of before keep their bytes
    if (run.memory) json["memory"] = *run.memory;
    if (run.log) json["log"] = *run.log;
    return hash_of_json(json);
}

std::string hash_of(const LogFacts& entry) {
    return hash_of_json({{"number", entry.number},
                         {"previous", entry.previous},
                         {"at", entry.at},
                         {"kind", entry.kind},
                         {"body", entry.body}});
}

std::string hash_of(const Origin& origin) {
    return hash_of_json({{"at", origin.at}, {"reason", origin.reason}, {"setAside", origin.set_aside}});
}

std::string hash_of(const Checkpoint& checkpoint, std::string_view previous, std::string_view carried,
                    const std::optional<std::string>& origin) {
    Json json = {{"previous", previous},
                 {"lastPruned", checkpoint.last_pruned},
                 {"lastStartedAt", checkpoint.last_started_at},
                 {"prunedAt", checkpoint.pruned_at},
                 {"runHash", checkpoint.run_hash},
                 {"carried", carried}};
    if (origin) json["origin"] = *origin;
    return hash_of_json(json);
}

std::string hash_of(std::span<const CarriedStack> stacks, std::span<const CarriedSpell> spells) {
    std::string all;
    for (const CarriedStack& one : stacks) all += line_of(one.stack, one.first_run, one.first_seen);
    all += "\n";
    for (const CarriedSpell& one : spells) {
        all += one.since ? line_of(one.stack, one.first_run, one.first_at, one.state, *one.since)
                         : line_of(one.stack, one.first_run, one.first_at, one.state);
    }
    return hash_of_text(all);
}

void StackStates::put(const StackKey& stack, std::string_view state_hash) {
    lines_[stack] = line_of(stack, state_hash);
    digest_.clear();
}

void StackStates::remove(const StackKey& stack) {
    lines_.erase(stack);
    digest_.clear();
}

const std::string& StackStates::digest() {
    if (!digest_.empty()) return digest_;
    std::string all;
    for (const auto& [stack, line] : lines_) all += line;
    digest_ = hash_of_text(all);
    return digest_;
}

} // namespace mooring::ledger
