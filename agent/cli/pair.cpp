#include "cli/pair.hpp"

#include "base/text.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace mooring::cli {
namespace {

using Json = nlohmann::ordered_json;

std::string complaint(std::string_view name, const yaml::Problem& problem) {
    std::string place;
    if (problem.mark.line > 0) place = fmt::format(":{}:{}", problem.mark.line, problem.mark.column);
    return fmt::format("{}{}: {}", name, place, printable(problem.message));
}

// Two that both look so were resolved alike.
std::string resolved_side(const PairTexts& texts, const compose::File& desired, const compose::File& actual) {
    const bool is_desired = compose::looks_resolved(desired);
    if (is_desired == compose::looks_resolved(actual)) return {};
    return is_desired ? texts.desired_name : texts.actual_name;
}

Json text_or_null(const std::optional<std::string>& text) { return text ? Json(*text) : Json(); }

} // namespace

Result<Comparison> compare_pair(const PairTexts& texts) {
    auto desired = compose::load(texts.desired);
    // Equal bytes mean the same once they mean anything.
    if (desired && texts.desired == texts.actual) return Comparison{};
    auto actual = compose::load(texts.actual);
    if (desired && actual) {
        if (texts.resolved_names) compose::undo_resolving(*desired, *actual);
        return Comparison{.changes = compose::compare(*desired, *actual, compose::Secrets::shown),
                          .resolved = resolved_side(texts, *desired, *actual)};
    }

    std::vector<std::string> complaints;
    if (!desired) complaints.push_back(complaint(texts.desired_name, desired.error()));
    if (!actual) complaints.push_back(complaint(texts.actual_name, actual.error()));
    return fail(ErrorKind::invalid_input, join(complaints, "; "));
}

Json changes_json(const std::vector<compose::Difference>& changes, bool with_line) {
    Json out = Json::array();
    for (const compose::Difference& change : changes) {
        Json one = {
            {"path", change.path}, {"desired", text_or_null(change.desired)}, {"actual", text_or_null(change.actual)}};
        if (with_line) one["line"] = change.desired_line == 0 ? Json() : Json(change.desired_line);
        out.push_back(std::move(one));
    }
    return out;
}

} // namespace mooring::cli
