#include "cli/progress.hpp"

#include "report/layout.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <ostream>

namespace mooring::cli {

void Progress::start() {
    text_ = "reading the servers";
    write(text_);
}

void Progress::update(std::size_t done, std::size_t total) {
    const auto now = std::chrono::steady_clock::now();
    if (done < total && now - last_ < std::chrono::milliseconds(100)) return;
    last_ = now;
    text_ = fmt::format("reading {} of {} stacks", done, total);
    write(text_);
}

void Progress::tick(std::chrono::steady_clock::time_point now) {
    const auto slowest = under_way_ ? under_way_->slowest() : std::nullopt;
    if (!slowest || now - slowest->since < std::chrono::seconds(1)) return;
    const auto waited = std::chrono::duration_cast<std::chrono::seconds>(now - slowest->since).count();
    write(fmt::format("{}, waiting {} s for {}", text_, waited, slowest->what));
}

void Progress::write(const std::string& text) {
    if (!under_way_) return;
    // A line that is wrapped cannot be taken away again.
    const std::size_t room = console_.err_width.value_or(80);
    console_.err << "\r\x1b[2K" << report::shorten_middle(text, room - std::min<std::size_t>(room, 1)) << std::flush;
    shown_ = true;
}

void Progress::clear() {
    if (shown_) console_.err << "\r\x1b[2K" << std::flush;
    shown_ = false;
}

} // namespace mooring::cli
