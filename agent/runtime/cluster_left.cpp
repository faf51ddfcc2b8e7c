// What a stack deployed once and its file declares no more: nothing removes it (kubernetes.md §0.5, §7.2).
#include "base/text.hpp"
#include "runtime/cluster.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <set>
#include <utility>

namespace mooring::runtime {
namespace {

using kubernetes::Item;

constexpr std::size_t most_left = 20;
constexpr std::string_view labelled = "?labelSelector=io.portainer.kubernetes.application.stackid";

struct ListedKind {
    std::string_view api_version;
    std::string_view kind;
};

// kubernetes.md §7.2: what stacks are made of, and every user with the namespace may list.
constexpr std::array kinds_left{
    ListedKind{"apps/v1", "Deployment"},
    ListedKind{"apps/v1", "StatefulSet"},
    ListedKind{"apps/v1", "DaemonSet"},
    ListedKind{"batch/v1", "Job"},
    ListedKind{"batch/v1", "CronJob"},
    ListedKind{"v1", "Service"},
    ListedKind{"v1", "ConfigMap"},
    ListedKind{"v1", "Secret"},
    ListedKind{"networking.k8s.io/v1", "Ingress"},
    ListedKind{"v1", "PersistentVolumeClaim"},
};

// Where objects of the stack can be: its namespace, and those that its file names.
std::set<std::string> namespaces_of(const ClusterStack& stack, const std::vector<Seen>& all) {
    std::set<std::string> names;
    for (const Seen& seen : all) {
        if (!seen.namespace_.empty()) names.insert(seen.namespace_);
    }
    if (names.empty()) names.emplace(stack.namespace_.empty() ? "default" : stack.namespace_);
    return names;
}

// A namespace that is gone, or may not be looked into, has nothing to show.
bool can_be_seen(const ClusterStack& stack, const std::string& name_space) {
    if (stack.server.is_administrator()) return true;
    const auto& namespaces = cluster_of(stack).namespaces;
    const auto answer = namespaces.find(name_space);
    return answer != namespaces.end() && answer->second.ok();
}

std::string path_of_kind(const ClusterStack& stack, const ListedKind& kind, const std::string& name_space) {
    return list_path(stack, kind.api_version, kubernetes::resource(kind.api_version, kind.kind)->plural, name_space);
}

// Controllers copy labels to what they make.
bool is_made_by_another(const Item& item, std::string_view api_version, std::string_view kind) {
    const auto live = kubernetes::read_live(item.json, api_version, kind);
    return !live || kubernetes::at(live->tree, {"metadata", "ownerReferences"}) != nullptr;
}

struct SeenList {
    std::string api_version;
    std::string kind;
    const std::vector<Item>* items = nullptr;
};

// By "KIND path": those of the declared kinds, and of the others what was read of them.
std::map<std::string, SeenList> lists_of(const ClusterStack& stack, const std::vector<Seen>& all) {
    std::map<std::string, SeenList> lists;
    for (const Seen& seen : all) {
        if (!seen.list.empty() && seen.object->key.kind != "Endpoints") // which have the labels of their Services
            lists[seen.list] = {seen.object->api_version, seen.object->key.kind, items_of(stack, seen.list)};
    }
    for (const std::string& name_space : namespaces_of(stack, all)) {
        for (const ListedKind& kind : kinds_left) {
            const std::string path = path_of_kind(stack, kind, name_space);
            const auto* items = items_of(stack, path + std::string(labelled));
            if (items == nullptr) items = items_of(stack, path);
            lists.try_emplace(path, SeenList{std::string(kind.api_version), std::string(kind.kind), items});
        }
    }
    return lists;
}

struct Beside {
    std::vector<std::string> names; // "Service/old", sorted
    bool whole = true;              // false: a list could not be read
};

Beside beside_the_file(const ClusterStack& stack, StackId id, const std::vector<Seen>& all) {
    std::set<std::pair<std::string, std::string>> declared; // kind and "NAMESPACE/NAME"
    for (const Seen& seen : all) declared.emplace(seen.object->key.kind, seen.namespace_ + "/" + seen.object->key.name);
    const std::string own = std::to_string(id);
    Beside beside;
    std::set<std::string> names;
    for (const auto& [path, list] : lists_of(stack, all)) {
        beside.whole = beside.whole && list.items != nullptr;
        if (list.items == nullptr) continue;
        for (const Item& item : *list.items) {
            const bool is_left = item.stack_id == own && !item.deleting &&
                                 !declared.contains({list.kind, item.namespace_ + "/" + item.name});
            if (is_left && !is_made_by_another(item, list.api_version, list.kind))
                names.insert(fmt::format("{}/{}", list.kind, printable(item.name, 253)));
        }
    }
    beside.names.assign(names.begin(), names.end());
    return beside;
}

} // namespace

std::vector<ClusterQuestion> left_behind_questions(const ClusterStack& stack, const std::vector<Seen>& all) {
    std::vector<ClusterQuestion> questions;
    const auto& lists = cluster_of(stack).lists;
    for (const std::string& name_space : namespaces_of(stack, all)) {
        if (!can_be_seen(stack, name_space)) continue;
        for (const ListedKind& kind : kinds_left) {
            const std::string path = path_of_kind(stack, kind, name_space);
            if (lists.contains(path)) continue;
            questions.push_back({.about = ClusterQuestion::About::list,
                                 .what = path + std::string(labelled),
                                 .api_version = std::string(kind.api_version),
                                 .kind = std::string(kind.kind)});
        }
    }
    return questions;
}

std::optional<std::vector<std::string>> labelled_beside(const ClusterStack& stack, StackId id,
                                                        const std::vector<Seen>& all) {
    Beside beside = beside_the_file(stack, id, all);
    if (!beside.whole) return std::nullopt;
    return std::move(beside.names);
}

std::vector<std::string> left_behind(const ClusterStack& stack, const StackRecord& record,
                                     const std::vector<Seen>& all) {
    std::vector<std::string> notes = beside_the_file(stack, record.id, all).names;
    if (notes.size() > most_left) notes.resize(most_left);
    for (std::string& note : notes)
        note += " was deployed by this stack and is in its file no more: Portainer leaves it where it is";
    return notes;
}

} // namespace mooring::runtime
