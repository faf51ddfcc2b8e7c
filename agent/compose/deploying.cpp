#include "compose/facts.hpp"

#include "base/text.hpp"
#include "compose/canonical.hpp"
#include "compose/text.hpp"

#include <algorithm>
#include <array>
#include <iterator>
#include <map>
#include <utility>

namespace mooring::compose {
namespace {

std::string path_of(std::initializer_list<std::string_view> keys) {
    std::string path;
    for (const std::string_view key : keys) append_key(path, key);
    return path;
}

const std::vector<Member>& members_of(const Value& value, std::string_view key) {
    static const std::vector<Member> none;
    const Value* found = find(value, key);
    return found == nullptr ? none : found->members;
}

std::string text_of(const Value& value, std::string_view key) {
    const Value* found = find(value, key);
    return found == nullptr ? std::string() : found->text;
}

bool is_relative(std::string_view source) {
    return source.starts_with('.') || source.starts_with('~') ||
           (!source.empty() && !source.starts_with('/') && !has_reference(source));
}

void add_mount(std::string_view service, const Member& mount, Footprint& out) {
    const std::string type = text_of(mount.value, "type");
    const std::string source = text_of(mount.value, "source");
    if (has_reference(source) || has_reference(mount.key)) out.unresolved.push_back(mount_path(service, mount.key));
    if (type == "bind" && is_relative(source)) out.relative_binds.push_back(mount_path(service, mount.key));
    const bool on_host = type == "bind" && source.starts_with('/');
    if (on_host || (type.starts_with("bind") && has_reference(source))) out.claims.push_back("bind " + source);
    if (type == "volume" && source.empty()) out.anonymous_volumes.push_back(mount_path(service, mount.key));
}

// NOLINTNEXTLINE(misc-no-recursion): the tree's depth is bounded when it is loaded
bool refers(const Value& value) {
    return has_reference(value.text) ||
           std::ranges::any_of(value.members, [](const Member& one) { return refers(one.value); });
}

// The device of a local bind is a path that the loader resolves.
void add_volume(const Member& volume, Footprint& out) {
    const std::string name = text_of(volume.value, "name");
    if (!name.empty() && text_of(volume.value, "external") != "true") out.claims.push_back("volume " + name);
    const std::string driver = text_of(volume.value, "driver");
    const Value* options = find(volume.value, "driver_opts");
    if (options != nullptr && (driver.empty() || driver == "local") && text_of(*options, "o").contains("bind") &&
        is_relative(text_of(*options, "device")))
        out.relative_binds.push_back(path_of({"volumes", volume.key}));
    for (const std::string_view key : std::array<std::string_view, 4>{"name", "external", "driver", "driver_opts"}) {
        const Value* said = find(volume.value, key);
        if (said != nullptr && refers(*said)) out.unresolved.push_back(path_of({"volumes", volume.key}));
    }
}

// A profile that the client reads: `seccomp:profile.json`, unless it is one of Docker's own.
bool reads_profile(const std::string& option) {
    if (!option.starts_with("seccomp:") && !option.starts_with("seccomp=")) return false;
    const std::string_view profile = std::string_view(option).substr(std::string_view("seccomp:").size());
    return profile != "unconfined" && profile != "builtin" && !profile.empty();
}

void add_other_files(const Member& service, Footprint& out) {
    const auto needs = [&](std::string_view key) {
        out.needs_files.push_back(path_of({"services", service.key, key}));
    };
    const Value* labels = find(service.value, "label_file");
    if (labels != nullptr && (!labels->members.empty() || !labels->text.empty())) needs("label_file");
    const Value* credentials = find(service.value, "credential_spec");
    if (credentials != nullptr && find(*credentials, "file") != nullptr) needs("credential_spec");
    const auto& options = members_of(service.value, "security_opt");
    if (std::ranges::any_of(options, [](const Member& one) { return reads_profile(one.value.text); }))
        needs("security_opt");
}

// "8080:80/tcp", "127.0.0.1:8080:80/tcp": what lies before the last colon is the host's side.
void add_port(std::string_view identity, Footprint& out) {
    const std::size_t colon = identity.rfind(':');
    const std::size_t slash = identity.rfind('/');
    if (colon == std::string_view::npos) return; // any free port
    const std::string_view protocol = slash == std::string_view::npos ? "/tcp" : identity.substr(slash);
    const std::string_view host = identity.substr(0, colon);
    out.claims.push_back("port " + std::string(host.substr(host.rfind(':') + 1)).append(protocol));
}

void add_service(const Member& service, Footprint& out) {
    for (const Member& mount : members_of(service.value, "volumes")) add_mount(service.key, mount, out);
    for (const Member& port : members_of(service.value, "ports")) add_port(port.key, out);
    const std::string name = text_of(service.value, "container_name");
    if (!name.empty()) out.claims.push_back("container " + name);
    if (const Value* health = find(service.value, "healthcheck"); health != nullptr) {
        constexpr std::chrono::seconds most = std::chrono::hours(1);
        const auto period = parse_go_duration(text_of(*health, "start_period"));
        if (period)
            out.start_period =
                std::max(out.start_period, std::min(most, std::chrono::ceil<std::chrono::seconds>(*period)));
    }
    add_other_files(service, out);
    if (find(service.value, "build") != nullptr) out.needs_files.push_back(path_of({"services", service.key, "build"}));
    if (const Value* extends = find(service.value, "extends");
        extends != nullptr && find(*extends, "file") != nullptr) {
        out.needs_files.push_back(path_of({"services", service.key, "extends"}));
    }
    for (const Member& file : members_of(service.value, "env_file")) {
        const std::string path = text_of(file.value, "path");
        const bool of_the_stack = path == "stack.env" || path == "./stack.env";
        out.needs_stack_env = out.needs_stack_env || of_the_stack;
        if (!of_the_stack) out.needs_files.push_back(path_of({"services", service.key, "env_file"}));
    }
}

void tidy(std::vector<std::string>& texts) {
    std::ranges::sort(texts);
    texts.erase(std::ranges::unique(texts).begin(), texts.end());
}

} // namespace

std::string mount_path(std::string_view service, std::string_view target) {
    std::string path = path_of({"services", service, "volumes"});
    append_identity(path, target);
    return path;
}

namespace {

Footprint footprint_of(const File& file) {
    Footprint out;
    const Value& root = file.tree().root;
    for (const Member& service : members_of(root, "services")) add_service(service, out);
    for (const std::string_view kind : std::array<std::string_view, 2>{"configs", "secrets"}) {
        for (const Member& one : members_of(root, kind)) {
            if (find(one.value, "file") != nullptr) out.needs_files.push_back(path_of({kind, one.key}));
        }
    }
    if (find(root, "include") != nullptr) out.needs_files.emplace_back("include");
    for (const Member& volume : members_of(root, "volumes")) add_volume(volume, out);
    for (auto* texts : {&out.claims, &out.relative_binds, &out.anonymous_volumes, &out.needs_files, &out.unresolved})
        tidy(*texts);
    return out;
}

} // namespace

Footprint footprint(const File& file, const ValueOf& value) {
    Footprint written = footprint_of(file);
    const auto with = value ? file_with_values(file, value) : std::nullopt;
    if (!with) return written;
    Footprint out = footprint_of(*with);
    std::ranges::set_difference(out.claims, written.claims, std::back_inserter(out.by_variable));
    for (auto* paths : {&out.relative_binds, &out.anonymous_volumes, &out.unresolved}) hide_values(*paths, {&file});
    return out;
}

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

void add_externals(const Value& root, ExternalKind kind, std::vector<External>& into) {
    const Value* all = find(root, std::string(to_string(kind)) + "s");
    if (all == nullptr) return;
    for (const Member& one : all->members) {
        if (!is_true(find(one.value, "external"))) continue;
        const Value* name = find(one.value, "name");
        into.push_back({.kind = kind, .name = name == nullptr ? one.key : name->text});
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

// Keys by where they stand; `*` is any name. Docker's own pages say since when. Those without a version the loader of
// Portainer 2.43 (Docker Compose 2.40.3) refuses.
struct KeyRow {
    std::array<std::string_view, 5> at; // "" beyond its end
    std::string_view since;
};
constexpr std::array key_table{
    KeyRow{{"jobs"}, ""},
    KeyRow{{"models"}, "2.38"},
    KeyRow{{"services", "*", "pre_start"}, ""},
    KeyRow{{"services", "*", "umask"}, ""},
    KeyRow{{"services", "*", "post_start"}, "2.30"},
    KeyRow{{"services", "*", "pre_stop"}, "2.30"},
    KeyRow{{"services", "*", "gpus"}, "2.30"},
    KeyRow{{"services", "*", "provider"}, "2.36"},
    KeyRow{{"services", "*", "models"}, "2.38"},
    KeyRow{{"services", "*", "use_api_socket"}, "2.38"},
    KeyRow{{"services", "*", "networks", "*", "use_service_name_alias"}, ""},
};

void add_keys(const Value& value, const KeyRow& row, std::size_t depth, std::string path, std::vector<NewKey>& into) {
    if (depth == row.at.size() || row.at.at(depth).empty()) {
        const bool is_there = !value.members.empty() || !value.text.empty(); // the tree has every top-level key
        if (is_there) into.push_back({.path = std::move(path), .since = row.since});
        return;
    }
    for (const Member& one : value.members) {
        if (row.at.at(depth) != "*" && row.at.at(depth) != one.key) continue;
        std::string below = path;
        append_key(below, one.key);
        add_keys(one.value, row, depth + 1, std::move(below), into);
    }
}

// What stands before the first slash of an image is a registry if it has a dot or a port, or is `localhost`.
void add_origin(const Value& service, std::map<std::string, std::string>& into) {
    const Value* image = find(service, "image");
    if (image == nullptr) return;
    const std::size_t slash = image->text.find('/');
    if (slash == std::string::npos) return;
    std::string registry = image->text.substr(0, slash);
    if (has_reference(registry) || (registry != "localhost" && registry.find_first_of(".:") == std::string::npos))
        return;
    if (registry == "docker.io" || registry == "index.docker.io") return;
    into.emplace(std::move(registry), image->text);
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

std::string_view to_string(ExternalKind kind) {
    constexpr std::array<std::string_view, 4> words{"network", "volume", "config", "secret"};
    return words.at(static_cast<std::size_t>(kind));
}

namespace {

Needs needs_of(const File& file) {
    Needs out;
    const Value& root = file.tree().root;
    std::map<std::string, bool> references;
    walk(root, references);
    for (auto& [name, required] : references) out.references.push_back({.name = name, .required = required});
    for (const auto kind : {ExternalKind::network, ExternalKind::volume, ExternalKind::config, ExternalKind::secret})
        add_externals(root, kind, out.externals);
    const Value* services = find(root, "services");
    for (const Feature& one : features) {
        const bool used = services != nullptr && std::ranges::any_of(services->members, [&](const Member& service) {
                              return one.uses(service.value);
                          });
        if (used) out.features.push_back(one.restriction);
    }
    for (const KeyRow& row : key_table) add_keys(root, row, 0, {}, out.new_keys);
    std::map<std::string, std::string> origins;
    if (services != nullptr) {
        for (const Member& service : services->members) add_origin(service.value, origins);
    }
    for (auto& [registry, image] : origins) out.origins.push_back({.registry = registry, .image = std::move(image)});
    return out;
}

} // namespace

Needs needs(const File& file, const ValueOf& value) {
    Needs written = needs_of(file);
    const auto with = value ? file_with_values(file, value) : std::nullopt;
    if (!with) return written;
    Needs out = needs_of(*with);
    for (External& one : out.externals)
        one.by_variable = std::ranges::find(written.externals, one) == written.externals.end();
    for (ImageOrigin& one : out.origins)
        one.by_variable = std::ranges::find(written.origins, one) == written.origins.end();
    out.references = std::move(written.references);
    out.new_keys = std::move(written.new_keys);
    return out;
}

} // namespace mooring::compose
