// `--only`: which stacks are asked for and shown.
#pragma once

#include "base/error.hpp"
#include "model/desired.hpp"

#include <map>
#include <string>
#include <utility>
#include <vector>

namespace mooring::cli {

// Several of one kind: any of them; several kinds: all of them.
class Only {
  public:
    // Each word is name=GLOB, environment=GLOB or label=KEY=GLOB; anything else is a usage error with a suggestion.
    static Result<Only> parse(const std::vector<std::string>& words);

    // One more name=GLOB.
    void add_name(std::string glob) { names_.push_back(std::move(glob)); }

    bool empty() const { return names_.empty() && environments_.empty() && labels_.empty(); }
    // `environment` is "" where this token cannot learn its name: such a stack may be meant, and leaving it out would
    // let the score rise by losing permission (design §2, rule 8).
    bool matches(const std::string& name, const std::string& environment,
                 const std::map<std::string, std::string>& labels) const;

    // Whether some row of a declared stack may be meant, as far as that can be told before a server is asked: the
    // environments of a selector, and the name of one that is given by id, are not known yet.
    bool may_match(const DesiredStack& stack) const;

  private:
    std::vector<std::string> names_;
    std::vector<std::string> environments_;
    std::vector<std::pair<std::string, std::string>> labels_; // key, glob
};

} // namespace mooring::cli
