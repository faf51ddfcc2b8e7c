// Image names as Docker reads them: registry, path and tag have defaults.
#include "drift/runtime_parts.hpp"

namespace mooring::drift {
namespace {

bool is_hex(std::string_view text) { return text.find_first_not_of("0123456789abcdef") == std::string_view::npos; }

void drop_prefix(std::string_view& text, std::string_view prefix) {
    if (text.starts_with(prefix)) text.remove_prefix(prefix.size());
}

std::string full_name(std::string_view image) {
    drop_prefix(image, "docker.io/");
    drop_prefix(image, "index.docker.io/");
    drop_prefix(image, "library/");
    std::string out(image);
    const std::size_t slash = out.rfind('/');
    const bool tagged = out.find(':', slash == std::string::npos ? 0 : slash) != std::string::npos;
    return tagged || out.contains('@') ? out : out + ":latest";
}

} // namespace

bool is_image_id(std::string_view image) {
    if (image.starts_with("sha256:")) return true;
    return (image.size() == 12 || image.size() == 64) && is_hex(image);
}

bool same_image(std::string_view left, std::string_view right) { return full_name(left) == full_name(right); }

} // namespace mooring::drift
