// Random servers with secrets, for the properties of snapshots. The values come from outside, so that two worlds can
// differ in nothing else.
#pragma once

#include "snapshot/snapshot.hpp"
#include "snapshot/tape.hpp"
#include "support/fake_api.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace mooring::snapshot::test {

inline constexpr UnixSeconds noon = 1795500000;

// The value of the variable `variable` of stack `stack`; `other`: one that is not equal to it.
using Values = std::function<std::string(std::size_t stack, std::size_t variable, bool other)>;

struct World {
    std::unique_ptr<mooring::test::FakeApi> api;
    Desired desired;
    Memory memory;
    std::vector<std::string> secrets; // every value that no manifest declares public
};

// The same seed gives the same world, but for the values.
World make_world(std::uint32_t seed, const Values& values);

struct Outcome {
    Report report;
    Snapshot kept;
};

// Runs it, listened to.
Outcome observe(World world);
// Runs the snapshot.
Report judge(const Snapshot& kept);

} // namespace mooring::snapshot::test
