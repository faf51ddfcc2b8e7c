#include "report/wording.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace mooring::report {
namespace {

// The judge caps values and messages; this is the last line of defence against a terminal flooded by one of them.
constexpr std::size_t most_shown = 4000;

struct ProbeGroup {
    int status = 0;
    std::vector<std::string> kinds; // in the order of the probes, each once
};

// What a probe asked for, read off its path (design §3.2 "Predictable names").
std::string probe_kind(std::string_view target) {
    if (target.find("/docker/containers/") != std::string_view::npos) return "container";
    if (target.find("/docker/networks/") != std::string_view::npos) return "network";
    if (target.find("/docker/volumes/") != std::string_view::npos) return "volume";
    if (target.find("/docker/services/") != std::string_view::npos) return "service";
    return {};
}

std::vector<ProbeGroup> group(const std::vector<Evidence>& probes) {
    std::vector<ProbeGroup> groups;
    for (const Evidence& probe : probes) {
        auto found = std::ranges::find(groups, probe.status, &ProbeGroup::status);
        if (found == groups.end()) found = groups.insert(groups.end(), {.status = probe.status, .kinds = {}});
        std::string kind = probe_kind(probe.target);
        if (kind.empty()) kind = printable(probe.target);
        if (std::ranges::find(found->kinds, kind) == found->kinds.end()) found->kinds.push_back(std::move(kind));
    }
    return groups;
}

// "container, network and volume names": kinds first, then what is no name (an id's path).
std::string enumerate(const ProbeGroup& probes) {
    std::vector<std::string> names;
    std::vector<std::string> paths;
    for (const std::string& kind : probes.kinds) (kind.starts_with('/') ? paths : names).push_back(kind);
    std::string out;
    for (std::size_t i = 0; i < names.size(); ++i) {
        if (i > 0) out += i + 1 == names.size() ? " and " : ", ";
        out += names[i];
    }
    if (!names.empty()) out += probes.kinds.size() > 1 ? " names" : " name";
    if (!names.empty() && !paths.empty()) out += ", ";
    return out + join(paths, ", ");
}

bool needs_quotes(std::string_view value) {
    if (value.empty() || value.front() == ' ' || value.back() == ' ' || value.front() == '"') return true;
    if (value == "(absent)") return true;
    return std::ranges::any_of(value, [](char c) { return c == '\n' || c == '\r' || c == '\t'; });
}

std::string in_quotes(std::string_view value) {
    std::string out = "\"";
    for (const char c : value) {
        if (c == '\n')
            out += "\\n";
        else if (c == '\r')
            out += "\\r";
        else if (c == '\t')
            out += "\\t";
        else if (c == '"' || c == '\\')
            (out += '\\') += c;
        else
            out += c;
    }
    return out + "\"";
}

std::string servers_that_end_with(const Report& report, int code) {
    std::vector<std::string> names;
    for (const ServerResult& server : report.servers) {
        if (server.exit_code == code) names.push_back(printable(server.name));
    }
    if (names.empty()) return "the server";
    return (names.size() == 1 ? "server " : "servers ") + join(names, ", ");
}

std::string explain_success(const Report& report) {
    const auto& counts = report.summary.verdicts;
    const bool all_well = std::ranges::all_of(counts, [](const auto& entry) {
        return entry.second == 0 || entry.first == Verdict::in_sync || entry.first == Verdict::suspended;
    });
    if (!all_well) return "what is not in sync is waived or outside --fail-on";
    if (report.summary.declared == 0) return "nothing is declared";
    if (report.summary.suspended == report.summary.declared) return "all that is declared is suspended";
    const bool ignores = std::ranges::any_of(report.stacks, [](const StackResult& one) { return one.ignored > 0; });
    const std::string in_sync = "all that is declared was read and is in sync";
    if (report.summary.in_sync_waived > 0) return in_sync + ", or its drift is waived" + (ignores ? " or ignored" : "");
    return in_sync + (ignores ? ", or its drift is ignored" : "");
}

} // namespace

std::string place(const SourceLocation& where, bool column) {
    if (where.file.empty()) return {};
    std::string out = printable(where.file);
    if (where.line > 0) out += fmt::format(":{}", where.line);
    if (where.line > 0 && where.column > 0 && column) out += fmt::format(":{}", where.column);
    return out;
}

SourceLocation place_of_report(const Report& report) {
    for (const Diagnostic& one : report.diagnostics) {
        if (!one.where.file.empty()) return {.file = one.where.file, .line = 1};
    }
    for (const StackResult& stack : report.stacks) {
        if (!stack.where.file.empty()) return {.file = stack.where.file, .line = 1};
    }
    return {.file = "mooring.yaml", .line = 1};
}

std::string shown(const std::optional<std::string>& value) {
    if (!value) return "(absent)";
    return printable(needs_quotes(*value) ? in_quotes(*value) : *value, most_shown);
}

std::string difference(const Change& change) {
    if (!change.secret) return shown(change.desired) + " -> " + shown(change.actual);
    if (change.desired.has_value() == change.actual.has_value()) return "differs (secret)";
    return change.desired ? "differs (secret): absent on the server" : "differs (secret): not declared";
}

std::string change_line(const Change& change) {
    return fmt::format("{} {}: {}", to_string(change.plane), printable(change.path), difference(change));
}

std::string lone_change_line(const Change& change) {
    return change_line(change) + (change.secret ? "" : " (desired -> actual)");
}

std::string remark(const Diagnostic& diagnostic) {
    std::string out = printable(diagnostic.message, 2000);
    if (diagnostic.suggestion.empty()) return out;
    const char first = diagnostic.suggestion.front(); // a clause, or a sentence where it begins like one
    const std::string_view between = diagnostic.message.ends_with('.') ? " "
                                     : first >= 'A' && first <= 'Z'    ? ". "
                                                                       : "; ";
    return out + std::string(between) + printable(diagnostic.suggestion, 2000);
}

std::string placed_remark(const Diagnostic& diagnostic, bool column) {
    const std::string where = place(diagnostic.where, column);
    return (where.empty() ? "" : where + ": ") + remark(diagnostic);
}

std::string request_line(const Evidence& evidence) {
    std::string out = fmt::format("{} {} -> ", printable(evidence.method), printable(evidence.target));
    out += evidence.status == 0 ? "no answer" : fmt::format("{}", evidence.status);
    if (!evidence.message.empty()) out += fmt::format(" \"{}\"", printable(evidence.message));
    return out;
}

std::string tried(const std::vector<Evidence>& probes) {
    std::vector<std::string> parts;
    for (const ProbeGroup& probe : group(probes)) {
        const std::string answer = probe.status == 0 ? "no answer" : fmt::format("{}", probe.status);
        parts.push_back(fmt::format("{} ({})", enumerate(probe), answer));
    }
    return parts.empty() ? std::string() : "Tried: " + join(parts, "; ") + ".";
}

std::string explain_exit(const Report& report) {
    switch (report.exit_code) {
    case 0:
        return explain_success(report);
    case 2:
        return "drift";
    case 3:
        return "not everything could be seen";
    case 4:
        return "drift, and not everything could be seen";
    case 64:
        return "the command line is wrong";
    case 65:
        return "the manifests or the configuration are not valid";
    case 69:
        return servers_that_end_with(report, 69) + " could not be read (user and list of stacks)";
    case 70:
        return "something on the way to " + servers_that_end_with(report, 70) + " added a header, or Mooring has a bug";
    case 77:
        return "the credentials were refused by " + servers_that_end_with(report, 77);
    case 129:
        return "the terminal was closed, this report is partial";
    case 130:
        return "interrupted, this report is partial";
    case 143:
        return "terminated, this report is partial";
    default:
        return "the run failed";
    }
}

} // namespace mooring::report
