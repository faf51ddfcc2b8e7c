// Env by name and value (design §4): the last value of a duplicated name wins, order says nothing, and no value is
// shown unless it is public or asked for.

#include "base/mask.hpp"
#include "base/text.hpp"
#include "compare/parts.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <map>
#include <set>

namespace mooring::compare {
namespace {

constexpr std::size_t most_name_bytes = 200;

struct ActualEnv {
    const EnvVar* last = nullptr;
    std::size_t count = 0;
};

// One side of a change: absent, hidden (present, "") or the value itself.
std::optional<std::string> side(const std::optional<Secret>& value, bool present, bool shown) {
    if (!present) return std::nullopt;
    return shown && value ? printable(value->reveal()) : std::string();
}

Secret masked(const Secret& value) { return Secret(mask_text(value.reveal())); }

// `TOKEN=x` is a name that somebody gave by mistake.
std::string shown_name(std::string_view name) { return printable(mask_text(name), most_name_bytes); }

Change env_change(const RecordPair& pair, std::string_view name, const DesiredEnv* desired, const EnvVar* actual) {
    const bool secret = desired == nullptr || !desired->is_public || !desired->value;
    const bool shown = !secret || pair.options.show_values;
    // What is public is the manifest's value; the server's may be what nobody meant to show.
    const auto found = actual ? std::optional(secret ? actual->value : masked(actual->value)) : std::nullopt;
    Change change =
        change_at(Plane::record, Subject::env, env_path(name),
                  side(desired ? desired->value : std::nullopt, desired != nullptr, shown),
                  side(found, actual != nullptr, shown), manifest_line(pair.stack, desired ? desired->line : 0));
    change.key = shown_name(name);
    change.secret = secret;
    if (!secret) {
        shown_of(desired->value->reveal(), change.whole_desired);
        if (found) shown_of(found->reveal(), change.whole_actual);
        return change;
    }
    const auto revealed = [](const Secret& value) { return value.reveal(); };
    change.secret_digest = digest_of_secret(
        pair.options.digest, desired && desired->value ? std::optional(revealed(*desired->value)) : std::nullopt,
        actual ? std::optional(revealed(actual->value)) : std::nullopt);
    return change;
}

void compare_declared(const RecordPair& pair, const DesiredEnv& desired, const ActualEnv& actual, Comparison& out) {
    if (!desired.unreadable.empty()) {
        out.errors.push_back(fmt::format("{}: {}", env_path(desired.name), printable(desired.unreadable)));
    }
    const bool differs = desired.value && actual.last && desired.value->reveal() != actual.last->value.reveal();
    if (actual.last == nullptr || differs) out.changes.push_back(env_change(pair, desired.name, &desired, actual.last));
}

// How often a name stands there is no secret.
void compare_count(const RecordPair& pair, std::string_view name, const ActualEnv& actual, std::size_t line,
                   Comparison& out) {
    if (actual.count < 2) return;
    out.changes.push_back(change_at(Plane::record, Subject::env_twice, env_path(name) + std::string(twice_suffix),
                                    "once", fmt::format("{} times", actual.count), manifest_line(pair.stack, line)));
    out.changes.back().key = shown_name(name);
}

} // namespace

std::string env_path(std::string_view name) { return "env." + shown_name(name); }

std::string digest_of_secret(const std::function<std::string(std::string_view)>& digest,
                             const std::optional<std::string_view>& desired,
                             const std::optional<std::string_view>& actual) {
    if (!digest) return {};
    // With lengths, so that no two pairs give the same text.
    const auto side = [](const std::optional<std::string_view>& value) {
        return value ? fmt::format("{}:{}", value->size(), *value) : std::string("-");
    };
    const Secret both(side(desired) + side(actual)); // wiped when it goes
    return digest(both.reveal());
}

void compare_env(const RecordPair& pair, Comparison& out) {
    if (!pair.stack.env) return;
    std::map<std::string_view, const DesiredEnv*> declared;
    for (const DesiredEnv& variable : *pair.stack.env) declared[variable.name] = &variable;
    std::map<std::string_view, ActualEnv> present;
    for (const EnvVar& variable : pair.record.env) {
        ActualEnv& entry = present[variable.name];
        entry.last = &variable;
        ++entry.count;
    }
    std::size_t opaque = 0;
    for (const auto& [name, desired] : declared) {
        const auto found = present.find(name);
        const ActualEnv actual = found == present.end() ? ActualEnv{} : found->second;
        compare_declared(pair, *desired, actual, out);
        compare_count(pair, name, actual, desired->line, out);
        if (!desired->value && desired->unreadable.empty()) ++opaque;
    }
    for (const auto& [name, actual] : present) {
        if (!pair.stack.env_strict || declared.contains(name)) continue;
        out.changes.push_back(env_change(pair, name, nullptr, actual.last));
        compare_count(pair, name, actual, 0, out);
    }
    if (opaque > 0) out.notes.push_back(fmt::format("{} {} not compared", opaque, opaque == 1 ? "value" : "values"));
}

} // namespace mooring::compare
