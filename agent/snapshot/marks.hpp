// The marks that stand in for secrets, and where else their values are taken out of a recording. Private to this
// folder.
#pragma once

#include "base/secret.hpp"
#include "snapshot/tape.hpp"

#include <cstddef>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace mooring::snapshot {

// Which secrets of a recording get which mark.

// Calls `visit` with every record of a server: of each list, and those read by id.
void each_record(ServerAnswers& server, const std::function<void(StackRecord&)>& visit);

// The marks of a recording's env values, found by their address. Everything stays where it is until apply().
class Marks {
  public:
    explicit Marks(Recording& recording);

    // The mark's text; nullptr for a value that stays as it is, because it is declared public.
    const std::string* find(const Secret& value) const;
    // Puts the marks in the place of the values.
    void apply();

  private:
    struct Group {
        bool declared = false; // a manifest holds this value
        std::size_t parent = 0;
        bool is_public = false;
        std::string text;
    };

    std::size_t root(std::size_t node) const;
    void add(Secret& value, bool is_public);
    void join(const Secret& one, const Secret& other);
    void compare(DesiredStack& stack, StackRecord& record);

    std::vector<Secret*> values_; // in the order of the recording, which numbers the marks
    mutable std::vector<Group> groups_;
    std::unordered_map<const Secret*, std::size_t> nodes_;
};

// Takes the values of a recording's secrets out of what servers said when they refused.

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
