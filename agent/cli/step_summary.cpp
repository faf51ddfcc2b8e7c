#include "cli/step_summary.hpp"

#include "report/markdown.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>

namespace mooring::cli {

std::string step_summary_file(const std::vector<Output>& outputs, const Variables& variables) {
    const bool for_github =
        std::ranges::any_of(outputs, [](const Output& output) { return output.format == report::Format::github; });
    const Secret* file = for_github ? variables.find("GITHUB_STEP_SUMMARY") : nullptr;
    return file == nullptr ? std::string() : std::string(file->reveal());
}

Result<void> append_step_summary(const std::string& file, const Report& report) {
    std::ofstream out(file, std::ios::app | std::ios::binary);
    out << report::to_markdown(report) << std::flush;
    if (!out) return fail(ErrorKind::io, "cannot write the step's summary to " + file, std::strerror(errno));
    return {};
}

} // namespace mooring::cli
