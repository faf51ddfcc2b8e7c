// The images that run against those of the file: by name, and where Docker shows an id, by what that name means on the
// host now (design §3.3).
#include "base/mask.hpp"
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
    const std::string full = full_image_name(name);
    if (runtime.arranged) {
        const auto found = runtime.image_ids.find(full);
        return found == runtime.image_ids.end() ? std::nullopt : std::optional(found->second);
    }
    for (const DockerImage& image : *runtime.images.value) {
        const auto is_it = [&](const std::string& one) { return full_image_name(one) == full; };
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

// What was not read takes the verdict away, and is neither a refusal of the stack nor an outage.
void leave_unread(const RuntimePair& pair, const compose::ServiceFacts& service, const std::string& why,
                  Comparison& out) {
    constexpr std::string_view part = "runtime.image";
    if (std::ranges::find(out.unread, part) == out.unread.end()) out.unread.emplace_back(part);
    const bool secret = pair.secrets.stand_in(*service.image);
    const std::string name = secret ? "the file's image" : "`" + printable(mask_text(*service.image)) + "`";
    out.errors.push_back(fmt::format("{}.image: Docker shows an id in place of a name, and which image {} is {}",
                                     service_path(service.name), name, why));
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
    return what_runs(pair.runtime, id_of(container), *service.image);
}

// What runs in place of the file's image; nullopt: that image runs, or it could not be told.
std::optional<std::string> other_image(const RuntimePair& pair, const compose::ServiceFacts& service,
                                       const Container& container, Comparison& out) {
    if (same_image(container.image, *service.image)) return std::nullopt;
    if (is_image_id(*service.image)) {
        if (same_image_id(*service.image, id_of(container))) return std::nullopt;
        return is_image_id(container.image) ? short_image_id(container.image) : printable(mask_text(container.image));
    }
    if (is_image_id(container.image)) return other_by_id(pair, service, container, out);
    return printable(mask_text(container.image));
}

void report_others(const RuntimePair& pair, const std::string& service, std::string_view declared,
                   std::vector<std::string> others, Comparison& out) {
    if (others.empty()) return;
    std::ranges::sort(others);
    others.erase(std::ranges::unique(others).begin(), others.end());
    std::string actual = join(others, ", ");
    const bool secret = pair.secrets.stand_in(actual) || pair.secrets.stand_in(declared);
    add_runtime_change(pair, Subject::image, service, service_path(service) + ".image",
                       secret ? "" : printable(mask_text(declared)), secret ? "" : std::move(actual), out);
    out.changes.back().secret = secret;
}

} // namespace

void compare_images(const RuntimePair& pair, const compose::ServiceFacts& service,
                    const std::vector<const Container*>& up, Comparison& out) {
    if (!service.image) return;
    std::vector<std::string> others;
    for (const Container* container : up) {
        if (auto other = other_image(pair, service, *container, out)) others.push_back(std::move(*other));
    }
    report_others(pair, service.name, *service.image, std::move(others), out);
}

// What `docker stack deploy` wrote into the label is how the file of then spelt it: the word where the file of now has
// a reference, and never what runs.
void compare_image(const RuntimePair& pair, const compose::ServiceFacts& service, const SwarmService& actual,
                   Comparison& out) {
    const std::string& declared = service.image ? *service.image : actual.label_image;
    if (declared.empty() || actual.image.empty()) return;
    const bool by_digest = declared.contains('@') && !actual.digest.empty();
    const std::string runs = by_digest ? actual.image + "@" + actual.digest : actual.image;
    if (same_image(runs, declared)) return;
    if (is_image_id(runs) && is_image_id(declared) && same_image_id(runs, declared)) return;
    report_others(pair, service.name, declared, {printable(mask_text(runs))}, out);
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

std::string full_image_name(std::string_view image) {
    constexpr std::array<std::string_view, 4> implied{"docker.io", "index.docker.io", "registry-1.docker.io",
                                                      "localhost"}; // the last is Podman's, for what has no registry
    const std::string_view registry = registry_of(image);
    if (registry.empty() || std::ranges::find(implied, registry) != implied.end()) {
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

bool same_image(std::string_view left, std::string_view right) {
    return left == right || full_image_name(left) == full_image_name(right);
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
