#include "portainer_double/git.hpp"

#include "base/text.hpp"
#include "portainer_double/deploy.hpp"
#include "portainer_double/kube_stacks.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdlib>
#include <utility>

namespace portainer_double {
namespace {

std::string without_suffix(std::string url) {
    if (url.ends_with(".git")) url.resize(url.size() - 4);
    return url;
}

std::string host_of_url(const std::string& url) {
    const std::size_t scheme = url.find("://");
    if (scheme == std::string::npos) return url;
    const std::size_t start = scheme + 3;
    return url.substr(start, url.find('/', start) - start);
}

// "90s", "12h", "1h30m": what Go's ParseDuration takes, in seconds.
std::optional<double> seconds_of(std::string_view text) {
    constexpr std::array units{std::pair{"ns", 1e-9}, std::pair{"us", 1e-6}, std::pair{"ms", 1e-3},
                               std::pair{"s", 1.0},   std::pair{"m", 60.0},  std::pair{"h", 3600.0}};
    if (text.empty()) return std::nullopt;
    double sum = 0;
    while (!text.empty()) {
        const std::size_t digits = text.find_first_not_of("0123456789.");
        if (digits == 0 || digits == std::string_view::npos) return std::nullopt;
        const double number = std::strtod(std::string(text.substr(0, digits)).c_str(), nullptr);
        text.remove_prefix(digits);
        const std::size_t length = std::min(text.size(), text.find_first_of("0123456789."));
        const auto* unit =
            std::ranges::find_if(units, [&](const auto& u) { return u.first == text.substr(0, length); });
        if (unit == units.end()) return std::nullopt;
        sum += number * unit->second;
        text.remove_prefix(length);
    }
    return sum;
}

} // namespace

void deploy_from_git(World& world, Stack& stack) {
    if (stack.type == kubernetes_stack) return poll_kubernetes(world, stack);
    const auto cloned = clone(world, *stack.git);
    if (!cloned || cloned->commit == stack.git->commit) return;
    Stack next = stack;
    take_clone(next, *cloned);
    next.updated = world.now();
    next.status = active;
    if (!deploy(world, next, {.is_update = true, .pull = true})) {
        stack = std::move(next);
    } else if (world.rules().generation == Generation::deploy_then_store) {
        stack.file = next.file;
    }
}

bool is_uuid(std::string_view text) {
    if (text.size() != 36) return false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
        if (dash ? text[i] != '-' : std::isxdigit(static_cast<unsigned char>(text[i])) == 0) return false;
    }
    return true;
}

std::expected<Clone, std::string> clone(const World& world, const GitConfig& git) {
    const auto repository = std::ranges::find_if(
        world.repositories, [&](const GitRepository& r) { return r.url == without_suffix(git.url); });
    if (repository == world.repositories.end()) {
        std::string address = host_of_url(git.url);
        return std::unexpected("failed to clone git repository: Get \"" + git.url +
                               "/info/refs?service=git-upload-pack\": dial tcp " + address +
                               ": connect: connection refused");
    }
    auto reference = repository->references.find(git.reference);
    if (git.reference.empty()) reference = repository->references.begin();
    if (reference == repository->references.end())
        return std::unexpected("failed to clone git repository: reference not found");
    Clone result{.commit = reference->second, .file = std::nullopt, .from = &*repository};
    const auto file = repository->files.find(git.path);
    if (file != repository->files.end()) result.file = file->second;
    return result;
}

void take_clone(Stack& stack, const Clone& cloned) {
    stack.git->commit = cloned.commit;
    stack.git->deployed_reference = stack.git->reference;
    stack.file = cloned.file.value_or("");
    stack.file_lost = !cloned.file;
    stack.git_settings_ahead = false;
    const std::vector<std::string> more = stack.additional_files.value_or(std::vector<std::string>{});
    const auto lost = std::ranges::find_if(more, [&](const std::string& f) { return !cloned.from->files.contains(f); });
    stack.lost_additional = lost == more.end() ? std::string() : *lost;
}

std::expected<std::optional<AutoUpdate>, Answer> read_auto_update(const World& world, const Body& body) {
    const Json* value = body.find("AutoUpdate");
    if (value == nullptr || !value->is_object()) return std::optional<AutoUpdate>{};
    AutoUpdate update;
    for (const auto& [key, part] : value->items()) {
        const std::string name = mooring::to_lower(key);
        if (name == "interval" && part.is_string()) update.interval = part.get<std::string>();
        if (name == "webhook" && part.is_string()) update.webhook = part.get<std::string>();
        if (name == "forceupdate") update.force_update = part == true;
        if (name == "forcepullimage") update.force_pull_image = part == true;
    }
    if (update.interval.empty() && update.webhook.empty())
        return std::unexpected(invalid_payload("Webhook or Interval must be provided"));
    if (!update.webhook.empty() && !is_uuid(update.webhook))
        return std::unexpected(invalid_payload("Invalid Webhook format"));
    if (update.interval.empty()) return std::optional(update);
    const auto seconds = seconds_of(update.interval);
    if (!seconds) return std::unexpected(invalid_payload("Invalid Interval format"));
    if (world.rules().checks_interval && *seconds < 60)
        return std::unexpected(invalid_payload("Interval must be at least 1 minute"));
    return std::optional(update);
}

const Stack* find_by_webhook(const World& world, const std::string& webhook) {
    const auto at = std::ranges::find_if(world.stacks, [&](const auto& entry) {
        return entry.second.auto_update &&
               mooring::to_lower(entry.second.auto_update->webhook) == mooring::to_lower(webhook);
    });
    return at == world.stacks.end() ? nullptr : &at->second;
}

Stack* find_by_webhook(World& world, const std::string& webhook) {
    const Stack* found = find_by_webhook(std::as_const(world), webhook);
    return found == nullptr ? nullptr : world.find_stack(found->id);
}

void join_source(World& world, GitConfig& git) {
    Id& source = world.git_sources[git.url];
    if (source == 0) source = world.take_id("sources");
    git.source = source;
    git.workflow = world.take_id("workflows");
}

void arm(World& world, AutoUpdate& update) {
    update.job_id = update.interval.empty() ? std::string() : std::to_string(world.take_id("jobs"));
}

} // namespace portainer_double
