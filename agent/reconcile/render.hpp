// A plan for people and for machines. No text holds a secret, and no arrow stands in a plan: reports read desired ->
// actual, other tools the reverse.
#pragma once

#include "base/error.hpp"
#include "reconcile/plan.hpp"

#include <string>
#include <vector>

namespace mooring::reconcile {

// "shop/production": what a step is called in every line about it.
std::string name_of(const Step& step);

// "pulls nginx:1.27 (not on the host; policy.pull: missing); redis:7 may move, too"; "" nothing is pulled.
std::string words_of(const ImagesToCome& images);

// One side of a correction on one line: "nothing" where it is not there; what is long is cut, by its keys where it has
// some. `path`: where it stands.
std::string words_of_side(const std::optional<std::string>& shown, const std::string& whole,
                          std::string_view path = {});

// Whether a step to be done has values that no plan shows, so that none tells whether they are still the same.
bool hides_values(const Plan& plan);
inline constexpr std::string_view hidden_values =
    "values not shown here may have changed by the time a saved plan is applied";

// For a terminal or a log: ends with what the exit code means, or, for who goes on to apply it, with the counts alone.
std::string to_text(const Plan& plan, bool with_exit_code = true);

// For a pull request, that strangers may read: without addresses, versions, identities, the names of what nobody
// declared and what servers said. `details` adds them.
std::string to_markdown(const Plan& plan, bool details = false);

// Canonical: schema `plan`, ends with a line feed; the same plan gives the same bytes.
std::string to_json(const Plan& plan);

// A plan that somebody saved and read, held against the plan of now (reconcile.md §3.4). Pure.

// "main shop/production"
std::string title_of(const Step& step);

// Steps to be done of either plan that do not stand in the other with everything they stand on: server, InstanceID,
// version, record, parts, differences, what is said of them. `saved` is the JSON of to_json; lines of files do not
// count. Titles. Error (invalid_input): the text is not such a plan.
Result<std::vector<std::string>> moved_steps(const std::string& saved, const Plan& now);

} // namespace mooring::reconcile
