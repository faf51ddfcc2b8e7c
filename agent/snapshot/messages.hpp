// Takes the values of a recording's secrets out of what servers said when they refused. Private to this folder.
#pragma once

#include "snapshot/recorder.hpp"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace mooring::snapshot {

// Answers that were refused quote what the server likes. Every value of the recording that no sentence holds by chance
// becomes `***`. The same few sentences come again and again, so that each is looked at once.
class Messages {
  public:
    // Points into the values of `recording`, which must outlive it unchanged.
    explicit Messages(Recording& recording);

    void clean(std::string& text);
    // The messages and details of every answer but Docker's 404, which repeats our own question.
    void clean_replies(ServerAnswers& server);

  private:
    std::vector<std::string_view> values_; // longest first
    std::map<std::string, std::string> cleaned_;
};

} // namespace mooring::snapshot
