#include "walks/manifests.hpp"

#include "base/clock.hpp"
#include "base/text.hpp"
#include "manifest/decode.hpp"
#include "walks/stage.hpp"

#include <fmt/format.h>
#include <fstream>
#include <sstream>
#include <stdexcept>

namespace mooring::walks {
namespace {

namespace fs = std::filesystem;

constexpr const char* head = "apiVersion: mooring/v1\nkind: ";

std::string quoted(const std::string& text) { return "'" + text + "'"; }

std::string indented(const std::string& text) {
    std::string out;
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) out += "      " + line + "\n";
    return out;
}

std::string access_text(const DesiredAccess& access) {
    using Is = DesiredAccess::Kind;
    if (access.kind == Is::administrators) return "administrators";
    if (access.kind == Is::everyone) return "public";
    return access.users.empty() ? fmt::format("{{teams: [{}]}}", access.teams.front().name)
                                : fmt::format("{{users: [{}]}}", access.users.front().name);
}

std::string place_text(const DesiredStack& stack) {
    if (const auto* selector = std::get_if<EnvironmentSelector>(&stack.environment)) {
        return "  environments: {tags: [" + selector->tags.front() + "]}\n";
    }
    const auto& environment = std::get<EnvironmentRef>(stack.environment);
    if (environment.id) return fmt::format("  environment: {{id: {}}}\n", *environment.id);
    return environment.name == "production" ? "" : "  environment: " + quoted(environment.name) + "\n";
}

std::string source_text(const DesiredStack& stack) {
    if (const auto* git = std::get_if<DesiredGit>(&stack.source)) {
        if (git->any) return "  git: any\n";
        return fmt::format("  git: {{url: '{}', reference: '{}', path: '{}'}}\n", git->url, git->reference, git->path);
    }
    return "  compose:\n    inline: |\n" + indented(std::get<DesiredContent>(stack.source).text);
}

std::string tie_text(const StackTie& tie) {
    if (!tie.created) return fmt::format("  stack: {{id: {}}}\n", tie.id);
    return fmt::format("  stack: {{id: {}, created: '{}'}}\n", tie.id, format_utc(*tie.created));
}

// Everything that is not as the Defaults say.
std::string stack_text(const DesiredStack& stack) {
    std::string text = std::string(head) + "Stack\nmetadata:\n  name: " + quoted(stack.name) + "\n";
    if (const auto team = stack.labels.find("team"); team != stack.labels.end()) {
        text += "  labels: {team: " + quoted(team->second) + "}\n";
    }
    text += "spec:\n" + place_text(stack);
    if (stack.type == StackType::swarm) text += "  type: swarm\n";
    if (!stack.runtime) text += "  runtime: false\n";
    if (stack.env) text += "  env:\n";
    for (const DesiredEnv& variable : stack.env.value_or(std::vector<DesiredEnv>{})) {
        text += "    " + variable.name + ": " + quoted(std::string(variable.value->reveal())) + "\n";
    }
    if (!stack.jobs.empty()) text += "  jobs: [" + stack.jobs.front() + "]\n";
    if (stack.tie) text += tie_text(*stack.tie);
    if (stack.auto_update) text += "  autoUpdate: {interval: " + *stack.auto_update->interval + "}\n";
    if (stack.access) text += "  access: " + access_text(*stack.access) + "\n";
    if (stack.state) text += "  state: " + std::string(to_string(*stack.state)) + "\n";
    if (stack.suspended) {
        text += fmt::format("  suspended: {{reason: '{}', owner: '{}', until: '{}'}}\n", stack.suspended->reason,
                            stack.suspended->owner, format_utc(stack.suspended->until));
    }
    return text + source_text(stack);
}

std::string waiver_text(const Waiver& waiver) {
    return fmt::format("{}Waiver\nmetadata: {{name: {}}}\nspec: {{server: '{}', environment: '{}', stack: '{}', path: "
                       "'{}', owner: '{}', reason: '{}', approver: '{}', from: '{}', until: '{}'}}\n---\n",
                       head, waiver.name, waiver.server, waiver.environment, waiver.stack, waiver.path, waiver.owner,
                       waiver.reason, waiver.approver, format_utc(waiver.from), format_utc(waiver.until));
}

std::string scope_text(const DesiredScope& scope) {
    std::string spec = fmt::format("  server: {}\n  names: '{}'\n", scope.server, scope.names);
    if (!scope.environments.empty()) spec += "  environments: ['" + scope.environments.front().name + "']\n";
    if (!scope.except.empty()) spec += "  except: ['" + scope.except.front() + "']\n";
    return std::string(head) + "Scope\nspec:\n" + spec;
}

void write(const fs::path& file, const std::string& text) {
    fs::create_directories(file.parent_path());
    std::ofstream out(file);
    out << text;
    if (!out.flush()) throw std::runtime_error("cannot write " + file.string());
}

} // namespace

void write_manifests(const World& world, const fs::path& folder) {
    const Desired desired = desired_of(world);
    write(folder / "defaults.yaml",
          std::string(head) + "Defaults\nspec: {server: main, environment: production, type: standalone}\n");
    write(folder / "branch/defaults.yaml", std::string(head) + "Defaults\nspec: {server: branch}\n");
    for (const DesiredStack& stack : desired.stacks) {
        const fs::path name = fs::path(stack.where.file).filename();
        write(stack.server == "branch" ? folder / "branch" / name : folder / name, stack_text(stack));
    }
    for (const DesiredScope& scope : desired.scopes) write(folder / "scope.yaml", scope_text(scope));
    std::string waivers;
    for (const Waiver& waiver : desired.waivers) waivers += waiver_text(waiver);
    if (!waivers.empty()) write(folder / "waivers.yaml", waivers);
}

Desired load_manifests(const World& world, const fs::path& folder) {
    manifest::LoadOptions options;
    options.root = folder;
    options.servers = {"main"};
    if (world.branch.configured) options.servers.emplace_back("branch");
    options.default_server = "main";
    Desired desired = manifest::load(options);
    for (const Diagnostic& problem : desired.diagnostics) {
        if (problem.severity != Severity::note) {
            throw std::runtime_error("manifests: " + problem.where.file + ": " + problem.message);
        }
    }
    desired.diagnostics.clear();
    for (DesiredStack& stack : desired.stacks) {
        stack.where.file = "manifests/" + fs::path(stack.where.file).filename().string();
    }
    return desired;
}

} // namespace mooring::walks
