// What the text and the JSON of `mooring list` and `mooring show` have in common. Pure.
#pragma once

#include "doctor/inventory.hpp"
#include "report/paint.hpp"

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

namespace mooring::doctor {

// "shop", "(no name)".
std::string name_text(const StackRecord& record);
// "file", "git"; also where the token is not shown from which repository.
std::string source_text(const StackRecord& record);
// "standalone", "unknown".
std::string type_text(const StackRecord& record);
// "active", "status 7".
std::string status_text(std::int64_t status);
// "production", "#4" where the token may not know its name.
std::string environment_text(const Reading& reading);
// "GET /api/stacks/7/file -> 403 ...".
std::string request_text(const Reply& reply);
// "main  https://...  2.43.0  as alice (user, list filtered)", and why it could not be read.
std::string server_line(const ServerResult& server, const report::Paint& paint);

nlohmann::ordered_json json_of(const Reading& reading);
nlohmann::ordered_json servers_json(const std::vector<ServerInventory>& servers);

} // namespace mooring::doctor
