// Configuration, manifests, ledger, memory: what a check needs of this machine.
#include "base/text.hpp"
#include "doctor/diagnose.hpp"
#include "report/wording.hpp"
#include "words/words.hpp"

#include <fmt/format.h>

namespace mooring::doctor {
namespace {

std::string with_place(const Diagnostic& diagnostic) {
    std::string place = report::place(diagnostic.where, true);
    if (place.empty() && !diagnostic.server.empty()) place = "server " + printable(diagnostic.server);
    const std::string text = printable(diagnostic.message, 1000) + ".";
    return place.empty() ? text : place + ": " + text;
}

std::size_t count(const Diagnostics& diagnostics, Severity severity) {
    return static_cast<std::size_t>(std::ranges::count(diagnostics, severity, &Diagnostic::severity));
}

// Each remark of error or warning is a line: there are few, and each hinders.
void list_remarks(const Diagnostics& diagnostics, const std::string& check, Symptoms& findings) {
    for (const Diagnostic& one : diagnostics) {
        if (one.severity == Severity::note) continue;
        const bool error = one.severity == Severity::error;
        findings.push_back({.check = check,
                            .level = error ? Level::fail : Level::warn,
                            .message = with_place(one),
                            .remedy = printable(one.suggestion, 1000),
                            .exit_code = error ? invalid_exit : 0});
    }
}

void diagnose_configuration(const LocalFacts& facts, Symptoms& findings) {
    const std::size_t before = findings.size();
    list_remarks(facts.remarks, "configuration", findings);
    if (findings.size() > before) return;
    const std::string file =
        facts.configuration.empty() ? "no file, flags and variables" : printable(facts.configuration);
    findings.push_back(
        {.check = "configuration", .message = fmt::format("{}: {}.", file, words::counted(facts.servers, "server"))});
}

// Whether nothing is wrong but that there is no manifest yet: no such folder, or none in it.
bool is_nothing_declared(const LocalFacts& facts) {
    if (count(facts.manifest_remarks, Severity::error) != 1) return false;
    const auto one = std::ranges::find(facts.manifest_remarks, Severity::error, &Diagnostic::severity);
    return one->where.file == facts.manifests &&
           (one->code == "no-manifests" || one->message.ends_with("No such file or directory"));
}

void diagnose_manifests(const LocalFacts& facts, Symptoms& findings) {
    const std::string folder = printable(facts.manifests);
    if (is_nothing_declared(facts)) {
        findings.push_back({.check = "manifests",
                            .level = Level::warn,
                            .message = folder + ": nothing is declared there yet.",
                            .remedy = std::string(declare_something)});
        return;
    }
    const std::size_t errors = count(facts.manifest_remarks, Severity::error);
    const std::size_t warnings = count(facts.manifest_remarks, Severity::warning);
    const std::string holds =
        fmt::format("{}: {}, {}, {}", folder, words::counted(facts.stacks, "stack"),
                    words::counted(facts.scopes, "scope"), words::counted(facts.waivers, "waiver"));
    if (errors + warnings == 0) {
        findings.push_back({.check = "manifests", .message = holds + "."});
        return;
    }
    const Severity worst = errors > 0 ? Severity::error : Severity::warning;
    const auto first = std::ranges::find(facts.manifest_remarks, worst, &Diagnostic::severity);
    findings.push_back({.check = "manifests",
                        .level = errors > 0 ? Level::fail : Level::warn,
                        .message = fmt::format("{}; {}, {}. {}{}", holds, words::counted(errors, "error"),
                                               words::counted(warnings, "warning"),
                                               errors + warnings > 1 ? "The first: " : "", with_place(*first)),
                        .remedy = fmt::format("`mooring validate {}` lists them all and says how to fix them.", folder),
                        .exit_code = errors > 0 ? invalid_exit : 0});
}

void diagnose_ledger(const LedgerFacts& facts, Symptoms& findings) {
    const std::string file = printable(facts.file);
    Symptom finding{.check = "ledger"};
    if (!facts.broken.message.empty()) {
        finding.level = Level::fail;
        finding.message = printable(facts.broken.message, 1000) + ".";
        finding.remedy = printable(facts.broken.detail, 1000);
        if (finding.remedy.empty()) finding.remedy = "Restore it from a backup, or use another file.";
        finding.exit_code = facts.broken.kind == ErrorKind::io ? failure_exit : invalid_exit;
    } else if (!facts.unwritable.empty()) {
        finding.level = Level::fail;
        finding.message = fmt::format("{} cannot be written: {}.", file, printable(facts.unwritable));
        finding.remedy = "Give the user that runs Mooring write access to the file and its folder.";
        finding.exit_code = failure_exit;
    } else if (!facts.exists) {
        finding.level = Level::warn;
        finding.message = fmt::format("{} does not exist yet; the first check creates it.", file);
        finding.remedy = "Run `mooring check` once: the stacks that it sees turn a later refusal into proof.";
    } else {
        const std::size_t before = findings.size();
        list_remarks(facts.remarks, "ledger", findings);
        if (findings.size() > before) return;
        finding.message = fmt::format("{}: {} recorded, {} remembered.", file, words::counted(facts.runs, "run"),
                                      words::counted(facts.stacks, "stack"));
    }
    findings.push_back(std::move(finding));
}

void diagnose_memory(const MemoryFacts& facts, Symptoms& findings) {
    const std::string file = printable(facts.file);
    if (facts.file.empty()) {
        findings.push_back({.check = "memory",
                            .message =
                                "None is kept. With `remember: FILE` in the configuration, stacks that were seen "
                                "once turn a later refusal into proof."});
    } else if (!facts.broken.empty()) {
        findings.push_back({.check = "memory",
                            .level = Level::fail,
                            .message = printable(facts.broken, 1000) + ".",
                            .remedy = "Restore the file from a backup, or remove it to start again.",
                            .exit_code = invalid_exit});
    } else if (!facts.unwritable.empty()) {
        findings.push_back({.check = "memory",
                            .level = Level::fail,
                            .message = fmt::format("{} cannot be written: {}.", file, printable(facts.unwritable)),
                            .remedy = "Create its folder, and give the user that runs Mooring write access to it.",
                            .exit_code = failure_exit});
    } else {
        const std::size_t before = findings.size();
        list_remarks(facts.remarks, "memory", findings);
        if (findings.size() > before) return;
        findings.push_back(
            {.check = "memory",
             .message = facts.exists ? fmt::format("{}: {} remembered.", file, words::counted(facts.stacks, "stack"))
                                     : fmt::format("{} does not exist yet; the first check creates it.", file)});
    }
}

} // namespace

void diagnose_local(const LocalFacts& facts, Symptoms& findings) {
    diagnose_configuration(facts, findings);
    if (facts.manifests_known) diagnose_manifests(facts, findings);
    const bool has_ledger = !facts.ledger.file.empty();
    if (has_ledger) diagnose_ledger(facts.ledger, findings);
    if (!has_ledger || !facts.memory.file.empty()) diagnose_memory(facts.memory, findings);
}

} // namespace mooring::doctor
