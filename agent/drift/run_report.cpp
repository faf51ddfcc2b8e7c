// What came of a run: its report, and what the next one will know.
#include "base/file.hpp"
#include "base/secret.hpp"
#include "drift/engine.hpp"
#include "drift/judge.hpp"

#include <algorithm>
#include <iterator>
#include <tuple>

namespace mooring::drift {
namespace {

auto report_order(const StackResult& result) {
    return std::tie(result.server, result.environment_name, result.name, result.environment_id, result.namespace_,
                    result.id, result.where.file, result.where.line);
}

} // namespace

std::string Run::State::run_id() const {
    std::string inputs = std::to_string(started_at);
    for (const ServerRun& server : servers) inputs += "\n" + server.target.name + " " + server.target.url;
    for (const DesiredStack& stack : desired.stacks) inputs += "\n" + stack.name + " " + stack.where.file;
    return to_hex(sha256(inputs)).substr(0, 16);
}

// What nobody declared, if the lists were read to the end.
std::vector<StackResult> Run::State::extras_of(const ServerRun& server) const {
    if (!server.answered || !server.ended) return {};
    std::vector<StackResult> extras =
        find_extra(desired, server.rows, server.facts, match::claimed_ids(server.rows, server.facts), options.judge,
                   server.narrowed);
    std::erase_if(extras, [this](const StackResult& extra) {
        return options.only && !options.only(extra.name, extra.environment_name, {});
    });
    return extras;
}

// Its rows and extras.
std::vector<Assessment> Run::State::assessments_of(const ServerRun& server) const {
    std::vector<StackResult> extras = extras_of(server);
    std::vector<Assessment> out;
    out.reserve(server.judged.size() + extras.size());
    for (const auto& judged : server.judged) {
        if (judged) out.push_back(*judged);
    }
    for (StackResult& extra : extras) {
        const StackRecord* record =
            extra.id ? match::find_listed(server.facts, server.facts.list_again.value ? 2 : 1, *extra.id) : nullptr;
        out.push_back({.result = std::move(extra), .record = {std::shared_ptr<const StackRecord>(), record}});
    }
    return out;
}

// The results alone of all servers, in the order of the report: with 10,000 stacks the rest is much.
std::vector<StackResult> Run::State::results() const {
    std::vector<StackResult> out;
    out.reserve(total);
    for (const ServerRun& server : servers) {
        for (const auto& judged : server.judged) {
            if (judged) out.push_back(judged->result);
        }
        std::ranges::move(extras_of(server), std::back_inserter(out));
    }
    for (StackResult& one : out) apply_waivers(one, desired.waivers, started_at);
    std::ranges::sort(out, {}, [](const StackResult& one) { return report_order(one); });
    return out;
}

void Run::State::add_remarks(const ServerRun& server, Report& report) const {
    const auto remark = [&report](const Diagnostics& more) {
        std::ranges::copy(more, std::back_inserter(report.diagnostics));
    };
    report.servers.push_back(server.result);
    remark(server.facts.diagnostics);
    remark(match::suspension_diagnostics(server.stacks, started_at));
    if (server.answered && server.ended) remark(scope_diagnostics(desired, server.facts));
}

std::vector<Assessment> Run::assessments() const {
    std::vector<Assessment> out;
    for (const ServerRun& server : state_->servers) {
        std::ranges::move(state_->assessments_of(server), std::back_inserter(out));
    }
    for (Assessment& one : out) apply_waivers(one.result, state_->desired.waivers, state_->started_at);
    std::ranges::sort(out, {}, [](const Assessment& one) { return report_order(one.result); });
    return out;
}

namespace {

// The configuration's own credentials are secret under every name and in every text.
void withhold(StackResult& stack, std::span<const Secret> credentials) {
    for (std::string* text : {&stack.name, &stack.environment_name, &stack.message, &stack.remedy, &stack.owner}) {
        take_out(*text, credentials);
    }
    for (std::string& note : stack.notes) take_out(note, credentials);
    for (Change& change : stack.changes) {
        take_out(change.path, credentials);
        if (change.desired) take_out(*change.desired, credentials);
        if (change.actual) take_out(*change.actual, credentials);
    }
    for (auto* list : {&stack.evidence, &stack.probes}) {
        for (Evidence& one : *list) {
            take_out(one.target, credentials);
            take_out(one.message, credentials);
        }
    }
}

void withhold(Report& report, std::span<const Secret> credentials) {
    if (credentials.empty()) return;
    for (StackResult& stack : report.stacks) withhold(stack, credentials);
    for (ServerResult& server : report.servers) {
        take_out(server.error, credentials);
        take_out(server.version, credentials);
    }
    for (Diagnostic& one : report.diagnostics) {
        take_out(one.message, credentials);
        take_out(one.suggestion, credentials);
    }
}

} // namespace

Report Run::report() const {
    const State& state = *state_;
    Report report;
    report.run_id = state.run_id();
    report.started_at = state.started_at;
    report.finished_at = state.finished_at.value_or(state.clock.unix_seconds());
    report.mooring_version = state.options.mooring_version;
    report.partial = !state.finished_at;
    report.diagnostics = state.desired.diagnostics;
    for (const ServerRun& server : state.servers) state.add_remarks(server, report);
    report.stacks = state.results();
    report.waivers = accepted_waivers(report.stacks, state.desired.waivers);
    // A waiver for a stack that --only left out, or that was not reached, is not unused.
    if (!state.options.only && !report.partial) {
        std::ranges::copy(waiver_diagnostics(report.stacks, state.desired.waivers, state.started_at),
                          std::back_inserter(report.diagnostics));
    }
    report.summary = summarise(report.stacks);
    report.exit_code = exit_code(report, state.options.fail_on, has_errors(state.desired.diagnostics));
    withhold(report, state.options.judge.credentials);
    return report;
}

// An interrupted run forgets nothing: it does not know yet what is declared.
bool Run::State::is_whole(const ServerRun& server) const {
    return !options.only && server.ended && desired.complete && !has_errors(desired.diagnostics);
}

Memory Run::memory() const {
    const State& state = *state_;
    Memory after;
    for (const ServerRun& server : state.servers) {
        const auto& status = server.facts.status.value;
        if (!server.answered || !status || status->instance_id.empty()) {
            if (*server.before != ServerMemory{}) after.servers[server.target.name] = *server.before;
            continue;
        }
        std::vector<const StackResult*> results; // not copied: a run may have thousands
        for (const auto& judged : server.judged) {
            if (judged) results.push_back(&judged->result);
        }
        ServerMemory& mine = after.servers[server.target.name];
        mine = match::remember(server.facts, *server.before, server.files, results, state.digest,
                               state.options.judge.absences_apart);
        const Declared declared =
            match::declared_by(server.rows, state.desired.scopes, server.facts, state.is_whole(server));
        match::forget(server.facts, declared, *server.before, mine);
    }
    return after;
}

} // namespace mooring::drift
