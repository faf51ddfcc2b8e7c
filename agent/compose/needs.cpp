#include "compose/needs.hpp"

#include "compose/references.hpp"
#include "compose/tree.hpp"

#include <algorithm>
#include <array>
#include <map>

namespace mooring::compose {
namespace {

bool is_of_a_name(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

// Of one `$NAME` or `${NAME...}`; what has a default or stands in for the value needs none.
void add_reference(std::string_view reference, std::map<std::string, bool>& into) {
    const bool braced = reference.starts_with("${");
    std::string_view body = reference.substr(braced ? 2 : 1);
    if (braced && body.ends_with('}')) body.remove_suffix(1);
    const auto end = std::ranges::find_if_not(body, is_of_a_name) - body.begin();
    const std::string_view name = body.substr(0, static_cast<std::size_t>(end));
    const std::string_view rest = body.substr(name.size());
    const bool required = rest.starts_with('?') || rest.starts_with(":?");
    if (name.empty() || (!rest.empty() && !required)) return;
    bool& known = into[std::string(name)];
    known = known || required;
}

void add_references(std::string_view text, std::map<std::string, bool>& into) {
    for (std::size_t at = text.find('$'); at != std::string_view::npos; at = text.find('$', at)) {
        const std::size_t length = reference_length(text.substr(at));
        if (length > 0) add_reference(text.substr(at, length), into);
        const bool literal = length == 0 && at + 1 < text.size() && text[at + 1] == '$';
        at += literal ? 2 : std::max<std::size_t>(length, 1);
    }
}

// The tree's depth is bounded when it is loaded.
void walk(const Value& value, std::map<std::string, bool>& into) {
    add_references(value.text, into);
    for (const Member& member : value.members) {
        add_references(member.key, into);
        walk(member.value, into);
    }
}

bool is_true(const Value* value) { return value != nullptr && value->text == "true"; }

void add_externals(const Value& root, std::string_view kind, bool is_network, std::vector<External>& into) {
    const Value* all = find(root, kind);
    if (all == nullptr) return;
    for (const Member& one : all->members) {
        if (!is_true(find(one.value, "external"))) continue;
        const Value* name = find(one.value, "name");
        std::string real = name == nullptr ? one.key : name->text;
        if (!has_reference(real)) into.push_back({.is_network = is_network, .name = std::move(real)});
    }
}

bool has_members(const Value& service, std::string_view key) {
    const Value* found = find(service, key);
    return found != nullptr && (!found->members.empty() || !found->text.empty());
}

bool mounts_the_host(const Value& service) {
    const Value* mounts = find(service, "volumes");
    return mounts != nullptr && std::ranges::any_of(mounts->members, [](const Member& one) {
               return is_text(find(one.value, "type"), "bind");
           });
}

struct Feature {
    Restriction restriction;
    bool (*uses)(const Value& service);
};
constexpr std::array features{
    Feature{{"bind mounts", "allowBindMountsForRegularUsers"}, mounts_the_host},
    Feature{{"privileged mode", "allowPrivilegedModeForRegularUsers"},
            [](const Value& s) { return is_true(find(s, "privileged")); }},
    Feature{{"the host's namespace of processes", "allowHostNamespaceForRegularUsers"},
            [](const Value& s) { return is_text(find(s, "pid"), "host"); }},
    Feature{{"devices", "allowDeviceMappingForRegularUsers"}, [](const Value& s) { return has_members(s, "devices"); }},
    Feature{{"sysctls", "allowSysctlSettingForRegularUsers"}, [](const Value& s) { return has_members(s, "sysctls"); }},
    Feature{{"capabilities", "allowContainerCapabilitiesForRegularUsers"},
            [](const Value& s) { return has_members(s, "cap_add") || has_members(s, "cap_drop"); }},
    Feature{{"security options", "allowSecurityOptForRegularUsers"},
            [](const Value& s) { return has_members(s, "security_opt"); }},
};

} // namespace

Needs needs(const File& file) {
    Needs out;
    const Value& root = file.tree().root;
    std::map<std::string, bool> references;
    walk(root, references);
    for (auto& [name, required] : references) out.references.push_back({.name = name, .required = required});
    add_externals(root, "networks", true, out.externals);
    add_externals(root, "volumes", false, out.externals);
    const Value* services = find(root, "services");
    for (const Feature& one : features) {
        const bool used = services != nullptr && std::ranges::any_of(services->members, [&](const Member& service) {
                              return one.uses(service.value);
                          });
        if (used) out.features.push_back(one.restriction);
    }
    return out;
}

} // namespace mooring::compose
