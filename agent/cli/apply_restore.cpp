#include "cli/commands.hpp"

#include "apply/apply.hpp"
#include "base/clock.hpp"
#include "base/text.hpp"
#include "cli/apply_run.hpp"
#include "cli/console.hpp"
#include "cli/load_run.hpp"
#include "cli/write_log.hpp"
#include "model/memory.hpp"
#include "model/stack.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <fmt/format.h>

namespace mooring::cli {
namespace {

class RestoreCommand final : public Command {
  public:
    explicit RestoreCommand(MakeApi make_api) : make_api_(std::move(make_api)) {}

    std::string_view name() const override { return "restore"; }
    std::string_view summary() const override { return "Restore a stack to what it was before Mooring changed it"; }
    std::string_view examples() const override {
        return "  mooring log shop                                     # shows the folder of each backup\n"
               "  mooring restore state/backups/main/shop-7/20261129T101500Z manifests\n"
               "  mooring restore state/backups/main/shop-7/20261129T101500Z manifests --create   # the stack was "
               "removed\n"
               "  mooring restore state/backups/main/shop-7/20261129T101500Z manifests --yes --format json   # "
               "`mooring "
               "schema applied`\n\n"
               "File, variables, state and access come back under the rules of `mooring apply`: it shows the plan and\n"
               "asks. Windows, freezes and `mode: report` of its manifest hold (--allow shop=not-now, shop=report).\n"
               "Data in volumes is in no backup. The next apply makes the stack as its manifest says again.\n\n"
               "Exit codes: those of `mooring apply`.";
    }
    void declare(CLI::App& app) override;
    int run(Console& console) override;

  private:
    MakeApi make_api_;
    std::string folder_;
    std::string manifests_;
    bool create_ = false;
    std::vector<std::string> allowed_;
    std::string format_ = "text";
    ApplyOptions options_;
    SettingFlags settings_;
};

void RestoreCommand::declare(CLI::App& app) {
    app.add_option("BACKUP", folder_, "The folder of the backup, as `mooring log` shows it")
        ->type_name("FOLDER")
        ->required();
    app.add_option("DIR", manifests_,
                   "The folder of manifests, which say what else is declared (default: the one in the configuration)")
        ->type_name("DIR");
    app.add_flag("--create", create_, "The stack is gone: create it anew");
    app.add_flag("--yes,-y", options_.yes, "Ask nobody");
    app.add_option("--format", format_, "How the result is written; json needs --yes")->type_name("text|json");
    app.add_option("--allow", allowed_, "Allow STACK what is blocked, for this run: shop=start-to-change; repeatable")
        ->type_name("STACK=NAME")
        ->take_all()
        ->allow_extra_args(false);
    settings_.declare(app, {"--format", "--environment"});
}

// Whether a manifest means the stack of the backup: by its name, or by the record's id, whatever it calls it. In
// clusters names are exact, and stand once a namespace.
bool is_meant(const DesiredStack& one, const DesiredStack& backup, StackId id) {
    if (one.server == backup.server && one.tie && one.tie->id == id) return true;
    const bool in_cluster = backup.type == StackType::kubernetes;
    if (one.server != backup.server || in_cluster != (one.type == StackType::kubernetes)) return false;
    if (in_cluster) return one.name == backup.name && one.namespace_ == backup.namespace_;
    return normalise_stack_name(one.name) == normalise_stack_name(backup.name);
}

// What --allow names here alone: it goes beyond what the manifest of the stack says of writing.
struct Beyond {
    bool report = false;  // STACK=report: though its policy is `mode: report`
    bool not_now = false; // STACK=not-now: whatever its windows and freezes say
};

// Takes them out of the words of --allow.
Beyond take_beyond(std::vector<std::string>& allowed, const std::string& name) {
    const auto take = [&](std::string_view what) { return std::erase(allowed, fmt::format("{}={}", name, what)) > 0; };
    return {.report = take("report"), .not_now = take("not-now")};
}

// Nobody declares it any more: what the Scopes of its server say, or what all its stacks have from the Defaults.
Policy policy_around(const Desired& desired, const std::string& server) {
    Policy policy;
    for (const DesiredScope& one : desired.scopes) {
        if (one.server != server) continue;
        if (policy.windows.empty()) policy.windows = one.windows;
        policy.freezes.insert(policy.freezes.end(), one.freezes.begin(), one.freezes.end());
    }
    const auto first = std::ranges::find(desired.stacks, server, &DesiredStack::server);
    if (first == desired.stacks.end()) return policy;
    for (const Freeze& freeze : first->policy.freezes) {
        const bool shared = std::ranges::all_of(desired.stacks, [&](const DesiredStack& one) {
            const auto same = [&](const Freeze& other) {
                return other.from == freeze.from && other.until == freeze.until;
            };
            return one.server != server || std::ranges::any_of(one.policy.freezes, same);
        });
        if (shared) policy.freezes.push_back(freeze);
    }
    return policy;
}

// When the stack may be written, by all that may mean it: manifests name environments, and a backup has an id. The
// freezes of all hold, and the windows of one: where they differ, of one that is closed now.
void keep_times(const Desired& desired, const std::vector<const DesiredStack*>& declared, UnixSeconds now,
                Policy& policy) {
    const TimeZones zones = load_time_zones(time_zones_of(desired.stacks, {}));
    for (const DesiredStack* one : declared) {
        Policy windows;
        windows.windows = one->policy.windows;
        if (policy.windows.empty() || hold_of(windows, zones, now)) policy.windows = windows.windows;
        policy.freezes.insert(policy.freezes.end(), one->policy.freezes.begin(), one->policy.freezes.end());
    }
}

// Whether and when the stack may be written is still as its manifest says: a backup knows nothing of it. "" or why it
// may not be.
std::string keep_policy(const Desired& desired, const Beyond& beyond, UnixSeconds now, StackId id,
                        DesiredStack& stack) {
    std::vector<const DesiredStack*> declared; // in several environments: what any of them says
    for (const DesiredStack& one : desired.stacks) {
        if (is_meant(one, stack, id)) declared.push_back(&one);
    }
    if (!beyond.not_now) {
        if (declared.empty()) stack.policy = policy_around(desired, stack.server);
        keep_times(desired, declared, now, stack.policy);
    }
    const auto kept =
        std::ranges::find(declared, PolicyMode::report, [](const DesiredStack* one) { return one->policy.mode; });
    if (kept == declared.end() || beyond.report) return {};
    return fmt::format(
        "its manifest ({}:{}) says `policy: {{mode: report}}`, so nothing is written; to restore it all the same: "
        "--allow {}=report",
        printable((*kept)->where.file, 200), (*kept)->where.line, printable(stack.name, 100));
}

// The backup takes the place of what the manifests say of this stack; all others stay as they are declared, and those
// that share its name are not written.
void put(Desired& desired, StackId id, DesiredStack stack) {
    std::erase_if(desired.stacks, [&](const DesiredStack& one) { return is_meant(one, stack, id); });
    for (DesiredStack& one : desired.stacks) {
        if (one.name == stack.name) one.policy.mode = PolicyMode::report;
    }
    desired.stacks.push_back(std::move(stack));
    desired.scopes.clear(); // nothing goes meanwhile
    std::ranges::stable_sort(desired.stacks, {}, &DesiredStack::server);
}

// The server of the backup, which must be the one that answers: its InstanceID is asked for. "" or what is wrong.
std::string pin(config::Config& config, const apply::KeptBackup& backup) {
    const auto entry = std::ranges::find(config.servers, backup.server,
                                         [](const config::ServerEntry& one) { return one.server.name; });
    const std::string server = printable(backup.server, 100);
    if (entry == config.servers.end())
        return fmt::format("the backup is of the server `{}`, which the configuration does not have", server);
    std::string& instance = entry->write.instance;
    if (!instance.empty() && to_lower(instance) != to_lower(backup.instance_id))
        return fmt::format("the backup is of another database than the configured one of `{}`", server);
    instance = backup.instance_id;
    return {};
}

int RestoreCommand::run(Console& console) {
    if (const auto problem = one_of("--format", format_, {"text", "json"}))
        return usage_error(console, name(), *problem);
    options_.json = format_ == "json";
    if (options_.json && !options_.yes) return usage_error(console, name(), "--format json asks nobody: give --yes");
    const auto backup = apply::read_backup(folder_);
    if (!backup) return failure(console, name(), sentences_of(backup.error()), exit_invalid);
    Result<DesiredStack> stack = apply::declaration_of(*backup, folder_, create_);
    if (!stack) return failure(console, name(), sentences_of(stack.error()), exit_invalid);
    CheckWords words;
    if (!manifests_.empty()) words.words = {manifests_.contains('/') ? manifests_ : "./" + manifests_};
    const Beyond beyond = take_beyond(allowed_, stack->name);
    Result<PlanStart> start = start_plan(console, words, allowed_, settings_);
    if (!start) return ledger_failure(console, name(), start.error());
    start->options.only.add_name(stack->name);
    for (config::Config* config : {&start->config, &start->loaded.inputs.config}) {
        if (std::string problem = pin(*config, *backup); !problem.empty())
            return failure(console, name(), std::move(problem), exit_invalid);
    }
    const StackId id = backup->record.id;
    if (std::string problem =
            keep_policy(start->loaded.inputs.desired, beyond, console.clock.unix_seconds(), id, *stack);
        !problem.empty())
        return failure(console, name(), std::move(problem), exit_blocked);
    put(start->loaded.inputs.desired, id, std::move(*stack));
    options_.command = name();
    options_.from_backup = true;
    if (!create_)
        options_.restoring = Restoring{
            .server = backup->server, .record = backup->record, .file = backup->file.value_or(""), .folder = folder_};
    options_.server = backup->server;
    const int code = apply_from(console, std::move(*start), options_, {}, make_api_);
    if (code == 3 && !create_)
        console.err << "mooring restore: if the stack is gone, give --create to have it made anew\n";
    return code;
}

} // namespace

std::unique_ptr<Command> make_restore_command(MakeApi make_api) {
    return std::make_unique<RestoreCommand>(std::move(make_api));
}

} // namespace mooring::cli
