// Two compose texts and how they differ: what `mooring diff` has in common with its --batch.
#pragma once

#include "base/error.hpp"
#include "compose/compose.hpp"

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

namespace mooring::cli {

struct PairTexts {
    std::string desired;
    std::string actual;
    std::string desired_name = "desired"; // for messages
    std::string actual_name = "actual";
    bool resolved_names = false; // undo what `docker compose config` adds (compose::undo_resolving)
};

struct Comparison {
    std::vector<compose::Difference> changes;
    std::string resolved; // the name of the one text that looks like the output of `docker compose config`; "" if
                          // there is none, or it was undone
};

// The differences; an error of the kind invalid_input that names every text that does not load, with its place.
Result<Comparison> compare_pair(const PairTexts& texts);

// [{"path","desired","actual"}], and "line" where asked for. Absent values are null.
nlohmann::ordered_json changes_json(const std::vector<compose::Difference>& changes, bool with_line);

} // namespace mooring::cli
