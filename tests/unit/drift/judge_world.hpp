// The world of the tests of agent/match, judged.
#pragma once

#include "drift/judge.hpp"
#include "drift/observe.hpp"
#include "unit/match/world.hpp"

#include <utility>
#include <vector>

namespace mooring::drift::test {

using namespace match::test;

struct World : match::test::World {
    explicit World(match::test::World world) : match::test::World(std::move(world)) {}

    StackResult judge() const { return drift::judge(row(), server, facts, options); }
    std::vector<Question> questions() const { return next_questions(row(), server, facts, options); }
    // Every name that is to be asked.
    void probe_all(Outcome outcome) {
        for (const Question& question : questions()) {
            if (question.kind != Question::Kind::docker_object) continue;
            probe(question.docker_kind, question.name, outcome, question.service);
        }
    }
};

inline World administrator() { return World(match::test::administrator()); }
inline World user() { return World(match::test::user()); }
inline World in_sync(World world) { return World(match::test::in_sync(std::move(world))); }

} // namespace mooring::drift::test
