// Env values, three parts with `=====` between them: the manifest's `env`, the bytes of the secret file it may name,
// the record's Env as JSON. No secret stands in any text, and equal env has no change.
#include "base/text.hpp"
#include "compare/compare.hpp"
#include "fuzz/json_reading.hpp"
#include "manifest/decode.hpp"
#include "unit/manifest/temporary_folder.hpp"

namespace mooring::fuzz {
namespace {

// In front of every value that is a secret, so that it is known again wherever it turns up.
constexpr std::string_view marker = "kE9-never-shown-";

std::string manifest_of(std::string_view env) {
    std::string text = "apiVersion: mooring/v1\nkind: Stack\nmetadata: {name: web}\nspec:\n  environment: {id: 1}\n"
                       "  compose: {inline: 'services: {web: {image: nginx}}'}\n  env:\n";
    for (const std::string_view line : split(env, '\n')) text += "    " + std::string(line) + "\n";
    return text;
}

Desired load(std::string_view env, std::string_view secret_file) {
    static const manifest::TemporaryFolder folder;
    folder.write("secret", std::string(marker) + std::string(secret_file));
    folder.write("stack.yaml", manifest_of(env));
    manifest::LoadOptions options;
    options.root = folder.path();
    options.servers = {"main"};
    options.variables = Variables({{"VALUE", Secret(std::string(marker))}});
    options.limits.yaml = {.bytes = 1U << 16U, .depth = 30, .expanded_nodes = 5'000, .documents = 50};
    return manifest::load(options);
}

std::optional<StackRecord> record_of(std::string_view env) {
    std::string list = R"([{"Id":1,"Name":"web","EndpointId":1,"Type":2,"Status":1,"Env":)";
    list += env.empty() ? "null" : env;
    auto listed = read_list<StackRecord>(list + "}]", list.size() + 2);
    if (!listed.problem.empty() || listed.values.size() != 1) return std::nullopt;
    return std::move(listed.values.front());
}

void mark(Secret& value) { value = Secret(std::string(marker) + std::string(value.reveal())); }

void require_silence(std::string_view text) { require(!text.contains(marker), "no text holds a secret", text); }

compare::Comparison comparison_of(const DesiredStack& stack, const StackRecord& record) {
    const match::Row row{.stack = &stack, .environment = {.id = 1, .name = {}}};
    const match::ServerFacts server;
    return compare::compare_record(row, record, server, {});
}

void check(const compare::Comparison& comparison) {
    for (const Change& change : comparison.changes) {
        require(is_harmless(change.path), "a path is one line", change.path);
        for (const auto& text : {std::optional(change.path), change.desired, change.actual}) {
            if (text) require_silence(*text);
        }
    }
    for (const auto& texts : {comparison.errors, comparison.notes, comparison.unread}) {
        for (const std::string& text : texts) require_silence(text);
    }
}

// The record that has exactly what is declared.
StackRecord as_declared(const DesiredStack& stack, StackRecord record) {
    record.env.clear();
    for (const DesiredEnv& variable : *stack.env) {
        record.env.push_back({.name = variable.name, .value = variable.value.value_or(Secret())});
    }
    return record;
}

} // namespace

void run(std::string_view input) {
    if (input.contains(marker)) return;
    const auto parts = parts_of(input, 3);
    Desired desired = load(parts[0], parts[1]);
    for (const Diagnostic& remark : desired.diagnostics) {
        require_silence(remark.message);
        require_silence(remark.suggestion);
    }
    auto record = record_of(parts[2]);
    if (desired.stacks.size() != 1 || !desired.stacks.front().env || !record) return;
    DesiredStack& stack = desired.stacks.front();
    for (DesiredEnv& variable : *stack.env) {
        if (variable.value && !variable.is_public) mark(*variable.value);
    }
    for (EnvVar& variable : record->env) {
        const auto is_public = [&](const DesiredEnv& env) { return env.is_public && env.name == variable.name; };
        if (std::ranges::none_of(*stack.env, is_public)) mark(variable.value);
    }
    check(comparison_of(stack, *record));
    for (const Change& change : comparison_of(stack, as_declared(stack, *record)).changes) {
        require(!change.path.starts_with("env."), "what is declared does not differ from itself", change.path);
    }
}

} // namespace mooring::fuzz
