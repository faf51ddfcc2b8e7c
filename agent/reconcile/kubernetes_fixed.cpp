// What a file would change of what is there: what its cluster never lets change (reconcile.md §3.3), and where its pods
// have what they store (§3.2 "Data").
#include "base/text.hpp"
#include "kubernetes/kubernetes.hpp"
#include "kubernetes/live.hpp"
#include "reconcile/case.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace mooring::reconcile {
namespace {

// An object as its cluster had it in this run.
struct Sight {
    bool known = false;
    std::optional<kubernetes::Live> live; // nullopt: it is not there
};

Sight look_at(const Case& c, const kubernetes::Object& object) {
    const auto place = kubernetes::resource(object.api_version, object.key.kind);
    const auto where = c.server.facts->runtime.find(c.record()->environment);
    if (!place || where == c.server.facts->runtime.end()) return {};
    std::string name_space = object.key.namespace_.empty() ? c.record()->namespace_ : object.key.namespace_;
    if (name_space.empty()) name_space = "default";
    if (!place->namespaced) name_space.clear();
    const std::string front = (object.api_version.contains('/') ? "apis/" : "api/") + object.api_version + "/";
    const auto& lists = where->second.cluster.lists;
    auto list = lists.find(front + std::string(place->plural));
    if (list == lists.end()) list = lists.find(fmt::format("{}namespaces/{}/{}", front, name_space, place->plural));
    if (list == lists.end() || !list->second.reply.ok()) return {};
    const auto item = std::ranges::find_if(list->second.items, [&](const kubernetes::Item& one) {
        return one.namespace_ == name_space && one.name == object.key.name;
    });
    if (item == list->second.items.end()) return {.known = true, .live = {}};
    auto live = kubernetes::read_live(item->json, object.api_version, object.key.kind);
    if (!live) return {};
    return {.known = true, .live = std::move(*live)};
}

std::string_view object_in(std::string_view path) { return path.substr(0, path.find(':')); }

// What differs of an object by what was judged, in file and cluster: "Deployment/web:spec.replicas", and of several of
// that name in one file "Deployment.apps/shop/web:spec.replicas".
std::vector<kubernetes::Difference> judged(const Case& c, const std::string& label, const std::string& in_full) {
    std::vector<kubernetes::Difference> out;
    for (const std::vector<Change>* changes : {&c.result().changes, &c.seen.ignored}) {
        for (const Change& one : *changes) {
            const bool of_object = one.subject == Subject::content || one.subject == Subject::object_differs;
            const std::string_view object = object_in(one.path);
            if (!of_object || object.size() == one.path.size() || (object != label && object != in_full)) continue;
            out.push_back({.object = std::string(object),
                           .path = one.path.substr(object.size() + 1),
                           .desired = one.desired,
                           .actual = one.actual,
                           .secret = one.secret});
        }
    }
    return out;
}

std::string name_in_full(const kubernetes::Key& key) {
    return fmt::format("{}{}{}/{}{}{}", key.kind, key.group.empty() ? "" : ".", key.group, key.namespace_,
                       key.namespace_.empty() ? "" : "/", key.name);
}

// The first thing that the cluster would refuse to change: of the file that is sent, against what is there, or where
// that is not known against the recorded file; of a repository's by what was judged.
std::optional<std::string> what_is_fixed(const Case& c) {
    const auto path = [](const kubernetes::Difference& one) { return one.object + ":" + one.path; };
    if (!c.objects) {
        for (const Change& change : c.result().changes) {
            const std::string object(object_in(change.path));
            kubernetes::Object stub;
            stub.key.kind = object.substr(0, object.find_first_of("/."));
            const auto differences = judged(c, object, object);
            if (const auto* fixed = kubernetes::fixed_difference(stub, differences, nullptr)) return path(*fixed);
        }
        return std::nullopt;
    }
    for (const kubernetes::Object& object : c.objects->objects) {
        const Sight sight = look_at(c, object);
        if (sight.known && !sight.live) continue; // it is made anew
        const kubernetes::Key& key = object.key;
        const std::string in_full = name_in_full(key);
        const auto differences = sight.live ? kubernetes::compare_live(object, *sight.live).differences
                                            : judged(c, kubernetes::label(key), in_full);
        const auto* fixed = kubernetes::fixed_difference(object, differences, sight.live ? &*sight.live : nullptr);
        if (fixed != nullptr) return path(*fixed);
    }
    return std::nullopt;
}

// What a stack stores: the objects that are there, those that are to come, and what the server's file says of them.
// What a repository will hold is taken for what it held.
class Storage {
  public:
    Storage(const Case& about, Step& step)
        : c_(about), step_(step), namespace_(about.record()->namespace_),
          to_come_(about.objects ? &*about.objects : about.seen.objects.get()),
          recorded_(about.seen.objects        ? about.seen.objects.get()
                    : about.seen.content_read ? to_come_
                                              : nullptr) {}

    void keep() {
        if (to_come_ == nullptr) return;
        for (const kubernetes::Object& object : to_come_->objects) keep_stored(object);
        if (recorded_ == nullptr) return;
        const kubernetes::File anew = kubernetes::added_objects(*to_come_, *recorded_, namespace_);
        for (const kubernetes::Object& gone : kubernetes::added_objects(*recorded_, *to_come_, namespace_).objects) {
            const Sight sight = look_at(c_, gone);
            if (sight.known && !sight.live) continue;
            name(gone.key, kubernetes::data_left_by(gone, sight.live ? sight.live->tree : gone.tree, anew, namespace_));
        }
    }

  private:
    kubernetes::Key settled(kubernetes::Key key) const {
        if (key.namespace_.empty()) key.namespace_ = namespace_.empty() ? "default" : namespace_;
        return key;
    }

    const kubernetes::Object* recorded(const kubernetes::Object& object) const {
        if (recorded_ == nullptr) return nullptr;
        const auto found = std::ranges::find_if(
            recorded_->objects, [&](const kubernetes::Object& one) { return settled(one.key) == settled(object.key); });
        return found == recorded_->objects.end() ? nullptr : &*found;
    }

    // What runs says where its data is; where nothing does, the server's file.
    void keep_stored(const kubernetes::Object& object) {
        const Sight sight = look_at(c_, object);
        const kubernetes::Object* once = recorded(object);
        if (sight.live || once != nullptr) {
            const kubernetes::Value& was = sight.live ? sight.live->tree : once->tree;
            name(object.key, kubernetes::data_between(object, was, once, namespace_));
        } else if (recorded_ == nullptr && kubernetes::has_pods(object)) {
            block_unless_meant(name_of(object.key), "has pods, and where they store something now is not known");
        }
    }

    std::string name_of(const kubernetes::Key& key) const {
        const std::string label = kubernetes::label(key);
        for (const kubernetes::File* file : {to_come_, recorded_}) {
            const auto is_called_so = [&](const kubernetes::Object& one) {
                return kubernetes::label(one.key) == label;
            };
            if (file != nullptr && std::ranges::count_if(file->objects, is_called_so) > 1) return name_in_full(key);
        }
        return label;
    }

    void name(const kubernetes::Key& key, const std::vector<kubernetes::DataChange>& changes) {
        for (const kubernetes::DataChange& one : changes) {
            block_unless_meant(name_of(key) + ":" + one.path,
                               fmt::format("is {} and would be {}: what is stored there may be lost or left behind",
                                           one.was, one.becomes));
        }
    }

    void block_unless_meant(const std::string& path, std::string_view why) {
        if (std::ranges::find(c_.desired.policy.data, path) != c_.desired.policy.data.end()) return;
        const std::string shown = printable(path, 500);
        block(step_, "touches_data", fmt::format("{} {}", shown, why),
              fmt::format("if that is meant: `policy: {{data: [\"{}\"]}}`", shown));
    }

    const Case& c_;
    Step& step_;
    const std::string& namespace_;
    const kubernetes::File* to_come_;
    const kubernetes::File* recorded_; // nullptr: not known
};

} // namespace

void keep_what_is_stored(const Case& c, Step& step) {
    if (c.record() != nullptr && deploys(step)) Storage(c, step).keep();
}

// A cluster refuses them, whatever is sent, and what stands beside is applied all the same. Accepted ones are sent,
// too.
void keep_what_is_fixed(const Case& c, Step& step) {
    if (c.record() == nullptr || !deploys(step)) return;
    if (const auto fixed = what_is_fixed(c))
        block(step, "immutable",
              fmt::format("{} cannot be changed once the object is there: the cluster would refuse it",
                          printable(*fixed, 300)),
              "give the object another name, or remove it by hand and plan again");
}

} // namespace mooring::reconcile
