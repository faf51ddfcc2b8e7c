// Which secrets of a recording get which mark. Private to this folder.
#pragma once

#include "base/secret.hpp"
#include "snapshot/recorder.hpp"

#include <cstddef>
#include <functional>
#include <string>
#include <unordered_map>
#include <vector>

namespace mooring::snapshot {

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

} // namespace mooring::snapshot
