#include "inventory/inventory.hpp"

#include "base/text.hpp"
#include "report/formats.hpp"
#include "report/layout.hpp"
#include "report/wording.hpp"
#include "words/words.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <set>
#include <utility>

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

namespace {

using Json = nlohmann::ordered_json;
using report::Paint;

// "read", "denied", "environment gone", "unavailable", "-": how a request came out, in one word for a column.
std::string word_of(const Reply& reply) {
    if (!reply.asked()) return "-";
    if (reply.ok()) return "read";
    if (reply.denied()) return "denied";
    std::string word(to_string(reply.outcome));
    std::ranges::replace(word, '_', ' ');
    return word;
}

using Cells = std::array<std::string, 7>;

Cells row_of(const Reading& reading) {
    return {name_text(reading.record),
            environment_text(reading),
            std::to_string(reading.record.id),
            type_text(reading.record) + (reading.record.from_git() ? ", git" : ""),
            status_text(reading.record.status),
            word_of(reading.file),
            word_of(reading.runtime)};
}

std::string table_of(const std::vector<Cells>& rows) {
    std::array<std::size_t, 7> widths{};
    for (const Cells& row : rows) {
        for (std::size_t i = 0; i < row.size(); ++i)
            widths.at(i) = std::max(widths.at(i), report::display_width(row.at(i)));
    }
    std::string out;
    for (const Cells& row : rows) {
        std::string line = " ";
        for (std::size_t i = 0; i < row.size(); ++i) line += " " + report::pad(row.at(i), widths.at(i)) + " ";
        while (line.ends_with(' ')) line.pop_back();
        out += line + "\n";
    }
    return out;
}

// Each reason once, with its remedy.
std::string reasons_of(const ServerInventory& inventory) {
    std::set<std::string> said;
    std::string out;
    for (const Reading& reading : inventory.stacks) {
        if (reading.remedy.empty() || !said.insert(reading.remedy).second) continue;
        const Reply& reply = reading.file.ok() ? reading.runtime : reading.file;
        out += fmt::format("  {}/{}: {}\n    {}\n", name_text(reading.record), environment_text(reading),
                           request_text(reply), printable(reading.remedy, 1000));
    }
    return out.empty() ? out : "\n" + out;
}

} // namespace

std::string list_text(const std::vector<ServerInventory>& servers, int exit_code, const report::TextOptions& options) {
    const Paint paint(options.colour);
    std::string out;
    std::size_t count = 0;
    for (const ServerInventory& inventory : servers) {
        out += server_line(inventory.server, paint);
        if (inventory.server.exit_code != 0) continue;
        std::vector<Cells> rows{{"NAME", "ENVIRONMENT", "ID", "TYPE", "STATUS", "FILE", "RUNTIME"}};
        for (const Reading& reading : inventory.stacks) rows.push_back(row_of(reading));
        out += table_of(rows) + reasons_of(inventory) + "\n";
        count += inventory.stacks.size();
    }
    out += words::counted(count, "stack");
    return exit_code == 129 || exit_code == 130 || exit_code == 143 ? out + "; interrupted, there may be more\n"
                                                                    : out + "\n";
}

std::string list_json(const std::vector<ServerInventory>& servers, int exit_code) {
    std::string out =
        "{\"apiVersion\":\"mooring/v1\",\"kind\":\"List\",\n\"servers\":" + report::one_line(servers_json(servers)) +
        ",\n\"stacks\":[";
    std::string separator = "\n";
    for (const ServerInventory& inventory : servers) {
        for (const Reading& reading : inventory.stacks) {
            Json one = json_of(reading);
            one["server"] = inventory.server.name;
            out += std::exchange(separator, ",\n") + report::one_line(one);
        }
    }
    return out + "\n],\n\"exitCode\":" + std::to_string(exit_code) + "}\n";
}

} // namespace mooring::inventory
