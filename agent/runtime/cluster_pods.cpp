// Why a workload is not ready: what its pods say (kubernetes.md §7.4).
#include "base/text.hpp"
#include "runtime/cluster.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>

namespace mooring::runtime {
namespace {

using kubernetes::Item;
using kubernetes::Live;
using kubernetes::Shape;
using kubernetes::Value;

constexpr std::size_t most_reasons = 3;
constexpr std::size_t most_image_bytes = 200;

// Reasons that name the image, and those that waiting does not cure.
constexpr std::array of_images{std::string_view("ImagePullBackOff"), std::string_view("ErrImagePull"),
                               std::string_view("InvalidImageName"), std::string_view("ErrImageNeverPull"),
                               std::string_view("ImageInspectError")};
constexpr std::array incurable{std::string_view("ImagePullBackOff"),     std::string_view("InvalidImageName"),
                               std::string_view("ErrImageNeverPull"),    std::string_view("CrashLoopBackOff"),
                               std::string_view("CreateContainerError"), std::string_view("CreateContainerConfigError"),
                               std::string_view("RunContainerError")};

template <std::size_t Size>
bool is_among(const std::array<std::string_view, Size>& all, std::string_view one) {
    return std::ranges::find(all, one) != all.end();
}

const std::vector<kubernetes::Member>& list_at(const Value& tree, std::initializer_list<std::string_view> keys) {
    static const std::vector<kubernetes::Member> none;
    const Value* found = kubernetes::at(tree, keys);
    return found != nullptr && found->shape == Shape::list ? found->members : none;
}

// Deployments own their pods through a ReplicaSet, which bears their name and a hash.
bool owns(const kubernetes::Key& workload, const Value& pod) {
    for (const auto& [index, owner] : list_at(pod, {"metadata", "ownerReferences"})) {
        const std::string_view kind = kubernetes::text_at(owner, {"kind"});
        const std::string_view name = kubernetes::text_at(owner, {"name"});
        if (kind == workload.kind && name == workload.name) return true;
        const std::size_t hash = name.rfind('-');
        if (workload.kind == "Deployment" && kind == "ReplicaSet" && name.substr(0, hash) == workload.name) return true;
    }
    return false;
}

// The image as the pod's spec has it: the status may have another spelling.
std::string image_of(const Value& pod, std::string_view container) {
    for (const char* list : {"containers", "initContainers"}) {
        for (const auto& [index, one] : list_at(pod, {"spec", list})) {
            if (kubernetes::text_at(one, {"name"}) == container)
                return printable(kubernetes::text_at(one, {"image"}), most_image_bytes);
        }
    }
    return {};
}

// "CrashLoopBackOff, exit code 1, restarting (7 times)": the count grows by itself (model/memory.hpp).
std::string text_of_waiting(const Value& pod, const Value& status, std::string_view reason) {
    std::string text = printable(reason, 80);
    if (is_among(of_images, reason)) return text + ": " + image_of(pod, kubernetes::text_at(status, {"name"}));
    constexpr std::int64_t unknown = -1;
    const std::int64_t code = whole_number(status, {"lastState", "terminated", "exitCode"}, unknown);
    const std::int64_t restarts = whole_number(status, {"restartCount"}, 0);
    if (code != unknown) text += fmt::format(", exit code {}", code);
    if (restarts > 0) text += fmt::format(", restarting ({} {})", restarts, restarts == 1 ? "time" : "times");
    return text;
}

void add(PodReasons& out, std::string text) {
    if (std::ranges::find(out.texts, text) == out.texts.end()) out.texts.push_back(std::move(text));
}

void add_container(const Value& pod, const Value& status, PodReasons& hopeless, PodReasons& other) {
    const std::string_view reason = kubernetes::text_at(status, {"state", "waiting", "reason"});
    const std::string name = printable(kubernetes::text_at(status, {"name"}), 63);
    if (!reason.empty() && reason != "ContainerCreating" && reason != "PodInitializing") {
        add(is_among(incurable, reason) ? hopeless : other, text_of_waiting(pod, status, reason));
        return;
    }
    const Value* ready = kubernetes::find(status, "ready");
    const bool runs = kubernetes::at(status, {"state", "running"}) != nullptr;
    if (runs && ready != nullptr && ready->text == "false") add(other, "container " + name + " is not ready");
    constexpr std::int64_t none = 0;
    const std::int64_t code = whole_number(status, {"state", "terminated", "exitCode"}, none);
    if (code != none) add(other, fmt::format("container {} ended with {}", name, code));
}

void add_pod(const Value& pod, PodReasons& hopeless, PodReasons& other) {
    for (const auto& [index, one] : list_at(pod, {"status", "conditions"})) {
        const bool unscheduled =
            kubernetes::text_at(one, {"type"}) == "PodScheduled" && kubernetes::text_at(one, {"status"}) == "False";
        if (unscheduled) add(other, printable(kubernetes::text_at(one, {"reason"}), 80));
    }
    for (const char* list : {"initContainerStatuses", "containerStatuses"}) {
        for (const auto& [index, status] : list_at(pod, {"status", list})) add_container(pod, status, hopeless, other);
    }
}

// The reason of the condition that says so; "" of a job that goes on or has done its work.
std::string failure_of_job(const Value& job) {
    for (const auto& [index, one] : list_at(job, {"status", "conditions"})) {
        if (kubernetes::text_at(one, {"type"}) == "Failed" && kubernetes::text_at(one, {"status"}) == "True")
            return printable(kubernetes::text_at(one, {"reason"}), 80);
    }
    return {};
}

// Whether a pod of the namespace uses the claim.
bool is_claimed(const std::string& claim, std::span<const Item> pods) {
    return std::ranges::any_of(pods, [&](const Item& item) {
        const auto pod = kubernetes::read_live(item.json, "v1", "Pod");
        if (!pod) return true; // it may be
        return std::ranges::any_of(list_at(pod->tree, {"spec", "volumes"}), [&](const auto& volume) {
            return kubernetes::text_at(volume.value, {"persistentVolumeClaim", "claimName"}) == claim;
        });
    });
}

} // namespace

PodReasons pod_reasons(const Live& workload, std::span<const Item> pods) {
    PodReasons hopeless;
    PodReasons other;
    for (const Item& item : pods) {
        if (item.namespace_ != workload.key.namespace_ || item.deleting) continue;
        const auto pod = kubernetes::read_live(item.json, "v1", "Pod");
        if (!pod) continue;
        const bool is_itself = workload.key.kind == "Pod" && item.name == workload.key.name;
        if (is_itself || owns(workload.key, pod->tree)) add_pod(pod->tree, hopeless, other);
    }
    PodReasons out{.texts = std::move(hopeless.texts)};
    out.hopeless = !out.texts.empty();
    std::ranges::sort(out.texts);
    std::ranges::sort(other.texts);
    for (std::string& text : other.texts) add(out, std::move(text));
    if (out.texts.size() > most_reasons) out.texts.resize(most_reasons);
    return out;
}

std::string failure_of_last_job(const Live& cron_job, std::span<const Item> jobs) {
    UnixSeconds newest = 0;
    std::string failure;
    for (const Item& item : jobs) {
        if (item.namespace_ != cron_job.key.namespace_) continue;
        const auto job = kubernetes::read_live(item.json, "batch/v1", "Job");
        if (!job || !owns(cron_job.key, job->tree)) continue;
        const UnixSeconds made = time_at(job->tree, {"metadata", "creationTimestamp"});
        if (made < newest) continue;
        newest = made;
        const std::string why = failure_of_job(job->tree);
        failure = why.empty() ? "" : fmt::format("{} failed ({})", printable(item.name, 253), why);
    }
    return failure;
}

bool waits_for_its_first_pod(const ClusterStack& stack, const Seen& claim, const Live& live) {
    const auto* classes = items_of(stack, storage_classes_question().what);
    const auto* pods = items_of(stack, pods_question(claim.namespace_).what);
    if (classes == nullptr || pods == nullptr) return false;
    const std::string_view wanted = kubernetes::text_at(live.tree, {"spec", "storageClassName"});
    const auto found = std::ranges::find(*classes, wanted, &Item::name);
    if (found == classes->end()) return false;
    const auto read = kubernetes::read_live(found->json, "storage.k8s.io/v1", "StorageClass");
    return read && kubernetes::text_at(read->tree, {"volumeBindingMode"}) == "WaitForFirstConsumer" &&
           !is_claimed(live.key.name, *pods);
}

} // namespace mooring::runtime
