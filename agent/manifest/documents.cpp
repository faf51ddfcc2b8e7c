#include "manifest/documents.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <array>
#include <string>

namespace mooring::manifest {
namespace {

constexpr std::string_view our_api = "mooring/";
constexpr std::array<std::string_view, 5> our_kinds{"Stack", "Scope", "Waiver", "Defaults", "Agent"};

bool is_our_kind(std::string_view kind) { return std::ranges::find(our_kinds, kind) != our_kinds.end(); }

bool is_near(std::string_view word, const std::string& meant) {
    return closest_match(word, std::array{meant}).has_value();
}

bool says_our_kind(std::string_view line) {
    line = trim(line);
    if (!line.starts_with("kind:")) return false;
    line = trim(line.substr(5));
    line = line.substr(0, line.find_first_of(" \t#"));
    while (line.starts_with('"') || line.starts_with('\'')) line.remove_prefix(1);
    while (line.ends_with('"') || line.ends_with('\'')) line.remove_suffix(1);
    return is_our_kind(line);
}

bool is_ours(const yaml::Node& document) {
    const yaml::Node* kind = document.find("kind");
    const bool our_kind = kind != nullptr && is_our_kind(kind->text);
    const yaml::Node* version = document.find("apiVersion");
    if (version != nullptr && version->text.starts_with(our_api)) return true;
    if (version != nullptr) return our_kind && is_near(version->text, "mooring/v1");
    const bool under_another_key = std::ranges::any_of(document.entries, [](const auto& entry) {
        return entry.second.text.starts_with(our_api) && is_near(entry.first.text, "apiVersion");
    });
    return under_another_key || our_kind;
}

} // namespace

bool may_hold_manifests(std::string_view text) {
    if (text.find('\0') != std::string_view::npos || text.starts_with("\xFF\xFE") || text.starts_with("\xFE\xFF"))
        return true;
    if (text.find(our_api) != std::string_view::npos) return true;
    if (text.find("kind:") == std::string_view::npos) return false;
    return std::ranges::any_of(split(text, '\n'), says_our_kind);
}

DocumentKind classify(const yaml::Node& document) {
    if (document.kind == yaml::Kind::null) return DocumentKind::empty;
    if (document.kind != yaml::Kind::mapping || !is_ours(document)) return DocumentKind::foreign;
    const yaml::Node* kind = document.find("kind");
    return kind != nullptr && kind->text == "Agent" ? DocumentKind::configuration : DocumentKind::manifest;
}

} // namespace mooring::manifest
