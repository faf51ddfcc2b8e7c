#include "walks/generate.hpp"
#include "walks/shrink.hpp"
#include "walks/truth.hpp"
#include "walks/world_json.hpp"

#include <algorithm>
#include <gtest/gtest.h>
#include <map>
#include <set>
#include <stdexcept>

namespace mooring::walks {
namespace {

using Verdicts = std::set<Verdict>;

TEST(Generate, GivesTheSameWorldForTheSameSeed) {
    std::set<std::string> all;
    for (std::uint64_t seed = 1; seed <= 200; ++seed) {
        const World world = generate(seed);
        EXPECT_EQ(world, generate(seed));
        all.insert(to_json(world));
    }
    EXPECT_EQ(all.size(), 200U);
}

TEST(WorldJson, ReadsWhatItWrote) {
    for (std::uint64_t seed = 1; seed <= 200; ++seed) {
        const World world = generate(seed);
        EXPECT_EQ(read_world(to_json(world)), world);
    }
    EXPECT_EQ(read_world("{}"), World{});
    EXPECT_THROW(read_world("{"), std::runtime_error);
    EXPECT_THROW(read_world("[]"), std::runtime_error);
}

TEST(Generate, ComesToEveryVersionAndEveryStep) {
    std::set<std::string> versions;
    std::set<StepKind> kinds;
    for (std::uint64_t seed = 1; seed <= 3000; ++seed) {
        const World one = generate(seed);
        versions.insert(one.version);
        for (const Step& step : one.steps) kinds.insert(step.kind);
    }
    EXPECT_EQ(versions.size(), 4U);
    EXPECT_EQ(kinds.size(), static_cast<std::size_t>(StepKind::start_by_webhook) + 1);
}

// Often enough to be met, and not so often that they swamp the rest.
TEST(Generate, ComesToEveryKindAndStaysMixed) {
    constexpr int worlds = 3000;
    std::map<std::string, int> met;
    for (std::uint64_t seed = 1; seed <= worlds; ++seed) {
        const World world = generate(seed);
        const State state = after_steps(world);
        const auto count = [&](const char* kind, bool is) { met[kind] += is ? 1 : 0; };
        const auto any = [&](const auto& fits) { return std::ranges::any_of(state.stacks, fits); };
        count("git hidden from users", state.hides_git && !state.administrator && any([&](const Stack& stack) {
                                           return stack.content.git && lists(state, stack);
                                       }));
        count("git of users", !state.hides_git && !state.administrator &&
                                  any([&](const Stack& stack) { return stack.content.git && lists(state, stack); }));
        count("automatic update dead", any([](const Stack& stack) { return stack.polling == Polling::dead; }));
        count("automatic update never armed",
              any([](const Stack& stack) { return stack.polling == Polling::never_armed; }));
        count("jobs alone", any([](const Stack& stack) { return stack.content.alone; }));
        count("two namespaces", std::ranges::count(world.declared, "web", &Declared::name) == 2);
        count("added anew", std::ranges::count(world.steps, StepKind::readd_place, &Step::kind) > 0);
        count("agent", world.agent);
        count("writers", world.detours.writers);
    }
    for (const auto& [kind, count] : met) {
        EXPECT_GT(count, worlds / 250) << kind;
        EXPECT_LT(count, worlds / 5) << kind;
    }
    EXPECT_GT(met["git hidden from users"], worlds / 20);
}

TEST(Shrink, TakesAwayWhatIsNotNeeded) {
    const World large = generate(3);
    ASSERT_FALSE(large.start.stacks.empty());
    const std::string name = large.start.stacks.front().name;
    const auto has_it = [&](const World& world) {
        return std::ranges::any_of(world.start.stacks, [&](const Stack& stack) { return stack.name == name; });
    };
    const World small = shrink(large, has_it);
    EXPECT_EQ(small.start.stacks.size(), 1U);
    EXPECT_TRUE(small.declared.empty());
    EXPECT_TRUE(small.steps.empty());
    EXPECT_TRUE(small.start.places.empty());
}

// One stack `shop` in `production`, and one declaration of it.
struct Small {
    World world;
    Small() {
        world.start.clock = 1795500000;
        world.start.places.push_back({.id = 1, .name = "production"});
        world.start.stacks.push_back({.id = 11, .name = "shop", .place = 1, .created = 1795000000});
        world.declared.push_back({.name = "shop", .place = 1, .called = "production"});
    }
    Small& without_memory() {
        world.remembers = false;
        return *this;
    }
    Small& shared(Sharing sharing) {
        world.start.stacks.front().sharing = sharing;
        return *this;
    }
    Small& then(StepKind kind, int target = 11, int value = 0) {
        world.steps.push_back({.kind = kind, .target = target, .value = value});
        return *this;
    }
    Verdicts right() const { return admissible(world, world.declared.front()); }
};

TEST(Truth, KnowsWhatAUserMaySee) {
    EXPECT_EQ(Small().right(), Verdicts{Verdict::in_sync});
    EXPECT_EQ(Small().then(StepKind::change_image).right(), Verdicts{Verdict::drifted});
    EXPECT_EQ(Small().then(StepKind::respell).right(), Verdicts{Verdict::in_sync});
    EXPECT_EQ(Small().then(StepKind::close_place, 1).right(), Verdicts{Verdict::denied});
    EXPECT_EQ(Small().then(StepKind::forbid_management, 1).right(), Verdicts{Verdict::denied});
    EXPECT_EQ(Small().then(StepKind::remove_place, 1).right(), Verdicts{Verdict::orphaned});
    EXPECT_EQ(Small().then(StepKind::disturb, 11, static_cast<int>(Runs::exited)).right(), Verdicts{Verdict::drifted});
}

TEST(Truth, NeverLetsAHiddenStackBeMissing) {
    EXPECT_EQ(Small().then(StepKind::share_stack, 11, static_cast<int>(Sharing::others)).right(),
              Verdicts{Verdict::denied});
    EXPECT_EQ(Small().shared(Sharing::others).without_memory().right(),
              (Verdicts{Verdict::denied, Verdict::not_visible}));
    EXPECT_EQ(Small().then(StepKind::recreate_stack, 11, 0).right(), Verdicts{Verdict::denied}); // it runs
    EXPECT_EQ(Small().then(StepKind::recreate_stack, 11, 1).right(), Verdicts{Verdict::deleted});
    Small orphaned;
    orphaned.then(StepKind::recreate_stack, 11, 0).then(StepKind::remove_place, 1);
    EXPECT_EQ(orphaned.right(), Verdicts{Verdict::deleted});
    EXPECT_FALSE(Small().then(StepKind::restore_backup).right().contains(Verdict::missing));
}

TEST(Truth, LetsMissingBeSaidOfWhatIsProvenGone) {
    EXPECT_EQ(Small().then(StepKind::remove_stack).right(), Verdicts{Verdict::deleted});
    EXPECT_EQ(Small().without_memory().then(StepKind::remove_stack).right(), Verdicts{Verdict::not_visible});
    Small administrator;
    administrator.without_memory().then(StepKind::remove_stack).world.start.administrator = true;
    EXPECT_EQ(administrator.right(), Verdicts{Verdict::missing});
    EXPECT_EQ(Small().then(StepKind::remove_stack).then(StepKind::replace_database).right(),
              Verdicts{Verdict::not_visible});
}

TEST(Truth, TellsAStopFromAnEnd) {
    const auto with = [](Runs runs) {
        Small small;
        small.world.start.stacks.front().runs = runs;
        return small.right();
    };
    for (const Runs runs :
         {Runs::ended, Runs::terminated, Runs::killed, Runs::paused, Runs::looping, Runs::more, Runs::older_image}) {
        EXPECT_EQ(with(runs), Verdicts{Verdict::drifted}) << static_cast<int>(runs);
    }
    for (const Runs runs : {Runs::just_restarted, Runs::calmed}) {
        EXPECT_EQ(with(runs), Verdicts{Verdict::in_sync}) << static_cast<int>(runs);
    }
}

struct ThirdService {
    Extra extra;
    bool profile; // COMPOSE_PROFILES names it
    std::set<Rest> in_sync;
};

TEST(Truth, TellsJobsFromServicesAndWantedFromUnwanted) {
    const std::set<Rest> job{Rest::as_meant, Rest::ended, Rest::running, Rest::removed};
    const std::vector<ThirdService> rows{
        {Extra::one_shot, false, {Rest::as_meant, Rest::running}},
        {Extra::declared_job, false, job},
        {Extra::marked_job, false, job},
        {Extra::awaited_job, false, job},
        {Extra::mode_job, false, job},
        {Extra::profiled, true, {Rest::as_meant, Rest::running}},
        {Extra::profiled, false, {Rest::as_meant, Rest::ended, Rest::failed, Rest::removed}}, // none of it was made
        {Extra::spare, false, {Rest::as_meant, Rest::ended, Rest::failed, Rest::removed}},
    };
    for (const ThirdService& row : rows) {
        for (const Rest rest : {Rest::as_meant, Rest::ended, Rest::failed, Rest::running, Rest::removed}) {
            Small small;
            Stack& stack = small.world.start.stacks.front();
            stack.content.extra = small.world.declared.front().content.extra = row.extra;
            stack.profile = row.profile;
            stack.rest = rest;
            const Verdict right = row.in_sync.contains(rest) ? Verdict::in_sync : Verdict::drifted;
            EXPECT_EQ(small.right(), Verdicts{right}) << static_cast<int>(row.extra) << " " << static_cast<int>(rest);
        }
    }
}

TEST(Truth, TakesAStateThatIsLeftOutForRunning) {
    const auto stopped = [](int state) {
        Small small;
        small.world.start.stacks.front().status = Status::inactive;
        small.world.declared.front().state = state;
        return small.right();
    };
    EXPECT_EQ(stopped(0), Verdicts{Verdict::drifted});
    EXPECT_EQ(stopped(1), Verdicts{Verdict::drifted});
    EXPECT_EQ(stopped(2), Verdicts{Verdict::in_sync});
    EXPECT_EQ(stopped(3), Verdicts{Verdict::in_sync});
}

TEST(Truth, KnowsThatUsersOfTheNewestServerAreNotShownWhereAGitStackComesFrom) {
    const auto declared_as = [](bool git, bool any) {
        Small small;
        small.world.start.hides_git = true;
        small.world.start.stacks.front().content.git = true;
        small.world.declared.front().content.git = git;
        small.world.declared.front().git_any = any;
        return small;
    };
    EXPECT_EQ(declared_as(true, false).right(), Verdicts{Verdict::denied});
    EXPECT_EQ(declared_as(true, true).right(), Verdicts{Verdict::in_sync});
    EXPECT_EQ(declared_as(false, false).right(), Verdicts{Verdict::drifted});
    Small administrator = declared_as(true, false);
    administrator.world.start.administrator = true;
    EXPECT_EQ(administrator.right(), Verdicts{Verdict::in_sync});
}

TEST(Truth, KnowsThatAnImageWithoutANameCannotBeCompared) {
    EXPECT_EQ(Small().then(StepKind::untag_place, 1).right(), Verdicts{Verdict::error});
    Small unasked;
    unasked.then(StepKind::untag_place, 1).world.declared.front().runtime = false;
    EXPECT_EQ(unasked.right(), Verdicts{Verdict::in_sync});
}

TEST(Truth, LetsNoStackOfARefusedTokenLeave) {
    EXPECT_EQ(Small().then(StepKind::withdraw_token).right(), Verdicts{Verdict::denied});
}

TEST(Truth, MeansATiedRecordWhateverItIsCalled) {
    const auto tied = [](std::int64_t created) {
        Small small;
        small.world.start.stacks.front().name = "";
        small.world.start.stacks.front().kind = Kind::kubernetes;
        small.world.start.places.front().kind = Kind::kubernetes;
        Declared& declared = small.world.declared.front();
        declared.kind = Kind::kubernetes;
        declared.runtime = false;
        declared.tied = 11;
        declared.tied_created = created;
        return small;
    };
    EXPECT_EQ(tied(0).right(), Verdicts{Verdict::in_sync});
    EXPECT_EQ(tied(1795000000).right(), Verdicts{Verdict::in_sync});
    EXPECT_EQ(tied(1).right(), Verdicts{Verdict::error});
    EXPECT_EQ(tied(0).then(StepKind::remove_stack).right(), Verdicts{Verdict::missing});
    Small by_name = tied(0);
    by_name.world.declared.front().tied = 0;
    by_name.world.start.administrator = true;
    EXPECT_EQ(by_name.right(), Verdicts{Verdict::error});
    Small another = tied(0); // the record is spoken for: whatever else is declared there is simply not there
    another.world.start.administrator = true;
    Declared absent = another.world.declared.front();
    absent.tied = 0;
    absent.name = "absent";
    EXPECT_EQ(admissible(another.world, absent), Verdicts{Verdict::missing});
}

TEST(Truth, TellsADeadUpdateFromOneThatOnlyLooksLikeIt) {
    const auto with = [](Polling polling, Status status) {
        Small small;
        Stack& stack = small.world.start.stacks.front();
        stack.content.git = small.world.declared.front().content.git = true;
        stack.polling = polling;
        stack.status = status;
        small.world.declared.front().state = 3;
        return small;
    };
    EXPECT_EQ(with(Polling::dead, Status::active).right(), Verdicts{Verdict::drifted});
    for (const Polling polling : {Polling::none, Polling::armed, Polling::webhook, Polling::never_armed}) {
        EXPECT_EQ(with(polling, Status::active).right(), Verdicts{Verdict::in_sync}) << static_cast<int>(polling);
    }
    EXPECT_EQ(with(Polling::dead, Status::inactive).right(), Verdicts{Verdict::in_sync});
    const Small started = with(Polling::armed, Status::inactive).then(StepKind::start_by_webhook);
    EXPECT_EQ(started.right(), Verdicts{Verdict::drifted});
    Small again = started;
    EXPECT_EQ(again.then(StepKind::change_env).right(), Verdicts{Verdict::drifted});
    Small declared = with(Polling::none, Status::active);
    declared.world.declared.front().polls = true;
    EXPECT_EQ(declared.right(), Verdicts{Verdict::drifted});
}

TEST(Truth, LetsJobsAloneBeGoneOnlyWhereTheyWereSeen) {
    const auto jobs = [](Rest rest) {
        Small small;
        Stack& stack = small.world.start.stacks.front();
        stack.content.alone = true;
        stack.content.extra = Extra::marked_job;
        stack.rest = rest;
        small.world.declared.front().content = stack.content;
        return small;
    };
    for (const Rest rest : {Rest::as_meant, Rest::ended, Rest::running}) {
        EXPECT_EQ(jobs(rest).without_memory().right(), Verdicts{Verdict::in_sync}) << static_cast<int>(rest);
    }
    EXPECT_EQ(jobs(Rest::failed).right(), Verdicts{Verdict::drifted});
    EXPECT_EQ(jobs(Rest::removed).right(), Verdicts{Verdict::drifted});
    const auto pruned = static_cast<int>(Rest::removed);
    EXPECT_EQ(jobs(Rest::as_meant).then(StepKind::disturb_rest, 11, pruned).right(), Verdicts{Verdict::in_sync});
    Small without_a_key = jobs(Rest::as_meant).then(StepKind::disturb_rest, 11, pruned);
    without_a_key.world.keyed = false;
    EXPECT_EQ(without_a_key.right(), Verdicts{Verdict::drifted});
    Small another_file = jobs(Rest::as_meant).then(StepKind::respell).then(StepKind::disturb_rest, 11, pruned);
    EXPECT_EQ(another_file.right(), Verdicts{Verdict::drifted});
}

TEST(Truth, LeavesRecordsBehindWhenAnEnvironmentIsAddedAnew) {
    Small by_id;
    EXPECT_EQ(by_id.then(StepKind::readd_place, 1).right(), Verdicts{Verdict::orphaned});
    Small by_name;
    by_name.then(StepKind::readd_place, 1).world.declared.front().place = 0;
    EXPECT_EQ(by_name.right(), Verdicts{Verdict::denied}); // what it ran holds its names, and is nobody's
    by_name.world.start.administrator = true;
    EXPECT_EQ(by_name.right(), Verdicts{Verdict::missing});
}

TEST(Truth, CountsAnAgentsAbsencesOverRuns) {
    const auto agent = [](bool stood, int elapsed) {
        Small small;
        small.world.agent = small.world.start.administrator = true;
        small.world.elapsed = elapsed;
        if (!stood) small.world.start.stacks.clear();
        if (stood) small.then(StepKind::remove_stack);
        return small.right();
    };
    EXPECT_EQ(agent(true, 600), Verdicts{Verdict::pending});
    EXPECT_EQ(agent(false, 600), Verdicts{Verdict::missing});
    EXPECT_EQ(agent(false, window - 1), Verdicts{Verdict::pending});
    EXPECT_EQ(agent(false, most_apart + 1), Verdicts{Verdict::pending});
}

} // namespace
} // namespace mooring::walks
