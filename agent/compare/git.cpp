// File or Git, the Git settings of the record, the commit deployed, and auto-update (design §4 "Git").
#include "base/secret.hpp"
#include "base/text.hpp"
#include "compare/parts.hpp"
#include "model/stack.hpp"

#include <algorithm>
#include <filesystem>
#include <fmt/format.h>

namespace mooring::compare {
namespace {

constexpr std::size_t short_commit = 8;

std::string text_of(bool value) { return value ? "true" : "false"; }

// Longer than any that works: what is cut of them is not compared with a saved plan.
constexpr std::size_t most_bytes = 8192;

std::string shown_reference(std::string_view reference) {
    return full_reference(reference).empty() ? "(default branch)" : printable(reference, most_bytes);
}

std::string shown_url(std::string_view url) { return printable(mask_text(url_without_user(url)), most_bytes); }

// "./deploy/compose.yaml" and "deploy/compose.yaml" are one file of the repository.
std::string clean_path(std::string_view path) {
    return std::filesystem::path(path).lexically_normal().generic_string();
}

// Additional files are a sequence: compose merges them in their order.
std::string list_text(const std::vector<std::string>& files) {
    std::vector<std::string> shown(files.size());
    std::ranges::transform(files, shown.begin(),
                           [](const std::string& file) { return printable(clean_path(file), most_bytes); });
    return fmt::format("[{}]", join(shown, ", "));
}

bool is_commit_text(std::string_view text) {
    return !text.empty() && text.find_first_not_of("0123456789abcdefABCDEF") == std::string_view::npos;
}

// A declared commit may be given short, as Git takes it.
bool same_commit(std::string_view declared, std::string_view deployed) {
    const std::string wanted = to_lower(declared);
    const std::string found = to_lower(deployed);
    return wanted == found || (wanted.size() >= 7 && is_commit_text(wanted) && found.starts_with(wanted));
}

struct GitSides {
    const RecordPair& pair;
    const DesiredGit& desired;
    const GitConfig& actual;
    Comparison& out;

    void differs(Plane plane, Subject subject, std::string path, std::string wanted,
                 std::optional<std::string> found) const {
        out.changes.push_back(change_at(plane, subject, std::move(path), std::move(wanted), std::move(found),
                                        manifest_line(pair.stack, desired.line)));
    }
};

void compare_settings(const GitSides& git) {
    if (comparable_git_url(git.desired.url) != comparable_git_url(git.actual.url)) {
        git.differs(Plane::record, Subject::git_url, "git.url", shown_url(git.desired.url), shown_url(git.actual.url));
    }
    if (full_reference(git.desired.reference) != full_reference(git.actual.reference)) {
        git.differs(Plane::record, Subject::git_settings, "git.reference", shown_reference(git.desired.reference),
                    shown_reference(git.actual.reference));
    }
    const std::string& entry =
        git.actual.config_file_path.empty() ? git.pair.record.entry_point : git.actual.config_file_path;
    if (clean_path(git.desired.path) != clean_path(entry)) {
        git.differs(Plane::record, Subject::git_settings, "git.path", printable(git.desired.path, most_bytes),
                    printable(entry, most_bytes));
    }
    const std::string wanted = list_text(git.desired.additional_files);
    const std::string found = list_text(git.pair.record.additional_files);
    if (wanted != found) git.differs(Plane::record, Subject::git_settings, "git.additionalFiles", wanted, found);
    if (git.desired.tls_skip_verify && *git.desired.tls_skip_verify != git.actual.tls_skip_verify) {
        git.differs(Plane::record, Subject::git_settings, "git.tlsSkipVerify", text_of(*git.desired.tls_skip_verify),
                    text_of(git.actual.tls_skip_verify));
    }
}

void compare_commit(const GitSides& git) {
    const std::string deployed = printable(git.actual.commit, 80);
    if (git.desired.commit && !same_commit(*git.desired.commit, git.actual.commit)) {
        git.differs(Plane::git, Subject::commit, "commit", printable(*git.desired.commit, 80),
                    deployed.empty() ? std::nullopt : std::optional(deployed));
    }
    const std::string which = deployed.empty()
                                  ? "no deployed commit is recorded"
                                  : "deployed commit " + printable(git.actual.commit.substr(0, short_commit));
    git.out.notes.push_back(which + "; the branch's head was not looked up");
}

std::string describe(bool interval_given, std::string_view interval, bool webhook) {
    std::vector<std::string> parts;
    if (interval_given) parts.push_back("interval " + printable(interval, 60));
    if (webhook) parts.emplace_back("webhook");
    return parts.empty() ? "on" : join(parts, ", ");
}

bool same_interval(std::string_view a, std::string_view b) {
    const auto left = parse_go_duration(a);
    const auto right = parse_go_duration(b);
    return left && right ? *left == *right : a == b;
}

// A create that failed may leave its record behind as active, and arms nothing (2.39.0, 13-swarm 9): its access control
// is made only when the stack was deployed.
bool was_never_deployed(const StackRecord& record) { return record.updated_at == 0 && !record.resource_control; }

// The job is gone while a deployment runs, after one that failed and while the stack is stopped, as it should be
// (portainer-api.md §11, §3.6). A webhook that starts a stopped stack leaves it out for good (§12).
bool is_dead(const StackRecord& record) {
    return record.auto_update && !record.auto_update->interval.empty() && record.auto_update->job_id.empty() &&
           record.status == static_cast<std::int64_t>(StackStatus::active) && !was_never_deployed(record);
}

std::string git_text(const DesiredGit& git) { return git.any ? "git" : "git " + shown_url(git.url); }

std::string git_text(const StackRecord& record) { return record.git ? "git " + shown_url(record.git->url) : "git"; }

} // namespace

void compare_source(const RecordPair& pair, Comparison& out) {
    const auto* desired = std::get_if<DesiredGit>(&pair.stack.source);
    const bool wanted = desired != nullptr;
    if (wanted != pair.record.from_git()) {
        out.changes.push_back(change_at(Plane::record, Subject::source, "source", wanted ? git_text(*desired) : "file",
                                        wanted ? "file" : git_text(pair.record),
                                        manifest_line(pair.stack, wanted ? desired->line : 0)));
    } else if (!wanted && !pair.record.additional_files.empty()) {
        // Editing a Git stack in Portainer detaches it and leaves these, which every deployment takes (§3.4).
        out.changes.push_back(change_at(Plane::record, Subject::git_settings, "additionalFiles", std::nullopt,
                                        list_text(pair.record.additional_files), manifest_line(pair.stack, 0)));
    } else if (wanted && !desired->any && pair.record.git_hidden()) {
        out.unread.emplace_back("git");
    } else if (wanted && pair.record.git) {
        const GitSides git{pair, *desired, *pair.record.git, out};
        if (!desired->any) compare_settings(git);
        compare_commit(git);
    }
}

void compare_auto_update(const RecordPair& pair, Comparison& out) {
    if (is_dead(pair.record)) {
        const std::size_t line = pair.stack.auto_update ? pair.stack.auto_update->line : 0;
        out.changes.push_back(change_at(Plane::git, Subject::polling, "autoUpdate.armed",
                                        "every " + printable(pair.record.auto_update->interval, 60),
                                        "automatic update is dead", manifest_line(pair.stack, line)));
    }
    if (!pair.stack.auto_update) return;
    const DesiredAutoUpdate& desired = *pair.stack.auto_update;
    const auto& actual = pair.record.auto_update;
    const auto differs = [&](std::string path, std::string wanted, std::optional<std::string> found) {
        out.changes.push_back(change_at(Plane::record, Subject::auto_update, std::move(path), std::move(wanted),
                                        std::move(found), manifest_line(pair.stack, desired.line)));
    };
    if (!actual) {
        const bool wanted = desired.interval || desired.webhook.value_or(false);
        if (!wanted) return; // `webhook: false` alone: there is none
        differs("autoUpdate",
                describe(desired.interval.has_value(), desired.interval.value_or(""), desired.webhook.value_or(false)),
                std::nullopt);
        return;
    }
    if (desired.interval && !same_interval(*desired.interval, actual->interval)) {
        differs("autoUpdate.interval", printable(*desired.interval, 60),
                actual->interval.empty() ? std::nullopt : std::optional(printable(actual->interval, 60)));
    }
    if (desired.webhook && *desired.webhook == actual->webhook.empty()) {
        differs("autoUpdate.webhook", text_of(*desired.webhook), text_of(!actual->webhook.empty()));
    }
}

} // namespace mooring::compare
