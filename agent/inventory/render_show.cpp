#include "inventory/inventory.hpp"

#include "base/mask.hpp"
#include "base/text.hpp"
#include "compare/parts.hpp"
#include "model/stack.hpp"
#include "report/formats.hpp"
#include "report/layout.hpp"
#include "report/wording.hpp"
#include "words/words.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>
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

std::string line(std::string_view head, const std::string& text) { return "  " + report::pad(head, 11) + text + "\n"; }

std::string runs_text(const Reading& reading) {
    std::string out;
    if (reading.runtime.asked() && !reading.runtime.ok()) out += line("runs", request_text(reading.runtime));
    if (reading.runtime.ok() && reading.running.empty()) out += line("runs", "nothing");
    for (const Running& one : reading.running)
        out += line(&one == reading.running.data() ? "runs" : "",
                    fmt::format("{}  {}  {}", printable(one.name, 200), image_text(one.image, reading.record),
                                printable(one.state, 100)));
    return out;
}

std::string record_text(const Reading& reading, const std::string& server, const Paint& paint) {
    const StackRecord& record = reading.record;
    std::string out = paint(Ink::strong, fmt::format("{}/{}", name_text(record), environment_text(reading))) + "  " +
                      printable(server) + "\n";
    out += line("record",
                fmt::format("id {}, {}, {}; created {}, updated {}", record.id, type_text(record),
                            status_text(record.status), time_text(record.created_at), time_text(record.updated_at)));
    if (record.type == StackType::kubernetes) out += line("namespace", printable(record.namespace_, 253));
    out += line("access", access_text(record.resource_control));
    const auto names = env_names(record);
    out += line("env", names.empty() ? "none" : join(names, ", ") + " (values are not shown)");
    if (record.git)
        out += line("git", fmt::format("{} {} {}, commit {}", git_address(record), printable(record.git->reference),
                                       printable(record.git->config_file_path), printable(record.git->commit)));
    if (record.git_hidden()) out += line("git", "yes; this token is not shown from which repository");
    if (record.auto_update)
        out += line("autoUpdate", record.auto_update->interval.empty()
                                      ? "by webhook"
                                      : "every " + printable(record.auto_update->interval));
    out += line("file",
                reading.file.ok() ? fmt::format("read, {} bytes", reading.file_bytes) : request_text(reading.file));
    out += runs_text(reading);
    if (!reading.remedy.empty()) out += line("remedy", printable(reading.remedy, 1000));
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

std::string evidence_text(const StackResult& result) {
    std::string out;
    for (const Evidence& one : result.evidence) out += line("asked", report::request_line(one));
    for (const Evidence& one : result.probes) out += line("tried", report::request_line(one));
    if (!result.rule.empty()) out += line("rule", printable(result.rule));
    return out;
}

} // namespace

std::string show_text(const std::vector<ServerInventory>& servers, const std::vector<StackResult>& judged,
                      const report::TextOptions& options) {
    const Paint paint(options.colour);
    const report::StackText text(options, true);
    std::string out;
    for (const ServerInventory& inventory : servers) {
        if (!inventory.server.error.empty()) out += server_line(inventory.server, paint) + "\n";
        for (const Reading& reading : inventory.stacks)
            out += record_text(reading, inventory.server.name, paint) + "\n";
    }
    for (const StackResult& result : judged) out += text.block(result) + evidence_text(result) + "\n";
    if (judged.empty()) out += "No manifest declares it, so that nothing was compared.\n";
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
