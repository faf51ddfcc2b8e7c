#include "cli/only.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace mooring::cli {
namespace {

bool any_matches(const std::vector<std::string>& globs, const std::string& text) {
    return globs.empty() || std::ranges::any_of(globs, [&](const auto& glob) { return glob_matches(glob, text); });
}

std::unexpected<Error> unknown_kind(const std::string& word) {
    const std::vector<std::string> kinds{"name", "environment", "label"};
    const std::string kind = word.substr(0, word.find('='));
    const auto near = closest_match(kind, kinds);
    return fail(ErrorKind::usage,
                fmt::format("--only {}: expected name=GLOB, environment=GLOB or label=KEY=GLOB{}", printable(word, 100),
                            near && *near != kind ? "; did you mean `" + *near + "`?" : std::string()));
}

} // namespace

Result<Only> Only::parse(const std::vector<std::string>& words) {
    Only only;
    for (const std::string& word : words) {
        const std::size_t equals = word.find('=');
        if (equals == std::string::npos) return unknown_kind(word);
        const std::string kind = word.substr(0, equals);
        std::string value = word.substr(equals + 1);
        const std::size_t second = value.find('=');
        if (value.empty()) return unknown_kind(word);
        if (kind == "name")
            only.names_.push_back(std::move(value));
        else if (kind == "environment")
            only.environments_.push_back(std::move(value));
        else if (kind == "label" && second != std::string::npos && second > 0)
            only.labels_.emplace_back(value.substr(0, second), value.substr(second + 1));
        else
            return unknown_kind(word);
    }
    return only;
}

bool Only::matches(const std::string& name, const std::string& environment,
                   const std::map<std::string, std::string>& labels) const {
    const bool named = !environment.empty();
    if (!any_matches(names_, name) || (named && !any_matches(environments_, environment))) return false;
    return labels_.empty() || std::ranges::any_of(labels_, [&](const auto& wanted) {
               const auto found = labels.find(wanted.first);
               return found != labels.end() && glob_matches(wanted.second, found->second);
           });
}

bool Only::may_match(const DesiredStack& stack) const {
    const auto* environment = std::get_if<EnvironmentRef>(&stack.environment);
    return matches(stack.name, environment != nullptr ? environment->name : std::string(), stack.labels);
}

} // namespace mooring::cli
