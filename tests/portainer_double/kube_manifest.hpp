// Kubernetes YAML as Portainer and the API server read it (kubernetes.md §1.3).
#pragma once

#include "portainer_double/message.hpp"

#include <nlohmann/json.hpp>

#include <expected>
#include <string>
#include <string_view>
#include <vector>

namespace portainer_double {

// go-yaml's words for content that does not parse: "yaml: line 2: did not find expected node content".
struct ManifestProblem {
    std::string words;
};

// Every document that holds something, as JSON; a document that is a text or a list is one, too.
std::expected<std::vector<Json>, ManifestProblem> read_manifest(std::string_view text);

// "My App 1!_x" -> "My.App.1._x", as labels can hold it.
std::string label_value(std::string_view name);

} // namespace portainer_double
