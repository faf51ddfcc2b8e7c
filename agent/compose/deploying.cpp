#include "compose/deploying.hpp"

#include "base/quantity.hpp"
#include "compose/needs.hpp"
#include "compose/path.hpp"
#include "compose/references.hpp"
#include "compose/tree.hpp"

#include <algorithm>
#include <array>
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

std::string mount_path(std::string_view service, std::string_view target) {
    std::string path = path_of({"services", service, "volumes"});
    append_identity(path, target);
    return path;
}

bool same(const Value& a, const Value& b) {
    return a.shape == b.shape && a.text == b.text &&
           std::ranges::equal(a.members, b.members, [](const Member& x, const Member& y) {
               return x.key == y.key && same(x.value, y.value);
           });
}

// A mount that the containers of now have and the ones to come lack, or have from elsewhere.
void add_lost_mounts(const Member& actual, const Value& desired, std::vector<std::string>& out) {
    const auto& wanted = members_of(desired, "volumes");
    for (const Member& mount : members_of(actual.value, "volumes")) {
        const auto kept = std::ranges::find(wanted, mount.key, &Member::key);
        const bool stays = kept != wanted.end() && text_of(kept->value, "source") == text_of(mount.value, "source") &&
                           text_of(kept->value, "type") == text_of(mount.value, "type");
        if (!stays) out.push_back(mount_path(actual.key, mount.key));
    }
}

void add_changed_volumes(const Value& desired, const Value& actual, std::vector<std::string>& out) {
    const auto& wanted = members_of(desired, "volumes");
    for (const Member& volume : members_of(actual, "volumes")) {
        const auto kept = std::ranges::find(wanted, volume.key, &Member::key);
        if (kept == wanted.end() || !same(kept->value, volume.value)) out.push_back(path_of({"volumes", volume.key}));
    }
}

bool is_relative(std::string_view source) {
    return source.starts_with('.') || source.starts_with('~') ||
           (!source.empty() && !source.starts_with('/') && !has_reference(source));
}

void add_mount(std::string_view service, const Member& mount, Footprint& out) {
    const std::string type = text_of(mount.value, "type");
    const std::string source = text_of(mount.value, "source");
    if (type == "bind" && is_relative(source)) out.relative_binds.push_back(mount_path(service, mount.key));
    if (type == "bind" && source.starts_with('/')) out.claims.push_back("bind " + source);
    if (type == "volume" && source.empty()) out.anonymous_volumes.push_back(mount_path(service, mount.key));
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
    if (!name.empty() && !has_reference(name)) out.claims.push_back("container " + name);
    if (const Value* health = find(service.value, "healthcheck"); health != nullptr) {
        constexpr std::chrono::seconds most = std::chrono::hours(1);
        const auto period = parse_go_duration(text_of(*health, "start_period"));
        if (period)
            out.start_period =
                std::max(out.start_period, std::min(most, std::chrono::ceil<std::chrono::seconds>(*period)));
    }
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

Deploying deploying(const File& desired, const File& actual) {
    Deploying out;
    const auto& wanted = members_of(desired.tree().root, "services");
    for (const Member& service : members_of(actual.tree().root, "services")) {
        const auto kept = std::ranges::find(wanted, service.key, &Member::key);
        if (kept == wanted.end()) {
            out.dropped_services.push_back(service.key);
        } else {
            add_lost_mounts(service, kept->value, out.data);
        }
    }
    add_changed_volumes(desired.tree().root, actual.tree().root, out.data);
    tidy(out.data);
    const std::vector<Reference> known = needs(actual).references;
    for (const Reference& one : needs(desired).references) {
        if (std::ranges::find(known, one.name, &Reference::name) == known.end()) out.new_references.push_back(one.name);
    }
    return out;
}

Footprint footprint(const File& file) {
    Footprint out;
    const Value& root = file.tree().root;
    for (const Member& service : members_of(root, "services")) add_service(service, out);
    for (const std::string_view kind : std::array<std::string_view, 2>{"configs", "secrets"}) {
        for (const Member& one : members_of(root, kind)) {
            if (find(one.value, "file") != nullptr) out.needs_files.push_back(path_of({kind, one.key}));
        }
    }
    if (find(root, "include") != nullptr) out.needs_files.emplace_back("include");
    for (auto* texts : {&out.claims, &out.relative_binds, &out.anonymous_volumes, &out.needs_files}) tidy(*texts);
    return out;
}

} // namespace mooring::compose
