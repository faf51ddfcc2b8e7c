#include "inventory/inventory.hpp"

#include "base/secret.hpp"
#include "base/text.hpp"
#include "compare/parts.hpp"
#include "model/stack.hpp"
#include "report/formats.hpp"
#include "report/layout.hpp"
#include "report/wording.hpp"
#include "words/words.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

namespace mooring::inventory {
namespace {

using Json = nlohmann::ordered_json;
using report::Ink;
using report::Paint;

// Images that repeat a variable's value are not shown (design §2, rule 7).
std::string image_text(const std::string& image, const StackRecord& record) {
    const DesiredStack nobody;
    return compare::KnownSecrets(nobody, &record).stand_in(image) ? "(holds a secret)"
                                                                  : printable(mask_text(image), 200);
}

std::string git_address(const StackRecord& record) {
    return printable(mask_text(url_without_user(record.git->url)), 1000);
}

std::string access_text(const std::optional<ResourceControl>& control) {
    if (!control || control->administrators_only) return "administrators";
    if (control->is_public) return "public";
    return fmt::format("{}, {}", words::counted(control->users.size(), "user"),
                       words::counted(control->teams.size(), "team"));
}

std::vector<std::string> env_names(const StackRecord& record) {
    std::vector<std::string> names;
    names.reserve(record.env.size());
    for (const EnvVar& one : record.env) names.push_back(printable(mask_text(one.name), 100));
    return names;
}

std::string time_text(UnixSeconds at) { return at == 0 ? "never" : format_utc(at); }

using Width = std::optional<std::size_t>; // of the terminal; nullopt: nothing is wrapped

std::string line(std::string_view head, const std::string& text, Width width) {
    constexpr std::size_t column = 13;
    std::string start = "  " + std::string(head);
    std::string out;
    for (const std::string& one : report::wrap(text, width ? Width(std::max<std::size_t>(*width, 40) - column) : width))
        out += report::pad(std::exchange(start, ""), column) + one + "\n";
    return out;
}

std::string runs_text(const Reading& reading, Width width) {
    std::string out;
    if (reading.runtime.asked() && !reading.runtime.ok()) out += line("runs", request_text(reading.runtime), width);
    if (reading.runtime.ok() && reading.running.empty()) out += line("runs", "nothing", width);
    for (const Running& one : reading.running)
        out += line(&one == reading.running.data() ? "runs" : "",
                    fmt::format("{}  {}  {}", printable(one.name, 200), image_text(one.image, reading.record),
                                printable(one.state, 100)),
                    width);
    return out;
}

std::string record_text(const Reading& reading, const std::string& server, const Paint& paint, Width width) {
    const StackRecord& record = reading.record;
    const auto row = [width](std::string_view head, const std::string& text) { return line(head, text, width); };
    std::string out = paint(Ink::strong, fmt::format("{}/{}", name_text(record), environment_text(reading))) + "  " +
                      printable(server) + "\n";
    out += row("record",
               fmt::format("id {}, {}, {}; created {}, updated {}", record.id, type_text(record),
                           status_text(record.status), time_text(record.created_at), time_text(record.updated_at)));
    if (record.type == StackType::kubernetes) out += row("namespace", printable(record.namespace_, 253));
    out += row("access", access_text(record.resource_control));
    const auto names = env_names(record);
    out += row("env", names.empty() ? "none" : join(names, ", ") + " (values are not shown)");
    if (record.git)
        out += row("git", fmt::format("{} {} {}, commit {}", git_address(record), printable(record.git->reference),
                                      printable(record.git->config_file_path), printable(record.git->commit)));
    if (record.git_hidden()) out += row("git", "yes; this token may not see which repository");
    if (record.auto_update)
        out += row("autoUpdate", record.auto_update->interval.empty()
                                     ? "by webhook"
                                     : "every " + printable(record.auto_update->interval));
    out +=
        row("file", reading.file.ok() ? fmt::format("read, {} bytes", reading.file_bytes) : request_text(reading.file));
    out += runs_text(reading, width);
    if (!reading.remedy.empty()) out += row("remedy", printable(reading.remedy, 1000));
    return out;
}

Json record_json(const Reading& reading, const std::string& server) {
    const StackRecord& record = reading.record;
    Json out = json_of(reading);
    out["server"] = server;
    out["createdAt"] = time_text(record.created_at);
    out["updatedAt"] = record.updated_at == 0 ? Json() : Json(format_utc(record.updated_at));
    out["access"] = access_text(record.resource_control);
    out["env"] = env_names(record);
    out["git"] = record.git ? Json{{"url", git_address(record)},
                                   {"reference", record.git->reference},
                                   {"path", record.git->config_file_path},
                                   {"commit", record.git->commit}}
                            : Json();
    out["running"] = Json::array();
    for (const Running& one : reading.running)
        out["running"].push_back({{"name", one.name}, {"image", image_text(one.image, record)}, {"state", one.state}});
    return out;
}

std::string evidence_text(const StackResult& result, Width width) {
    std::string out;
    for (const Evidence& one : result.evidence) out += line("asked", report::request_line(one), width);
    for (const Evidence& one : result.probes) out += line("tried", report::request_line(one), width);
    if (!result.rule.empty()) out += line("rule", printable(result.rule), width);
    return out;
}

// Where no stack of the name was found, and where nobody could look; "" if one was.
std::string absence_text(const std::vector<ServerInventory>& servers) {
    std::vector<std::string> without;
    std::vector<std::string> unread;
    bool filtered = false;
    for (const ServerInventory& inventory : servers) {
        if (!inventory.stacks.empty()) return {};
        const bool is_read = inventory.server.exit_code == 0;
        (is_read ? without : unread).push_back(printable(inventory.server.name));
        filtered = filtered || (is_read && !inventory.server.list_complete);
    }
    const std::string left = unread.empty() ? "" : join(unread, ", ") + " could not be read";
    if (without.empty()) return left.empty() ? "" : "Whether there is a stack of that name is not known: " + left + ".";
    return fmt::format("No stack of that name is on {}{}{}.", join(without, ", "),
                       filtered ? ", as far as this token sees" : "", left.empty() ? "" : "; " + left);
}

} // namespace

std::string show_text(const std::vector<ServerInventory>& servers, const std::vector<StackResult>& judged,
                      const report::TextOptions& options) {
    const Paint paint(options.colour);
    const report::StackText text(options, true);
    std::string out;
    for (const ServerInventory& inventory : servers) {
        if (!inventory.server.error.empty()) out += server_lines(inventory.server, paint, options.width) + "\n";
        for (const Reading& reading : inventory.stacks)
            out += record_text(reading, inventory.server.name, paint, options.width) + "\n";
    }
    for (const StackResult& result : judged) out += text.block(result) + evidence_text(result, options.width) + "\n";
    if (!judged.empty()) return out;
    for (const std::string& sentence :
         {absence_text(servers), std::string("No manifest declares it, so that nothing was compared.")}) {
        if (!sentence.empty()) out += join(report::wrap(sentence, options.width), "\n") + "\n";
    }
    return out;
}

std::string show_json(const std::vector<ServerInventory>& servers, const std::vector<StackResult>& judged,
                      int exit_code) {
    Json records = Json::array();
    for (const ServerInventory& inventory : servers) {
        for (const Reading& reading : inventory.stacks) records.push_back(record_json(reading, inventory.server.name));
    }
    Json results = Json::array();
    for (const StackResult& result : judged) results.push_back(report::json_of(result));
    const Json whole = {{"apiVersion", "mooring/v1"},       {"kind", "Show"},
                        {"servers", servers_json(servers)}, {"records", std::move(records)},
                        {"judged", std::move(results)},     {"exitCode", exit_code}};
    return report::one_line(whole) + "\n";
}

} // namespace mooring::inventory
