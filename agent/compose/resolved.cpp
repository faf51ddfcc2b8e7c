// What `docker compose config` adds to a file, and taking it away again.

#include "compose/canonical.hpp"

#include "compose/facts.hpp"
#include "compose/text.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <vector>

namespace mooring::compose {
namespace {

constexpr std::array<std::string_view, 4> sections{"configs", "networks", "secrets", "volumes"};

// The project that a file names; "" if it names none.
std::string_view project_of(const Value& root) {
    const Value* name = find(root, "name");
    return name == nullptr ? std::string_view{} : std::string_view(name->text);
}

bool is_default_name(const Value* name, std::string_view project, std::string_view key) {
    return name != nullptr && name->text == std::string(project) + "_" + std::string(key);
}

const Value* name_of(const Value& root, std::string_view section, std::string_view key) {
    const Value* resource = find(*find(root, section), key);
    return resource == nullptr ? nullptr : find(*resource, "name");
}

// A path of the resolved file and the one at the same place of the other.
struct Pair {
    Value* resolved;
    const Value* source;
};

void collect(Value& resolved, const Value& source, std::vector<Pair>& pairs) { // NOLINT(misc-no-recursion)
    if (resolved.path && source.path) pairs.push_back({&resolved, &source});
    if (resolved.shape == Shape::sequence && resolved.members.size() != source.members.size()) return;
    for (std::size_t i = 0; i < resolved.members.size(); ++i) {
        Member& member = resolved.members[i];
        const bool has_key = resolved.shape != Shape::sequence;
        const Value* other = has_key ? find(source, member.key) : &source.members[i].value;
        if (other != nullptr) collect(member.value, *other, pairs);
    }
}

// The folder that makes `absolute` of `relative`, as far as it is known: what `..` leaves is one unknown name. "" if
// none does.
std::string folder_between(std::string_view absolute, std::string_view relative) {
    std::string unknown;
    while (relative == ".." || relative.starts_with("../")) {
        relative.remove_prefix(std::min<std::size_t>(3, relative.size()));
        unknown += "/?";
    }
    if (relative.starts_with("./")) relative.remove_prefix(2);
    if (relative == ".") relative = {};
    const std::string end = relative.empty() ? "" : "/" + std::string(relative);
    if (!absolute.starts_with('/') || !absolute.ends_with(end)) return {};
    return std::string(absolute.substr(0, absolute.size() - end.size())) + unknown;
}

// `~/a` as what stands behind the home folder.
std::string_view below_home(std::string_view path) { return path.size() > 1 ? path.substr(2) : "."; }

// The folder that explains most pairs; of two the one that is known whole.
std::string likely_folder(const std::vector<Pair>& pairs, bool of_home) {
    std::map<std::string, std::size_t> votes;
    for (const Pair& pair : pairs) {
        const std::string_view path = pair.source->text;
        if (path.starts_with('/') || path.starts_with('~') != of_home) continue;
        const std::string folder = folder_between(pair.resolved->text, of_home ? below_home(path) : path);
        if (!folder.empty()) votes[folder] += folder.contains("/?") ? 1 : 1000;
    }
    const auto best = std::ranges::max_element(votes, {}, [](const auto& vote) { return vote.second; });
    return best == votes.end() ? std::string{} : best->first;
}

// Paths that the folders make of those of the other file are written as there.
void make_relative(Value& resolved, const Value& source) {
    std::vector<Pair> pairs;
    collect(resolved, source, pairs);
    const std::string project = likely_folder(pairs, false);
    const std::string home = likely_folder(pairs, true);
    for (const Pair& pair : pairs) {
        const std::string_view path = pair.source->text;
        const bool of_home = path.starts_with('~');
        const std::string& folder = of_home ? home : project;
        if (folder.empty() || path.starts_with('/')) continue;
        const std::string whole = clean_path(folder + "/" + std::string(of_home ? below_home(path) : path));
        if (whole == pair.resolved->text) pair.resolved->text = path;
    }
}

// Names that follow from the project's and that the other file does not write.
void drop_default_names(Value& resolved, const Value& source, bool other_is_resolved) {
    const std::string project(project_of(resolved));
    if (project.empty()) return;
    for (const std::string_view section : sections) {
        for (Member& resource : find(resolved, section)->members) {
            const bool is_kept = !other_is_resolved && name_of(source, section, resource.key) != nullptr;
            if (!is_kept && is_default_name(find(resource.value, "name"), project, resource.key))
                remove(resource.value, "name");
        }
    }
    Value& networks = *find(resolved, "networks");
    const Value* implicit = find(networks, "default");
    if (implicit != nullptr && implicit->members.empty()) remove(networks, "default");
    if (other_is_resolved || project_of(source).empty()) remove(resolved, "name");
}

} // namespace

bool looks_resolved(const File& file) {
    const Value& root = file.tree().root;
    const std::string_view project = project_of(root);
    if (project.empty()) return false;
    bool any = false;
    for (const std::string_view section : sections) {
        for (const Member& resource : find(root, section)->members) {
            const Value* name = find(resource.value, "name");
            if (name == nullptr) return false; // `docker compose config` names everything
            any = any || is_default_name(name, project, resource.key);
        }
    }
    return any;
}

void undo_resolving(File& one, File& other) {
    const bool both = looks_resolved(one) && looks_resolved(other);
    auto first = std::make_unique<File::Tree>(one.tree());
    auto second = std::make_unique<File::Tree>(other.tree());
    drop_default_names(first->root, other.tree().root, both);
    drop_default_names(second->root, one.tree().root, both);
    make_relative(first->root, other.tree().root);
    make_relative(second->root, one.tree().root);
    one = File(std::move(first));
    other = File(std::move(second));
}

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

// `https://host/x`: no path, and its two slashes stay, so that masks know a user in it.
bool has_scheme(std::string_view path) {
    constexpr std::string_view signs = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+-._";
    const std::size_t colon = path.find("://");
    return colon != std::string_view::npos && colon > 0 && path.find_first_not_of(signs) == colon;
}

} // namespace

std::string project_path(std::string_view path) {
    const bool is_literal = path.empty() || path.starts_with('/') || reference_length(path) != 0 ||
                            is_windows_path(path) || has_scheme(path);
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
