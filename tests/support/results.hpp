// Results and waivers for tests of what comes after the verdicts.
#pragma once

#include "model/desired.hpp"
#include "model/verdict.hpp"

#include <string>
#include <utility>
#include <vector>

namespace mooring {

inline StackResult result_of(Verdict verdict, std::vector<Change> changes = {}, std::string name = "shop") {
    StackResult result;
    result.name = std::move(name);
    result.server = "main";
    result.environment_id = 4;
    result.environment_name = "production";
    result.verdict = verdict;
    result.changes = std::move(changes);
    return result;
}

inline Change change_of(Plane plane, std::string path) {
    return {.plane = plane, .path = std::move(path), .desired = "a", .actual = "b", .waiver = {}, .where = {}};
}

inline Waiver waiver_of(std::string name, std::string path) {
    return {.name = std::move(name),
            .server = "*",
            .environment = "*",
            .stack = "*",
            .path = std::move(path),
            .owner = "web",
            .reason = "on purpose",
            .approver = "boss",
            .from = 100,
            .until = 200,
            .where = {.file = "waivers.yaml", .line = 4, .column = 1}};
}

} // namespace mooring
