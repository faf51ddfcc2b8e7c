// `--compose-dir`: a folder of plain compose folders, without manifests.
#include "base/text.hpp"
#include "manifest/decode.hpp"
#include "manifest/layers.hpp"
#include "model/stack.hpp"

#include <algorithm>
#include <array>
#include <set>
#include <string_view>
#include <system_error>

namespace mooring::manifest {
namespace {

namespace fs = std::filesystem;

// In the order in which Docker Compose prefers them.
constexpr std::array<std::string_view, 4> compose_names{"compose.yaml", "compose.yml", "docker-compose.yml",
                                                        "docker-compose.yaml"};

class ComposeFolder {
  public:
    ComposeFolder(const Root& root, const ComposeDirOptions& options)
        : root_(root), options_(options), remarks_(options.limits.diagnostics) {}

    Desired run() {
        if (options_.type == StackType::kubernetes) {
            remarks_.error(place(root_.shown({})), "usage", "compose folders cannot be kubernetes stacks",
                           "write manifests with `type: kubernetes` for them");
        }
        for (const fs::path& name : sub_folders()) take(name);
        if (compose_file_of({}))
            remarks_.warning(place(root_.shown({})), "no-stack", "the compose file in the folder itself is not a stack",
                             "give the folder above, or move the file into a sub-folder");
        if (desired_.stacks.empty() && remarks_.errors() == 0) {
            remarks_.error(place(root_.shown({})), "no-manifests",
                           "no compose files found in the folders of " + root_.shown({}),
                           "each sub-folder with a compose.yaml is one stack");
        }
        refuse_collisions(desired_.stacks, remarks_);
        sort_stacks(desired_.stacks);
        desired_.complete = remarks_.errors() == 0;
        desired_.diagnostics = remarks_.take();
        return std::move(desired_);
    }

  private:
    std::vector<fs::path> sub_folders() {
        std::vector<fs::path> names;
        std::error_code code;
        std::size_t seen = 0;
        for (fs::directory_iterator at(root_.folder(), code), end; !code && at != end; at.increment(code)) {
            if (++seen > options_.limits.entries) {
                remarks_.error(place(root_.shown({})), "too-many-files", "there are too many files and folders here");
                return {};
            }
            const fs::path name = at->path().filename();
            std::error_code ignored; // a broken link is no folder
            if (!name.string().starts_with('.') && at->is_directory(ignored)) names.push_back(name);
        }
        if (code)
            remarks_.error(place(root_.shown({})), "unreadable", "this folder cannot be read: " + code.message(),
                           "let the user that runs Mooring read and enter it");
        std::ranges::sort(names);
        return names;
    }

    // The one that Docker Compose would take.
    std::optional<fs::path> compose_file_of(const fs::path& folder) const {
        for (const std::string_view name : compose_names) {
            std::error_code code;
            const fs::file_status status = fs::symlink_status(root_.folder() / folder / name, code);
            if (fs::exists(status)) return folder / name;
        }
        return std::nullopt;
    }

    bool can_enter(const fs::path& folder) {
        const auto real = root_.resolve(folder);
        std::error_code code;
        if (real) fs::directory_iterator(*real, code);
        if (real && !code) return true;
        remarks_.error(place(root_.shown(folder)), real ? "unreadable" : "outside",
                       "this folder cannot be read: " + (real ? code.message() : real.error().message));
        return false;
    }

    void take(const fs::path& folder) {
        if (!can_enter(folder)) return;
        const auto file = compose_file_of(folder);
        if (!file) {
            remarks_.warning(place(root_.shown(folder)), "no-compose-file",
                             "this folder has no compose file and is not a stack",
                             "known names: compose.yaml, compose.yml, docker-compose.yml, docker-compose.yaml");
            return;
        }
        const auto real = root_.resolve(*file);
        auto text =
            real ? read_resolved(*real, options_.limits.compose) : Result<std::string>(std::unexpected(real.error()));
        const SourceLocation where{.file = root_.shown(*file), .line = 1, .column = 0};
        if (!text) {
            remarks_.error(place(where.file), "unreadable",
                           "this compose file cannot be read: " + text.error().message);
            return;
        }
        const std::string name = folder.string();
        if (normalise_stack_name(name).empty()) {
            remarks_.error(place(root_.shown(folder)), "empty-name",
                           "Portainer would keep nothing of the name " + in_quotes(printable(name, 60)),
                           "use a-z, 0-9, `-` and `_`");
            return;
        }
        note_files_beside(folder, *file);
        desired_.stacks.push_back(stack_of(name, where, std::move(*text)));
    }

    DesiredStack stack_of(const std::string& name, const SourceLocation& where, std::string text) const {
        DesiredStack stack;
        stack.name = name;
        stack.server = options_.server;
        stack.environment = options_.environment;
        stack.type = options_.type;
        stack.source = DesiredContent{.text = std::move(text), .file = where.file, .line = 1};
        stack.state = options_.state;
        stack.runtime = options_.runtime;
        stack.where = where;
        return stack;
    }

    // What `docker compose` would read, too.
    void note_files_beside(const fs::path& folder, const fs::path& file) {
        const auto is_there = [&](const fs::path& name) {
            std::error_code code;
            return fs::exists(fs::symlink_status(root_.folder() / folder / name, code));
        };
        if (is_there(".env")) {
            remarks_.note(
                place(root_.shown(folder / ".env")), "env-not-read",
                "this file is not read: references such as ${NAME} stay as they are, and variables are not compared");
        }
        for (const char* extension : {".yaml", ".yml"}) {
            const fs::path name = file.stem().string() + ".override" + extension;
            if (!is_there(name)) continue;
            remarks_.note(place(root_.shown(folder / name)), "override-not-read",
                          "this file is not read: the stack is compared with " + file.filename().string() + " alone");
        }
    }

    const Root& root_;
    const ComposeDirOptions& options_;
    Remarks remarks_;
    Desired desired_;
};

} // namespace

Desired load_compose_dir(const ComposeDirOptions& options) {
    const auto root = Root::open(options.root);
    const std::string reason = !root ? root.error().message : !root->only_file().empty() ? "it is not a folder" : "";
    if (reason.empty()) return ComposeFolder(*root, options).run();
    Desired nothing;
    nothing.complete = false;
    nothing.diagnostics = {{.severity = Severity::error,
                            .code = "unreadable",
                            .message = "the compose folders cannot be read: " + reason,
                            .suggestion = "--compose-dir takes the folder above the compose folders",
                            .where = place(options.root.generic_string()),
                            .server = {}}};
    return nothing;
}

} // namespace mooring::manifest
