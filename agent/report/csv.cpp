#include "report/formats.hpp"

#include "base/text.hpp"
#include "report/wording.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <map>
#include <optional>

namespace mooring::report {
namespace {

constexpr std::array columns{
    "row",    "run",     "finished_at", "exit_code", "server", "environment_id", "environment", "stack", "stack_id",
    "type",   "verdict", "waived",      "cause",     "proof",  "exists",         "plane",       "path",  "desired",
    "actual", "secret",  "waiver",      "file",      "line",   "message",        "remedy",      "owner"};

using Cells = std::map<std::string_view, std::string>; // by column; what is not there is empty

std::string yes_or_no(bool value) { return value ? "true" : "false"; }

template <typename T>
std::string number(const std::optional<T>& value) {
    return value ? fmt::format("{}", *value) : std::string();
}

template <typename Word>
std::string word(const std::optional<Word>& value) {
    return value ? std::string(to_string(*value)) : std::string();
}

void set_place(Cells& cells, const SourceLocation& where) {
    cells["file"] = where.file;
    if (where.line > 0) cells["line"] = fmt::format("{}", where.line);
}

Cells cells_of(std::string_view row, const Report& report) {
    return {{"row", std::string(row)},
            {"run", report.run_id},
            {"finished_at", format_utc(report.finished_at)},
            {"exit_code", fmt::format("{}", report.exit_code)}};
}

Cells cells_of(std::string_view row, const Report& report, const StackResult& stack) {
    Cells out = cells_of(row, report);
    out["server"] = stack.server;
    out["environment_id"] = number(stack.environment_id);
    out["environment"] = stack.environment_name;
    out["stack"] = stack.name;
    out["stack_id"] = number(stack.id);
    out["type"] = word(stack.type);
    out["verdict"] = to_string(stack.verdict);
    out["owner"] = stack.owner;
    return out;
}

Cells cells_of(const Report& report, const StackResult& stack) {
    Cells out = cells_of("stack", report, stack);
    out["waived"] = yes_or_no(stack.waived);
    out["cause"] = word(stack.cause);
    out["proof"] = word(stack.proof);
    if (stack.exists) out["exists"] = yes_or_no(*stack.exists);
    out["waiver"] = join(stack.waivers, " ");
    set_place(out, stack.where);
    out["message"] = stack.message;
    out["remedy"] = stack.remedy;
    return out;
}

Cells cells_of(const Report& report, const StackResult& stack, const Change& change) {
    Cells out = cells_of("change", report, stack);
    out["waived"] = yes_or_no(!change.waiver.empty());
    out["plane"] = to_string(change.plane);
    out["path"] = change.path;
    if (!change.secret) {
        out["desired"] = shown(change.desired);
        out["actual"] = shown(change.actual);
    }
    out["secret"] = yes_or_no(change.secret);
    out["waiver"] = change.waiver;
    set_place(out, change.where);
    if (change.secret) out["message"] = difference(change);
    return out;
}

std::string record(const Cells& cells) {
    std::string out;
    for (const std::string_view column : columns) {
        const auto found = cells.find(column);
        if (column != columns.front()) out += ",";
        if (found != cells.end()) out += csv_cell(found->second);
    }
    return out + "\r\n";
}

std::string record_of_run(const Report& report) {
    Cells cells = cells_of("run", report);
    cells["message"] = explain_exit(report) + ": " + headline(report);
    return record(cells);
}

std::string record_of(const Report& report, const ServerResult& server) {
    Cells cells = cells_of("server", report);
    cells["server"] = server.name;
    cells["message"] = server.error;
    return record(cells);
}

std::string record_of(const Report& report, const Diagnostic& diagnostic) {
    Cells cells = cells_of("diagnostic", report);
    cells["server"] = diagnostic.server;
    cells["type"] = to_string(diagnostic.severity);
    set_place(cells, diagnostic.where);
    cells["message"] = diagnostic.message;
    cells["remedy"] = diagnostic.suggestion;
    return record(cells);
}

// What a spreadsheet may take for the start of a formula, full-width forms included, also behind blanks.
bool looks_like_formula(std::string_view text) {
    constexpr std::array starts{"=", "+", "-", "@", "\xEF\xBC\x9D", "\xEF\xBC\x8B", "\xEF\xBC\x8D", "\xEF\xBC\xA0"};
    const std::string_view first = trim(text);
    return std::ranges::any_of(starts, [first](std::string_view start) { return first.starts_with(start); });
}

} // namespace

std::string csv_cell(std::string_view text) {
    std::string clean = printable(text, 8000);
    if (looks_like_formula(clean)) clean.insert(0, "'");
    if (clean.find_first_of(",\"\r\n;") == std::string::npos) return clean;
    std::string out = "\"";
    for (const char c : clean) {
        if (c == '"') out += '"';
        out += c;
    }
    return out + "\"";
}

std::string to_csv(const Report& report) {
    Cells header;
    for (const std::string_view column : columns) header[column] = column;
    std::string out = record(header) + record_of_run(report);
    for (const ServerResult& server : report.servers) {
        if (!server.error.empty()) out += record_of(report, server);
    }
    for (const StackResult& stack : report.stacks) {
        out += record(cells_of(report, stack));
        for (const Change& change : stack.changes) out += record(cells_of(report, stack, change));
    }
    for (const Diagnostic& diagnostic : report.diagnostics) out += record_of(report, diagnostic);
    return out;
}

} // namespace mooring::report
