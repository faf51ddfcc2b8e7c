#include "cli/adopt_words.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>

namespace mooring::cli {
namespace {

// Of errors: those of a record that is certainly the one that is meant. Others name two records, or another one.
constexpr std::array sure_errors{"file-lost", "git-settings-not-deployed", "record-not-comparable",
                                 "content-not-comparable", "runtime-not-comparable"};

bool is_meant(const StackResult& result) {
    switch (result.verdict) {
    case Verdict::in_sync:
    case Verdict::drifted:
    case Verdict::pending:
        return true;
    case Verdict::error:
        return std::ranges::find(sure_errors, result.rule) != sure_errors.end();
    default:
        return false;
    }
}

std::string refused_by_record(const Adoption& one) {
    if (one.whole) return {};
    if (one.result.rule == "meant-twice") return "another manifest means the same record; one of them must go";
    if (one.result.verdict == Verdict::missing || one.result.verdict == Verdict::deleted)
        return "there is nothing to adopt; what `mooring apply` creates is its own";
    return "only a record that was read whole can be";
}

std::string refused_by_instance(const std::string& instance, const KnownInstance& known, const std::string& server) {
    const std::string name = printable(server, 100);
    if (instance.empty()) return fmt::format("server {} did not say its InstanceID", name);
    if (known.meant().empty())
        return fmt::format("nothing says yet which Portainer {0} is; first `mooring trust {0}`", name);
    if (same_instance(known.meant(), instance)) return {};
    return fmt::format("another Portainer answers for {}: {}, and {} knows {}; `mooring trust {}` shows both", name,
                       printable(instance, 100), known.source(), printable(known.meant(), 100), name);
}

} // namespace

Adoption adoption_of(const drift::Assessment& row, const std::string& instance, const WriteHistory& history,
                     const config::ServerEntry& server) {
    Adoption one{.result = row.result};
    one.stack = {.server = row.result.server,
                 .instance_id = instance,
                 .environment = row.result.environment_id.value_or(0),
                 .environment_name = row.result.environment_name,
                 .name = row.desired->name};
    one.whole = row.record != nullptr && is_meant(row.result);
    if (one.whole) {
        one.stack.id = row.record->id;
        one.stack.created_at = row.record->created_at;
        one.stack.environment = row.record->environment;
        one.owner = history.standing.owner(one.stack.server, instance, *row.record);
    }
    one.refused = refused_by_record(one);
    if (one.refused.empty()) one.refused = refused_by_instance(instance, history.known(server), one.stack.server);
    return one;
}

} // namespace mooring::cli
