#include "cli/pair.hpp"

#include "base/mask.hpp"
#include "base/text.hpp"
#include "compose/compose.hpp"
#include "kubernetes/kubernetes.hpp"

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

bool is_kubernetes(const PairTexts& texts) {
    if (texts.kind != FileKind::automatic) return texts.kind == FileKind::kubernetes;
    return kubernetes::is_manifest(texts.desired) || kubernetes::is_manifest(texts.actual);
}

template <typename File>
Error unreadable(const PairTexts& texts, const std::expected<File, yaml::Problem>& desired,
                 const std::expected<File, yaml::Problem>& actual) {
    std::vector<std::string> complaints;
    if (!desired) complaints.push_back(complaint(texts.desired_name, desired.error()));
    if (!actual) complaints.push_back(complaint(texts.actual_name, actual.error()));
    return {.kind = ErrorKind::invalid_input, .message = join(complaints, "; ")};
}

PairChange change_of(kubernetes::Difference&& one, bool show_values) {
    const bool masked = one.secret && !show_values;
    const auto side = [masked](std::optional<std::string>&& value) {
        return value && masked ? std::string(mask_sign) : std::move(value);
    };
    return {.path = one.path.empty() ? one.object : one.object + ":" + one.path,
            .object = one.object,
            .what = std::string(kubernetes::word(one.what)),
            .desired = side(std::move(one.desired)),
            .actual = side(std::move(one.actual)),
            .secret = masked,
            .line = one.line};
}

Result<Comparison> compare_manifests(const PairTexts& texts) {
    auto desired = kubernetes::load(texts.desired);
    auto actual = kubernetes::load(texts.actual);
    if (!desired || !actual) return std::unexpected(unreadable(texts, desired, actual));
    Comparison out;
    const auto secrets = texts.show_values ? kubernetes::Secrets::shown : kubernetes::Secrets::masked;
    for (kubernetes::Difference& one : kubernetes::compare_files(*desired, *actual, {}, secrets)) {
        out.changes.push_back(change_of(std::move(one), texts.show_values));
    }
    return out;
}

} // namespace

Result<Comparison> compare_pair(const PairTexts& texts) {
    if (is_kubernetes(texts)) return compare_manifests(texts);
    auto desired = compose::load(texts.desired);
    // Equal bytes mean the same once they mean anything.
    if (desired && texts.desired == texts.actual) return Comparison{};
    auto actual = compose::load(texts.actual);
    if (!desired || !actual) return std::unexpected(unreadable(texts, desired, actual));
    if (texts.resolved_names) compose::undo_resolving(*desired, *actual);
    Comparison out{.changes = {}, .resolved = resolved_side(texts, *desired, *actual)};
    for (compose::Difference& one : compose::compare(*desired, *actual, compose::Secrets::shown)) {
        out.changes.push_back({.path = std::move(one.path),
                               .object = {},
                               .what = {},
                               .desired = std::move(one.desired),
                               .actual = std::move(one.actual),
                               .line = one.desired_line});
    }
    return out;
}

Json changes_json(const std::vector<PairChange>& changes, bool with_line) {
    Json out = Json::array();
    for (const PairChange& change : changes) {
        Json one = {
            {"path", change.path}, {"desired", text_or_null(change.desired)}, {"actual", text_or_null(change.actual)}};
        if (!change.object.empty()) {
            one["object"] = change.object;
            one["what"] = change.what;
        }
        if (with_line) one["line"] = change.line == 0 ? Json() : Json(change.line);
        out.push_back(std::move(one));
    }
    return out;
}

} // namespace mooring::cli
