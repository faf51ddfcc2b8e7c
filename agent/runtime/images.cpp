// The images that run against those of the file: by name, and where Docker shows an id, by what that name means on the
// host now (design §3.3).
#include "base/secret.hpp"
#include "base/text.hpp"
#include "runtime/parts.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>

namespace mooring::runtime {
namespace {

std::string_view id_of(const Container& container) {
    if (!container.image_id.empty()) return container.image_id;
    return is_image_id(container.image) ? std::string_view(container.image) : std::string_view();
}

// The id that a name has on the host; nullopt: nothing there has that name.
std::optional<std::string> id_named(const RuntimeFacts& runtime, std::string_view name) {
    const bool podman = may_be_podman(runtime);
    const std::string full = full_image_name(name, podman);
    if (runtime.arranged) {
        const auto found = runtime.image_ids.find(full);
        return found == runtime.image_ids.end() ? std::nullopt : std::optional(found->second);
    }
    for (const DockerImage& image : *runtime.images.value) {
        const auto is_it = [&](const std::string& one) { return full_image_name(one, podman) == full; };
        if (std::ranges::any_of(image.tags, is_it) || std::ranges::any_of(image.names, is_it)) return image.id;
    }
    return std::nullopt;
}

// "redis:7 (sha256:ab12…)", or, without a name of its own, "an older nginx:1.27 (sha256:ab12…)".
std::string what_runs(const RuntimeFacts& runtime, std::string_view id, std::string_view declared) {
    const auto& images = *runtime.images.value;
    const auto found =
        std::ranges::find_if(images, [id](const DockerImage& image) { return same_image_id(image.id, id); });
    const bool named = found != images.end() && !found->tags.empty();
    return fmt::format("{} ({})",
                       named ? printable(mask_text(found->tags.front())) : "an older " + printable(mask_text(declared)),
                       short_image_id(id));
}

// For texts: with its references as they stand, since their values may be secrets.
const std::string& written_image(const compose::ServiceFacts& service) {
    return compose::has_reference(service.image_written) ? service.image_written : *service.image;
}

// What was not read takes the verdict away, and is neither a refusal of the stack nor an outage.
void leave_unread(const RuntimePair& pair, const compose::ServiceFacts& service, const std::string& why,
                  Comparison& out) {
    const std::string& written = written_image(service);
    const bool secret = pair.secrets.stand_in(written);
    const std::string name = secret ? "the file's image" : "`" + printable(mask_text(written)) + "`";
    leave_open("runtime.image", service, "image",
               fmt::format("Docker shows an id in place of a name, and which image {} is {}", name, why), out);
}

std::string why_unread(const Reply& reply) {
    if (!reply.asked()) return "was not asked";
    if (reply.status == 0) return fmt::format("could not be read (GET {} got no answer)", printable(reply.target));
    return fmt::format("could not be read (GET {} answered {} \"{}\")", printable(reply.target), reply.status,
                       printable(mask_text(reply.message)));
}

// Docker shows an id: the tag was pulled or built anew, or removed.
std::optional<std::string> other_by_id(const RuntimePair& pair, const compose::ServiceFacts& service,
                                       const Container& container, Comparison& out) {
    out.images = &pair.runtime.images.reply;
    if (!pair.runtime.images.value) {
        leave_unread(pair, service, why_unread(pair.runtime.images.reply), out);
        return std::nullopt;
    }
    const auto wanted = id_named(pair.runtime, *service.image);
    if (!wanted) {
        leave_unread(pair, service, "is not known: the host has no image of that name (pull it, or redeploy the stack)",
                     out);
        return std::nullopt;
    }
    if (same_image_id(*wanted, id_of(container))) return std::nullopt;
    return what_runs(pair.runtime, id_of(container), written_image(service));
}

// What runs in place of the file's image; nullopt: that image runs, or it could not be told.
std::optional<std::string> other_image(const RuntimePair& pair, const compose::ServiceFacts& service,
                                       const Container& container, Comparison& out) {
    if (same_image(container.image, *service.image, may_be_podman(pair.runtime))) return std::nullopt;
    if (is_image_id(*service.image)) {
        if (same_image_id(*service.image, id_of(container))) return std::nullopt;
        return is_image_id(container.image) ? short_image_id(container.image) : printable(mask_text(container.image));
    }
    if (is_image_id(container.image)) return other_by_id(pair, service, container, out);
    return printable(mask_text(container.image));
}

// An image of the file that is not what runs. `declared`: resolved; `written`: for texts.
struct Expectation {
    const compose::ServiceFacts& service;
    std::string_view declared;
    std::string_view written;
};

void report_others(const RuntimePair& pair, Subject subject, const Expectation& image, std::vector<std::string> others,
                   Comparison& out) {
    if (others.empty()) return;
    const compose::ServiceFacts& service = image.service;
    std::ranges::sort(others);
    others.erase(std::ranges::unique(others).begin(), others.end());
    std::string actual = join(others, ", ");
    const bool secret = pair.secrets.stand_in(actual) || pair.secrets.stand_in(image.declared);
    if (service.image_by_default && subject == Subject::image)
        return leave_open("runtime.image", service, "image",
                          pair.file.more_files
                              ? fmt::format("what runs is not the entry file's image; {}", more_files_unread)
                              : "it is taken by its default, and another one runs; whether a `.env` of the repository "
                                "sets the variable was not read",
                          out);
    add_runtime_change(pair, subject, service.name, service_path(service.name) + ".image",
                       secret ? "" : printable(mask_text(image.written)), secret ? "" : std::move(actual), out);
    out.changes.back().secret = secret;
}

// Of a task: its spec is the service's of the time when it was made.
std::optional<std::string> other_image_of_task(const SwarmService& service, const SwarmTask& task) {
    if (task.desired_state != "running" || task.image.empty() || service.image.empty()) return std::nullopt;
    const std::size_t at = task.image.find("@sha256:");
    const bool pinned = at != std::string::npos && at > 0;
    const std::string name = pinned ? task.image.substr(0, at) : task.image;
    const std::string digest = pinned ? task.image.substr(at + 1) : std::string();
    const bool same =
        same_image(name, service.image, false) || (is_image_id(name) && same_image_id(name, service.image));
    if (!same) return printable(mask_text(name)) + " (its tasks)";
    if (digest.empty() || service.digest.empty() || digest == service.digest) return std::nullopt;
    return fmt::format("an older {} ({}, its tasks)", printable(mask_text(name)), short_image_id(digest));
}

} // namespace

void compare_images(const RuntimePair& pair, const compose::ServiceFacts& service,
                    const std::vector<const Container*>& up, Comparison& out) {
    if (!service.image) return; // built, or what its references are was said
    std::vector<std::string> others;
    for (const Container* container : up) {
        if (auto other = other_image(pair, service, *container, out)) others.push_back(std::move(*other));
    }
    report_others(pair, Subject::image, {service, *service.image, written_image(service)}, std::move(others), out);
}

bool is_updating(const SwarmService& service) {
    return service.update_state == "updating" || service.update_state == "rollback_started";
}

// What `docker stack deploy` wrote into the label is how the file of then spelt it: the word where the file of now has
// a reference that is not resolved, and never what runs. A spec that is right says nothing of tasks that an update has
// not reached; deploying it again would not, either.
void compare_image(const RuntimePair& pair, const compose::ServiceFacts& service, const SwarmService& actual,
                   Comparison& out) {
    const std::string& declared = service.image ? *service.image : actual.label_image;
    const Expectation image{service, declared, service.image ? written_image(service) : actual.label_image};
    const bool by_digest = declared.contains('@') && !actual.digest.empty();
    const std::string runs = by_digest ? actual.image + "@" + actual.digest : actual.image;
    const bool same = same_image(runs, declared, false) ||
                      (is_image_id(runs) && is_image_id(declared) && same_image_id(runs, declared));
    if (!declared.empty() && !actual.image.empty() && !same)
        return report_others(pair, Subject::image, image, {printable(mask_text(runs))}, out);
    if (is_updating(actual)) return;
    std::vector<std::string> others;
    for (const SwarmTask* task : tasks_of(pair.runtime, actual.id)) {
        if (auto other = other_image_of_task(actual, *task)) others.push_back(std::move(*other));
    }
    const Expectation spec{service, actual.image, declared.empty() ? std::string_view(actual.image) : image.written};
    report_others(pair, Subject::tasks, spec, std::move(others), out);
}

namespace {

constexpr std::string_view id_prefix = "sha256:";

bool is_hex(std::string_view text) { return text.find_first_not_of("0123456789abcdef") == std::string_view::npos; }

// The registry that a name begins with: what holds a dot or a port, or `localhost`; "" without one.
std::string_view registry_of(std::string_view image) {
    const std::size_t slash = image.find('/');
    if (slash == std::string_view::npos) return {};
    const std::string_view first = image.substr(0, slash);
    return first == "localhost" || first.find_first_of(".:") != std::string_view::npos ? first : std::string_view();
}

std::string_view bare_id(std::string_view id) {
    if (id.starts_with(id_prefix)) id.remove_prefix(id_prefix.size());
    return id;
}

} // namespace

std::string full_image_name(std::string_view image, bool podman) {
    constexpr std::array<std::string_view, 3> implied{"docker.io", "index.docker.io", "registry-1.docker.io"};
    const std::string_view registry = registry_of(image);
    const bool local = podman && registry == "localhost"; // Podman's, for what has no registry
    if (registry.empty() || local || std::ranges::find(implied, registry) != implied.end()) {
        if (!registry.empty()) image.remove_prefix(registry.size() + 1);
        if (constexpr std::string_view library = "library/"; image.starts_with(library))
            image.remove_prefix(library.size());
    }
    const std::size_t at = image.find('@');
    const std::string_view name = image.substr(0, at);
    const std::size_t slash = name.rfind('/');
    const std::size_t colon = name.find(':', slash == std::string_view::npos ? 0 : slash);
    // Beside a digest the tag decides nothing.
    if (at != std::string_view::npos) return std::string(name.substr(0, colon)).append(image.substr(at));
    return std::string(name) + (colon == std::string_view::npos ? ":latest" : "");
}

bool is_image_id(std::string_view image) {
    if (image.starts_with(id_prefix)) return true;
    return (image.size() == 12 || image.size() == 64) && is_hex(image);
}

bool same_image(std::string_view left, std::string_view right, bool podman) {
    return left == right || full_image_name(left, podman) == full_image_name(right, podman);
}

bool may_be_podman(const RuntimeFacts& runtime) {
    if (runtime.arranged) return !runtime.short_names;
    // What a recording hides in a name (`<...>`, `***`) may be its registry.
    const auto is_short = [](const std::string& name) {
        const bool whole = !name.empty() && name.find_first_of("<*") == std::string::npos;
        return whole && !is_image_id(name) && registry_of(name).empty();
    };
    const auto& containers = runtime.containers.value;
    if (containers && std::ranges::any_of(*containers, is_short, &Container::image)) return false;
    const auto& images = runtime.images.value;
    return !images || std::ranges::none_of(
                          *images, [&](const DockerImage& image) { return std::ranges::any_of(image.tags, is_short); });
}

bool same_image_id(std::string_view left, std::string_view right) {
    left = bare_id(left);
    right = bare_id(right);
    const std::size_t shown = std::min(left.size(), right.size());
    constexpr std::size_t least = 12; // as Docker shortens them
    return shown >= least && left.substr(0, shown) == right.substr(0, shown);
}

std::string short_image_id(std::string_view id) {
    constexpr std::size_t shown = 12;
    id = bare_id(id);
    return std::string(id_prefix) + std::string(id.substr(0, shown)) + (id.size() > shown ? "…" : "");
}

} // namespace mooring::runtime
