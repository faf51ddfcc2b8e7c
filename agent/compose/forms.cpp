#include "compose/converters.hpp"

#include "compose/facts.hpp"

#include <algorithm>
#include <array>

namespace mooring::compose {
namespace {

// In the order of Form.
constexpr std::array forms = {
    FormInfo{"documents merged in order; x- keys dropped; an empty section counts as absent", read_file},
    FormInfo{"a map by name; null and {} are the same", read_named},
    FormInfo{"a map of known keys; x- keys dropped; empty is absent", read_record},
    FormInfo{"a map of known keys; empty is absent", read_closed_record},
    FormInfo{"a sequence of maps", read_records},
    FormInfo{"a sequence of maps", read_closed_records},
    FormInfo{"not compared", read_dropped},
    FormInfo{"compared as written", read_literal},
    FormInfo{"text; empty is absent", read_text},
    FormInfo{"path: a relative one from the project's folder, cleaned; absolute ones and ${...} as written", read_path},
    FormInfo{"text; a number is its text", read_text_or_number},
    FormInfo{"text; a boolean is its text; empty is absent", read_text_or_boolean},
    FormInfo{"one of the known words", read_choice},
    FormInfo{"true (true yes on y) or absent (false no off n), in any case, plain or quoted", read_boolean},
    FormInfo{"true or false (true yes on y, false no off n), in any case, plain or quoted", read_boolean_kept},
    FormInfo{"true or absent, not as text", read_boolean_plain},
    FormInfo{"whole number, plain or as text; 0 is absent", read_integer},
    FormInfo{"whole number, plain or as text; 0 counts", read_integer_kept},
    FormInfo{"number, plain or as text; 0 is absent", read_number},
    FormInfo{"number, plain or as text; 0 counts", read_number_kept},
    FormInfo{"whole number; a string is octal: \"0444\", \"444\" and 0444 are 292, 444 is 444", read_mode},
    FormInfo{
        "bytes: b k m g t p, each also kb and kib, factor 1024; 0 is absent; 1e3 and 1.5 without a unit as written",
        read_bytes},
    FormInfo{"bytes: b k m g t p, each also kb and kib, factor 1024, always text; 0 is absent", read_bytes_text},
    FormInfo{"duration (w d h m s ms us ns) by value; 0 is absent", read_duration},
    FormInfo{"duration (w d h m s ms us ns) by value; 0 counts", read_duration_kept},
    FormInfo{"whole number; all is -1; 0 is absent", read_device_count},
    FormInfo{"list of words; a string is split by shell rules; empty text is []; null is absent", read_words},
    FormInfo{"list; a string T is [CMD-SHELL, T]", read_health_test},
    FormInfo{"sequence of texts", read_texts},
    FormInfo{"sequence of texts, each once", read_texts_unique},
    FormInfo{"sequence of texts; of two that are the same before `=` the later counts", read_texts_once},
    FormInfo{"sequence of texts; a string is the list of it; of two that are the same before `=` the later counts",
             read_texts_or_text},
    FormInfo{"sequence of texts; a string is the list of it", read_list_or_text},
    FormInfo{"sequence of paths, relative ones from the project's folder, cleaned; a string is the list of it",
             read_paths},
    FormInfo{"set of texts", read_set},
    FormInfo{"set of texts; of two that are the same before `=` the later counts", read_set_by_name},
    FormInfo{"set of texts; a string is the set of it; of two that are the same before `=` the later counts",
             read_set_or_text},
    FormInfo{"set of texts, each once", read_set_unique},
    FormInfo{"set of texts; numbers are their text", read_number_set},
    FormInfo{"map; a list splits at the first =; K alone and null have no value; numbers and booleans are texts",
             read_environment},
    FormInfo{"map; a list splits at the first =; no value is the empty text; numbers and booleans are texts",
             read_labels},
    FormInfo{"map of texts; a list splits at the first =; no value is the empty text", read_labels},
    FormInfo{
        "map of addresses and paths, relative ones from the project's folder, cleaned; a list splits at the first =",
        read_contexts},
    FormInfo{"map of texts; null is the empty text", read_options},
    FormInfo{"map of texts; numbers are their text", read_plain_options},
    FormInfo{"map of texts", read_text_map},
    FormInfo{"map of paths, relative ones from the project's folder, cleaned; a list splits at the first =",
             read_ssh_keys},
    FormInfo{"map of lists of texts; one value is the list of it; numbers and booleans are texts",
             read_provider_options},
    FormInfo{"map of known keys; x- keys dropped; networks and depends_on filled in", read_service},
    FormInfo{"map of known keys; test NONE is disable: true", read_healthcheck},
    FormInfo{"map; a string T is {context: T}; context . and dockerfile Dockerfile filled in", read_build},
    FormInfo{"an address, or a path: a relative one from the project's folder, cleaned", read_context},
    FormInfo{"map of known keys", read_record},
    FormInfo{"the merged service; {service, file} of another file as written", read_closed_record},
    FormInfo{"map by service; a list is {condition: service_started, required: true}", read_dependencies},
    FormInfo{"{condition, required, restart}", read_dependency},
    FormInfo{"map by network; a list has no settings; absent without network_mode is {default: {}}", read_networks},
    FormInfo{"map of known keys; null is {}", read_network_membership},
    FormInfo{"set by [host_ip:][published:]target/protocol", read_ports},
    FormInfo{"set by target, cleaned", read_mounts},
    FormInfo{"set by full target path; default /SOURCE", read_config_mounts},
    FormInfo{"set by full target path; default and relative ones below /run/secrets", read_secret_mounts},
    FormInfo{"set of host=address, all addresses of a host", read_hosts},
    FormInfo{"set of source:target:permissions; of two with one path in the container the later counts", read_devices},
    FormInfo{"sequence of {driver, count, device_ids, capabilities, options}", read_device_requests},
    FormInfo{"sequence of {driver, count, device_ids, capabilities, options}; all is {count: all}",
             read_device_requests},
    FormInfo{"sequence of {path, required, format}, relative paths from the project's folder, cleaned; of two with one "
             "path as written the later counts",
             read_env_files},
    FormInfo{"{soft, hard}; a number is both", read_ulimit},
    FormInfo{"sequence of maps", read_records},
    FormInfo{"sequence of {path, project_directory, env_file}; a string is the path", read_includes},
    FormInfo{"map of known keys; null is {}", read_network},
    FormInfo{"map of known keys; null is {}", read_volume},
    FormInfo{"map of known keys", read_secret},
    FormInfo{"map of known keys", read_config},
    FormInfo{"true, or absent; with a name", read_boolean},
};
static_assert(forms.size() == static_cast<std::size_t>(Form::external) + 1);

} // namespace

const FormInfo& info(Form form) { return forms[static_cast<std::size_t>(form)]; }

// Forms of structure: mappings with fixed keys, lists of them, and sections whose keys are names.

namespace {

Outcome fields_of(yaml::Node& node, const RuleNode& rule, Context& context, bool extensions, Value& out) {
    if (node.kind != yaml::Kind::mapping) return context.fail(node, "must be a mapping", "wrong-type");
    return read_fields(node, rule, context, extensions, out) ? present_unless_empty(out) : Outcome::failed;
}

Outcome list_of_records(yaml::Node& node, const RuleNode& rule, Context& context, bool extensions, Value& out) {
    if (node.kind != yaml::Kind::sequence) return context.fail(node, "must be a list", "wrong-type");
    out.shape = Shape::sequence;
    out.members.reserve(node.items.size());
    for (yaml::Node& item : node.items) {
        Value value{.line = item.mark.line};
        if (fields_of(item, *rule.element, context, extensions, value) == Outcome::failed) return Outcome::failed;
        value.shape = Shape::map;
        out.members.push_back({.key = {}, .value = std::move(value)});
    }
    return present_unless_empty(out);
}

bool is_name(std::string_view text) {
    return !text.empty() && std::ranges::all_of(text, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '_' ||
               c == '-';
    });
}

} // namespace

Outcome read_record(yaml::Node&& node, const RuleNode& rule, Context& context, Value& out) {
    const bool may_be_null = rule.row->pattern == "services.*.deploy" || rule.row->pattern == "services.*.develop";
    if (may_be_null && node.kind == yaml::Kind::null) return Outcome::absent;
    return fields_of(node, rule, context, true, out);
}

Outcome read_closed_record(yaml::Node&& node, const RuleNode& rule, Context& context, Value& out) {
    return fields_of(node, rule, context, false, out);
}

Outcome read_records(yaml::Node&& node, const RuleNode& rule, Context& context, Value& out) {
    return list_of_records(node, rule, context, true, out);
}

Outcome read_closed_records(yaml::Node&& node, const RuleNode& rule, Context& context, Value& out) {
    return list_of_records(node, rule, context, false, out);
}

Outcome read_named(yaml::Node&& node, const RuleNode& rule, Context& context, Value& out) {
    if (node.kind != yaml::Kind::mapping) return context.fail(node, "must be a mapping", "wrong-type");
    out.shape = Shape::map;
    if (!has_text_keys(node, context)) return Outcome::failed;
    const bool any_name = rule.row->detail == "any name";
    out.members.reserve(node.entries.size());
    for (auto& [key, value] : node.entries) {
        const Context::Step step(context, key.text);
        if (!any_name && !is_name(key.text)) {
            return context.fail(key, "a name holds only letters, digits and . _ -");
        }
        Member member{.key = settled_literal(key.text), .value = {}};
        const Outcome outcome = canonicalise(std::move(value), *rule.any, context, member.value);
        if (outcome == Outcome::failed) return outcome;
        member.value.line = key.mark.line;
        out.members.push_back(std::move(member)); // a name counts, even without settings
    }
    sort_members(out);
    return present_unless_empty(out);
}

Outcome read_includes(yaml::Node&& node, const RuleNode& rule, Context& context, Value& out) {
    for (yaml::Node& item : node.items) {
        if (item.kind != yaml::Kind::scalar) continue;
        yaml::Node include{.kind = yaml::Kind::mapping, .mark = item.mark};
        include.entries.emplace_back(yaml::Node{.kind = yaml::Kind::scalar, .text = "path", .mark = item.mark},
                                     std::move(item));
        item = std::move(include);
    }
    return list_of_records(node, rule, context, false, out);
}

Outcome read_file(yaml::Node&& node, const RuleNode& rule, Context& context, Value& out) {
    if (node.kind != yaml::Kind::mapping) {
        return context.fail(node, "a compose file is a mapping at its top", "wrong-type");
    }
    const bool holds_something =
        std::ranges::any_of(node.entries, [](const auto& entry) { return entry.first.text != "version"; });
    if (!holds_something) return context.fail(node, "an empty compose file", "empty");
    if (!read_fields(node, rule, context, true, out)) return Outcome::failed;
    for (const std::string_view section : {"configs", "jobs", "models", "networks", "secrets", "services", "volumes"}) {
        // the sections always exist: a difference lies in them and never is one of them
        if (find(out, section) == nullptr) put(out, section, Value{.shape = Shape::map, .line = out.line});
    }
    Value* networks = find(out, "networks");
    const Value* implicit = networks == nullptr ? nullptr : find(*networks, "default");
    if (implicit != nullptr && implicit->members.empty()) remove(*networks, "default");
    return Outcome::present;
}

} // namespace mooring::compose
