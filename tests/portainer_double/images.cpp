// The images of a host and their names (Docker 20.10).
#include "base/file.hpp"
#include "portainer_double/host.hpp"

#include <algorithm>

namespace portainer_double {

std::string familiar_name(const std::string& image) {
    std::string name = image;
    for (const std::string_view prefix : {"docker.io/", "index.docker.io/", "library/"}) {
        if (name.starts_with(prefix)) name.erase(0, prefix.size());
    }
    const std::size_t digest = name.find('@');
    if (digest != std::string::npos) { // a tag beside it says nothing
        const std::size_t colon = name.rfind(':', digest);
        if (colon != std::string::npos && name.find('/', colon) > digest) name.erase(colon, digest - colon);
    }
    const std::size_t slash = name.rfind('/');
    const bool told = name.find(':', slash == std::string::npos ? 0 : slash) != std::string::npos;
    return told || name.empty() ? name : name + ":latest"; // a digest has a colon, too
}

const Image* find_image(const Host& host, const std::string& name_or_id) {
    if (name_or_id.empty()) return nullptr;
    const std::string name = familiar_name(name_or_id);
    const auto named = std::ranges::find_if(
        host.images, [&](const Image& i) { return !i.tag.empty() && familiar_name(i.tag) == name; });
    if (named != host.images.end()) return &*named;
    const auto by_id = std::ranges::find_if(
        host.images, [&](const Image& i) { return i.id == name_or_id || i.id == "sha256:" + name_or_id; });
    return by_id == host.images.end() ? nullptr : &*by_id;
}

bool ensure_image(World& world, Host& host, const std::string& image) {
    if (image.empty() || find_image(host, image) != nullptr) return true;
    const bool is_id = image.starts_with("sha256:");
    if (is_id || !world.registry_reachable || image.starts_with("local/nosuch")) return false;
    host.images.push_back({.id = "sha256:" + mooring::to_hex(mooring::sha256(familiar_name(image))), .tag = image});
    return true;
}

void move_tag(World& world, Host& host, const std::string& tag) {
    const std::string name = familiar_name(tag);
    for (Image& image : host.images) {
        if (!image.tag.empty() && familiar_name(image.tag) == name) image.tag.clear();
    }
    host.images.push_back({.id = "sha256:" + world.take_hash(), .tag = tag});
}

} // namespace portainer_double
