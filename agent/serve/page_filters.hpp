// The filters of the status page: which stacks fit a query, and links that change one part of it. Pure.
#pragma once

#include "serve/board.hpp"

#include <cstddef>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace mooring::serve {

// verdict, server and environment as they are; name: a part of the stack's name, in any case; page: from 1. Others mean
// nothing.
using Query = std::map<std::string, std::string>;

struct Filter {
    std::string label; // "drifted"
    std::size_t count = 0;
    std::string href;
    std::string tone;
    bool current = false;
};

bool fits(const StackView& stack, const Query& query);

// The status page with another value of one filter; "" takes the filter away.
std::string link_with(Query query, const std::string& name, const std::string& value);

// Which page of the stacks is asked for, from 1; 1 for what is no number.
std::size_t page_asked(const Query& query);
// The same filters on another page.
std::string link_to_page(const Query& query, std::size_t page);

// What a search by name must hand on: the other filters and their values.
std::vector<std::pair<std::string, std::string>> beside_name(const Query& query);

// "all" first; verdicts that no stack has are left out.
std::vector<Filter> verdict_filters(const std::vector<const StackView*>& stacks, const Query& query);
// By environment or server, "every environment" first, at most 40 beside it; none where there is only one.
std::vector<Filter> environment_filters(const std::vector<const StackView*>& stacks, const Query& query);
std::vector<Filter> server_filters(const std::vector<const StackView*>& stacks, const Query& query);

} // namespace mooring::serve
