// Two compose files, `=====` between them: both directions find the same paths, each once and in order.
#include "base/secret.hpp"
#include "compose/compose.hpp"
#include "fuzz/target.hpp"

#include <algorithm>

namespace mooring::fuzz {
namespace {

constexpr yaml::Limits limits{.bytes = 1U << 14U, .depth = 50, .expanded_nodes = 2'000, .documents = 20};

std::vector<std::string> paths_of(const std::vector<compose::Difference>& differences) {
    std::vector<std::string> paths;
    paths.reserve(differences.size());
    for (const auto& difference : differences) paths.push_back(difference.path);
    return paths;
}

void check(const compose::Difference& difference) {
    require(difference.desired.has_value() || difference.actual.has_value(), "a difference has a side",
            difference.path);
    // A reference in a key is one in a list entry and text in a map: the same spelling means two things.
    const bool may_look_equal = difference.secret || difference.path.contains('$');
    require(difference.desired != difference.actual || may_look_equal, "what looks equal is called secret",
            difference.path);
    static_cast<void>(compose::explain(difference.path));
}

// Elements of sets and keys stand in paths, masked as everything else: there two may be one.
bool is_masked(const std::vector<std::string>& paths) {
    return std::ranges::any_of(paths, [](const std::string& path) { return path.contains(mask_sign); });
}

} // namespace

void run(std::string_view input) {
    const auto parts = parts_of(input, 2);
    const auto desired = compose::load(parts[0], limits);
    const auto actual = compose::load(parts[1], limits);
    if (!desired || !actual) return;
    const auto differences = compare(*desired, *actual);
    const auto paths = paths_of(differences);
    require(std::ranges::is_sorted(paths), "paths are sorted");
    const auto twice = std::ranges::adjacent_find(paths);
    require(twice == paths.end(), "a path is reported once", twice == paths.end() ? "" : *twice);
    require(paths == paths_of(compare(*actual, *desired)), "both directions find the same paths");
    const auto shown = paths_of(compare(*desired, *actual, compose::Secrets::shown));
    require(paths == shown || (is_masked(paths) && !shown.empty() && paths.size() <= shown.size()),
            "masking hides no difference");
    std::ranges::for_each(differences, check);
}

} // namespace mooring::fuzz
