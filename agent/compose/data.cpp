// What deploying a file means for what is stored (reconcile.md §3.2 "Data"): the mounts and volumes of two files, and
// of files whose variables have their values.
#include "base/text.hpp"
#include "compose/canonical.hpp"
#include "compose/facts.hpp"
#include "compose/text.hpp"
#include "yaml/parts.hpp"

#include <algorithm>
#include <array>
#include <set>
#include <utility>

namespace mooring::compose {
namespace {

// What stands there for good: no dollar of it is read once more.
std::string literal_text(std::string_view text) {
    std::string out;
    for (const char c : text) out.append(c == '$' ? 2 : 1, c);
    return out;
}

// Values of maps and lists, not keys, as the loader does. What refers to one that is not known stays as it is.
// `plain`: what was not quoted may become a number or a boolean.
// NOLINTNEXTLINE(misc-no-recursion): bounded when it was read
void fill(yaml::Node& node, const ValueOf& value, bool plain) {
    for (yaml::Node& item : node.items) fill(item, value, plain);
    for (auto& [key, below] : node.entries) fill(below, value, plain);
    if (node.kind != yaml::Kind::scalar || !has_reference(node.text)) return;
    bool known = true; // a value that refers to others is not, and no default takes its place
    const auto text = with_values(node.text, [&](const std::string& name) -> std::optional<std::string> {
        const auto written = value(name);
        if (!written) return std::nullopt;
        auto given = as_env_file_gives(*written);
        known = known && given;
        return given;
    });
    if (!text || !known) return;
    node.text = literal_text(*text);
    node.plain = node.plain && plain;
}

std::string member_text(const Value& value, std::string_view key) {
    const Value* found = find(value, key);
    return found == nullptr ? std::string() : found->text;
}

const std::vector<Member>& below(const Value& value, std::string_view key) {
    static const std::vector<Member> none;
    const Value* found = find(value, key);
    return found == nullptr ? none : found->members;
}

bool is_alike(const Value& a, const Value& b) {
    return a.shape == b.shape && a.text == b.text &&
           std::ranges::equal(a.members, b.members, [](const Member& x, const Member& y) {
               return x.key == y.key && is_alike(x.value, y.value);
           });
}

bool has_one_source(const Value& one, const Value& other) {
    const auto subpath = [](const Value& mount) {
        const Value* volume = find(mount, "volume");
        return volume == nullptr ? std::string() : member_text(*volume, "subpath");
    };
    return member_text(one, "type") == member_text(other, "type") &&
           member_text(one, "source") == member_text(other, "source") && subpath(one) == subpath(other);
}

const Member* with_key(const std::vector<Member>& members, std::string_view key) {
    const auto found = std::ranges::find(members, key, &Member::key);
    return found == members.end() ? nullptr : &*found;
}

// A path of a service in the notation of differences: "services.db.volumes_from".
std::string service_key(std::string_view service, std::string_view key) {
    std::string path;
    for (const std::string_view one : {std::string_view("services"), service, key}) append_key(path, one);
    return path;
}

// Where something is mounted, and by which key of the service.
struct Mounted {
    std::string by;
    std::string target;
    bool holds_data = false;

    friend auto operator<=>(const Mounted&, const Mounted&) = default;
};

// Of a service, and of those from which it takes volumes. `seen`: services that were looked at, so that it ends.
// NOLINTNEXTLINE(misc-no-recursion)
void add_mounted(const Value& services, const Value& service, std::string_view by, std::set<std::string>& seen,
                 std::set<Mounted>& out) {
    for (const Member& mount : below(service, "volumes"))
        out.insert({std::string(by), mount.key, member_text(mount.value, "type") != "tmpfs"});
    for (const Member& one : below(service, "tmpfs"))
        out.insert({"tmpfs", clean_path(std::string_view(one.key).substr(0, one.key.find(':'))), false});
    for (const Member& one : below(service, "volumes_from")) {
        const std::string from = one.value.text.substr(0, one.value.text.find(':'));
        const Value* other = find(services, from);
        if (other != nullptr && seen.insert(from).second) add_mounted(services, *other, "volumes_from", seen, out);
        if (other == nullptr) out.insert({"volumes_from", "", true}); // another stack's container
    }
}

std::set<Mounted> mounted(const Value& root, const Member& service) {
    static const Value none;
    const Value* services = find(root, "services");
    std::set<std::string> seen{service.key};
    std::set<Mounted> out;
    add_mounted(services == nullptr ? none : *services, service.value, "volumes", seen, out);
    return out;
}

// What is mounted anew over, into or around something that holds data hides it, or is hidden by it.
void add_hidden(const Value& desired, const Member& wanted, const Value& actual, const Member& service,
                std::vector<std::string>& out) {
    const auto before = mounted(actual, service);
    for (const Mounted& fresh : mounted(desired, wanted)) {
        if (before.contains(fresh)) continue;
        for (const Mounted& held : before) {
            if (!held.holds_data || (held.by == fresh.by && held.target == fresh.target)) continue;
            const bool unknown = fresh.target.empty() || held.target.empty();
            if (!unknown && !lies_within(fresh.target, held.target) && !lies_within(held.target, fresh.target))
                continue;
            out.push_back(held.by == "volumes" ? mount_path(service.key, held.target)
                                               : service_key(service.key, "volumes_from"));
        }
    }
}

// A mount that the containers of now have and the ones to come lack, or have from elsewhere.
void add_lost(const Member& service, const Value& wanted, std::vector<std::string>& out) {
    for (const Member& mount : below(service.value, "volumes")) {
        const Member* kept = with_key(below(wanted, "volumes"), mount.key);
        if (kept == nullptr || !has_one_source(kept->value, mount.value))
            out.push_back(mount_path(service.key, mount.key));
    }
    for (const Member& from : below(service.value, "volumes_from")) {
        const bool kept = std::ranges::any_of(below(wanted, "volumes_from"),
                                              [&](const Member& one) { return one.value.text == from.value.text; });
        if (!kept) out.push_back(service_key(service.key, "volumes_from"));
    }
}

// A service that goes, or gets another name: a volume stays with what has it at the same place, and one without a name
// with nobody.
void add_dropped(const Member& service, const std::vector<Member>& others, std::vector<std::string>& out) {
    for (const Member& mount : below(service.value, "volumes")) {
        if (member_text(mount.value, "type") == "bind" || member_text(mount.value, "type") == "tmpfs") continue;
        const bool named = !member_text(mount.value, "source").empty();
        const bool moved = named && std::ranges::any_of(others, [&](const Member& other) {
                               const Member* same = with_key(below(other.value, "volumes"), mount.key);
                               return same != nullptr && has_one_source(same->value, mount.value);
                           });
        if (!moved) out.push_back(mount_path(service.key, mount.key));
    }
}

template <typename T>
void add_new(const std::vector<T>& needed, const std::vector<T>& known, std::string T::* name,
             std::vector<std::string>& into) {
    for (const T& one : needed) {
        if (std::ranges::find(known, one.*name, name) == known.end()) into.push_back(one.*name);
    }
}

// A service without what a swarm changes in place.
Value task_of(const Member& service) {
    Value task = service.value;
    const auto drop = [](Value& from, std::initializer_list<std::string_view> keys) {
        std::erase_if(from.members, [&](const Member& one) { return std::ranges::find(keys, one.key) != keys.end(); });
    };
    drop(task, {"scale"});
    if (Value* deploy = find(task, "deploy"); deploy != nullptr) {
        drop(*deploy, {"replicas", "labels", "update_config", "rollback_config"});
        if (deploy->members.empty()) drop(task, {"deploy"});
    }
    return task;
}

bool uses(const Member& service, std::string_view section, const std::string& key) {
    if (section == "networks" && key == "default") return true;
    return std::ranges::any_of(below(service.value, section), [&](const Member& one) {
        return one.key == key || member_text(one.value, "source") == key;
    });
}

// Whether something outside of a service that it uses differs.
bool uses_what_differs(const Member& service, const Value& desired, const Value& actual) {
    constexpr std::array<std::string_view, 4> sections{"networks", "volumes", "configs", "secrets"};
    return std::ranges::any_of(sections, [&](std::string_view section) {
        return std::ranges::any_of(below(desired, section), [&](const Member& one) {
            const Member* there = with_key(below(actual, section), one.key);
            return uses(service, section, one.key) && (there == nullptr || !is_alike(one.value, there->value));
        });
    });
}

} // namespace

std::optional<File> file_with_values(const File& file, const ValueOf& value) {
    if (file.tree().source.empty()) return std::nullopt;
    for (const bool plain : {false, true}) {
        auto documents = yaml::parse_compose(file.tree().source);
        if (!documents) return std::nullopt;
        for (yaml::Node& document : *documents) fill(document, value, plain);
        auto joined = join_documents(std::move(*documents), {});
        if (!joined) continue;
        Context context;
        auto tree = std::make_unique<File::Tree>();
        if (canonicalise(std::move(*joined), rule_tree(), context, tree->root) == Outcome::failed) continue;
        return File(std::move(tree));
    }
    return std::nullopt;
}

std::vector<std::string> data_between(const Value& desired, const Value& actual) {
    std::vector<std::string> out;
    const auto& wanted = below(desired, "services");
    for (const Member& service : below(actual, "services")) {
        const Member* kept = with_key(wanted, service.key);
        if (kept == nullptr) {
            add_dropped(service, wanted, out);
        } else {
            add_lost(service, kept->value, out);
            add_hidden(desired, *kept, actual, service, out);
        }
    }
    for (const Member& volume : below(actual, "volumes")) {
        const Member* kept = with_key(below(desired, "volumes"), volume.key);
        if (kept != nullptr && is_alike(kept->value, volume.value)) continue;
        std::string path = "volumes";
        append_key(path, volume.key);
        out.push_back(std::move(path));
    }
    std::ranges::sort(out);
    out.erase(std::ranges::unique(out).begin(), out.end());
    return out;
}

void hide_values(std::vector<std::string>& paths, std::initializer_list<const File*> files) {
    std::set<std::string> written;
    for (const File* file : files) {
        for (const Member& service : below(file->tree().root, "services")) {
            for (const Member& mount : below(service.value, "volumes"))
                written.insert(mount_path(service.key, mount.key));
        }
    }
    for (std::string& path : paths) {
        const std::size_t identity = path.find(".volumes[");
        if (identity != std::string::npos && !written.contains(path)) path.resize(identity + std::size(".volumes") - 1);
    }
    std::ranges::sort(paths);
    paths.erase(std::ranges::unique(paths).begin(), paths.end());
}

Deploying deploying(const File& desired, const File& actual) {
    Deploying out;
    const auto& wanted = below(desired.tree().root, "services");
    for (const Member& service : below(actual.tree().root, "services")) {
        if (std::ranges::find(wanted, service.key, &Member::key) == wanted.end())
            out.dropped_services.push_back(service.key);
    }
    out.data = data_between(desired.tree().root, actual.tree().root);
    out.actual = std::make_shared<const File>(std::make_unique<const File::Tree>(actual.tree()));
    const Needs known = needs(actual);
    const Needs needed = needs(desired);
    add_new(needed.references, known.references, &Reference::name, out.new_references);
    add_new(needed.new_keys, known.new_keys, &NewKey::path, out.new_keys);
    add_new(needed.origins, known.origins, &ImageOrigin::registry, out.new_registries);
    return out;
}

std::vector<std::string> held_at_risk(const File& desired, const ValueOf& to_come, const File& actual,
                                      const ValueOf& recorded) {
    const auto after = file_with_values(desired, to_come);
    const auto before = file_with_values(actual, recorded);
    std::vector<std::string> paths;
    for (const std::string_view kind : {std::string_view("configs"), std::string_view("secrets")}) {
        for (const Member& held : below(before ? before->tree().root : actual.tree().root, kind)) {
            const Member* kept = with_key(below(after ? after->tree().root : desired.tree().root, kind), held.key);
            if (kept == nullptr || is_alike(kept->value, held.value)) continue;
            if (member_text(kept->value, "name") != member_text(held.value, "name")) continue; // a new one
            if (member_text(kept->value, "external") == "true") continue;                      // nothing of it is sent
            std::string path(kind);
            append_key(path, held.key);
            paths.push_back(std::move(path));
        }
    }
    return paths;
}

bool lies_within(std::string_view inner, std::string_view outer) {
    return inner == outer || outer == "/" ||
           (inner.starts_with(outer) && inner.size() > outer.size() && inner[outer.size()] == '/');
}

std::vector<MountedAnew> mounted_anew(const File& desired, const ValueOf& to_come, const File* actual,
                                      const ValueOf& recorded) {
    const auto after = file_with_values(desired, to_come);
    const auto before = actual != nullptr ? file_with_values(*actual, recorded) : std::nullopt;
    const Value& to_be = after ? after->tree().root : desired.tree().root;
    const Value* is = before ? &before->tree().root : actual != nullptr ? &actual->tree().root : nullptr;
    std::vector<MountedAnew> out;
    for (const Member& service : below(to_be, "services")) {
        const Member* there = is == nullptr ? nullptr : with_key(below(*is, "services"), service.key);
        if (is != nullptr && there == nullptr) continue;
        const auto has = is == nullptr ? std::set<Mounted>() : mounted(*is, *there);
        for (const Mounted& fresh : mounted(to_be, service)) {
            if (has.contains(fresh)) continue;
            const Member* mount =
                fresh.by == "volumes" ? with_key(below(service.value, "volumes"), fresh.target) : nullptr;
            const bool unnamed = mount != nullptr && member_text(mount->value, "type") == "volume" &&
                                 member_text(mount->value, "source").empty();
            out.push_back({service.key, fresh.target, unnamed});
        }
    }
    return out;
}

std::vector<std::string> tasks_made_anew(const File& desired, const ValueOf& to_come, const File& actual,
                                         const ValueOf& recorded) {
    const auto after = file_with_values(desired, to_come);
    const auto before = file_with_values(actual, recorded);
    const Value& to_be = after ? after->tree().root : desired.tree().root;
    const Value& is = before ? before->tree().root : actual.tree().root;
    std::vector<std::string> out;
    for (const Member& service : below(to_be, "services")) {
        const Member* there = with_key(below(is, "services"), service.key);
        if (there == nullptr) continue;
        if (!is_alike(task_of(service), task_of(*there)) || uses_what_differs(service, to_be, is))
            out.push_back(service.key);
    }
    return out;
}

std::vector<std::string> data_at_risk(const File& desired, const ValueOf& to_come, const File& actual,
                                      const ValueOf& recorded) {
    const auto after = file_with_values(desired, to_come);
    const auto before = file_with_values(actual, recorded);
    auto paths = data_between(after ? after->tree().root : desired.tree().root,
                              before ? before->tree().root : actual.tree().root);
    hide_values(paths, {&desired, &actual});
    return paths;
}

} // namespace mooring::compose
