// What a replay has to know beside the lines (tests/recordings/README.md), done to the double: its hosts and repository
// before the walk, and between the lines what was done to the server by other ways than its API.
#pragma once

#include "contract/client.hpp"
#include "contract/recording.hpp"

#include <string>

namespace contract {

class Stage {
  public:
    virtual ~Stage() = default;
    virtual void set_up(const Walk& walk) = 0;
    // Before this line is sent.
    virtual void before(const Line& line) = 0;
    // True if this server cannot be brought to where the line was recorded.
    virtual bool out_of_reach(const Line& line) const = 0;
};

class DoubleStage final : public Stage {
  public:
    explicit DoubleStage(const std::string& control_url) : control_(control_url) {}
    void set_up(const Walk& walk) override;
    void before(const Line& line) override;
    bool out_of_reach(const Line&) const override { return false; }

  private:
    Client control_;
    std::map<std::string, bool> lost_files_; // stack id -> taken away
    bool limited_ = false;

    void tell(const std::string& path, const Json& body);
};

// A real server does what it does; what was done to the recorded one by hand is out of reach.
class LiveStage final : public Stage {
  public:
    void set_up(const Walk&) override {}
    void before(const Line& line) override; // leaves the log-in limiter time between log-ins
    bool out_of_reach(const Line& line) const override;
};

bool is_lost_file(const Response& response);

} // namespace contract
