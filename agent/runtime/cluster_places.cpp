// Where each declared object is looked for, what that stands on, and what must be asked for it (kubernetes.md §7.2,
// §7.3).
#include "base/text.hpp"
#include "runtime/cluster.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <tuple>

namespace mooring::runtime {
namespace {

using kubernetes::Item;
using kubernetes::Object;
using About = ClusterQuestion::About;

constexpr std::size_t most_label_bytes = 63;

// Groups of Kubernetes itself: what one server does not serve of them, another version of the API may hold all the
// same.
constexpr std::array own_groups{
    std::string_view("admissionregistration.k8s.io"),
    std::string_view("apiextensions.k8s.io"),
    std::string_view("apiregistration.k8s.io"),
    std::string_view("authentication.k8s.io"),
    std::string_view("authorization.k8s.io"),
    std::string_view("certificates.k8s.io"),
    std::string_view("coordination.k8s.io"),
    std::string_view("discovery.k8s.io"),
    std::string_view("events.k8s.io"),
    std::string_view("flowcontrol.apiserver.k8s.io"),
    std::string_view("internal.apiserver.k8s.io"),
    std::string_view("networking.k8s.io"),
    std::string_view("node.k8s.io"),
    std::string_view("rbac.authorization.k8s.io"),
    std::string_view("resource.k8s.io"),
    std::string_view("scheduling.k8s.io"),
    std::string_view("storage.k8s.io"),
    std::string_view("storagemigration.k8s.io"),
};

bool is_custom(std::string_view group) {
    return group.contains('.') && std::ranges::find(own_groups, group) == own_groups.end();
}

// What can stand in a path: a namespace, a group, a version.
bool is_name(std::string_view text, std::size_t most, std::string_view between = "-") {
    const auto plain = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); };
    if (text.empty() || text.size() > most || !plain(text.front()) || !plain(text.back())) return false;
    return !text.contains("..") && std::ranges::all_of(text, [&](char c) { return plain(c) || between.contains(c); });
}

bool is_api_version(std::string_view text) {
    const std::string_view group = kubernetes::group_of(text);
    const bool has_group = text.contains('/');
    const std::string_view version = has_group ? text.substr(group.size() + 1) : text;
    return (!has_group || is_name(group, 253, "-.")) && is_name(version, most_label_bytes);
}

std::string version_path(std::string_view api_version) {
    return (api_version.contains('/') ? "apis/" : "api/") + std::string(api_version);
}

// What is known of an object's kind: where its lists are.
struct Kind {
    std::string plural;
    bool namespaced = true;
};

void need(Seen& seen, ClusterQuestion question) {
    seen.sight = ObjectSight::unasked;
    seen.questions.push_back(std::move(question));
}

void leave(Seen& seen, ObjectSight sight, std::string why = {}) {
    seen.sight = sight;
    seen.why = std::move(why);
}

// The declared version does not have the kind: absent only where no other version of its group can have it.
void look_for_group(const ClusterStack& stack, bool version_is_served, Seen& seen) {
    const std::string& api_version = seen.object->api_version;
    const std::string group(kubernetes::group_of(api_version));
    const std::string what = fmt::format("the cluster does not serve {} of {}", printable(seen.object->key.kind, 80),
                                         printable(api_version, 120));
    if (!is_custom(group)) return leave(seen, ObjectSight::unclear, what);
    const auto& groups = cluster_of(stack).groups;
    if (!groups.reply.asked()) return need(seen, {.about = About::groups});
    seen.replies.push_back(&groups.reply);
    if (!groups.value) return leave(seen, ObjectSight::unread);
    const auto found = groups.value->find(group);
    const bool elsewhere = found != groups.value->end() && std::ranges::any_of(found->second, [&](const auto& version) {
                               return !version_is_served || version != api_version;
                           });
    if (elsewhere) return leave(seen, ObjectSight::unclear, what + ", and may hold it in another version");
    leave(seen, ObjectSight::absent, "the kind is not installed");
}

// Where the kind's lists are; nullopt: `seen` says why that is not known.
std::optional<Kind> kind_of(const ClusterStack& stack, Seen& seen) {
    const Object& object = *seen.object;
    if (const auto known = kubernetes::resource(object.api_version, object.key.kind))
        return Kind{std::string(known->plural), known->namespaced};
    const auto& kinds = cluster_of(stack).kinds;
    const auto answer = kinds.find(object.api_version);
    if (answer == kinds.end()) {
        need(seen, {.about = About::kinds, .what = object.api_version});
        return std::nullopt;
    }
    seen.replies.push_back(&answer->second.reply);
    if (!answer->second.value) {
        if (answer->second.reply.outcome == Outcome::not_served)
            look_for_group(stack, false, seen);
        else
            leave(seen, ObjectSight::unread);
        return std::nullopt;
    }
    const auto found = std::ranges::find(*answer->second.value, object.key.kind, &ClusterKind::kind);
    if (found != answer->second.value->end() && !is_name(found->plural, most_label_bytes)) {
        leave(seen, ObjectSight::unclear, "the cluster calls its kind what no path can have");
        return std::nullopt;
    }
    if (found != answer->second.value->end()) return Kind{found->plural, found->namespaced};
    look_for_group(stack, true, seen);
    return std::nullopt;
}

// For users: a namespace that is gone proves that nothing of it is there; false: `seen` says what is in the way.
bool enter(const ClusterStack& stack, Seen& seen) {
    const auto& namespaces = cluster_of(stack).namespaces;
    const auto answer = namespaces.find(seen.namespace_);
    if (answer == namespaces.end()) {
        need(seen, {.about = About::namespace_, .what = seen.namespace_});
        return false;
    }
    seen.replies.push_back(&answer->second);
    if (answer->second.ok()) return true;
    if (answer->second.outcome == Outcome::object_absent)
        leave(seen, ObjectSight::absent, "the namespace " + printable(seen.namespace_, most_label_bytes) + " is gone");
    else
        leave(seen, ObjectSight::unread);
    return false;
}

const Item* find_item(const std::vector<Item>& items, const std::string& name_space, const std::string& name) {
    const auto by = [](const Item& item) { return std::tie(item.namespace_, item.name); };
    const auto at = std::ranges::lower_bound(items, std::tie(name_space, name), {}, by);
    return at != items.end() && at->namespace_ == name_space && at->name == name ? &*at : nullptr;
}

void look_into_list(const ClusterStack& stack, Seen& seen) {
    const auto& lists = cluster_of(stack).lists;
    const auto list = lists.find(seen.list);
    if (list == lists.end())
        return need(seen, {.about = About::list,
                           .what = seen.list,
                           .api_version = seen.object->api_version,
                           .kind = seen.object->key.kind});
    const Reply& reply = list->second.reply;
    seen.replies.push_back(&reply);
    if (reply.outcome == Outcome::not_served)
        return leave(seen, ObjectSight::unclear,
                     fmt::format("the cluster does not serve {} of {}", printable(seen.object->key.kind, 80),
                                 printable(seen.object->api_version, 120)));
    if (!reply.ok()) return leave(seen, ObjectSight::unread);
    seen.item = find_item(list->second.items, seen.namespace_, seen.object->key.name);
    seen.sight = seen.item != nullptr ? ObjectSight::found : ObjectSight::absent;
}

std::string namespace_of(const ClusterStack& stack, const Object& object) {
    if (!object.key.namespace_.empty()) return object.key.namespace_;
    return stack.namespace_.empty() ? "default" : std::string(stack.namespace_);
}

// Claims of a StatefulSet stay, unless it says otherwise.
bool takes_data(const Seen& seen) {
    if (seen.object->key.kind != "StatefulSet") return false;
    const auto live = kubernetes::read_live(seen.item->json, seen.object->api_version, seen.object->key.kind);
    if (!live) return true; // nobody knows
    const std::string_view when =
        kubernetes::text_at(live->tree, {"spec", "persistentVolumeClaimRetentionPolicy", "whenDeleted"});
    return !when.empty() && when != "Retain";
}

} // namespace

const ClusterFacts& cluster_of(const ClusterStack& stack) {
    static const ClusterFacts nothing;
    const auto found = stack.server.runtime.find(stack.environment);
    return found == stack.server.runtime.end() ? nothing : found->second.cluster;
}

std::string list_path(const ClusterStack& stack, std::string_view api_version, std::string_view plural,
                      std::string_view name_space) {
    const bool wide = name_space.empty() || stack.server.is_administrator();
    return wide ? fmt::format("{}/{}", version_path(api_version), plural)
                : fmt::format("{}/namespaces/{}/{}", version_path(api_version), name_space, plural);
}

const std::vector<Item>* items_of(const ClusterStack& stack, const std::string& path) {
    const auto& lists = cluster_of(stack).lists;
    const auto found = lists.find(path);
    return found == lists.end() || !found->second.reply.ok() ? nullptr : &found->second.items;
}

Seen see(const ClusterStack& stack, const Object& object) {
    Seen seen{.object = &object};
    if (!is_api_version(object.api_version)) {
        leave(seen, ObjectSight::unclear, "`" + printable(object.api_version, 120) + "` cannot be an apiVersion");
        return seen;
    }
    const std::optional<Kind> kind = kind_of(stack, seen);
    if (!kind) return seen;
    if (kind->namespaced) {
        seen.namespace_ = namespace_of(stack, object);
        if (!is_name(seen.namespace_, most_label_bytes)) {
            leave(seen, ObjectSight::unclear,
                  "`" + printable(seen.namespace_, 80) + "` cannot be the name of a namespace");
            return seen;
        }
        if (!stack.server.is_administrator() && !enter(stack, seen)) return seen;
    }
    seen.list = list_path(stack, object.api_version, kind->plural, seen.namespace_);
    look_into_list(stack, seen);
    return seen;
}

std::vector<Seen> see_all(const ClusterStack& stack) {
    std::vector<Seen> out;
    out.reserve(stack.file.objects.size());
    for (const Object& object : stack.file.objects) out.push_back(see(stack, object));
    return out;
}

std::vector<const Reply*> cluster_replies(const ClusterStack& stack) {
    std::vector<const Reply*> out;
    for (const Seen& seen : see_all(stack)) {
        for (const Reply* reply : seen.replies) {
            if (std::ranges::find(out, reply) == out.end()) out.push_back(reply);
        }
    }
    return out;
}

std::map<const Object*, std::string> names_of(const ClusterStack& stack) {
    constexpr std::size_t most_name_bytes = 400;
    std::map<std::string, int> count;
    for (const Object& object : stack.file.objects) ++count[kubernetes::label(object.key)];
    std::map<const Object*, std::string> names;
    for (const Object& object : stack.file.objects) {
        std::string name = kubernetes::label(object.key);
        if (count[name] > 1) {
            const auto& key = object.key;
            const std::string group = key.group.empty() ? "" : "." + key.group;
            name = fmt::format("{}{}/{}/{}", key.kind, group, namespace_of(stack, object), key.name);
        }
        names[&object] = printable(name, most_name_bytes);
    }
    return names;
}

std::string path_of(const ClusterQuestion& question) {
    switch (question.about) {
    case About::list:
        return question.what;
    case About::namespace_:
        return "api/v1/namespaces/" + question.what;
    case About::kinds:
        return version_path(question.what);
    case About::groups:
        return "apis";
    case About::holder:
        break;
    }
    return {};
}

std::optional<std::vector<ObjectThere>> objects_there(const ClusterStack& stack, std::optional<StackId> id) {
    std::vector<ObjectThere> there;
    const std::vector<Seen> all = see_all(stack);
    for (const Seen& seen : all) {
        if (seen.sight != ObjectSight::absent && seen.sight != ObjectSight::found) return std::nullopt;
        if (seen.sight != ObjectSight::found) continue;
        there.push_back({.name = kubernetes::label(seen.object->key),
                         .stack_id = seen.item->stack_id,
                         .takes_data = takes_data(seen)});
    }
    if (!id) return there;
    const auto beside = labelled_beside(stack, *id, all);
    if (!beside) return std::nullopt;
    for (const std::string& name : *beside)
        there.push_back({.name = name, .stack_id = std::to_string(*id), .in_file = false});
    return there;
}

} // namespace mooring::runtime
