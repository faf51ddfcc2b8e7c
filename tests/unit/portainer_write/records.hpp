// Records as a server could answer them, for the tests of what is written.
#pragma once

#include "model/stack.hpp"

#include <string>
#include <utility>
#include <vector>

namespace mooring::portainer_write::test {

inline std::vector<EnvVar> env(std::vector<std::pair<std::string, std::string>> pairs) {
    std::vector<EnvVar> made;
    for (auto& [name, value] : pairs) made.push_back({.name = name, .value = Secret(std::move(value))});
    return made;
}

inline StackRecord file_record() {
    StackRecord record;
    record.id = 7;
    record.name = "shop";
    record.type = StackType::standalone;
    record.environment = 3;
    record.status = 1;
    record.env = env({{"B", "two"}, {"A", "one"}, {"B", "again"}});
    ResourceControl control;
    control.id = 21;
    control.users = {2};
    record.resource_control = control;
    return record;
}

inline StackRecord git_record() {
    StackRecord record = file_record();
    record.git = GitConfig{.url = "https://git.example.test/shop",
                           .reference = "refs/heads/main",
                           .config_file_path = "deploy/compose.yaml",
                           .commit = "72e6c8a8",
                           .tls_skip_verify = true,
                           .has_authentication = true,
                           .username = "robot",
                           .credential_id = 0};
    record.workflow_id = 4;
    record.additional_files = {"deploy/more.yaml"};
    record.auto_update = AutoUpdate{.interval = "5m",
                                    .webhook = "5dd72a1f-939b-494c-861f-23d068846b6a",
                                    .job_id = "9",
                                    .force_update = true,
                                    .force_pull_image = false};
    record.option = StackOption{.prune = true};
    return record;
}

} // namespace mooring::portainer_write::test
