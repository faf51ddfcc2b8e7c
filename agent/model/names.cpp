#include "model/names.hpp"

#include "base/text.hpp"

#include <algorithm>

namespace mooring {
namespace {

bool is_commit(std::string_view text) {
    return text.size() == 40 && text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

std::string_view default_port(std::string_view scheme) {
    if (scheme == "https") return ":443";
    if (scheme == "http") return ":80";
    if (scheme == "ssh") return ":22";
    if (scheme == "git") return ":9418";
    return {};
}

} // namespace

std::string normalise_stack_name(std::string_view name) {
    std::string out = to_lower(name);
    std::erase_if(out, [](char c) { return c != '-' && c != '_' && (c < 'a' || c > 'z') && (c < '0' || c > '9'); });
    return out;
}

std::string full_reference(std::string_view reference) {
    if (reference == "HEAD") return {}; // as Git calls the default branch
    if (reference.empty() || reference.starts_with("refs/") || is_commit(reference)) return std::string(reference);
    return "refs/heads/" + std::string(reference);
}

std::string comparable_git_url(std::string_view url) {
    while (url.ends_with('/')) url.remove_suffix(1);
    if (url.ends_with(".git")) url.remove_suffix(4);
    while (url.ends_with('/')) url.remove_suffix(1);
    const std::size_t colon = url.find("://");
    if (colon == std::string_view::npos) return url_without_user(url); // scp-like, "git@host:path"
    const std::string scheme = to_lower(url.substr(0, colon));
    std::string_view rest = url.substr(colon + 3);
    std::string_view host = rest.substr(0, rest.find('/'));
    const std::string_view path = rest.substr(host.size());
    if (const auto at = host.rfind('@'); at != std::string_view::npos) host.remove_prefix(at + 1);
    const std::string_view port = default_port(scheme);
    if (!port.empty() && host.ends_with(port)) host.remove_suffix(port.size());
    return scheme + "://" + to_lower(host) + std::string(path);
}

std::string url_without_user(std::string_view url) {
    const std::size_t colon = url.find("://");
    const std::size_t start = colon == std::string_view::npos ? 0 : colon + 3; // 0: scp-like, "git@host:path"
    const std::string_view authority = url.substr(start, url.find_first_of("/?#", start) - start);
    const std::size_t at = authority.rfind('@');
    if (at == std::string_view::npos) return std::string(url);
    return std::string(url.substr(0, start)) + std::string(url.substr(start + at + 1));
}

} // namespace mooring
