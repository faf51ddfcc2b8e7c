// The log of a run on standard error: off unless it is asked for, never with a secret in it.
#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace spdlog {
class logger; // NOLINT(readability-identifier-naming): spdlog named it
}

namespace mooring::cli {

class Log {
  public:
    // `level`: trace, debug, info, warn, error or off.
    explicit Log(const std::string& level);
    Log(const Log&) = delete;
    Log& operator=(const Log&) = delete;
    ~Log();

    bool is_on() const { return logger_ != nullptr; }
    // One line each; `text` must be printable and free of secrets.
    void info(std::string_view text);
    void warn(std::string_view text);

  private:
    std::unique_ptr<spdlog::logger> logger_; // null: off
};

} // namespace mooring::cli
