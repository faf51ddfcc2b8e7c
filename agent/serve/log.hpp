// The agent's log: one line a run, one a transition. Text for people, JSON on request, the journal's own fields when
// systemd started the agent. What is logged must be free of secrets; it is made printable here.
#pragma once

#include "base/clock.hpp"

#include <cstdint>
#include <iosfwd>
#include <string>
#include <string_view>
#include <vector>

namespace mooring::serve {

enum class Level { debug, info, warn, error };
// "debug", "info", "warn", "error"
std::string_view to_string(Level level);
Level parse_level(std::string_view word); // info for what is none

struct Field {
    std::string_view name; // "run_id": lower case with underscores; the journal gets MOORING_RUN_ID
    std::string value;
};
using Fields = std::vector<Field>;

// The three forms of one line, each with its line break; the journal's is what its socket takes (systemd.io,
// "Native Journal Protocol"). Pure.
std::string text_line(UnixSeconds at, Level level, std::string_view message, const Fields& fields);
std::string json_line(UnixSeconds at, Level level, std::string_view message, const Fields& fields);
std::string journal_entry(Level level, std::string_view message, const Fields& fields);

enum class LogForm { text, json, journal };

class Log {
  public:
    // `out` outlives the log and takes what the journal does not: text and JSON, and everything while the journal
    // cannot be reached.
    Log(std::ostream& out, const Clock& clock, LogForm form, Level least);
    Log(const Log&) = delete;
    Log& operator=(const Log&) = delete;
    ~Log();

    void write(Level level, std::string_view message, const Fields& fields = {});

  private:
    bool send_to_journal(const std::string& entry) const;

    std::ostream& out_;
    const Clock& clock_;
    LogForm form_;
    Level least_;
    int journal_ = -1;
};

} // namespace mooring::serve
