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
#include <numeric>
#include <ranges>
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

// `text` on lines that fit, each after `indent`.
std::string lines_of(std::string_view text, std::string_view indent, std::optional<std::size_t> width) {
    std::string out;
    if (width) width = std::max<std::size_t>(*width, 20 + indent.size()) - indent.size();
    for (const std::string& line : report::wrap(text, width)) out += fmt::format("{}{}\n", indent, line);
    return out;
}

} // namespace

std::string server_lines(const ServerResult& server, const Paint& paint, std::optional<std::size_t> width) {
    const std::string name = printable(server.name);
    std::string line = name + "  " + printable(server.url);
    if (!server.version.empty()) line += "  " + server.version;
    if (server.identity) line += "  as " + words::observer_words(server);
    std::string out = !width || report::display_width(line) <= *width ? line + "\n" : lines_of(line, "", width);
    if (out.starts_with(name)) out.replace(0, name.size(), paint(Ink::strong, name));
    if (server.error.empty()) return out;
    std::string error = lines_of(printable(server.error, 2000), "  ", width);
    error.pop_back();
    for (const std::string_view one : split(error, '\n')) out += "  " + paint(Ink::broken, one.substr(2)) + "\n";
    return out;
}

namespace {

// A stack on lines of its own, where the table is wider than the terminal.
std::string block_of(const Cells& row, std::size_t width) {
    const auto& [name, environment, id, type, status, file, runtime] = row;
    return lines_of(fmt::format("{} ({})", name, environment), "  ", width) +
           lines_of(fmt::format("id {}, {}, {}; file {}; runtime {}", id, type, status, file, runtime), "    ", width);
}

// The first row is the head.
std::string table_of(const std::vector<Cells>& rows, std::optional<std::size_t> room) {
    std::array<std::size_t, 7> widths{};
    for (const Cells& row : rows) {
        for (std::size_t i = 0; i < row.size(); ++i)
            widths.at(i) = std::max(widths.at(i), report::display_width(row.at(i)));
    }
    std::string out;
    if (room && std::accumulate(widths.begin(), widths.end(), std::size_t{0}) + 2 * widths.size() > *room) {
        for (const Cells& row : rows | std::views::drop(1)) out += block_of(row, *room);
        return out;
    }
    for (const Cells& row : rows) {
        std::string line = " ";
        for (std::size_t i = 0; i < row.size(); ++i) line += " " + report::pad(row.at(i), widths.at(i)) + " ";
        while (line.ends_with(' ')) line.pop_back();
        out += line + "\n";
    }
    return out;
}

// Each reason once, with its remedy.
std::string reasons_of(const ServerInventory& inventory, std::optional<std::size_t> width) {
    std::set<std::string> said;
    std::string out;
    for (const Reading& reading : inventory.stacks) {
        if (reading.remedy.empty() || !said.insert(reading.remedy).second) continue;
        const Reply& reply = reading.file.ok() ? reading.runtime : reading.file;
        const std::string stack = name_text(reading.record) + "/" + environment_text(reading);
        out += lines_of(stack + ": " + request_text(reply), "  ", width) +
               lines_of(printable(reading.remedy, 1000), "    ", width);
    }
    return out.empty() ? out : "\n" + out;
}

} // namespace

std::string list_text(const std::vector<ServerInventory>& servers, int exit_code, const report::TextOptions& options) {
    const Paint paint(options.colour);
    std::string out;
    std::size_t count = 0;
    for (const ServerInventory& inventory : servers) {
        out += server_lines(inventory.server, paint, options.width);
        if (inventory.server.exit_code != 0) continue;
        std::vector<Cells> rows{{"NAME", "ENVIRONMENT", "ID", "TYPE", "STATUS", "FILE", "RUNTIME"}};
        for (const Reading& reading : inventory.stacks) rows.push_back(row_of(reading));
        out += table_of(rows, options.width) + reasons_of(inventory, options.width) + "\n";
        count += inventory.stacks.size();
    }
    const bool nothing_read =
        std::ranges::all_of(servers, [](const ServerInventory& inventory) { return inventory.server.exit_code != 0; });
    std::vector<std::string> unread;
    for (const ServerInventory& inventory : servers) {
        if (inventory.server.exit_code != 0) unread.push_back(printable(inventory.server.name));
    }
    if (nothing_read && !servers.empty()) return out + "nothing could be read\n";
    out += words::counted(count, "stack");
    if (!unread.empty()) out += fmt::format("; {} could not be read", join(unread, ", "));
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
