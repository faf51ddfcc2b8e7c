// What a part sends: the variables whole, the file that is to be, and nothing else.
#include "apply/aftermath.hpp"
#include "apply/apply.hpp"

#include <gtest/gtest.h>
#include <utility>

namespace mooring::apply {
namespace {

using portainer_write::Change;
using portainer_write::Settings;
using portainer_write::Update;
using reconcile::Action;
using reconcile::Part;

std::vector<EnvVar> env(std::vector<std::pair<std::string, std::string>> pairs) {
    std::vector<EnvVar> made;
    for (auto& [name, value] : pairs) made.push_back({.name = name, .value = Secret(std::move(value))});
    return made;
}

std::string text(const std::vector<EnvVar>& variables) {
    std::string out;
    for (const EnvVar& one : variables) out += one.name + "=" + std::string(one.value.reveal()) + " ";
    return out;
}

DesiredEnv declared(std::string name, std::optional<std::string> value = {}) {
    DesiredEnv one;
    one.name = std::move(name);
    if (value) one.value = Secret(std::move(*value));
    return one;
}

struct VariablesCase {
    const char* rule;
    std::optional<std::vector<DesiredEnv>> desired;
    bool strict;
    std::vector<EnvVar> recorded;
    std::set<std::string> accepted;
    const char* sent;
};

TEST(Variables, AreSentWholeAndNothingThatNobodySaidGoes) {
    const auto recorded = env({{"B", "1"}, {"A", "2"}});
    const VariablesCase cases[]{
        {"not declared at all: as recorded", {}, true, env({{"B", "1"}, {"B", "2"}}), {}, "B=1 B=2 "},
        {"declared values go to their places",
         {{declared("A", "9"), declared("B", "8")}},
         true,
         recorded,
         {},
         "B=8 A=9 "},
        {"new ones come last, in the manifest's order",
         {{declared("Z", "1"), declared("B", "1"), declared("A", "2"), declared("C", "3")}},
         true,
         recorded,
         {},
         "B=1 A=2 Z=1 C=3 "},
        {"opaque ones keep the recorded value", {{declared("A"), declared("B", "8")}}, true, recorded, {}, "B=8 A=2 "},
        {"an opaque one that is not recorded is not made up", {{declared("N")}}, false, recorded, {}, "B=1 A=2 "},
        {"undeclared ones stay without envStrict", {{declared("A", "9")}}, false, recorded, {}, "B=1 A=9 "},
        {"and go with it", {{declared("A", "9")}}, true, recorded, {}, "A=9 "},
        {"an accepted value stays", {{declared("A", "9"), declared("B", "8")}}, true, recorded, {"env.A"}, "B=8 A=2 "},
        {"an accepted undeclared one stays", {{declared("A", "9")}}, true, recorded, {"env.B"}, "B=1 A=9 "},
        {"an accepted absence stays",
         {{declared("A", "2"), declared("N", "1")}},
         false,
         recorded,
         {"env.N"},
         "B=1 A=2 "},
        {"of a name that is there twice one is left, with the declared value",
         {{declared("B", "8")}},
         true,
         env({{"B", "1"}, {"B", "2"}}),
         {},
         "B=8 "},
        {"or with the last recorded one, which is the one that counts",
         {{declared("B")}},
         true,
         env({{"B", "1"}, {"B", "2"}}),
         {},
         "B=2 "},
        {"an accepted double name stays double",
         {{declared("B", "8")}},
         true,
         env({{"B", "1"}, {"B", "2"}}),
         {"env.B (duplicate)"},
         "B=1 B=8 "},
        {"the empty list is a declaration", {std::vector<DesiredEnv>{}}, true, recorded, {}, ""},
    };
    for (const VariablesCase& one : cases) {
        DesiredStack desired;
        desired.env = one.desired;
        desired.env_strict = one.strict;
        EXPECT_EQ(text(variables_of(desired, one.recorded, one.accepted)), one.sent) << one.rule;
    }
}

// A stack that differs as a test says, and what a part of it sends.
struct World {
    DesiredStack desired;
    StackRecord record;
    drift::Assessment seen;
    std::optional<std::string> file = "recorded";
    Part part;

    World() {
        desired.name = "Shop";
        desired.source = DesiredContent{.text = "declared", .file = "compose.yaml"};
        record.id = 7;
        record.name = "shop";
        record.type = StackType::standalone;
        record.environment = 3;
        record.status = 1;
        record.env = env({{"A", "1"}});
    }
    World& differs(Subject subject, std::string path, std::string waiver = {}) {
        seen.result.changes.push_back({.subject = subject, .path = std::move(path), .waiver = std::move(waiver)});
        return *this;
    }
    World& git() {
        desired.source = DesiredGit{.url = "https://git.example.test/shop", .reference = "next", .path = "b.yaml"};
        record.git = GitConfig{.url = "https://git.example.test/shop", .reference = "refs/heads/main"};
        return *this;
    }
    std::expected<Sending, std::string> send(Action action, bool creates = false) {
        seen.desired = &desired;
        part.action = action;
        return sending_of({.part = part,
                           .seen = seen,
                           .record = creates ? nullptr : &record,
                           .file = &file,
                           .environment = 3,
                           .swarm_id = "swarm",
                           .access = {},
                           .webhook = "fresh"});
    }
    template <typename Kind>
    Kind sent(Action action) {
        return std::get<Kind>(std::get<Change>(send(action).value()));
    }
};

TEST(SendingUpdate, TheDeclaredFileGoesOnlyWhereTheContentDiffers) {
    EXPECT_EQ(World().differs(Subject::content, "services.web").sent<Update>(Action::update).file.reveal(), "declared");
    EXPECT_EQ(World().differs(Subject::env, "env.A").sent<Update>(Action::update).file.reveal(), "recorded");
    EXPECT_EQ(World().differs(Subject::gone, "services.web").sent<Update>(Action::update).file.reveal(), "recorded");
    EXPECT_EQ(World().differs(Subject::content, "x", "waiver").sent<Update>(Action::update).file.reveal(), "recorded")
        << "what is accepted is no reason";
}

TEST(SendingUpdate, WithoutTheRecordedFileNothingIsSent) {
    World world;
    world.file.reset();
    EXPECT_FALSE(world.differs(Subject::env, "env.A").send(Action::update));
}

// However short: a value under a telling name is one.
TEST(SendingUpdate, WhatIsSecretInEitherFileIsWithheldFromTheServersWords) {
    const auto file = [](const std::string& value) {
        return "services: {web: {image: nginx, environment: {DB_PASSWORD: " + value + ", MODE: plain}}}\n";
    };
    World world;
    world.desired.source = DesiredContent{.text = file("declared-1"), .file = "compose.yaml"};
    world.file = file("old");
    const Update update = world.differs(Subject::content, "x").sent<Update>(Action::update);
    EXPECT_EQ(update.withheld, (std::vector<Secret>{Secret("declared-1"), Secret("old")}));
}

TEST(SendingUpdate, OnlyWhatThePlanAllowsIsAsked) {
    World world;
    const Update plain = world.differs(Subject::content, "x").sent<Update>(Action::update);
    EXPECT_FALSE(plain.pull || plain.prune || plain.detach || plain.start);
    world.part = {.detaches = true, .prunes = true, .pulls = true};
    world.record.status = 2;
    const Update all = world.sent<Update>(Action::update);
    EXPECT_TRUE(all.pull && all.prune && all.detach && all.start);
}

TEST(SendingSettings, WhatDoesNotDifferOrIsAcceptedIsSentAsRecorded) {
    World world;
    world.git().differs(Subject::git_settings, "git.reference").differs(Subject::git_settings, "git.path", "waiver");
    const Settings settings = world.sent<Settings>(Action::settings);
    EXPECT_EQ(settings.reference, "refs/heads/next");
    EXPECT_FALSE(settings.path || settings.env || settings.auto_update || settings.end_auto_update);
}

TEST(SendingSettings, AutomaticUpdateKeepsWhatIsNotDeclared) {
    World world;
    world.git().differs(Subject::auto_update, "autoUpdate.interval");
    world.record.auto_update = AutoUpdate{.interval = "5m", .webhook = "old", .force_update = true};
    world.desired.auto_update = DesiredAutoUpdate{.interval = "1h"};
    const auto kept = world.sent<Settings>(Action::settings).auto_update.value();
    EXPECT_EQ(kept.interval + " " + kept.webhook, "1h old");
    EXPECT_TRUE(kept.force_update);
    world.record.auto_update.reset();
    world.desired.auto_update = DesiredAutoUpdate{.webhook = true};
    EXPECT_EQ(world.sent<Settings>(Action::settings).auto_update.value().webhook, "fresh");
    world.record.auto_update = AutoUpdate{.webhook = "old"};
    world.desired.auto_update = DesiredAutoUpdate{.webhook = false};
    EXPECT_TRUE(world.sent<Settings>(Action::settings).end_auto_update);
}

TEST(SendingCreate, TheNameIsAsPortainerStoresItAndEveryValueIsKnown) {
    World world;
    world.desired.env = {{declared("A", "1")}};
    const auto sent = world.send(Action::create, true);
    const auto& create = std::get<portainer_write::CreateFromFile>(std::get<portainer_write::Create>(sent.value()));
    EXPECT_EQ(create.name, "shop");
    EXPECT_EQ(create.swarm_id, "") << "standalone";
    EXPECT_EQ(text(create.env), "A=1 ");
    world.desired.env->push_back(declared("SECRET"));
    EXPECT_FALSE(world.send(Action::create, true));
}

TEST(SendingAccess, ANameThatCannotBeResolvedSendsNothing) { EXPECT_FALSE(World().send(Action::access)); }

TEST(SendingRemove, SendsNothingButTheRemoval) {
    const auto sent = World().send(Action::remove);
    ASSERT_TRUE(sent);
    EXPECT_TRUE(std::holds_alternative<portainer_write::Remove>(std::get<portainer_write::Change>(*sent)));
}

TEST(Readings, EveryChangeThatAWriteWouldUndoOrBuildOnIsSeen) {
    World base;
    base.git();
    base.record.auto_update = AutoUpdate{.interval = "5m", .job_id = "1"};
    base.record.resource_control = ResourceControl{.id = 1, .users = {2, 3}};
    const StackRecord then = base.record;
    EXPECT_EQ(moved(then, then), "");
    const std::pair<const char*, void (*)(StackRecord&)> changes[]{
        {"creation", [](StackRecord& r) { r.created_at = 9; }},
        {"type", [](StackRecord& r) { r.type = StackType::swarm; }},
        {"environment", [](StackRecord& r) { r.environment = 4; }},
        {"name", [](StackRecord& r) { r.name = "Shop"; }},
        {"status", [](StackRecord& r) { r.status = 2; }},
        {"update date", [](StackRecord& r) { r.updated_at = 9; }},
        {"updated by", [](StackRecord& r) { r.updated_by = "eve"; }},
        {"env", [](StackRecord& r) { r.env[0].value = Secret("2"); }},
        {"env order", [](StackRecord& r) { r.env.push_back(r.env[0]); }},
        {"access", [](StackRecord& r) { r.resource_control->users = {2}; }},
        {"public", [](StackRecord& r) { r.resource_control->is_public = true; }},
        {"access gone", [](StackRecord& r) { r.resource_control.reset(); }},
        {"git reference", [](StackRecord& r) { r.git->reference = "x"; }},
        {"git commit", [](StackRecord& r) { r.git->commit = "x"; }},
        {"git gone", [](StackRecord& r) { r.git.reset(); }},
        {"workflow", [](StackRecord& r) { r.workflow_id = 4; }},
        {"additional files", [](StackRecord& r) { r.additional_files = {"x"}; }},
        {"webhook", [](StackRecord& r) { r.auto_update->webhook = "x"; }},
        {"polling", [](StackRecord& r) { r.auto_update.reset(); }},
        {"option", [](StackRecord& r) { r.option = StackOption{.prune = true}; }},
        {"unknown", [](StackRecord& r) { r.unknown = "{}"; }},
    };
    for (const auto& [what, change] : changes) {
        StackRecord now = then;
        change(now);
        EXPECT_NE(moved(then, now), "") << what;
    }
    StackRecord same = then;
    same.auto_update->job_id = "2";
    same.resource_control->users = {3, 2};
    EXPECT_EQ(moved(then, same), "") << "jobs and orders come and go";
}

} // namespace
} // namespace mooring::apply
