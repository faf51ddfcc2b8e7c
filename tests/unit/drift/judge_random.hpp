// Random servers for the properties of the judge: every combination of answers that a server may give, seeded, so that
// a failure can be had again.
#pragma once

#include "unit/drift/judge_world.hpp"

#include <cstdint>
#include <random>
#include <vector>

namespace mooring::drift::test {

using match::ClusterList;
using match::ClusterQuestion;

class RandomServer {
  public:
    explicit RandomServer(std::uint32_t seed) : random_(seed) {}

    // A stack and what is known of its server before anything is asked about it.
    World world();
    // Answers one question as some server might; list_again starts round 2.
    void answer(World& world, const Question& question);

  private:
    std::uint32_t below(std::uint32_t end) { return static_cast<std::uint32_t>(random_() % end); }
    bool chance(std::uint32_t percent) { return below(100) < percent; }
    Cause cause();
    Reply refusal_or_failure(Call call, const std::string& target);
    Answer<Environment> environment(EnvironmentId id);
    Answer<Identity> identity();
    StackRecord some_record();
    std::vector<StackRecord> some_list();
    void choose_stack(DesiredStack& stack);
    void choose_places(World& world);
    void choose_memory(World& world);
    void choose_runtime(World& world, EnvironmentId environment);
    Answer<ContentFacts> file();
    Reply probe(const std::string& target);
    void choose_cluster(World& world);
    void answer_cluster(World& world, const Question& question);
    ClusterList some_objects(const ClusterQuestion& question, const std::string& target);
    Answer<StackRecord> by_id(StackId id);

    std::mt19937 random_;
};

} // namespace mooring::drift::test
