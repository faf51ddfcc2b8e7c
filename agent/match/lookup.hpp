// Finding records and memories by place (environment, normalised name) or id without walking through all of them: a
// check of 10,000 stacks must cost ten times one of 1,000 (design §13).
#pragma once

#include "model/memory.hpp"
#include "model/stack.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace mooring::match {

struct ServerFacts;

// A multimap from a place to values, as one sorted vector of hashes: what it finds are candidates, to be compared by
// the caller.
class PlaceIndex {
  public:
    struct Entry {
        std::size_t hash = 0;
        std::int64_t value = 0;
        friend auto operator<=>(const Entry&, const Entry&) = default;
    };
    void add(EnvironmentId environment, std::string_view stack_name, std::int64_t value);
    void sort();
    std::span<const Entry> at(EnvironmentId environment, std::string_view stack_name) const;

  private:
    std::vector<Entry> entries_;
};

// The records of one list: by place and by id; values are positions in the list.
struct ListIndex {
    PlaceIndex places;
    std::vector<std::pair<StackId, std::int64_t>> ids; // sorted
};

// One server's lists and memory. It holds for the vectors and the map it was made of, as long as they are not changed.
struct Lookup {
    ListIndex list;
    ListIndex list_again;
    PlaceIndex remembered; // values are stack ids
};

// Makes facts.lookup anew. To be called when the list, the second list or the memory has changed; without it everything
// is looked through one by one, with the same answers.
void index_facts(ServerFacts& facts);

// The list of a round (2: the second one); empty when it was not answered.
const std::vector<StackRecord>& records_of(const ServerFacts& facts, int round);

// The listed record of this id; nullptr if there is none.
const StackRecord* find_listed(const ServerFacts& facts, int round, StackId id);

// Records and memories that may stand at (environment, name): all of that place are among them.
std::vector<const StackRecord*> records_near(const ServerFacts& facts, int round, EnvironmentId environment,
                                             std::string_view stack_name);
std::vector<const RememberedStack*> memories_near(const ServerFacts& facts, EnvironmentId environment,
                                                  std::string_view stack_name);

} // namespace mooring::match
