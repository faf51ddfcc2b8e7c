#include "manifest/folder.hpp"

#include "base/text.hpp"
#include "manifest/words.hpp"

#include <algorithm>
#include <string>
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
        visit_folder({}, root_.folder());
        // After everything that is really there, so that a link is never the name under which a file is known.
        for (std::size_t i = 0; i < links_.size() && !full_; ++i) visit_link(fs::path(links_[i]));
        std::ranges::sort(found_, {}, &YamlFile::relative);
        return std::move(found_);
    }

  private:
    void visit_folder(const fs::path& relative, const fs::path& real) {
        if (!seen_.insert(real.string()).second) return;
        if (std::distance(relative.begin(), relative.end()) > static_cast<std::ptrdiff_t>(options_.limits.folders_deep))
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
        std::ranges::sort(entries);
        for (const auto& entry : entries) {
            if (!full_) visit_entry(relative / entry.path().filename(), entry);
        }
    }

    void visit_entry(const fs::path& relative, const fs::directory_entry& entry) {
        if (relative.filename().string().starts_with('.') || is_excluded(relative)) return;
        std::error_code code;
        const fs::file_status status = entry.symlink_status(code);
        if (code)
            problem(relative, "unreadable", "this cannot be looked at: " + code.message());
        else if (fs::is_symlink(status))
            links_.push_back(relative);
        else if (fs::is_directory(status))
            visit_folder(relative, entry.path());
        else if (fs::is_regular_file(status) && is_yaml_name(relative))
            add(relative, entry.path());
        else if (!fs::is_regular_file(status) && is_yaml_name(relative))
            problem(relative, "unreadable", "this is not a regular file");
    }

    void visit_link(const fs::path& relative) {
        const auto real = root_.resolve(relative);
        std::error_code code;
        if (!real) {
            // A file outside with another name would not have been read anyway.
            const bool matters = is_yaml_name(relative) || !fs::is_regular_file(root_.folder() / relative, code);
            if (matters)
                problem(relative, real.error().kind == ErrorKind::invalid_input ? "outside" : "unreadable",
                        "this link cannot be followed: " + real.error().message, "repair or remove it, or exclude it");
        } else if (fs::is_directory(*real, code)) {
            visit_folder(relative, *real);
        } else if (fs::is_regular_file(*real, code) && is_yaml_name(relative)) {
            add(relative, *real);
        }
    }

    void add(const fs::path& relative, const fs::path& real) {
        if (!seen_.insert(real.string()).second) return;
        if (found_.size() >= options_.limits.files) return overflow("YAML files", options_.limits.files);
        found_.push_back({relative.string(), real.string()});
    }

    bool is_excluded(const fs::path& relative) const {
        const std::string path = relative.generic_string();
        return std::ranges::any_of(options_.exclude, [&](const auto& glob) { return glob_matches(glob, path); });
    }

    void overflow(std::string_view what, std::size_t most) {
        full_ = true;
        problem({}, "too-many-files", "there are more than " + std::to_string(most) + " " + std::string(what) + " here",
                "point Mooring at the folder of the manifests, or exclude what does not belong to them");
    }

    void problem(const fs::path& relative, std::string code, std::string message, std::string suggestion = {}) {
        remarks_.error(place(root_.shown(relative)), std::move(code), std::move(message), std::move(suggestion));
    }

    const Root& root_;
    const LoadOptions& options_;
    Remarks& remarks_;
    std::unordered_set<std::string> seen_;
    std::vector<fs::path> links_;
    std::vector<YamlFile> found_;
    std::size_t entries_ = 0;
    bool full_ = false;
};

} // namespace

bool is_yaml_name(const fs::path& path) {
    const fs::path extension = path.extension();
    return extension == ".yaml" || extension == ".yml";
}

std::vector<YamlFile> find_yaml_files(const Root& root, const LoadOptions& options, Remarks& remarks) {
    if (!root.only_file().empty()) return {{root.only_file().string(), (root.folder() / root.only_file()).string()}};
    return Search(root, options, remarks).run();
}

} // namespace mooring::manifest
