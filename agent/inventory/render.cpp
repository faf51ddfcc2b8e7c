#include "inventory/render.hpp"

#include "base/text.hpp"
#include "report/json.hpp"
#include "report/wording.hpp"
#include "words/names.hpp"

#include <array>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace mooring::inventory {

using Json = nlohmann::ordered_json;
using report::Ink;
using report::Paint;

namespace {

Json or_null(const std::string& text) { return text.empty() ? Json() : Json(text); }

Json json_of(const Reply& reply) {
    if (!reply.asked()) return {};
    return {{"outcome", to_string(reply.outcome)},
            {"cause", reply.cause ? Json(to_string(*reply.cause)) : Json()},
            {"target", reply.target},
            {"status", reply.status == 0 ? Json() : Json(reply.status)},
            {"message", or_null(reply.message)}};
}

} // namespace

std::string name_text(const StackRecord& record) {
    return record.name.empty() ? "(no name)" : printable(record.name, 100);
}

std::string source_text(const StackRecord& record) { return record.from_git() ? "git" : "file"; }

std::string type_text(const StackRecord& record) {
    return record.type ? std::string(to_string(*record.type)) : "unknown";
}

std::string status_text(std::int64_t status) {
    constexpr std::array words{"active", "inactive", "deploying", "failed"};
    const auto known = status >= 1 && status <= static_cast<std::int64_t>(words.size());
    return known ? words.at(static_cast<std::size_t>(status - 1)) : fmt::format("status {}", status);
}

std::string environment_text(const Reading& reading) {
    return words::environment_name(reading.environment, reading.record.environment);
}

std::string request_text(const Reply& reply) {
    return report::request_line(
        {.method = reply.method, .target = reply.target, .status = reply.status, .message = reply.message});
}

std::string server_line(const ServerResult& server, const Paint& paint) {
    std::string out = paint(Ink::strong, printable(server.name)) + "  " + printable(server.url);
    if (!server.version.empty()) out += "  " + server.version;
    if (server.identity) out += "  as " + words::observer_words(server);
    if (!server.error.empty()) out += "\n  " + paint(Ink::broken, printable(server.error, 2000));
    return out + "\n";
}

Json json_of(const Reading& reading) {
    return {{"name", reading.record.name},
            {"environment", {{"id", reading.record.environment}, {"name", or_null(reading.environment)}}},
            {"id", reading.record.id},
            {"type", reading.record.type ? Json(to_string(*reading.record.type)) : Json()},
            {"namespace", or_null(reading.record.namespace_)},
            {"source", source_text(reading.record)},
            {"status", reading.record.status},
            {"file", json_of(reading.file)},
            {"runtime", json_of(reading.runtime)},
            {"remedy", or_null(reading.remedy)}};
}

Json servers_json(const std::vector<ServerInventory>& servers) {
    Json out = Json::array();
    for (const ServerInventory& one : servers) out.push_back(report::json_of(one.server));
    return out;
}

} // namespace mooring::inventory
