// What must hold for every server, whatever it answers. The conditions are worked out here from the raw answers, not
// with the judge's own words.
#include "drift/observe.hpp"
#include "drift/situation.hpp"
#include "unit/drift/judge_random.hpp"

#include <algorithm>
#include <gtest/gtest.h>
#include <iterator>
#include <set>
#include <utility>
#include <vector>

namespace mooring::drift::test {
namespace {

constexpr std::uint32_t cases = 30000;
constexpr int most_rounds = 8; // as observe.cpp allows

// Asks like observe.cpp until nothing is left; false when it does not end, or asks twice.
bool settle(RandomServer& server, World& world) {
    std::vector<Question> asked;
    bool second = false;
    for (int round = 0; round < 2 * most_rounds; ++round) {
        const std::vector<Question> questions = world.questions();
        if (questions.empty()) return true;
        for (const Question& question : questions) {
            const bool again = question.kind == Question::Kind::list_again;
            if (again && (second || questions.size() != 1)) return false;
            if (std::ranges::find(asked, question) != asked.end()) return false;
            asked.push_back(question);
            if (again) asked.clear();
            second = second || again;
            server.answer(world, question);
        }
    }
    return false;
}

bool is_admin(const Answer<Identity>& identity) { return identity.value && identity.value->role == 1; }

// design §3.2 "The list is complete", of every list of the last round.
bool complete(const World& world) {
    const ServerFacts& server = world.server;
    const bool first = is_admin(server.identity_before) && is_admin(server.identity_after);
    return first && (world.facts.round == 1 || is_admin(server.identity_after_again));
}

bool nothing_of_that_name_is_in(const Answer<std::vector<StackRecord>>& list, const World& world) {
    const bool exact = world.stack.type == StackType::kubernetes;
    return list.value && std::ranges::none_of(*list.value, [&](const StackRecord& record) {
               return record.environment == production && (record.name == "web" || (!exact && record.name == "WEB"));
           });
}

bool nothing_of_that_name_is_listed(const World& world) {
    return nothing_of_that_name_is_in(world.facts.round == 1 ? world.server.list : world.server.list_again, world);
}

Outcome environment_outcome(const World& world) {
    const auto& listed = *world.server.environments.value;
    if (std::ranges::find(listed, production, &Environment::id) != listed.end()) return Outcome::ok;
    const auto asked = world.server.environments_by_id.find(production);
    return asked == world.server.environments_by_id.end() ? Outcome::not_asked : asked->second.reply.outcome;
}

std::vector<StackRecord> answered_by_id(const World& world) {
    std::vector<StackRecord> records;
    if (world.facts.by_id.value) records.push_back(*world.facts.by_id.value);
    for (const auto& [id, answer] : world.facts.older_by_id) {
        if (answer.value) records.push_back(*answer.value);
    }
    return records;
}

// Every remembered id that is not listed, of which there is at least one.
bool id_is_gone(const World& world) {
    const auto gone = [](const Reply& reply) { return reply.outcome == Outcome::stack_gone; };
    if (!gone(world.facts.by_id.reply)) return false;
    std::size_t asked = 1;
    for (const auto& [id, answer] : world.facts.older_by_id) {
        if (!gone(answer.reply)) return false;
        ++asked;
    }
    const auto unlisted = std::ranges::count_if(world.server.memory.stacks, [&](const auto& entry) {
        return find_listed(world.server, world.facts.round, entry.first) == nullptr;
    });
    return complete(world) || std::cmp_less_equal(unlisted, asked);
}

bool older_ids_were_forgotten(const World& world) {
    return std::ranges::any_of(world.server.memory.stacks,
                               [](const auto& entry) { return entry.second.older_dropped; });
}

bool proven(const World& world, Proof proof) {
    const ServerMemory& memory = world.server.memory;
    switch (proof) {
    case Proof::environment_gone: {
        const bool known = memory.environments.contains(production) || !memory.stacks.empty();
        return environment_outcome(world) == Outcome::environment_gone && complete(world) && known;
    }
    case Proof::complete_list:
        return complete(world) && (world.options.absence_in_two_runs
                                       ? !memory.absences.empty()
                                       : world.facts.round == 2 &&
                                             (world.stack.tie || nothing_of_that_name_is_in(world.server.list, world)));
    case Proof::id_gone:
        return world.stack.tie && world.facts.by_id.reply.outcome == Outcome::stack_gone;
    case Proof::remembered_id_gone:
        break; // no run proves by it any more
    }
    return false;
}

// Everything about this stack that could not be read, as raw answers.
bool something_was_refused_or_failed(const World& world) {
    const auto bad = [](const Reply& reply) { return reply.denied() || reply.unavailable(); };
    const auto any_bad = [&](const std::vector<NameProbe>& probes) {
        return std::ranges::any_of(
            probes, [&](const NameProbe& probe) { return probe.kind != DockerKind::volume && bad(probe.reply); });
    };
    const bool bad_older =
        std::ranges::any_of(world.facts.older_by_id, [&](const auto& entry) { return bad(entry.second.reply); });
    return bad(world.facts.file.reply) || bad(world.facts.by_id.reply) || bad_older || any_bad(world.facts.probes) ||
           any_bad(world.facts.container_probes);
}

void expect_explained(const World& world, const StackResult& result) {
    EXPECT_FALSE(result.message.empty());
    EXPECT_NE(result.rule, "undecided");
    EXPECT_EQ(result.evidence.empty(), result.verdict == Verdict::suspended);
    EXPECT_EQ(result.cause.has_value(), result.verdict == Verdict::denied);
    EXPECT_EQ(result.proof.has_value(), result.verdict == Verdict::missing);
    if (result.verdict == Verdict::not_visible || result.verdict == Verdict::deleted) {
        EXPECT_EQ(result.exists, std::nullopt);
    }
    if (result.verdict != Verdict::suspended && result.verdict != Verdict::in_sync &&
        result.verdict != Verdict::unreachable) {
        EXPECT_FALSE(result.remedy.empty()) << result.rule;
    }
    EXPECT_EQ(result.where, world.stack.where);
}

// Both kinds of objects that the file has, in whole lists.
bool objects_were_read(const match::ClusterFacts& cluster) {
    const auto read = [&](std::string_view plural) {
        return std::ranges::any_of(cluster.lists, [&](const auto& entry) {
            return entry.first.ends_with(plural) && entry.second.reply.ok() && !entry.second.items.empty();
        });
    };
    return read("/deployments") && read("/configmaps");
}

// An object is gone by a whole list, or with its namespace.
bool gone_is_proven(const World& world) {
    for (const auto& [id, runtime] : world.server.runtime) {
        for (const auto& [path, list] : runtime.cluster.lists) {
            if (list.reply.ok()) return true;
        }
        for (const auto& [name, reply] : runtime.cluster.namespaces) {
            if (reply.outcome == Outcome::object_absent) return true;
        }
    }
    return false;
}

void expect_sound(const World& world, const StackResult& result) {
    if (std::ranges::find(result.changes, Subject::object_gone, &Change::subject) != result.changes.end()) {
        EXPECT_TRUE(gone_is_proven(world));
    }
    if (result.verdict == Verdict::missing) {
        ASSERT_TRUE(result.proof);
        EXPECT_TRUE(proven(world, *result.proof)) << to_string(*result.proof);
        EXPECT_TRUE(world.stack.tie || nothing_of_that_name_is_listed(world))
            << "whatever its name, the tied one is gone";
        EXPECT_FALSE(world.facts.by_id.reply.denied());
        EXPECT_EQ(result.exists, false);
    }
    if (result.verdict == Verdict::deleted) {
        const Outcome environment = environment_outcome(world);
        EXPECT_TRUE(environment == Outcome::ok || environment == Outcome::environment_gone);
        EXPECT_FALSE(complete(world)) << "a complete list proves";
        EXPECT_TRUE(id_is_gone(world));
        EXPECT_FALSE(older_ids_were_forgotten(world));
        EXPECT_TRUE(nothing_of_that_name_is_listed(world));
        EXPECT_FALSE(something_was_refused_or_failed(world));
        EXPECT_EQ(result.exists, std::nullopt);
    }
    if (result.verdict == Verdict::in_sync || result.verdict == Verdict::drifted) {
        EXPECT_TRUE(world.facts.file.value);
        EXPECT_FALSE(something_was_refused_or_failed(world));
        EXPECT_EQ(result.verdict == Verdict::in_sync, result.changes.empty());
        EXPECT_EQ(result.exists, true);
        EXPECT_TRUE(result.unread.empty());
    }
    if (result.verdict == Verdict::in_sync) {
        const auto& content = *world.facts.file.value;
        EXPECT_TRUE(content.changes.empty() && !content.problem);
        const auto runtime = world.server.runtime.find(production);
        const bool cluster = world.stack.type == StackType::kubernetes;
        const bool read = runtime != world.server.runtime.end() && (cluster ? objects_were_read(runtime->second.cluster)
                                                                            : runtime->second.containers.reply.ok());
        EXPECT_TRUE(!world.stack.runtime || read);
        EXPECT_EQ(result.runtime_asked, world.stack.runtime);
    }
}

// Whether anything at all is wrong that §3.1 calls an error, first about names and environments.
bool may_be_unresolvable(const World& world) {
    const auto& environment = std::get<EnvironmentRef>(world.stack.environment);
    const auto& listed = *world.server.environments.value;
    const auto by_id = world.server.environments_by_id.find(production);
    const bool renamed = std::ranges::any_of(listed, [](const Environment& e) { return e.name == "prod-eu"; }) ||
                         (by_id != world.server.environments_by_id.end() && by_id->second.value &&
                          by_id->second.value->name == "prod-eu");
    const bool unlisted = std::ranges::find(listed, production, &Environment::id) == listed.end();
    return (!environment.id && (renamed || (complete(world) && (unlisted || environment.name == "prodution")))) ||
           (complete(world) && environment_outcome(world) == Outcome::environment_gone);
}

bool may_be_uncomparable(const World& world) {
    const auto& content = world.facts.file.value;
    const bool shown_by_name_only =
        std::ranges::any_of(world.facts.container_probes, [](const NameProbe& probe) { return probe.reply.ok(); });
    return (content && (content->problem || (!content->actual && world.stack.runtime))) || world.stack.env ||
           (world.stack.access && is_admin(world.server.identity_before)) ||
           world.stack.type == StackType::kubernetes || shown_by_name_only;
}

bool may_be_error(const World& world) {
    const Outcome file = world.facts.file.reply.outcome;
    const auto& list = world.facts.round == 1 ? world.server.list : world.server.list_again;
    const auto odd = [](const StackRecord& record) {
        return !record.type || *record.type == StackType::kubernetes || record.status > 4;
    };
    const std::vector<StackRecord> by_id = answered_by_id(world);
    const bool odd_record = (list.value && std::ranges::any_of(*list.value, odd)) || std::ranges::any_of(by_id, odd);
    const bool unlisted_twice = !by_id.empty() && world.facts.round == 2;
    const auto is_another = [&](const StackRecord& one) {
        return world.stack.tie && one.id == world.stack.tie->id && world.stack.tie->created != one.created_at;
    };
    const bool another =
        std::ranges::any_of(by_id, is_another) || (list.value && std::ranges::any_of(*list.value, is_another));
    return file == Outcome::stack_gone || file == Outcome::file_lost || file == Outcome::settings_not_deployed ||
           odd_record || another || (list.value && list.value->size() > 1) || unlisted_twice ||
           may_be_unresolvable(world) || may_be_uncomparable(world);
}

std::string fingerprint(const StackResult& result) {
    std::string all = result.rule + "|" + std::string(to_string(result.verdict)) + "|" + result.message + "|" +
                      result.remedy + "|" + std::to_string(result.id.value_or(0));
    for (const Change& change : result.changes) all += "|" + change.path;
    for (const Evidence& evidence : result.evidence) all += "|" + evidence.target + std::to_string(evidence.status);
    for (const std::string& part : result.unread) all += "|" + part;
    return all;
}

TEST(JudgeProperty, HoldsForEveryServerWhateverItAnswers) {
    std::set<std::string> rules_seen;
    for (std::uint32_t seed = 1; seed <= cases; ++seed) {
        SCOPED_TRACE(seed);
        RandomServer server(seed);
        World world = server.world();
        ASSERT_TRUE(settle(server, world));
        const StackResult result = world.judge();
        rules_seen.insert(result.rule);
        SCOPED_TRACE(result.rule + ": " + result.message);
        expect_explained(world, result);
        expect_sound(world, result);
        if (result.verdict == Verdict::error) {
            EXPECT_TRUE(may_be_error(world));
        }
        EXPECT_EQ(fingerprint(result), fingerprint(world.judge()));
        index_facts(world.server);
        EXPECT_EQ(fingerprint(result), fingerprint(world.judge()));
        if (testing::Test::HasFailure()) break; // one is enough to read
    }
    std::set<std::string> wanted;
    for (const Rule& rule : rules()) wanted.insert(std::string(rule.name));
    wanted.erase("undecided");   // never
    wanted.erase("swarm-left");  // needs the words of a node: judge_tied_test.cpp
    wanted.erase("meant-twice"); // needs two manifests: judge_tied_test.cpp
    wanted.erase("selector");    // its rows have no facts of their own: judge_names_test.cpp
    std::vector<std::string> unseen;
    std::ranges::set_difference(wanted, rules_seen, std::back_inserter(unseen));
    EXPECT_EQ(unseen, std::vector<std::string>{});
}

TEST(JudgeProperty, WithQuestionsLeftOpenNothingIsClaimed) {
    for (std::uint32_t seed = 1; seed <= cases / 3; ++seed) {
        RandomServer server(seed);
        const World world = server.world();
        const StackResult result = world.judge(); // interrupted before anything was asked
        SCOPED_TRACE(std::to_string(seed) + " " + result.rule + ": " + result.message);
        EXPECT_NE(result.rule, "undecided");
        EXPECT_NE(result.verdict, Verdict::in_sync);
        EXPECT_NE(result.verdict, Verdict::drifted);
        if (result.verdict == Verdict::missing) {
            EXPECT_TRUE(proven(world, *result.proof));
        }
        if (testing::Test::HasFailure()) break;
    }
}

TEST(Rules, HaveNamesOfTheirOwn) {
    std::set<std::string_view> names;
    for (const Rule& rule : rules()) EXPECT_TRUE(names.insert(rule.name).second) << rule.name;
}

} // namespace
} // namespace mooring::drift::test
