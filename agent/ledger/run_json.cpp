#include "ledger/json.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace mooring::ledger {
namespace {

constexpr std::size_t most_remarks = 50;    // of one run
constexpr std::size_t most_of_a_text = 500; // bytes
constexpr std::array all_severities{Severity::note, Severity::warning, Severity::error};

Json json_of(const Summary& summary) {
    Json verdicts = Json::object();
    for (const auto& [verdict, count] : summary.verdicts) verdicts[std::string(to_string(verdict))] = count;
    // Shares are quotients of these counts, so that they are not kept: no digits of a fraction to agree about.
    return {{"declared", summary.declared},
            {"suspended", summary.suspended},
            {"covered", summary.covered},
            {"inSyncWaived", summary.in_sync_waived},
            {"inSyncRuntimeNotAsked", summary.in_sync_runtime_not_asked},
            {"verdicts", std::move(verdicts)}};
}

Summary summary_of(const Json& json) {
    Summary summary;
    summary.declared = json.at("declared").get<std::size_t>();
    summary.suspended = json.at("suspended").get<std::size_t>();
    summary.covered = json.at("covered").get<std::size_t>();
    summary.in_sync_waived = json.at("inSyncWaived").get<std::size_t>();
    summary.in_sync_runtime_not_asked = json.at("inSyncRuntimeNotAsked").get<std::size_t>();
    for (const auto& [word, count] : json.at("verdicts").items()) {
        summary.verdicts[enumerator_of(all_verdicts, word)] = count.get<std::size_t>();
    }
    const std::size_t judged = summary.declared - summary.suspended;
    if (judged == 0) return summary;
    const auto share = [judged](std::size_t count) { return static_cast<double>(count) / static_cast<double>(judged); };
    const std::size_t in_sync = summary.verdicts[Verdict::in_sync];
    summary.coverage = share(summary.covered);
    summary.score = share(in_sync - summary.in_sync_waived);
    summary.score_with_waivers = share(in_sync);
    return summary;
}

Json json_of(const ServerResult& server) {
    Json identity;
    if (server.identity) {
        identity = {
            {"id", server.identity->id}, {"username", server.identity->username}, {"role", server.identity->role}};
    }
    return {{"name", server.name},
            {"url", server.url},
            {"version", server.version},
            {"instanceId", server.instance_id},
            {"identity", std::move(identity)},
            {"listComplete", server.list_complete},
            {"error", server.error},
            {"exitCode", server.exit_code}};
}

ServerResult server_of(const Json& json) {
    ServerResult server;
    server.name = json.at("name").get<std::string>();
    server.url = json.at("url").get<std::string>();
    server.version = json.at("version").get<std::string>();
    server.instance_id = json.at("instanceId").get<std::string>();
    if (const Json& identity = json.at("identity"); !identity.is_null()) {
        server.identity = Identity{.id = identity.at("id").get<std::int64_t>(),
                                   .username = identity.at("username").get<std::string>(),
                                   .role = identity.at("role").get<std::int64_t>()};
    }
    server.list_complete = json.at("listComplete").get<bool>();
    server.error = json.at("error").get<std::string>();
    server.exit_code = json.at("exitCode").get<int>();
    return server;
}

Json json_of(const Waiver& waiver) {
    return {{"name", waiver.name},     {"server", waiver.server},     {"environment", waiver.environment},
            {"stack", waiver.stack},   {"path", waiver.path},         {"owner", waiver.owner},
            {"reason", waiver.reason}, {"approver", waiver.approver}, {"from", waiver.from},
            {"until", waiver.until},   {"file", waiver.where.file},   {"line", waiver.where.line}};
}

Waiver waiver_of(const Json& json) {
    return {
        .name = json.at("name").get<std::string>(),
        .server = json.at("server").get<std::string>(),
        .environment = json.at("environment").get<std::string>(),
        .stack = json.at("stack").get<std::string>(),
        .path = json.at("path").get<std::string>(),
        .owner = json.at("owner").get<std::string>(),
        .reason = json.at("reason").get<std::string>(),
        .approver = json.at("approver").get<std::string>(),
        .from = json.at("from").get<UnixSeconds>(),
        .until = json.at("until").get<UnixSeconds>(),
        .where = {.file = json.at("file").get<std::string>(), .line = json.at("line").get<std::size_t>(), .column = 0}};
}

Json json_of(const Diagnostic& one) {
    return {{"severity", to_string(one.severity)},
            {"code", one.code},
            {"message", printable(one.message, most_of_a_text)},
            {"suggestion", printable(one.suggestion, most_of_a_text)},
            {"file", printable(one.where.file, most_of_a_text)},
            {"line", one.where.line},
            {"column", one.where.column},
            {"server", one.server}};
}

Diagnostic diagnostic_of(const Json& json) {
    return {.severity = enumerator_of(all_severities, json.at("severity").get<std::string>()),
            .code = json.at("code").get<std::string>(),
            .message = json.at("message").get<std::string>(),
            .suggestion = json.at("suggestion").get<std::string>(),
            .where = {.file = json.at("file").get<std::string>(),
                      .line = json.at("line").get<std::size_t>(),
                      .column = json.at("column").get<std::size_t>()},
            .server = json.at("server").get<std::string>()};
}

Frame frame_of(const Json& json) {
    return {.mooring_version = json.at("version").get<std::string>(),
            .trigger = json.at("trigger").get<std::string>(),
            .partial = json.at("partial").get<bool>(),
            .exit_code = json.at("exitCode").get<int>(),
            .summary = summary_of(json.at("summary"))};
}

template <typename T, typename Decode>
std::expected<T, std::string> read(std::string_view body, const char* problem, Decode decode) {
    try {
        return decode(Json::parse(body));
    } catch (const Json::exception&) {
        return std::unexpected(problem);
    }
}

template <typename T>
std::string write_list(const T& values) {
    Json list = Json::array();
    for (const auto& value : values) list.push_back(json_of(value));
    return canonical(list);
}

template <typename T, typename Decode>
std::vector<T> list_of(const Json& json, Decode decode) {
    std::vector<T> list;
    list.reserve(json.size());
    for (const Json& one : json) list.push_back(decode(one));
    return list;
}

} // namespace

std::string write_frame(const Frame& frame) {
    return canonical({{"version", frame.mooring_version},
                      {"trigger", frame.trigger},
                      {"partial", frame.partial},
                      {"exitCode", frame.exit_code},
                      {"summary", json_of(frame.summary)}});
}

std::string write_servers(const std::vector<ServerResult>& servers) { return write_list(servers); }
std::string write_waivers(std::span<const Waiver> waivers) { return write_list(waivers); }

std::string write_remarks(const Diagnostics& remarks) {
    Diagnostics kept = remarks;
    std::ranges::stable_sort(kept, std::ranges::greater(), &Diagnostic::severity);
    if (kept.size() > most_remarks) {
        const std::size_t more = kept.size() - most_remarks;
        kept.resize(most_remarks);
        kept.push_back(
            {.severity = Severity::note, .code = "more", .message = fmt::format("and {} more remarks", more)});
    }
    return write_list(kept);
}

std::expected<Frame, std::string> read_frame(std::string_view body) {
    return read<Frame>(body, "a frame that is not one", frame_of);
}

std::expected<std::vector<ServerResult>, std::string> read_servers(std::string_view body) {
    return read<std::vector<ServerResult>>(body, "servers that are none",
                                           [](const Json& json) { return list_of<ServerResult>(json, server_of); });
}

std::expected<std::vector<Waiver>, std::string> read_waivers(std::string_view body) {
    return read<std::vector<Waiver>>(body, "waivers that are none",
                                     [](const Json& json) { return list_of<Waiver>(json, waiver_of); });
}

std::expected<Diagnostics, std::string> read_remarks(std::string_view body) {
    return read<Diagnostics>(body, "remarks that are none",
                             [](const Json& json) { return list_of<Diagnostic>(json, diagnostic_of); });
}

} // namespace mooring::ledger
