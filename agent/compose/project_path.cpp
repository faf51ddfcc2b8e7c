#include "compose/project_path.hpp"

#include "compose/references.hpp"

#include <algorithm>
#include <array>
#include <vector>

namespace mooring::compose {

std::string clean_path(std::string_view path) {
    const bool rooted = path.starts_with('/');
    std::vector<std::string_view> kept;
    for (const std::string_view element : split_outside(path, '/')) {
        const bool goes_up = element == "..";
        const bool can_go_up = !kept.empty() && kept.back() != ".." && !has_reference(kept.back());
        if (element.empty() || element == "." || (goes_up && rooted && kept.empty())) continue;
        if (goes_up && can_go_up)
            kept.pop_back();
        else
            kept.push_back(element);
    }
    std::string out = rooted ? "/" : "";
    for (std::size_t i = 0; i < kept.size(); ++i) {
        if (i > 0) out += '/';
        out += kept[i];
    }
    return out.empty() ? "." : out;
}

// What is one character beyond ASCII is taken for a letter.
bool is_one_letter(std::string_view text) {
    if (text.size() == 1) return (text[0] >= 'a' && text[0] <= 'z') || (text[0] >= 'A' && text[0] <= 'Z');
    const auto continues = [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U; };
    return text.size() > 1 && static_cast<unsigned char>(text[0]) >= 0xC0 &&
           std::ranges::all_of(text.substr(1), continues);
}

namespace {

bool is_windows_path(std::string_view path) {
    if (path.starts_with(R"(\\)")) return true;
    const std::size_t colon = path.find(':');
    if (colon == std::string_view::npos || !is_one_letter(path.substr(0, colon))) return false;
    const std::string_view rest = path.substr(colon + 1);
    return rest.starts_with('\\') || rest.starts_with('/');
}

} // namespace

std::string project_path(std::string_view path) {
    const bool is_literal =
        path.empty() || path.starts_with('/') || reference_length(path) != 0 || is_windows_path(path);
    if (is_literal) return std::string(path);
    if (path.starts_with('~')) {
        const std::size_t below = path.find_first_not_of('/', 1);
        const std::string cleaned = clean_path(below == std::string_view::npos ? "" : path.substr(below));
        return cleaned == "." ? "~" : "~/" + cleaned;
    }
    std::string cleaned = clean_path(path);
    const bool has_dots = cleaned == "." || cleaned == ".." || cleaned.starts_with("../");
    return has_dots ? cleaned : "./" + cleaned;
}

std::string context_path(std::string_view path) {
    constexpr std::array<std::string_view, 3> elsewhere{"service:", "github.com/", "git@"};
    const bool is_elsewhere = path.contains("://") || std::ranges::any_of(elsewhere, [&](std::string_view prefix) {
                                  return path.starts_with(prefix);
                              });
    return is_elsewhere ? std::string(path) : project_path(path);
}

} // namespace mooring::compose
