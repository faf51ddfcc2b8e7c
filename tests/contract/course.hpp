// What a walk's lines tell of what is not in them: what was there before the first, and what happened to the server
// between two of them by other ways than its API (tests/recordings/README.md). Pure: nothing is known but the lines.
#pragma once

#include "contract/recording.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
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
    bool without_roles = false;                     // GET /roles is empty: a server built from source
    std::optional<bool> git_hidden;                 // whether users are shown no Git source; nullopt: no line tells
};

// Just before one line.
struct Moment {
    bool limited = false;                           // the log-in limiter holds
    std::set<Number> still_deploying;               // in the background; every other deployment has ended
    std::set<Number> gone;                          // environments
    std::map<std::string, Number> ids;              // the id that this line gives: bucket -> id
    std::map<Number, bool> lost_files;              // stack -> its file was taken from the disk (true) or put back
    std::map<std::string, Repository> repositories; // URL -> what it holds from now on
    std::set<Number> polled;                        // stacks whose repository was looked at, after that
    std::vector<std::pair<std::string, Json>> told; // what else the control plane of a double is told: route, body
};

Start start_of(const Walk& walk);

// The commits that Kubernetes stacks deploy, put before the lines that clone them (commits.cpp).
void tell_commits(const std::vector<const Line*>& lines, const std::map<std::string, Repository>& start,
                  std::vector<Moment>& course);

// What kubectl did (clusters.cpp).
void tell_clusters(const std::vector<const Line*>& lines, std::vector<Moment>& course);

// One for each line of the walk, in its order.
std::vector<Moment> course_of(const Walk& walk);

bool is_lost_file(const Response& response);
bool shows_deploying(const Response& response);
bool is_counted_by_limiter(const Line& line);

} // namespace contract
