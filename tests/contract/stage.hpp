// What a walk's lines tell of what is not in them (course.hpp), done to the double.
#pragma once

#include "contract/client.hpp"
#include "contract/course.hpp"
#include "contract/recording.hpp"

#include <cstddef>
#include <string>
#include <vector>

namespace contract {

class Stage {
  public:
    virtual ~Stage() = default;
    virtual void set_up(const Walk& walk) = 0;
    // Before this line is sent: every line of the walk, in its order.
    virtual void before(const Line& line) = 0;
    // True if this server cannot be brought to where the line was recorded.
    virtual bool out_of_reach(const Line& line) const = 0;
};

// The key of a user whom the walk does not make.
std::string token_of(const std::string& name);

class DoubleStage final : public Stage {
  public:
    explicit DoubleStage(const std::string& control_url) : control_(control_url) {}
    void set_up(const Walk& walk) override;
    void before(const Line& line) override;
    bool out_of_reach(const Line&) const override { return false; }
    std::size_t ids_set() const { return ids_set_; }

  private:
    Client control_;
    std::vector<Moment> course_;
    std::size_t next_ = 0; // of course_
    bool limited_ = false;
    std::size_t ids_set_ = 0;

    Response tell(const std::string& path, const Json& body);
};

// A real server does what it does; what was done to the recorded one by hand is out of reach.
class LiveStage final : public Stage {
  public:
    void set_up(const Walk&) override {}
    void before(const Line& line) override; // leaves the log-in limiter time between log-ins
    bool out_of_reach(const Line& line) const override;
};

} // namespace contract
