// Two compose files, or two Kubernetes manifests, and how they differ: what `mooring diff` has in common with its
// --batch.
#pragma once

#include "base/error.hpp"

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

namespace mooring::cli {

enum class FileKind { automatic, compose, kubernetes }; // automatic: by `apiVersion`

struct PairTexts {
    std::string desired;
    std::string actual;
    std::string desired_name = "desired"; // for messages
    std::string actual_name = "actual";
    bool resolved_names = false; // undo what `docker compose config` adds (compose::undo_resolving)
    FileKind kind = FileKind::automatic;
    bool show_values = false; // secrets of Kubernetes manifests; those of compose files are shown
};

struct PairChange {
    std::string path;   // "services.web.image", "Deployment/web:spec.replicas"
    std::string object; // Kubernetes: "Deployment/web"
    std::string what;   // Kubernetes: "changed", "gone", "extra", "order", "missing"
    std::optional<std::string> desired;
    std::optional<std::string> actual;
    bool secret = false; // its values are "***"
    std::uint32_t line = 0;
};

struct Comparison {
    std::vector<PairChange> changes;
    std::string resolved; // the name of the one text that looks like the output of `docker compose config`; "" if
                          // there is none, or it was undone
};

// The differences; an error of the kind invalid_input that names every text that does not load, with its place.
Result<Comparison> compare_pair(const PairTexts& texts);

// [{"path","desired","actual"}], for Kubernetes "object" and "what", too, and "line" where asked for. Absent values are
// null.
nlohmann::ordered_json changes_json(const std::vector<PairChange>& changes, bool with_line);

} // namespace mooring::cli
