// A line on the terminal while a run reads; nothing where standard error is not a terminal, or one that cannot
// take a line away again (TERM=dumb).
#pragma once

#include "cli/console.hpp"
#include "net/under_way.hpp"

#include <chrono>
#include <memory>
#include <string>

namespace mooring::cli {

class Progress {
  public:
    explicit Progress(Console& console) : console_(console) {
        if (console.err_is_terminal && is_smart(console)) under_way_ = std::make_shared<net::UnderWay>();
    }
    Progress(const Progress&) = delete;
    Progress& operator=(const Progress&) = delete;
    ~Progress() { clear(); }

    // Where requests are to be noted, so that the slowest can be named; null where nobody would see it.
    const std::shared_ptr<net::UnderWay>& under_way() const { return under_way_; }

    // Says that reading has begun, before it is known how much there is.
    void start();
    // "reading 12 of 40 stacks", at most ten times a second.
    void update(std::size_t done, std::size_t total);
    // The same line, with the request that has waited longest behind it once that is a second or more. To be called now
    // and then; `now` as of the steady clock.
    void tick(std::chrono::steady_clock::time_point now);
    // Takes the line away, before anything else is written.
    void clear();

  private:
    void write(const std::string& text);

    Console& console_;
    std::shared_ptr<net::UnderWay> under_way_;
    std::string text_; // without the slowest request
    bool shown_ = false;
    std::chrono::steady_clock::time_point last_;
};

} // namespace mooring::cli
