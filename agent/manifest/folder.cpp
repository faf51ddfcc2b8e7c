#include "manifest/decode.hpp"

#include "base/file.hpp"
#include "base/text.hpp"
#include "model/stack.hpp"
#include "yaml/node.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <system_error>
#include <unordered_set>

namespace mooring::manifest {
namespace {

namespace fs = std::filesystem;

class Search {
  public:
    Search(const Root& root, const LoadOptions& options, Remarks& remarks)
        : root_(root), options_(options), remarks_(remarks) {}

    std::vector<YamlFile> run() {
        visit_folder({}, root_.folder().string());
        // After everything that is really there, so that a link is never the name under which a file is known.
        for (std::size_t i = 0; i < links_.size() && !full_; ++i) visit_link(std::string(links_[i]));
        std::ranges::sort(found_, {}, &YamlFile::relative);
        return std::move(found_);
    }

  private:
    // Paths are texts here: taking a path apart costs more than reading a folder's entry.
    void visit_folder(const std::string& relative, const std::string& real) {
        if (!seen_.insert(real).second) return;
        const auto depth = relative.empty() ? 0 : std::ranges::count(relative, '/') + 1;
        if (depth > static_cast<std::ptrdiff_t>(options_.limits.folders_deep))
            return problem(relative, "too-deep", "folders are nested too deeply here");
        std::error_code code;
        std::vector<fs::directory_entry> entries;
        for (fs::directory_iterator at(real, code), end; !code && at != end; at.increment(code)) {
            if (++entries_ > options_.limits.entries) return overflow("files and folders", options_.limits.entries);
            entries.push_back(*at);
        }
        if (code) {
            return problem(relative, "unreadable", "this folder cannot be read: " + code.message(),
                           "let the user that runs Mooring read and enter it");
        }
        const auto text_of = [](const fs::directory_entry& entry) { return std::string_view(entry.path().native()); };
        std::ranges::sort(entries, {}, text_of);
        for (const auto& entry : entries) {
            const std::string_view name = text_of(entry).substr(text_of(entry).rfind('/') + 1);
            if (!full_ && !name.starts_with('.')) visit_entry(below(relative, name), entry);
        }
    }

    // What an entry is, its folder says most often without another look.
    void visit_entry(const std::string& relative, const fs::directory_entry& entry) {
        if (is_excluded(relative)) return;
        std::error_code code;
        const bool is_link = entry.is_symlink(code);
        const bool is_folder = !code && !is_link && entry.is_directory(code);
        const bool is_file = !code && !is_link && entry.is_regular_file(code);
        if (code)
            problem(relative, "unreadable", "this cannot be looked at: " + code.message());
        else if (is_link)
            links_.push_back(relative);
        else if (is_folder)
            visit_folder(relative, entry.path().native());
        else if (is_file && is_yaml_name(relative))
            add(relative, entry.path().native());
        else if (is_yaml_name(relative))
            problem(relative, "unreadable", "this is not a regular file");
    }

    void visit_link(const std::string& relative) {
        const auto real = root_.resolve(relative);
        std::error_code code;
        if (!real) {
            // A file outside with another name would not have been read anyway.
            const bool matters = is_yaml_name(relative) || !fs::is_regular_file(root_.folder() / relative, code);
            if (matters)
                problem(relative, real.error().kind == ErrorKind::invalid_input ? "outside" : "unreadable",
                        "this link cannot be followed: " + real.error().message, "repair or remove it, or exclude it");
        } else if (fs::is_directory(*real, code)) {
            visit_folder(relative, real->native());
        } else if (fs::is_regular_file(*real, code) && is_yaml_name(relative)) {
            add(relative, real->native());
        }
    }

    void add(const std::string& relative, const std::string& real) {
        if (!seen_.insert(real).second) return;
        if (found_.size() >= options_.limits.files) return overflow("YAML files", options_.limits.files);
        found_.push_back({relative, real});
    }

    static std::string below(const std::string& folder, std::string_view name) {
        return folder.empty() ? std::string(name) : folder + "/" + std::string(name);
    }

    // The name does not start with a dot. `.YAML` is one, too: left out, it would be a stack that nobody watches.
    static bool is_yaml_name(std::string_view path) {
        const std::string end = to_lower(path.substr(path.size() - std::min<std::size_t>(path.size(), 5)));
        return end.ends_with(".yaml") || end.ends_with(".yml");
    }

    bool is_excluded(const std::string& relative) const {
        return std::ranges::any_of(options_.exclude, [&](const auto& glob) { return glob_matches(glob, relative); });
    }

    void overflow(std::string_view what, std::size_t most) {
        full_ = true;
        problem({}, "too-many-files", "there are more than " + std::to_string(most) + " " + std::string(what) + " here",
                "point Mooring at the folder of the manifests, or exclude what does not belong to them");
    }

    void problem(const std::string& relative, std::string code, std::string message, std::string suggestion = {}) {
        remarks_.error(place(root_.shown(relative)), std::move(code), std::move(message), std::move(suggestion));
    }

    const Root& root_;
    const LoadOptions& options_;
    Remarks& remarks_;
    std::unordered_set<std::string> seen_;
    std::vector<std::string> links_;
    std::vector<YamlFile> found_;
    std::size_t entries_ = 0;
    bool full_ = false;
};

} // namespace

std::vector<YamlFile> find_yaml_files(const Root& root, const LoadOptions& options, Remarks& remarks) {
    if (!root.only_file().empty()) return {{root.only_file().string(), (root.folder() / root.only_file()).string()}};
    return Search(root, options, remarks).run();
}

namespace {

// The Git work tree that holds `path`, else the nearest folder with a configuration; "" if there is neither.
fs::path work_tree_of(fs::path path) {
    std::error_code code;
    fs::path configured;
    for (; !fs::exists(path / ".git", code); path = path.parent_path()) {
        if (configured.empty() && fs::exists(path / "mooring.yaml", code)) configured = path;
        if (path == path.parent_path()) return configured;
    }
    return path;
}

bool lies_within(const fs::path& path, const fs::path& folder) {
    const fs::path below = path.lexically_relative(folder);
    return !below.empty() && *below.begin() != "..";
}

bool declares(std::string_view text, const std::string& name) {
    if (!text.contains("mooring/")) return false;
    const auto documents = yaml::parse(text);
    if (!documents) return true; // nobody knows what it declares
    return std::ranges::any_of(*documents, [&name](const yaml::Node& document) {
        const yaml::Node* kind = document.find("kind");
        const yaml::Node* metadata = document.find("metadata");
        const yaml::Node* own = metadata == nullptr ? nullptr : metadata->find("name");
        return kind != nullptr && kind->text == "Stack" && own != nullptr && normalise_stack_name(own->text) == name;
    });
}

} // namespace

std::optional<std::string> declared_around(const fs::path& folder, std::string_view name) {
    std::error_code code;
    const fs::path inside = fs::canonical(folder, code);
    const fs::path tree = code ? fs::path() : work_tree_of(inside);
    if (tree.empty() || tree == inside) return std::nullopt;
    const auto root = Root::open(tree);
    if (!root) return tree.generic_string();
    Remarks remarks;
    const std::string normal = normalise_stack_name(name);
    for (const YamlFile& file : find_yaml_files(*root, {}, remarks)) {
        if (lies_within(file.real, inside)) continue;
        const auto text = read_file(file.real, LoadOptions{}.limits.compose);
        if (!text || declares(*text, normal)) return file.real;
    }
    return remarks.errors() > 0 ? std::optional(tree.generic_string()) : std::nullopt;
}

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
