// A line on the terminal while a run reads; nothing where standard error is no terminal.
#pragma once

#include "cli/console.hpp"

#include <chrono>

namespace mooring::cli {

class Progress {
  public:
    explicit Progress(Console& console) : console_(console) {}
    Progress(const Progress&) = delete;
    Progress& operator=(const Progress&) = delete;
    ~Progress() { clear(); }

    // Says that reading has begun, before it is known how much there is.
    void start();
    // Writes "reading 12 of 40", at most ten times a second.
    void update(std::size_t done, std::size_t total);
    // Takes the line away, before anything else is written.
    void clear();

  private:
    void write(const std::string& text);

    Console& console_;
    bool shown_ = false;
    std::chrono::steady_clock::time_point last_;
};

} // namespace mooring::cli
