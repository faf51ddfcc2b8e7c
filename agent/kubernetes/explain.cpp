// The rule that governs a path.
#include "kubernetes/kubernetes.hpp"

#include "base/text.hpp"
#include "kubernetes/rules.hpp"
#include "kubernetes/walk.hpp"

#include <fmt/format.h>

namespace mooring::kubernetes {
namespace {

// The keys of a path; what stands in brackets and is not a key in quotes is an element, "".
std::vector<std::string> keys_of(std::string_view path) {
    std::vector<std::string> keys;
    while (!path.empty()) {
        if (path.starts_with("[\"")) {
            const std::size_t end = std::min(path.find("\"]"), path.size());
            keys.emplace_back(path.substr(2, end - std::min<std::size_t>(end, 2)));
            path.remove_prefix(std::min(end + 2, path.size()));
        } else if (path[0] == '[') {
            keys.emplace_back();
            path.remove_prefix(std::min(path.find(']') + 1, path.size()));
            if (path.empty() || path[0] == '.' || path[0] == '[') continue;
            break;
        } else {
            if (path[0] == '.') path.remove_prefix(1);
            const std::size_t end = std::min(path.find_first_of(".["), path.size());
            if (end == 0) break;
            keys.emplace_back(path.substr(0, end));
            path.remove_prefix(end);
        }
    }
    return keys;
}

std::string list_form(const Field& field) {
    if (field.merge == Merge::set) return "a set: what is declared must be there, order says nothing";
    if (field.merge == Merge::keyed)
        return fmt::format("a list by {}: added elements do not count in what runs, the declared ones keep their order",
                           join(field.keys, " and "));
    return "a list as a whole: its length, its elements, their order";
}

std::string form_of(const Field& field) {
    const std::string_view zero = field.pointer
                                      ? "; 0, false and an empty text count"
                                      : "; 0, false and an empty text are as absent where the server leaves them out";
    switch (field.form) {
    case Form::quantity:
        return "a quantity by value: 1000m is 1, 1024Mi is 1Gi";
    case Form::duration:
    case Form::time:
        return "by value, however it is written";
    case Form::bytes:
        return "by the decoded bytes";
    case Form::int_or_text:
        return "as written: the number 80 and the text 80 differ";
    case Form::raw:
        return "as written";
    case Form::structure:
        return field.pointer ? "by its fields; {} counts" : "by its fields; {} is as absent";
    case Form::map:
        return "by key; {} is as absent, and null in a map of texts is an empty text";
    case Form::list:
        return list_form(field) + "; [] is as absent";
    default:
        return "by value" + std::string(zero);
    }
}

std::string reason_of(const Field& field) {
    if (field.merge == Merge::keyed) return "the server merges it by key; applying again restores the order";
    if (field.merge == Merge::atomic_map)
        return "applying again replaces it as a whole: keys that somebody added are changes (Portainer 2.39 and newer)";
    if (field.form == Form::list && field.merge == Merge::whole) return "applying again replaces it as a whole";
    if (field.form == Form::map || field.form == Form::structure) return "the server merges it field by field";
    return "so the server reads it, and writes it back in its own form";
}

std::optional<PathRule> special(const std::string& kind, const std::vector<std::string>& keys) {
    const bool in_metadata = keys.size() > 1 && keys[0] == "metadata";
    if (keys[0] == "status") return PathRule{kind + ": status", "not compared", "it is what the server says"};
    if (in_metadata && keys[1] == "labels")
        return PathRule{
            kind + ": metadata.labels", "by key, values as texts: 1.10 is 1.1, true is true",
            "Portainer writes them so, and its own seven labels over what the file says: these are not compared"};
    if (kind == "Secret" && keys[0] == "stringData")
        return PathRule{kind + ": stringData", "as data, and before it", "the server keeps it as data"};
    return std::nullopt;
}

} // namespace

std::optional<PathRule> explain(std::string_view path) {
    const std::size_t colon = path.find(':');
    const std::string kind(path.substr(0, path.find_first_of("/.:")));
    const Type* type =
        colon == std::string_view::npos || !path.substr(0, colon).contains('/') ? nullptr : type_of_kind(kind);
    const std::vector<std::string> keys =
        type == nullptr ? std::vector<std::string>() : keys_of(path.substr(colon + 1));
    if (keys.empty()) return std::nullopt;
    if (auto rule = special(kind, keys)) return rule;
    Field root;
    root.form = Form::structure;
    root.type = type;
    const Field* field = &root;
    std::string pattern;
    for (const std::string& key : keys) {
        const bool is_structure = field->form == Form::structure && field->type != nullptr;
        const Field* next = is_structure ? field->type->find(key) : field->element.get();
        if (next == nullptr) break;
        if (key.empty())
            pattern += "[]";
        else
            append_key(pattern, field->form == Form::map ? "*" : key);
        field = next;
    }
    if (field == &root) return std::nullopt;
    if (is_bundle(field))
        return PathRule{kind + ": " + pattern, "by the decoded bytes, unless none is declared", "others inject it"};
    return PathRule{kind + ": " + pattern, form_of(*field), reason_of(*field)};
}

} // namespace mooring::kubernetes
