// Ids of records on a server where an earlier step of the walk was impossible: what was recorded as stack 7 may be
// stack 6.
#pragma once

#include "contract/recording.hpp"

#include <map>
#include <set>
#include <string>

namespace contract {

class RecordIds {
  public:
    // From an answer that shows the record on both sides.
    void learn(const Line& line, const Response& actual);
    // A recorded request target with this server's ids in it.
    std::string translate(const std::string& target) const;
    // True if the target is a record that the walk made and this server did not.
    bool is_missing(const std::string& target) const;

  private:
    std::set<std::string> missing_; // "stacks/18"
    std::map<std::string, std::map<std::string, std::string>>
        actual_by_recorded_; // by collection: "stacks", "endpoints"

    void pair(const std::string& collection, const Json& recorded, const Json& actual);
};

} // namespace contract
