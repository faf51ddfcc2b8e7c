// What came of a write: whatever the answer says, what is read counts.
#include "apply/aftermath.hpp"
#include "apply/readings.hpp"

#include <gtest/gtest.h>

namespace mooring::apply {
namespace {

using portainer::WriteOutcome;
using portainer_write::Change;
using portainer_write::Create;
using portainer_write::CreateFromFile;
using portainer_write::Stop;
using portainer_write::Update;
using portainer_write::WriteReply;

const std::string me = "deploy";

struct Story {
    Sending what = Change(Update{.file = Secret("new"), .env = std::vector<EnvVar>{}});
    WriteReply reply;
    StackRecord before;
    Aftermath after;
    bool creates = false;

    Story() {
        before.id = 7;
        before.name = "shop";
        before.status = 1;
        before.updated_at = 100;
        before.updated_by = "anna";
        after.list_read = true;
        after.record = before;
        after.file = "old";
        after.ran = after.runs = std::set<std::string>{"web"};
    }
    Story& answers(WriteOutcome outcome) {
        reply.outcome = outcome;
        reply.message = "said";
        return *this;
    }
    Story& taken(const std::string& by = me) {
        after.record->updated_at = 200;
        after.record->updated_by = by;
        after.file = "new";
        return *this;
    }
    Story& status(std::int64_t value) {
        after.record->status = value;
        return *this;
    }
    Story& creating() {
        creates = true;
        what = Create(CreateFromFile{.environment = 3, .name = "shop", .file = Secret("new"), .env = {}});
        after.record->created_by = me;
        after.file = "new";
        after.namesakes = 1;
        after.ran = std::set<std::string>{};
        return *this;
    }
    Story& nothing_there() {
        after.record.reset();
        after.namesakes = 0;
        return *this;
    }
    std::string outcome() const {
        const Sent sent{.what = what, .reply = reply, .before = creates ? nullptr : &before, .user = me};
        const Conclusion conclusion = conclusion_of(sent, after);
        return std::string(to_string(conclusion.result.outcome)) + (conclusion.settled ? "" : " (open)");
    }
};

TEST(Aftermath, OfAnUpdate) {
    using enum WriteOutcome;
    const std::pair<const char*, std::pair<Story, const char*>> cases[]{
        {"no connection: nothing was sent", {Story().answers(not_sent), "skipped"}},
        {"answered and shown", {Story().answers(answered).taken(), "done"}},
        {"answered and not shown", {Story().answers(answered), "unknown"}},
        {"answered and still deploying", {Story().answers(answered).taken().status(3), "unknown (open)"}},
        {"the deployment failed, and the file was rolled back",
         {[] {
              Story s;
              s.answers(answered).taken().status(4).after.file = "old";
              return s;
          }(),
          "failed"}},
        {"the deployment failed, and the file stayed", {Story().answers(answered).taken().status(4), "stored"}},
        {"it took down what ran",
         {[] {
              Story s;
              s.answers(answered).taken().status(4).after.runs->clear();
              return s;
          }(),
          "outage"}},
        {"refused, and nothing changed", {Story().answers(refused), "refused"}},
        {"refused, and somebody else wrote", {Story().answers(refused).taken("eve"), "unknown"}},
        {"a 500, nothing recorded, all runs", {Story().answers(failed), "failed"}},
        {"a 500 that took down what ran",
         {[] {
              Story s;
              s.answers(failed).after.runs->clear();
              return s;
          }(),
          "outage"}},
        {"a 500 that stored the file", {Story().answers(failed).taken(), "stored"}},
        {"no answer, and the record is ours", {Story().answers(unknown).taken(), "done"}},
        {"no answer, and the record is another's", {Story().answers(unknown).taken("eve"), "unknown (open)"}},
        {"no answer, and nothing changed: it may still come", {Story().answers(unknown), "unknown (open)"}},
        {"no answer, and the deployment failed", {Story().answers(unknown).taken().status(4), "stored"}},
        {"no answer, and nothing readable",
         {[] {
              Story s;
              s.answers(unknown).after.list_read = false;
              return s;
          }(),
          "unknown (open)"}},
        {"answered, and nothing readable",
         {[] {
              Story s;
              s.answers(answered).after.list_read = false;
              return s;
          }(),
          "unknown (open)"}},
        {"the record is gone", {Story().answers(answered).nothing_there(), "unknown"}},
    };
    for (const auto& [rule, story] : cases) EXPECT_EQ(story.first.outcome(), story.second) << rule;
}

TEST(Aftermath, OfACreate) {
    using enum WriteOutcome;
    const std::pair<const char*, std::pair<Story, const char*>> cases[]{
        {"answered and shown", {Story().creating().answers(answered), "done"}},
        {"answered and failed: the record stays", {Story().creating().answers(answered).status(4), "stored"}},
        {"two of them",
         {[] {
              Story s;
              s.creating().answers(answered).after.namesakes = 2;
              return s;
          }(),
          "twice"}},
        {"refused, and none is there", {Story().creating().answers(refused).nothing_there(), "refused"}},
        {"refused, and one is there", {Story().creating().answers(refused).taken(), "unknown"}},
        {"a 500, and none is there", {Story().creating().answers(failed).nothing_there(), "failed"}},
        {"no answer, and none is there: it may still come",
         {Story().creating().answers(unknown).nothing_there(), "unknown (open)"}},
        {"no answer, and it is there", {Story().creating().answers(unknown), "done"}},
        {"still deploying", {Story().creating().answers(answered).status(3), "unknown (open)"}},
        {"another file than was sent",
         {[] {
              Story s;
              s.creating().answers(answered).after.file = "other";
              return s;
          }(),
          "unknown"}},
    };
    for (const auto& [rule, story] : cases) EXPECT_EQ(story.first.outcome(), story.second) << rule;
}

TEST(Aftermath, NoTextOfTheServerHoldsAValueThatWasSentOrRecorded) {
    for (const bool answered : {true, false}) {
        Story story;
        std::get<Update>(std::get<Change>(story.what)).env =
            std::vector<EnvVar>{{.name = "DB", .value = Secret("sent-value")}};
        story.before.env = {{.name = "OLD", .value = Secret("recorded-value")}};
        story.answers(answered ? WriteOutcome::answered : WriteOutcome::failed).taken().status(4);
        const std::string text = "compose: DB=sent-value, OLD=recorded-value, PASSWORD=hunter2";
        story.reply.message = answered ? "" : text;
        story.after.record->deployment = {{.status = 4, .time = 1, .message = text}};
        const Sent sent{.what = story.what, .reply = story.reply, .before = &story.before, .user = me};
        const std::string said = conclusion_of(sent, story.after).result.message;
        EXPECT_TRUE(said.contains("compose")) << said;
        for (const char* value : {"sent-value", "recorded-value", "hunter2"})
            EXPECT_FALSE(said.contains(value)) << said;
    }
}

// A literal of a compose file is told by its name alone, which a server's text does not repeat.
TEST(Aftermath, NoTextOfTheServerHoldsASecretOfTheDeclaredOrTheRecordedFile) {
    const auto file = [](const std::string& value) {
        return "services:\n  web:\n    image: nginx\n    environment:\n      DB_PASSWORD: " + value +
               "\n    command: [--token, " + value + "-flag]\n";
    };
    DesiredStack declared{.name = "shop"};
    declared.source = DesiredContent{.text = file("declared-Zq9")};
    const std::string recorded = file("recorded-Qx7");
    const portainer_write::Change changes[]{Update(), portainer_write::Redeploy(), portainer_write::Stop()};
    for (const portainer_write::Change& change : changes) {
        Story story;
        story.what = change;
        story.answers(WriteOutcome::failed).taken().status(4);
        story.after.file = file("read-back-Wm3");
        story.reply.message = "bad argument declared-Zq9, recorded-Qx7, read-back-Wm3 and recorded-Qx7-flag";
        const Sent sent{.what = story.what,
                        .reply = story.reply,
                        .before = &story.before,
                        .user = me,
                        .desired = &declared,
                        .file = recorded};
        const std::string said = conclusion_of(sent, story.after).result.message;
        EXPECT_TRUE(said.contains("bad argument")) << said;
        for (const char* value : {"declared-Zq9", "recorded-Qx7", "read-back-Wm3"})
            EXPECT_FALSE(said.contains(value)) << said;
    }
}

TEST(Aftermath, AStopTakesDownWhatItShould) {
    Story story;
    story.what = Change(Stop());
    story.answers(WriteOutcome::answered).status(2).after.runs->clear();
    EXPECT_EQ(story.outcome(), "done");
    story.answers(WriteOutcome::refused); // somebody stopped it a moment before
    EXPECT_EQ(story.outcome(), "done");
    story.answers(WriteOutcome::unknown);
    EXPECT_EQ(story.outcome(), "done");
    EXPECT_EQ(story.status(1).outcome(), "unknown (open)");
}

// The record that is gone is half of it; the other half is what ran of it.
TEST(Aftermath, ARemovalIsDoneWhenNothingOfTheStackIsLeft) {
    Story story;
    story.what = Change(portainer_write::Remove());
    story.answers(WriteOutcome::answered);
    EXPECT_EQ(story.outcome(), "unknown") << "taken, and still listed";
    EXPECT_EQ(story.answers(WriteOutcome::unknown).outcome(), "unknown (open)");
    EXPECT_EQ(story.answers(WriteOutcome::refused).outcome(), "refused");
    EXPECT_EQ(story.answers(WriteOutcome::failed).outcome(), "failed");
    story.after.runs->clear();
    EXPECT_EQ(story.outcome(), "outage") << "it took down what ran, and the stack is still there";
    story.after.record.reset();
    story.answers(WriteOutcome::answered).after.exists = false;
    EXPECT_EQ(story.outcome(), "unknown (open)") << "a list hides what its reader may not see";
    story.after.gone = true;
    for (const WriteOutcome answer : {WriteOutcome::answered, WriteOutcome::unknown, WriteOutcome::failed}) {
        story.answers(answer).after.exists = false;
        EXPECT_EQ(story.outcome(), "done") << "whatever the answer said";
        story.after.exists = true;
        EXPECT_EQ(story.outcome(), "left_behind");
        story.after.exists.reset();
        EXPECT_EQ(story.outcome(), "sent");
    }
    story.after.list_read = false;
    EXPECT_EQ(story.outcome(), "unknown (open)");
}

// After an interruption, by reading only.
LogEntry intent(bool creates) {
    LogEntry entry;
    entry.number = 1;
    entry.at = 1000;
    entry.stack = {.server = "main", .environment = 3, .name = "shop"};
    if (!creates) {
        entry.stack.id = 7;
        entry.stack.created_at = 50;
    }
    entry.intent = {.action = creates ? "create" : "update",
                    .updated_at = creates ? 0 : 100,
                    .updated_by = "anna",
                    .status = creates ? 0 : 1,
                    .user = me,
                    .newest = 6,
                    .sent_date = 1000};
    return entry;
}

StackRecord made(StackId id, std::string by = me, std::int64_t status = 1) {
    StackRecord record;
    record.id = id;
    record.name = "shop";
    record.environment = 3;
    record.created_at = 50;
    record.created_by = std::move(by);
    record.status = status;
    return record;
}

std::string settled(const LogEntry& entry, std::vector<StackRecord> list, UnixSeconds later, bool complete = true,
                    std::optional<bool> exists = false) {
    const IntentEvidence evidence{.list = list,
                                  .complete = complete,
                                  .lacked_twice = true,
                                  .project_exists = exists,
                                  .server_date = 1000 + later,
                                  .now = 1000 + later};
    const auto result = settle(entry, evidence);
    return result ? std::string(to_string(result->outcome)) : "open";
}

TEST(Settle, ACreateStaysOpenUntilItsRecordIsSeenOrAnHourHasShownNothing) {
    EXPECT_EQ(settled(intent(true), {}, 30), "open") << "an older server records only what is deployed";
    EXPECT_EQ(settled(intent(true), {}, 3599), "open");
    EXPECT_EQ(settled(intent(true), {}, 3600), "refused");
    EXPECT_EQ(settled(intent(true), {}, 3600, false), "open") << "a filtered list never settles it";
    EXPECT_EQ(settled(intent(true), {}, 3600, true, true), "open") << "something of it runs";
    EXPECT_EQ(settled(intent(true), {}, 3600, true, {}), "open") << "nobody can say what runs";
    EXPECT_EQ(settled(intent(true), {made(8)}, 30), "sent");
    EXPECT_EQ(settled(intent(true), {made(8, me, 3)}, 30), "open");
    EXPECT_EQ(settled(intent(true), {made(8, me, 4)}, 30), "stored");
    EXPECT_EQ(settled(intent(true), {made(8), made(9)}, 30), "twice");
    EXPECT_EQ(settled(intent(true), {made(6)}, 30), "open") << "that one was there before";
    EXPECT_EQ(settled(intent(true), {made(8, "eve")}, 30), "open") << "another's";
    EXPECT_EQ(settled(intent(true), {made(8), made(9, "eve")}, 30), "twice") << "whoever made the other one";
}

// In a cluster a name is unique in no namespace, and each namespace may have it.
TEST(Settle, ACreateInAClusterIsItsNamespacesAlone) {
    const auto in_cluster = [](StackId id, std::string name_space) {
        StackRecord record = made(id);
        record.type = StackType::kubernetes;
        record.namespace_ = std::move(name_space);
        return record;
    };
    LogEntry create = intent(true);
    create.intent.namespace_ = "shop";
    EXPECT_EQ(settled(create, {in_cluster(8, "shop")}, 30), "sent");
    EXPECT_EQ(settled(create, {in_cluster(8, "elsewhere")}, 30), "open");
    EXPECT_EQ(settled(create, {in_cluster(8, "")}, 30), "open");
    EXPECT_EQ(settled(create, {in_cluster(8, "shop"), in_cluster(9, "elsewhere")}, 30), "sent");
    EXPECT_EQ(settled(create, {in_cluster(8, "shop"), in_cluster(9, "shop")}, 30), "twice");
    create.intent.namespace_.clear();
    EXPECT_EQ(settled(create, {in_cluster(8, "")}, 30), "sent");
    EXPECT_EQ(settled(create, {in_cluster(8, "shop")}, 30), "open") << "an older Mooring did not note where";
    EXPECT_EQ(settled(create, {}, 7200, true, {}), "open") << "nobody can say what runs";
}

TEST(Settle, ACreateOfContainersStaysOpenWithoutDates) {}

// A clock that is put forward must not end the wait: the server's counts, too.
TEST(Settle, TimePassesByBothClocks) {
    StackRecord record = made(7, "anna");
    record.updated_at = 100;
    record.updated_by = "anna";
    const std::vector<StackRecord> list{record};
    IntentEvidence evidence{.list = list, .now = 1000 + 90'000};
    evidence.server_date = 1000 + 30;
    EXPECT_FALSE(settle(intent(false), evidence));
    evidence.server_date = 1000 + 1200;
    EXPECT_TRUE(settle(intent(false), evidence));
    evidence.server_date.reset();
    EXPECT_TRUE(settle(intent(false), evidence)) << "without it, this machine's alone";
    evidence = {.list = list, .server_date = 1000 + 90'000, .now = 1000 + 30};
    EXPECT_FALSE(settle(intent(false), evidence));
}

StackRecord touched(UnixSeconds updated_at, std::string by, std::int64_t status = 1) {
    StackRecord record = made(7, "anna", status);
    record.updated_at = updated_at;
    record.updated_by = std::move(by);
    return record;
}

TEST(Settle, AChangeIsKnownByItsHandOrOnceNoDeploymentCanBeUnderWay) {
    EXPECT_EQ(settled(intent(false), {touched(200, me)}, 30), "sent");
    EXPECT_EQ(settled(intent(false), {touched(200, me, 3)}, 30), "open");
    EXPECT_EQ(settled(intent(false), {touched(200, me, 4)}, 30), "stored");
    EXPECT_EQ(settled(intent(false), {touched(100, "anna")}, 30), "open") << "it may still be deploying";
    EXPECT_EQ(settled(intent(false), {touched(100, "anna")}, 1200), "refused");
    EXPECT_EQ(settled(intent(false), {touched(200, "eve")}, 1200), "unknown");
    EXPECT_EQ(settled(intent(false), {}, 1200), "open") << "gone, or hidden";
}

// A redeploy is sent within the second of the settings before it, a rollback within that of what fell: then the date
// is the same whether or not it was taken, and nobody may say that it was not.
TEST(Settle, ADateOfTheSameSecondSaysNothing) {
    LogEntry redeploy = intent(false);
    redeploy.intent.updated_at = 1000; // and it was about to be sent at 1000
    EXPECT_EQ(settled(redeploy, {touched(1000, me)}, 30), "open");
    EXPECT_EQ(settled(redeploy, {touched(1000, me)}, 1200), "sent");
    redeploy.intent.updated_at = 999; // a proxy's Date may be a second old
    EXPECT_EQ(settled(redeploy, {touched(999, me)}, 1200), "sent");
    redeploy.intent.updated_at = 998;
    EXPECT_EQ(settled(redeploy, {touched(998, me)}, 1200), "refused");
    redeploy.intent.updated_at = 1000;
    redeploy.intent.action = "remove";
    EXPECT_EQ(settled(redeploy, {touched(1000, me)}, 1200), "refused") << "a removal is told by the list";
}

TEST(Settle, ARemovalIsKnownByACompleteListThatLacksTheRecord) {
    LogEntry removal = intent(false);
    removal.intent.action = "remove";
    EXPECT_EQ(settled(removal, {}, 30), "done");
    EXPECT_EQ(settled(removal, {}, 30, true, true), "left_behind");
    EXPECT_EQ(settled(removal, {}, 30, true, {}), "sent") << "nobody can say what runs";
    EXPECT_EQ(settled(removal, {}, 90'000, false), "open") << "a filtered list never settles it";
    EXPECT_EQ(settled(removal, {touched(100, "anna")}, 30), "open") << "it may still be under way";
    EXPECT_EQ(settled(removal, {touched(100, "anna")}, 1200), "refused");
    EXPECT_EQ(settled(removal, {touched(200, me)}, 1200), "unknown") << "no removal writes a record";
}

TEST(Lives, OfASwarmAreItsTasksThatAreToRun) {
    const std::vector<SwarmService> services{{.id = "s1", .name = "shop_web", .namespace_ = "shop"},
                                             {.id = "s2", .name = "media_web", .namespace_ = "media"}};
    std::vector<SwarmTask> tasks{
        {.id = "b", .created_at = 20, .service_id = "s1", .desired_state = "running", .state = "running", .slot = 1},
        {.id = "a", .created_at = 10, .service_id = "s1", .desired_state = "shutdown", .state = "failed", .slot = 1},
        {.id = "c", .created_at = 5, .service_id = "s2", .desired_state = "running", .state = "running", .slot = 1}};
    const std::vector<Life> before = lives_of_tasks(services, tasks, "shop");
    EXPECT_EQ(before, (std::vector<Life>{{.name = "shop_web.1.b", .created_at = 20}}));
    tasks[2].id = "d"; // another stack's
    tasks[0].state = "preparing";
    std::swap(tasks[0], tasks[1]);
    EXPECT_EQ(lives_of_tasks(services, tasks, "shop"), before);
    tasks[1].desired_state = "shutdown";
    tasks.push_back({.id = "e", .created_at = 30, .service_id = "s1", .desired_state = "running", .slot = 1});
    EXPECT_NE(lives_of_tasks(services, tasks, "shop"), before) << "started anew";
}

} // namespace
} // namespace mooring::apply
