// Values of a plan on one line: whole where they are short, else cut by key. What reaches out of a container or a pod
// is never among what is cut.
#include "base/file.hpp"
#include "base/secret.hpp"
#include "base/text.hpp"
#include "compare/parts.hpp"
#include "reconcile/render.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace mooring::reconcile {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t most = 300;
constexpr std::size_t most_of_words = 2000;    // of commands
constexpr std::size_t most_of_outward = 16000; // also of what should have keys and cannot be taken apart

// What decides what runs, and what a container or pod may do to its host or cluster: keys of compose files and of
// Kubernetes objects, at whatever depth.
// clang-format off
constexpr auto outward = std::to_array<std::string_view>({
    "image", "build", "command", "entrypoint", "args", "provider", "post_start", "pre_stop", "lifecycle",
    // compose
    "privileged", "pid", "ipc", "uts", "userns_mode", "network_mode", "cap_add", "devices", "device_cgroup_rules",
    "security_opt", "user", "group_add", "volumes", "volumes_from", "ports", "cgroup", "cgroup_parent", "runtime",
    "sysctls", "gpus", "extra_hosts", "credential_spec", "use_api_socket", "driver_opts", "external", "placement",
    "isolation", "oom_score_adj", "file", "env_file", "label_file", "extends", "healthcheck",
    // Kubernetes
    "hostPID", "hostIPC", "hostNetwork", "hostUsers", "hostPath", "hostPort", "hostAliases",
    "allowPrivilegeEscalation", "capabilities", "securityContext", "procMount", "runAsUser", "serviceAccountName",
    "serviceAccount", "automountServiceAccountToken", "volumeMounts", "volumeDevices", "volumeClaimTemplates",
    "nodeName", "nodeSelector", "tolerations", "runtimeClassName", "nodePort", "externalIPs", "externalName", "rules",
    "roleRef", "subjects", "aggregationRule", "webhooks", "storageClassName", "shareProcessNamespace",
    "loadBalancerSourceRanges", "envFrom"});
// clang-format on

bool is_outward(std::string_view key) { return std::ranges::find(outward, key) != outward.end(); }

bool is_words(std::string_view key) { return key == "command" || key == "args" || key == "entrypoint"; }

// "services.web.volumes[/d]": how much of the value at this path is shown.
std::size_t most_at(std::string_view path) {
    std::size_t bytes = most;
    for (std::size_t from = 0; from <= path.size();) {
        const std::size_t to = std::min(path.find_first_of(".:[]", from), path.size());
        const std::string_view key = path.substr(from, to - from);
        if (is_outward(key)) bytes = std::max(bytes, is_words(key) ? most_of_words : most_of_outward);
        from = to + 1;
    }
    return bytes;
}

// Not structured where it is no JSON, or is deeper than a file may be: a variable's value, of whatever somebody wrote.
// What looks into it goes down level by level.
Json parsed(const std::string& text) {
    constexpr int deepest = 200;
    bool too_deep = false;
    const auto is_near = [&](int depth, Json::parse_event_t /*event*/, const Json& /*value*/) {
        too_deep |= depth > deepest;
        return !too_deep;
    };
    Json value = Json::parse(text, is_near, false);
    return too_deep || value.is_discarded() ? Json() : value;
}

bool holds_outward(const Json& value) { // NOLINT(misc-no-recursion): as deep as `parsed` lets it be
    if (!value.is_structured()) return false;
    return std::ranges::any_of(value.items(), [&](const auto& one) { // NOLINT(misc-no-recursion)
        return (value.is_object() && is_outward(one.key())) || holds_outward(one.value());
    });
}

struct Entry {
    std::string path;
    const Json* value;
    bool outward;
};

void collect(const Json& value, const std::string& path, std::vector<Entry>& out) { // NOLINT(misc-no-recursion)
    for (const auto& [key, one] : value.items()) {
        std::string at = path;
        if (value.is_array())
            at += fmt::format("[{}]", key);
        else
            at += (at.empty() ? "" : ".") + key;
        const bool reaches = value.is_object() && is_outward(key);
        if (!reaches && holds_outward(one))
            collect(one, at, out);
        else
            out.push_back({std::move(at), &one, reaches});
    }
}

// How long a text is that is cut, and which it is.
std::string size_of(std::string_view text) {
    return fmt::format(" ({} bytes, sha256 {})", text.size(), to_hex(sha256(text)).substr(0, 12));
}

std::string cut(const std::string& text, std::size_t bytes) {
    std::string out = printable(text, bytes);
    return text.size() > bytes ? out + size_of(text) : out;
}

std::string words_of(const Entry& entry) {
    return fmt::format("{}: {}", printable(entry.path, most),
                       cut(entry.value->dump(-1, ' ', false, Json::error_handler_t::replace), most_at(entry.path)));
}

std::string cut_by_key(const Json& value, const std::string& text) {
    std::vector<Entry> entries;
    collect(value, {}, entries);
    std::ranges::stable_partition(entries, &Entry::outward);
    std::vector<std::string> shown;
    std::vector<std::string> others;
    std::size_t size = 0;
    for (const Entry& entry : entries) {
        std::string words = words_of(entry);
        const bool fits = others.empty() && size + words.size() <= most;
        if (entry.outward || fits) size += words.size();
        (entry.outward || fits ? shown : others).push_back(entry.outward || fits ? std::move(words) : entry.path);
    }
    const std::string rest =
        others.empty() ? "" : fmt::format("; and {} more: {}", others.size(), printable(join(others, ", "), most));
    return "{" + join(shown, ", ") + rest + "}" + size_of(text);
}

} // namespace

std::string words_of_side(const std::optional<std::string>& shown, const std::string& whole, std::string_view path) {
    if (!shown) return "nothing";
    const std::string& text = whole.empty() ? *shown : whole;
    if (text.size() <= most) return printable(text, 4 * most);
    const std::size_t bytes = most_at(path);
    if (bytes > most || (!text.starts_with('{') && !text.starts_with('['))) return cut(text, bytes);
    const Json value = parsed(text);
    if (!value.is_structured()) return cut(text, most_of_outward);
    return value.is_object() || holds_outward(value) ? cut_by_key(value, text) : cut(text, most);
}

bool hides_values(const Plan& plan) {
    const auto is_masked = [](const Correction& one) {
        const auto masks = [](const std::optional<std::string>& shown, const std::string& whole) {
            return whole.contains(mask_sign) || shown.value_or("").contains(mask_sign);
        };
        return one.secret || masks(one.from, one.whole_from) || masks(one.becomes, one.whole_becomes);
    };
    return std::ranges::any_of(plan.steps, [&](const Step& step) {
        const auto is_hidden = [&](const SentVariable& one) {
            return std::ranges::find(step.makes, compare::env_path(one.name), &Correction::path) == step.makes.end();
        };
        return step.readiness == Readiness::to_do &&
               (std::ranges::any_of(step.corrections, is_masked) || std::ranges::any_of(step.makes, is_masked) ||
                std::ranges::any_of(step.variables, is_hidden));
    });
}

} // namespace mooring::reconcile
