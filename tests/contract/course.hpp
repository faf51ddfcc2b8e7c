// What a walk's lines tell of what is not in them: what was there before the first, and what happened to the server
// between two of them by other ways than its API (tests/recordings/README.md). Pure: nothing is known but the lines.
#pragma once

#include "contract/recording.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace contract {

using Number = std::int64_t;

struct Person {
    Number id = 0; // 0: any
    int role = 2;
};

struct Repository {
    std::string reference;
    std::string commit;
    std::map<std::string, std::string> files; // path -> text
};

// Before the first line.
struct Start {
    std::map<std::string, Person> people;           // whose key is used and minted nowhere
    std::map<Number, std::string> environments;     // that no line makes: id -> name
    std::map<std::string, std::string> swarms;      // a host's URL -> its swarm's id
    std::map<std::string, Repository> repositories; // URL without .git ->
    bool without_primary = false;                   // environment 1 is made by the walk itself
    std::optional<bool> git_hidden;                 // whether users are shown no Git source; nullopt: no line tells
};

// Just before one line.
struct Moment {
    bool limited = false;              // the log-in limiter holds
    std::set<Number> still_deploying;  // in the background; every other deployment has ended
    std::set<Number> gone;             // environments
    std::map<std::string, Number> ids; // the id that this line gives: bucket -> id
    std::map<Number, bool> lost_files; // stack -> its file was taken from the disk (true) or put back
};

Start start_of(const Walk& walk);

// One for each line of the walk, in its order.
std::vector<Moment> course_of(const Walk& walk);

bool is_lost_file(const Response& response);
bool shows_deploying(const Response& response);
bool is_counted_by_limiter(const Line& line);

} // namespace contract
