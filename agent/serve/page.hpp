// The status page: models -> HTML. No script; the style sheet is one file beside it.
#pragma once

#include "serve/page_model.hpp"

#include <string>
#include <string_view>

namespace mooring::serve {

std::string status_page(const StatusModel& model);
std::string stack_page(const StackModel& model);
std::string runs_page(const RunsModel& model);
// What /style.css and /icon.svg answer.
std::string_view style_sheet();
std::string_view icon();

} // namespace mooring::serve
