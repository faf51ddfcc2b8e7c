// The agent for days on end: people who change things, answers that are lost, restarts, time that passes. Whatever
// happens, nothing is written that should not be (reconcile.md §6, §7). MOORING_SEQUENCES says how many.
#include "reconcile/pacing.hpp"
#include "unit/apply/correcting_world.hpp"

#include <array>
#include <cstdlib>
#include <iostream>
#include <random>

namespace mooring::cli {
namespace {

using namespace test;

constexpr unsigned usual_days = 15;
constexpr int steps = 14;
constexpr UnixSeconds hour_seconds = 3600;

constexpr const char* two_stacks =
    R"({"id": 11, "name": "shop", "environment": 1, "createdBy": "robot", "env": {"KEPT": "yes"},
        "file": "services:\n  web:\n    image: local/web:1.0\n"},
       {"id": 12, "name": "manual", "environment": 1, "createdBy": "robot",
        "file": "services:\n  web:\n    image: local/web:1.0\n"})";

std::string web_of(unsigned version) {
    return "services:\n  web:\n    image: local/web:1." + std::to_string(version) + "\n";
}

class Days {
  public:
    explicit Days(unsigned seed, std::chrono::seconds grace = std::chrono::hours(1))
        : random_(seed), world_(seed % 2 == 0 ? Version::v2_43_0 : Version::v2_23_0, two_stacks) {
        world_.declare("shop", web_of(1));
        world_.declare("manual", web_of(1)).policy.mode = PolicyMode::manual;
        world_.entry.write.limits.human_grace = grace;
        world_.trust();
    }

    void live() {
        for (int step = 0; step < steps && violations.empty(); ++step) {
            happen();
            look();
        }
    }

    std::vector<std::string> violations;
    std::string told;
    std::size_t written = 0;
    std::size_t quarantines = 0;

  private:
    unsigned pick(unsigned most) { return std::uniform_int_distribution<unsigned>(0, most - 1)(random_); }

    void happen() {
        switch (pick(9)) {
        case 0:
            std::get<DesiredContent>(world_.declared[0].source).text = web_of(pick(4));
            told += "declared anew; ";
            break;
        case 1:
        case 2:
            world_.set_file(web_of(pick(4)), "anna");
            edited_at_ = world_.clock.unix_seconds();
            told += "anna wrote; ";
            break;
        case 3:
            world_.server().add_fault(
                {.kind = portainer_double::FaultKind::drop,
                 .when = pick(2) == 0 ? portainer_double::When::before : portainer_double::When::after,
                 .method = "PUT",
                 .times = 1});
            told += "an answer gets lost; ";
            break;
        case 4:
            world_.restart();
            told += "restarted; ";
            break;
        case 5:
            if (pick(3) == 0) world_.resume();
            break;
        case 6:
            if (pick(4) != 0) break;
            world_.set_file(web_of(pick(4)), "robot");
            told += "a second writer; ";
            break;
        case 7:
            world_.trust();
            break;
        default:
            break;
        }
        const std::array<int, 5> pauses{20, 70, 400, 3700, 20'000};
        world_.pass(std::chrono::seconds(pauses.at(pick(5))));
    }

    void look() {
        const LogStanding before = standing_of(world_.log());
        const std::size_t entries = world_.log().size();
        const std::size_t writes = world_.writes();
        const std::string updated_by = world_.server().world()->find_stack(11)->updated_by;
        for (const std::string& one : world_.run()) told += one + "; ";
        const auto log = world_.log();
        std::size_t intents = 0;
        for (std::size_t i = entries; i < log.size(); ++i) {
            quarantines += log[i].kind == LogKind::quarantined ? 1 : 0;
            if (log[i].kind != LogKind::intent) continue;
            ++intents;
            check(before, log[i], updated_by);
        }
        written += intents;
        if (world_.writes() - writes > intents) violations.emplace_back("more requests than intents");
        if (attempts_today(log) > reconcile::most_attempts_a_day) violations.emplace_back("more than five in a day");
        const auto inside = world_.server().world();
        if (inside->find_stack(12)->file != web_of(0)) violations.emplace_back("a stack that is not the agent's");
        const auto& env = inside->find_stack(11)->env;
        if (!env || env->size() != 1) violations.emplace_back("a variable is lost");
    }

    void check(const LogStanding& before, const LogEntry& intent, const std::string& updated_by) {
        if (intent.stack.name != "shop") violations.emplace_back("another stack is written");
        if (before.halted.contains("main")) violations.emplace_back("a halted server is written");
        if (before.kept_by("main", "shop") != nullptr && before.open.empty())
            violations.emplace_back("an unknown write is written over");
        for (const LogEntry& one : before.quarantined) {
            if (one.halt.declaration == intent.intent.declaration)
                violations.emplace_back("a quarantined difference is corrected");
        }
        const UnixSeconds age = intent.at - edited_at_;
        if (updated_by == "anna" && age < hour_seconds)
            violations.emplace_back("a person's work is undone within an hour");
    }

    // Since a person last said that it may be tried again.
    std::size_t attempts_today(const std::vector<LogEntry>& log) {
        const auto all = reconcile::attempts_of(log, "main", 1, "shop");
        const UnixSeconds now = world_.clock.unix_seconds();
        return static_cast<std::size_t>(std::ranges::count_if(
            all, [&](const reconcile::Attempt& one) { return one.at > now - reconcile::day_seconds; }));
    }

    std::mt19937 random_;
    CorrectingWorld world_;
    UnixSeconds edited_at_ = 0;
};

TEST(CorrectSequences, NothingIsWrittenThatShouldNotBeForDaysOnEnd) {
    const char* asked = std::getenv("MOORING_SEQUENCES");
    const unsigned count = asked == nullptr ? usual_days : static_cast<unsigned>(std::strtoul(asked, nullptr, 10));
    std::size_t written = 0;
    std::size_t quarantines = 0;
    for (unsigned seed = 1; seed <= count; ++seed) {
        Days days(seed);
        days.live();
        written += days.written;
        quarantines += days.quarantines;
        ASSERT_TRUE(days.violations.empty()) << "seed " << seed << ": " << days.violations.front() << "\n" << days.told;
    }
    std::cout << "sequences of the agent: " << count << ", writes " << written << ", quarantines " << quarantines
              << ", violations 0\n";
    EXPECT_GE(written, count) << "too little happens to say anything";
}

TEST(CorrectSequences, WithoutItsGraceAPersonsWorkWouldBeUndone) {
    for (unsigned seed = 1; seed <= 20; ++seed) {
        Days days(seed, std::chrono::seconds(0));
        days.live();
        if (!days.violations.empty()) {
            EXPECT_EQ(days.violations.front(), "a person's work is undone within an hour");
            return;
        }
    }
    FAIL() << "the sequences do not see it";
}

} // namespace
} // namespace mooring::cli
