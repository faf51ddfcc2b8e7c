// Where objects have what they store, and what a deployment means for it (reconcile.md §3.2 "Data"): pods by container
// and mount path, claims and volumes.
#include "kubernetes/pods.hpp"
#include "kubernetes/walk.hpp"

#include <algorithm>
#include <charconv>
#include <fmt/format.h>
#include <map>
#include <set>
#include <utility>

namespace mooring::kubernetes {
namespace {

bool lies_within(std::string_view inner, std::string_view outer) {
    return inner == outer || outer == "/" ||
           (inner.starts_with(outer) && inner.size() > outer.size() && inner[outer.size()] == '/');
}

// The pods of one object before and after. What was set by hand, and is in neither file, stays.
class Pods {
  public:
    Pods(Pod before, Pod after, Pod recorded)
        : before_(std::move(before)), after_(std::move(after)), recorded_(std::move(recorded)),
          had_(mounts_of(before_)), has_(mounts_of(after_)), fresh_(has_), then_(containers_of(before_)),
          now_(containers_of(after_)) {
        const Mounts once = mounts_of(recorded_);
        for (const auto& [place, mount] : had_) {
            const auto in_file = once.find(place);
            const auto now = has_.find(place);
            if (now == has_.end() && recorded_.spec != nullptr && in_file == once.end()) has_.emplace(place, mount);
            const bool by_hand = in_file != once.end() && in_file->second.below.empty() && !mount.below.empty();
            if (now != has_.end() && by_hand && now->second.below.empty()) {
                now->second.below = mount.below;
                now->second.words = mount.words;
            }
            fresh_.erase(place);
        }
    }

    std::vector<DataChange> changes() {
        for (const auto& [place, mount] : had_) {
            const Stored was = stored(before_, mount);
            if (!was.source.holds_data) continue;
            const auto now = has_.find(place);
            if (now == has_.end()) {
                if (!is_kept_beside(place, mount, was)) add(mount.front, was.words, "no longer mounted there");
            } else if (const Stored is = to_come(now->second); !is.is(was)) {
                add(mount.front, was.words, is.words == was.words ? "a different volume of that name" : is.words);
            } else {
                look_for_cover(place, mount, was);
                if (was.source.kind == "hostPath") has_path_ = true;
            }
        }
        if (has_path_) look_at_nodes();
        return std::move(out_);
    }

  private:
    Stored to_come(const Mount& mount) const {
        Stored is = stored(after_, mount);
        return is.source.kind.empty() ? stored(before_, mount) : is; // the volume was added by hand, too
    }

    void add(const std::string& below, std::string was, std::string becomes) {
        out_.push_back({.path = before_.path + "." + below, .was = std::move(was), .becomes = std::move(becomes)});
    }

    // The container goes, or has another name: another one has it at the same place, or, where no container is new, one
    // that stays has it as before.
    bool is_kept_beside(const MountPlace& place, const Mount& mount, const Stored& was) const {
        if (now_.contains(place.container)) return false;
        const bool none_is_new = std::ranges::includes(then_, now_);
        return std::ranges::any_of(has_, [&](const auto& other) {
            const auto& [at, one] = other;
            const bool same_place = at.path == place.path && one.prepares == mount.prepares;
            const auto before = had_.find(at);
            const bool stays = none_is_new && before != had_.end() && stored(before_, before->second).is(was);
            return (same_place || stays) && to_come(one).is(was);
        });
    }

    // What is mounted anew in or around it hides it, or is hidden by it.
    void look_for_cover(const MountPlace& place, const Mount& mount, const Stored& was) {
        const auto cover = std::ranges::find_if(fresh_, [&](const auto& one) {
            const MountPlace& at = one.first;
            return at.container == place.container &&
                   (lies_within(at.path, place.path) || lies_within(place.path, at.path));
        });
        if (cover == fresh_.end()) return;
        // Mounts are made by depth: one around it leaves what is there in sight.
        const char* how = lies_within(cover->first.path, place.path) ? "hidden in part by" : "mounted inside of";
        add(mount.front, was.words,
            fmt::format("{} {} at {}", how, to_come(cover->second).words, printable(cover->first.path, 200)));
    }

    // A path of the host is another one on another node.
    void look_at_nodes() {
        for (const std::string_view path : {"nodeName", "nodeSelector", "affinity.nodeAffinity"}) {
            const Value none;
            const auto of = [&](const Pod& pod) -> const Value& {
                const Value* one = pod.spec == nullptr ? nullptr : value_at(*pod.spec, path);
                return one == nullptr ? none : *one;
            };
            const bool by_hand = of(after_) == none && recorded_.spec != nullptr && of(recorded_) == none;
            if (of(after_) == of(before_) || by_hand) continue;
            add(std::string(path), node_words(of(before_)),
                node_words(of(after_)) + ", so that it may be on another node");
        }
    }

    static std::string node_words(const Value& value) {
        return value.shape == Shape::null ? std::string("not set") : printable(display(Key{}, {}, value), 200);
    }

    Pod before_;
    Pod after_;
    Pod recorded_;
    Mounts had_;
    Mounts has_;
    Mounts fresh_;               // of has_: where nothing was mounted
    std::set<std::string> then_; // containers
    std::set<std::string> now_;
    bool has_path_ = false;
    std::vector<DataChange> out_;
};

// A value as it will be: what the file leaves out and never had is as it is.
std::string_view to_come(const Object& declared, const Value& was, const Object* recorded,
                         std::initializer_list<std::string_view> keys) {
    if (const Value* own = at(declared.tree, keys)) return own->text;
    const bool goes = recorded == nullptr || at(recorded->tree, keys) != nullptr;
    const Value* there = goes ? nullptr : at(was, keys);
    return there == nullptr ? std::string_view() : std::string_view(there->text);
}

std::int64_t replicas(std::string_view text) {
    std::int64_t count = 1;
    std::from_chars(text.data(), text.data() + text.size(), count);
    return count;
}

// What keeps claims of a set, and what no longer would.
void look_at_claims_of_set(const Object& declared, const Value& was, const Object* recorded,
                           std::vector<DataChange>& out) {
    constexpr std::string_view policy = "persistentVolumeClaimRetentionPolicy";
    for (const std::string_view when : {"whenScaled", "whenDeleted"}) {
        const bool deleted = text_at(was, {"spec", policy, when}) == "Delete";
        if (!deleted && to_come(declared, was, recorded, {"spec", policy, when}) == "Delete")
            out.push_back({.path = fmt::format("spec.{}.{}", policy, when), .was = "`Retain`", .becomes = "`Delete`"});
    }
    const std::int64_t before = replicas(
        at(was, {"spec", "replicas"}) == nullptr ? std::string_view("1") : at(was, {"spec", "replicas"})->text);
    const std::int64_t after = replicas(to_come(declared, was, recorded, {"spec", "replicas"}));
    if (after < before && to_come(declared, was, recorded, {"spec", policy, "whenScaled"}) == "Delete")
        out.push_back({.path = "spec.replicas",
                       .was = std::to_string(before),
                       .becomes = fmt::format("{}, which deletes the claims of the removed pods", after)});
}

std::string claim_of(const Value& volume) {
    const std::string_view name = text_at(volume, {"spec", "claimRef", "name"});
    return name.empty() ? std::string()
                        : fmt::format("{}/{}", text_at(volume, {"spec", "claimRef", "namespace"}), name);
}

// Whose a volume is, and what becomes of it without a claim.
void look_at_volume(const Object& declared, const Value& was, const Object* recorded, std::vector<DataChange>& out) {
    const std::string before = claim_of(was);
    const std::string after = claim_of(declared.tree);
    const bool by_hand = after.empty() && recorded != nullptr && claim_of(recorded->tree).empty();
    if (!before.empty() && before != after && !by_hand)
        out.push_back({.path = "spec.claimRef",
                       .was = fmt::format("the claim `{}`", printable(before, 400)),
                       .becomes = after.empty() ? std::string("no claim: any may bind it")
                                                : fmt::format("the claim `{}`", printable(after, 400))});
    constexpr std::string_view policy = "persistentVolumeReclaimPolicy";
    const std::string_view kept = text_at(was, {"spec", policy});
    const std::string_view becomes = to_come(declared, was, recorded, {"spec", policy});
    if ((kept.empty() || kept == "Retain") && (becomes == "Delete" || becomes == "Recycle"))
        out.push_back({.path = fmt::format("spec.{}", policy),
                       .was = "`Retain`",
                       .becomes = fmt::format("`{}`", printable(becomes, 40))});
}

} // namespace

bool has_pods(const Object& object) { return pod_of(object.key, object.tree, {}).spec != nullptr; }

std::vector<DataChange> data_between(const Object& declared, const Value& was, const Object* recorded,
                                     std::string_view stack_namespace) {
    const Key& key = declared.key;
    Pod before = pod_of(key, was, stack_namespace);
    std::vector<DataChange> out;
    if (before.spec != nullptr) {
        Pod once = recorded == nullptr ? Pod{} : pod_of(key, recorded->tree, stack_namespace);
        out = Pods(std::move(before), pod_of(key, declared.tree, stack_namespace), std::move(once)).changes();
    }
    if (key.kind == "StatefulSet") look_at_claims_of_set(declared, was, recorded, out);
    if (key.kind == "PersistentVolume" && key.group.empty()) look_at_volume(declared, was, recorded, out);
    std::ranges::sort(out, {}, &DataChange::path);
    return out;
}

std::vector<DataChange> data_left_by(const Object& gone, const Value& was, const File& anew,
                                     std::string_view stack_namespace) {
    const Pod before = pod_of(gone.key, was, stack_namespace);
    std::vector<DataChange> out;
    const bool none_comes = std::ranges::none_of(anew.objects, has_pods);
    if (before.spec == nullptr || none_comes) return out;
    std::multimap<std::string, Stored> to_come; // by path
    for (const Object& object : anew.objects) {
        const Pod pod = pod_of(object.key, object.tree, stack_namespace);
        for (const auto& [place, mount] : mounts_of(pod)) to_come.emplace(place.path, stored(pod, mount));
    }
    for (const auto& [place, mount] : mounts_of(before)) {
        const Stored one = stored(before, mount);
        const auto [first, last] = to_come.equal_range(place.path);
        const bool taken = std::any_of(first, last, [&one](const auto& other) { return other.second.is(one); });
        if (!one.source.holds_data || taken) continue;
        out.push_back({.path = before.path + "." + mount.front,
                       .was = one.words,
                       .becomes = "not mounted by any workload that replaces it"});
    }
    return out;
}

} // namespace mooring::kubernetes
