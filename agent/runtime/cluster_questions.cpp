// What must still be asked of a cluster for one stack (kubernetes.md §7.2): as little as its objects leave open.
#include "runtime/cluster.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace mooring::runtime {
namespace {

using About = ClusterQuestion::About;

constexpr std::size_t most_ids = 5;
constexpr std::string_view pods_version = "v1";

// Kinds whose status says how they do.
constexpr std::array running_kinds{
    std::string_view("Deployment"),
    std::string_view("StatefulSet"),
    std::string_view("DaemonSet"),
    std::string_view("ReplicaSet"),
    std::string_view("Job"),
    std::string_view("Pod"),
    std::string_view("ReplicationController"),
    std::string_view("PersistentVolumeClaim"),
};

bool may_run(const kubernetes::Key& key) {
    const bool own = key.group.empty() || key.group == "apps" || key.group == "batch";
    return own && std::ranges::find(running_kinds, key.kind) != running_kinds.end();
}

bool declares_replicas(const kubernetes::Object& object) {
    return kubernetes::at(object.tree, {"spec", "replicas"}) != nullptr;
}

class Asker {
  public:
    Asker(const ClusterStack& stack, std::vector<Question>& out) : stack_(stack), out_(out) {}

    void ask(ClusterQuestion question) {
        if (is_known(question)) return;
        Question wanted{.kind = Question::Kind::cluster, .environment = stack_.environment};
        wanted.cluster = std::move(question);
        if (std::ranges::find(out_, wanted) == out_.end()) out_.push_back(std::move(wanted));
    }

  private:
    bool is_known(const ClusterQuestion& question) const {
        const ClusterFacts& cluster = cluster_of(stack_);
        switch (question.about) {
        case About::list:
            return cluster.lists.contains(question.what);
        case About::namespace_:
            return cluster.namespaces.contains(question.what);
        case About::kinds:
            return cluster.kinds.contains(question.what);
        case About::groups:
            return cluster.groups.reply.asked();
        case About::holder:
            return cluster.holders.contains(question.id);
        }
        return true;
    }

    const ClusterStack& stack_;
    std::vector<Question>& out_;
};

void ask_about_holder(const Seen& seen, const StackRecord& record, Asker& asker) {
    const auto id = holder_id(*seen.item);
    if (id && *id != record.id)
        asker.ask({.about = About::holder, .what = {}, .api_version = {}, .kind = {}, .id = *id});
}

void ask_about_workload(const ClusterStack& stack, const Seen& seen, Asker& asker) {
    const kubernetes::Object& object = *seen.object;
    if (object.key.kind == "CronJob" && object.key.group == "batch") asker.ask(jobs_question(stack, seen.namespace_));
    if (!may_run(object.key) && !declares_replicas(object)) return;
    const auto live = kubernetes::read_live(seen.item->json, object.api_version, object.key.kind);
    if (!live) return; // comparing says so
    if (health_of(*live, 0).state != Health::State::well) {
        asker.ask(pods_question(seen.namespace_));
        if (object.key.kind == "PersistentVolumeClaim") asker.ask(storage_classes_question());
    }
    if (replicas_differ(object, *live)) asker.ask(autoscalers_question(stack, seen.namespace_));
}

} // namespace

std::optional<StackId> holder_id(const kubernetes::Item& item) {
    StackId id = 0;
    const char* const end = item.stack_id.data() + item.stack_id.size();
    const auto [stopped, error] = std::from_chars(item.stack_id.data(), end, id);
    return error == std::errc{} && stopped == end && id > 0 ? std::optional(id) : std::nullopt;
}

ClusterQuestion pods_question(const std::string& name_space) {
    return {.about = About::list,
            .what = "api/v1/namespaces/" + name_space + "/pods",
            .api_version = std::string(pods_version),
            .kind = "Pod"};
}

ClusterQuestion jobs_question(const ClusterStack& stack, const std::string& name_space) {
    return {.about = About::list,
            .what = list_path(stack, "batch/v1", "jobs", name_space),
            .api_version = "batch/v1",
            .kind = "Job"};
}

ClusterQuestion autoscalers_question(const ClusterStack& stack, const std::string& name_space) {
    const auto of_version = [&](const char* version) -> ClusterQuestion {
        return {.about = About::list,
                .what = list_path(stack, version, "horizontalpodautoscalers", name_space),
                .api_version = version,
                .kind = "HorizontalPodAutoscaler"};
    };
    ClusterQuestion newest = of_version("autoscaling/v2");
    const auto& lists = cluster_of(stack).lists;
    const auto found = lists.find(newest.what);
    const bool not_served = found != lists.end() && found->second.reply.outcome == Outcome::not_served;
    return not_served ? of_version("autoscaling/v1") : newest; // clusters before 1.23
}

std::vector<kubernetes::Autoscaler> autoscalers_of(const ClusterStack& stack, const std::string& name_space) {
    std::vector<kubernetes::Autoscaler> out;
    const ClusterQuestion question = autoscalers_question(stack, name_space);
    const auto* items = items_of(stack, question.what);
    if (items == nullptr) return out;
    for (const kubernetes::Item& item : *items) {
        if (item.namespace_ != name_space) continue;
        const auto live = kubernetes::read_live(item.json, question.api_version, question.kind);
        if (!live) continue;
        if (auto one = kubernetes::autoscaler(*live)) out.push_back(std::move(*one));
    }
    return out;
}

ClusterQuestion storage_classes_question() {
    return {.about = About::list,
            .what = "apis/storage.k8s.io/v1/storageclasses",
            .api_version = "storage.k8s.io/v1",
            .kind = "StorageClass"};
}

std::vector<Question> cluster_questions(const ClusterStack& stack, const StackRecord* record) {
    std::vector<Question> out;
    Asker asker(stack, out);
    const std::vector<Seen> all = see_all(stack);
    for (const Seen& seen : all) {
        for (const ClusterQuestion& question : seen.questions) asker.ask(question);
    }
    if (!out.empty() || record == nullptr) return out;
    for (const Seen& seen : all) {
        if (seen.sight != ObjectSight::found || seen.item->deleting) continue;
        ask_about_holder(seen, *record, asker);
        ask_about_workload(stack, seen, asker);
    }
    if (record->additional_files.empty()) { // what they declare is not known
        for (const ClusterQuestion& question : left_behind_questions(stack, all)) asker.ask(question);
    }
    return out;
}

std::vector<Question> removal_questions(const ClusterStack& stack) {
    std::vector<Question> out = cluster_questions(stack, nullptr);
    if (!out.empty()) return out;
    Asker asker(stack, out);
    for (const ClusterQuestion& question : left_behind_questions(stack, see_all(stack))) asker.ask(question);
    return out;
}

std::vector<StackId> ids_by_label(const ClusterStack& stack, std::string_view stack_name) {
    std::vector<StackId> ids;
    const std::string shown = label_of_name(stack_name);
    for (const Seen& seen : see_all(stack)) {
        const auto id = seen.sight == ObjectSight::found ? holder_id(*seen.item) : std::nullopt;
        if (!id || std::ranges::find(ids, *id) != ids.end()) continue;
        const auto live = kubernetes::read_live(seen.item->json, seen.object->api_version, seen.object->key.kind);
        if (!live) continue;
        const std::string_view named =
            kubernetes::text_at(live->tree, {"metadata", "labels", "io.portainer.kubernetes.application.stack"});
        if (named == shown) ids.push_back(*id);
    }
    std::ranges::sort(ids);
    if (ids.size() > most_ids) ids.resize(most_ids);
    return ids;
}

// kubernetes.md §1.3: "every run outside `A-Za-z0-9._-` becomes `.`, `.-_` trimmed".
std::string label_of_name(std::string_view name) {
    std::string out;
    bool outside = false;
    for (const char c : name) {
        const bool kept = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
                          c == '_' || c == '-';
        if (kept)
            out += c;
        else if (!outside)
            out += '.';
        outside = !kept;
    }
    const std::size_t first = out.find_first_not_of(".-_");
    if (first == std::string::npos) return {};
    return out.substr(first, out.find_last_not_of(".-_") - first + 1);
}

} // namespace mooring::runtime
