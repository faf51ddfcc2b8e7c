// Looks at single lines of a walk. Pure.
#pragma once

#include "contract/recording.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace contract {

std::vector<const Line*> lines_of(const Walk& walk);

// "/api/stacks/7/file" of "/api/stacks/7/file?x=y".
std::string path_of(const Line& line);

// The number after `prefix` in the path, if `suffix` is all that follows it: ("/api/stacks/", "/file") of
// "/api/stacks/7/file" is 7.
std::optional<std::int64_t> number_in(const std::string& path, std::string_view prefix, std::string_view suffix);

// The objects of an answer: itself, or the items of a list.
std::vector<const Json*> objects_of(const Response& response);

bool succeeded(const Line& line);
bool is_stack(const Json& object);
bool is_environment(const Json& object);
// The id of an object, 0 if it has none.
std::int64_t id_of(const Json& object);
// A member's text, "" if it has none.
std::string text_of(const Json& object, const char* member);

// The request's body as JSON; an empty object if it is none.
Json body_of(const Line& line);

} // namespace contract
