// Replays a recorded walk against a server, line by line in its order.
#pragma once

#include "contract/client.hpp"
#include "contract/compare.hpp"
#include "contract/exclusions.hpp"
#include "contract/record_ids.hpp"
#include "contract/recording.hpp"
#include "contract/stage.hpp"

#include <functional>
#include <map>
#include <string>
#include <vector>

namespace contract {

enum class Outcome { equal, different, excluded, skipped };

struct LineResult {
    const Line* line = nullptr;
    Outcome outcome = Outcome::equal;
    std::vector<Difference> differences;
};

struct Counts {
    int lines = 0;
    int equal = 0;
    int excluded = 0;
    int skipped = 0;
    int different = 0;
};

struct ReplayOptions {
    std::string admin_password;
    bool live = false;
};

class Replay {
  public:
    Replay(Client& server, Stage& stage, const Exclusions& exclusions, ReplayOptions options);

    // Calls `report` for each line as it is done.
    void run(const Walk& walk, const std::function<void(const LineResult&)>& report);

  private:
    Client& server_;
    Stage& stage_;
    const Exclusions& exclusions_;
    ReplayOptions options_;
    Names names_;
    RecordIds ids_;
    std::map<std::string, std::string> secrets_; // placeholder -> value

    LineResult one(const Walk& walk, const Line& line);
    Exchange filled_in(const Line& line) const;
    std::string fill_in(std::string text, const std::string& user) const;
    void learn(const Line& line, const Response& actual);
    Response settled(const Exchange& exchange, Response first);
};

} // namespace contract
