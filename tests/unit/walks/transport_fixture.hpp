// A small Portainer, one of whose answers is broken, and a check of two stacks against it.
#pragma once

#include "model/verdict.hpp"
#include "support/raw_server.hpp"

#include <chrono>
#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

namespace mooring::test {

inline constexpr std::string_view list_of_stacks = "/api/stacks";
inline constexpr std::string_view file_of_shop = "/api/stacks/11/file";

struct Broken {
    std::string name;
    std::string words; // that must stand in what is said of it
    // In the place of the right answer, whose JSON begins with `opening`; the connection closes after it.
    std::function<void(Peer&, std::string_view opening)> answer;
};

// Answers everything but the broken path as a Portainer with the stacks `shop` and `blog` does. `broken` outlives it.
RawServer::Script server_with(const Broken& broken, std::string_view broken_path);

struct Checked {
    Report report;
    double seconds = 0;
    std::size_t megabytes = 0; // by which the process grew at its largest
};

// Both stacks, declared as they are, checked as an administrator; no request is tried twice.
Checked check_both(const std::string& url, std::chrono::seconds deadline, const std::string& ca_file = {});

// Nothing of the server was read: exit 69, every stack unreachable, the cause in words.
void expect_server_unreachable(const Checked& checked, const std::string& words);

// `shop` is unreachable, the cause in words, and `blog` is in sync.
void expect_stack_unreachable(const Checked& checked, const std::string& words);

} // namespace mooring::test
