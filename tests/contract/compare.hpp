// Is an answer the recorded one? A pure comparison; what may differ stands in the table of noise.cpp.
#pragma once

#include "contract/recording.hpp"

#include <map>
#include <string>
#include <vector>

namespace contract {

// Names that one server chose and another chooses differently: container ids, hashes, the InstanceID. The same recorded
// name must always stand for the same actual one, and the reverse.
class Names {
  public:
    bool same(const std::string& recorded, const std::string& actual);
    // The actual name of a recorded one; the same text if it was never met.
    std::string translate(std::string text) const;

  private:
    std::map<std::string, std::string> actual_by_recorded_;
    std::map<std::string, std::string> recorded_by_actual_;
};

struct CompareOptions {
    bool exact_ids = true; // false for a real server: numbers of records may differ, where they lead is compared
};

struct Difference {
    std::string path; // "response.json[0].ResourceControl.Id"
    std::string recorded;
    std::string actual;
};

std::vector<Difference> compare(const Response& recorded, const Response& actual, Names& names,
                                const CompareOptions& options = {});

// Error texts without the words of compose, git and the resolver.
std::string without_weather(const std::string& text);

} // namespace contract
