// Image names as Docker and Podman read them (registry, path and tag have defaults), and ids.
#include "drift/runtime_parts.hpp"

#include <algorithm>
#include <array>

namespace mooring::drift {
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

} // namespace mooring::drift
