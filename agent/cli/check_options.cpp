#include "cli/check_run.hpp"

#include "base/text.hpp"
#include "cli/console.hpp"
#include "model/stack.hpp"

#include <algorithm>
#include <filesystem>
#include <fmt/format.h>

namespace mooring::cli {
namespace {

// "denied,not-visible" -> verdicts; "none" is the empty set. in_sync and suspended never set a bit.
Result<std::set<Verdict>> parse_fail_on(const std::vector<std::string>& words) {
    std::vector<std::string> known{"none"};
    for (const Verdict verdict : all_verdicts) {
        if (verdict != Verdict::in_sync && verdict != Verdict::suspended) known.emplace_back(to_string(verdict));
    }
    std::set<Verdict> verdicts;
    for (const std::string& list : words) {
        for (const std::string_view part : split(list, ',')) {
            std::string word(trim(part));
            std::ranges::replace(word, '-', '_');
            if (const auto problem = one_of("--fail-on", word, known)) return fail(ErrorKind::usage, *problem);
            if (const auto verdict = parse_verdict(word)) verdicts.insert(*verdict);
            // 0.1.0 called missing what is deleted since: whoever fails on one must not miss the other.
            if (verdicts.contains(Verdict::missing)) verdicts.insert(Verdict::deleted);
        }
    }
    return verdicts;
}

Result<StackType> parse_type(const std::string& word) {
    for (const StackType type : {StackType::standalone, StackType::swarm, StackType::kubernetes}) {
        if (to_string(type) == word) return type;
    }
    return fail(ErrorKind::usage, *one_of("--type", word, {"standalone", "swarm", "kubernetes"}));
}

Result<DesiredState> parse_state(const std::string& word) {
    for (const DesiredState state : {DesiredState::running, DesiredState::stopped, DesiredState::any}) {
        if (to_string(state) == word) return state;
    }
    return fail(ErrorKind::usage, *one_of("--state", word, {"running", "stopped", "any"}));
}

// What belongs to --compose-dir alone, because manifests say it themselves.
Result<void> parse_compose_dir(const CheckWords& words, CheckOptions& options) {
    if (!words.type.empty()) {
        if (words.compose_dir.empty()) return fail(ErrorKind::usage, "--type belongs to --compose-dir");
        const Result<StackType> type = parse_type(words.type);
        if (!type) return std::unexpected(type.error());
        options.type = *type;
    }
    if (words.state.empty()) return {};
    if (words.compose_dir.empty()) return fail(ErrorKind::usage, "--state belongs to --compose-dir");
    const Result<DesiredState> state = parse_state(words.state);
    if (!state) return std::unexpected(state.error());
    options.state = *state;
    return {};
}

// Whether `folder`, which exists where the command was started, can only be meant as DIR: below --compose-dir no folder
// has the name of such a stack.
bool is_no_stack_of(const std::filesystem::path& compose_dir, const std::string& folder) {
    const std::string name = normalise_stack_name(folder);
    std::error_code failed;
    std::filesystem::directory_iterator entries(compose_dir, failed);
    for (; !failed && entries != std::filesystem::directory_iterator(); entries.increment(failed))
        if (normalise_stack_name(entries->path().filename().string()) == name) return false;
    return !failed;
}

// Folder and names of stacks. Where the manifests are said otherwise, all words are names.
Result<void> parse_words(const CheckWords& words, CheckOptions& options) {
    if (std::ranges::find(words.words, "") != words.words.end())
        return fail(ErrorKind::usage, "an argument is empty: it is the folder of manifests, or a stack's name");
    const bool said_otherwise = !words.compose_dir.empty() || !words.snapshot.empty();
    const std::string folder = folder_among(words.words);
    // A folder of compose folders is often stood in, and its folders are called like the stacks.
    const bool is_folder =
        !words.snapshot.empty()
            ? !folder.empty()
            : folder.contains('/') || (!folder.empty() && said_otherwise && is_no_stack_of(words.compose_dir, folder));
    if (said_otherwise && is_folder) {
        return fail(ErrorKind::usage, words.snapshot.empty()
                                          ? "--compose-dir takes the place of DIR: give one of them"
                                          : "--snapshot brings the manifests of its run: leave DIR out");
    }
    if (!said_otherwise) options.folder = std::filesystem::path(folder).lexically_normal();
    options.plain_folder = !options.folder.empty() && !folder.contains('/');
    options.names.assign(words.words.begin() + (options.folder.empty() ? 0 : 1), words.words.end());
    options.named_first = options.folder.empty() && !options.names.empty();
    for (const std::string& name : options.names) {
        if (name.contains('/'))
            return fail(ErrorKind::usage, fmt::format("`{}` is not a stack's name: only the first word can be a folder",
                                                      printable(name, 100)));
        options.only.add_name(name);
    }
    return {};
}

} // namespace

std::string folder_among(const std::vector<std::string>& words) {
    std::error_code ignored;
    const bool is_folder =
        !words.empty() && (words.front().contains('/') || std::filesystem::exists(words.front(), ignored));
    return is_folder ? words.front() : std::string();
}

Result<CheckOptions> parse_check(const CheckWords& words, bool out_is_terminal) {
    CheckOptions options;
    options.compose_dir = words.compose_dir;
    options.snapshot = words.snapshot;
    options.quiet = words.quiet;
    options.show_values = words.show_values;
    options.log_level = words.verbose && words.log_level == "off" ? "info" : words.log_level;
    if (const auto problem =
            one_of("--log-level", options.log_level, {"trace", "debug", "info", "warn", "error", "off"}))
        return fail(ErrorKind::usage, *problem);
    if (!words.snapshot.empty()) {
        if (!words.compose_dir.empty())
            return fail(ErrorKind::usage, "--snapshot brings the manifests of its run: leave --compose-dir out");
        if (words.show_values)
            return fail(ErrorKind::usage, "a snapshot holds no secrets that --show-values could show");
    }
    if (words.watch < 0) return fail(ErrorKind::usage, "--watch takes seconds: 1 or more");
    if (words.watch > 0 && !out_is_terminal)
        return fail(ErrorKind::usage, "--watch is for a terminal; `mooring agent` watches as a service");
    if (words.watch > 0 && (!words.snapshot.empty() || !words.output.empty()))
        return fail(ErrorKind::usage, "--watch writes to the terminal alone: leave --output and --snapshot out");
    if (words.diff && !words.snapshot.empty())
        return fail(ErrorKind::usage, "a snapshot holds no files that --diff could show");
    if (words.show_values && !out_is_terminal)
        return fail(ErrorKind::usage, "--show-values prints secrets, so standard output must be a terminal");
    if (const Result<void> parsed = parse_compose_dir(words, options); !parsed) return std::unexpected(parsed.error());
    Result<Only> only = Only::parse(words.only);
    if (!only) return std::unexpected(only.error());
    options.only = std::move(*only);
    if (const Result<void> parsed = parse_words(words, options); !parsed) return std::unexpected(parsed.error());
    if (!words.fail_on.empty()) {
        Result<std::set<Verdict>> verdicts = parse_fail_on(words.fail_on);
        if (!verdicts) return std::unexpected(verdicts.error());
        options.fail_on = std::move(*verdicts);
    }
    return options;
}

} // namespace mooring::cli
