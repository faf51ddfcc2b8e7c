#include "cli/progress.hpp"

#include <fmt/format.h>
#include <ostream>

namespace mooring::cli {

void Progress::start() { write("reading the servers"); }

void Progress::update(std::size_t done, std::size_t total) {
    const auto now = std::chrono::steady_clock::now();
    if (done < total && now - last_ < std::chrono::milliseconds(100)) return;
    last_ = now;
    write(fmt::format("reading {} of {} stacks", done, total));
}

void Progress::write(const std::string& text) {
    if (!console_.err_is_terminal) return;
    console_.err << "\r\x1b[2K" << text << std::flush;
    shown_ = true;
}

void Progress::clear() {
    if (shown_) console_.err << "\r\x1b[2K" << std::flush;
    shown_ = false;
}

} // namespace mooring::cli
