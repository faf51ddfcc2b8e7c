#include "match/match.hpp"

#include "base/file.hpp"
#include "support/results.hpp"
#include "unit/match/shop_fixture.hpp"

namespace mooring::match {
namespace {

std::string digest_of(std::string_view text) { return to_hex(hmac_sha256("key", text)); }

constexpr UnixSeconds now = 2'000'000;
constexpr UnixSeconds hour = 3600;

class Remember : public ShopFixture {
  protected:
    Remember() {
        record.updated_at = now - 1000;
        record.fingerprint = "fingerprint-1";
        list({record});
        server.memory.instance_id = "instance-1";
        server.has_memory = true;
    }

    void list(std::vector<StackRecord> records) { *server.list.value = std::move(records); }
    static ContentFacts equal_content(std::string_view text = "desired") {
        ContentFacts content;
        content.equal_bytes = true;
        content.content_digest = digest_of(text);
        content.desired_digest = digest_of("desired");
        return content;
    }
    ServerMemory after(const std::vector<StackResult>& results = {}) {
        std::vector<const StackResult*> each;
        for (const StackResult& result : results) each.push_back(&result);
        return remember(server, before, files, each, digest);
    }
    // The next run, an hour less a second later, with what this one has left.
    bool skips_next_time(std::string_view desired_text = "desired") {
        server.memory = after();
        server.now = now + hour - 1;
        return may_skip_file(record, server, desired_text, digest, std::chrono::hours(1));
    }

    ServerMemory before;
    std::map<StackId, ContentFacts> files{{12, equal_content()}};
    MakeDigest digest = digest_of;
};

class SkipFile : public Remember {};

TEST_F(SkipFile, ThatWasFoundEqualWhenNothingHasChanged) { EXPECT_TRUE(skips_next_time()); }

TEST_F(SkipFile, NeverWithoutAKey) {
    EXPECT_TRUE(skips_next_time());
    digest = nullptr;
    EXPECT_FALSE(may_skip_file(record, server, "desired", digest, std::chrono::hours(1)));
    EXPECT_TRUE(after().files.empty());
}

TEST_F(SkipFile, NotWhenTheRecordIsAnother) {
    EXPECT_TRUE(skips_next_time());
    record.fingerprint = "fingerprint-2";
    EXPECT_FALSE(may_skip_file(record, server, "desired", digest, std::chrono::hours(1)));
    record.fingerprint.clear();
    EXPECT_FALSE(may_skip_file(record, server, "desired", digest, std::chrono::hours(1)));
}

TEST_F(SkipFile, NotWhenTheDesiredTextIsAnother) { EXPECT_FALSE(skips_next_time("desired, but otherwise")); }

TEST_F(SkipFile, NotWhenItWasFoundDifferentOrCouldNotBeCompared) {
    files[12].changes.push_back(change_of(Plane::content, "services.web.image"));
    EXPECT_FALSE(skips_next_time());
    files[12] = equal_content();
    files[12].problem = "does not parse";
    EXPECT_FALSE(skips_next_time());
}

// Recorded: 2.43.0, 10-update 6 and 11: two updates in one second leave the same UpdateDate.
TEST_F(SkipFile, NotWhenUpdateDateWasLessThanSixtySecondsBeforeTheServersDate) {
    record.updated_at = now - 60;
    list({record});
    EXPECT_TRUE(skips_next_time());
    record.updated_at = now - 59;
    list({record});
    server.now = now;
    EXPECT_FALSE(skips_next_time());
}

TEST_F(SkipFile, NotWhenADeploymentTimeWasLessThanSixtySecondsBeforeTheServersDate) {
    record.deployment = {{.status = 3, .time = now - 500, .message = {}},
                         {.status = 1, .time = now - 60, .message = {}}};
    list({record});
    EXPECT_TRUE(skips_next_time());
    record.deployment[1].time = now - 59;
    list({record});
    server.now = now;
    EXPECT_FALSE(skips_next_time());
}

TEST_F(SkipFile, NotWithoutTheServersDate) {
    server.list.reply.server_date.reset();
    EXPECT_FALSE(skips_next_time());
}

TEST_F(SkipFile, NotWhenTheRecordChangedWhileItWasRead) {
    StackRecord changed = record;
    changed.fingerprint = "fingerprint-2";
    server.list_again = answered(Call::stacks, std::vector{changed}, "/api/stacks");
    EXPECT_FALSE(skips_next_time());
}

TEST_F(SkipFile, NotOnAnotherDatabase) {
    EXPECT_TRUE(skips_next_time());
    server.status.value->instance_id = "instance-2";
    EXPECT_FALSE(may_skip_file(record, server, "desired", digest, std::chrono::hours(1)));
    server.status.value->instance_id = "instance-1";
    server.has_memory = false;
    EXPECT_FALSE(may_skip_file(record, server, "desired", digest, std::chrono::hours(1)));
}

TEST_F(SkipFile, OnlyWhenStatusIsOneOrTwo) {
    for (const auto& [status, skipped] : {std::pair{1, true}, {2, true}, {3, false}, {4, false}, {99, false}}) {
        record.status = status;
        list({record});
        server.now = now;
        EXPECT_EQ(skips_next_time(), skipped) << status;
    }
}

TEST_F(SkipFile, OnlyWhileTheEnvironmentIsVisible) {
    EXPECT_TRUE(skips_next_time());
    server.environments.value->clear();
    EXPECT_FALSE(may_skip_file(record, server, "desired", digest, std::chrono::hours(1)));
}

TEST_F(SkipFile, OnlyWhileStackManagementIsOnUnlessAdministrator) {
    EXPECT_TRUE(skips_next_time());
    server.environments.value->at(0).stack_management_for_users = false;
    EXPECT_TRUE(may_skip_file(record, server, "desired", digest, std::chrono::hours(1)));
    as_role(2);
    EXPECT_FALSE(may_skip_file(record, server, "desired", digest, std::chrono::hours(1)));
    server.environments.value->at(0).stack_management_for_users = true;
    EXPECT_TRUE(may_skip_file(record, server, "desired", digest, std::chrono::hours(1)));
}

TEST_F(SkipFile, NotOnceFullVerifyHasPassedNorBeforeItWasRead) {
    EXPECT_TRUE(skips_next_time());
    server.now = now + hour;
    EXPECT_FALSE(may_skip_file(record, server, "desired", digest, std::chrono::hours(1)));
    server.now = now - 1; // our clock was put back
    EXPECT_FALSE(may_skip_file(record, server, "desired", digest, std::chrono::hours(1)));
}

TEST_F(SkipFile, SkippingDoesNotPutOffTheNextFullReading) {
    EXPECT_TRUE(skips_next_time());
    files[12] = ContentFacts{};
    files[12].skipped = true;
    server.memory = after();
    EXPECT_EQ(server.memory.files.at(12).verified_at, now);
    server.now = now + hour;
    EXPECT_FALSE(may_skip_file(record, server, "desired", digest, std::chrono::hours(1)));
}

TEST_F(Remember, EveryRecordAndEnvironmentThatWasSeen) {
    StackRecord kubernetes = record;
    kubernetes.id = 13;
    kubernetes.type = StackType::kubernetes;
    kubernetes.namespace_ = "web";
    kubernetes.environment = 9;
    list({record, kubernetes});
    const ServerMemory memory = after();
    EXPECT_EQ(memory.instance_id, "instance-1");
    const RememberedStack shop{.id = 12,
                               .environment_id = 4,
                               .environment_name = "production",
                               .name = "shop",
                               .created_at = 1'000'000,
                               .seen_at = now,
                               .namespace_ = {}};
    EXPECT_EQ(memory.stacks.at(12), shop);
    EXPECT_EQ(memory.stacks.at(13).namespace_, "web");
    EXPECT_EQ(memory.stacks.at(13).environment_name, "");
    EXPECT_EQ(memory.environments.at(4).name, "production");
    EXPECT_TRUE(memory.selections.contains(4));
}

TEST_F(Remember, OfARecordThatIsSeenAgainWhatOnlyTheMemoryKnows) {
    server.memory = after();
    server.memory.stacks.at(12).declared_at = 7;
    server.memory.stacks.at(12).older_dropped = true;
    server.now = now + 5;
    EXPECT_EQ(after().stacks.at(12).seen_at, now + 5);
    EXPECT_EQ(after().stacks.at(12).declared_at, 7);
    EXPECT_TRUE(after().stacks.at(12).older_dropped);
}

TEST_F(Remember, WhatWasReadOfEnvironmentsByIdToo) {
    Environment hidden;
    hidden.id = 7;
    hidden.name = "edge";
    server.environments_by_id[7] = answered(Call::environment, hidden);
    server.environments_by_id[8] = refused<Environment>(Call::environment, Cause::environment, "/api/endpoints/8");
    server.memory.environments[8].name = "secret-place";
    const ServerMemory memory = after();
    EXPECT_EQ(memory.environments.at(7).name, "edge");
    EXPECT_EQ(memory.environments.at(8).name, "secret-place");
}

TEST_F(Remember, NothingNewOfAServerThatGaveNoListOrNoInstance) {
    before.stacks[5] = {
        .id = 5, .environment_id = 1, .environment_name = "", .name = "x", .created_at = 1, .seen_at = 2};
    server.list.value.reset();
    EXPECT_EQ(after(), before);
    server.list.value.emplace();
    server.status.value.reset();
    EXPECT_EQ(after(), before);
}

TEST_F(Remember, ARecordThatAUserNoLongerSees) {
    server.memory = after();
    as_role(2);
    list({});
    server.now = now + 1;
    EXPECT_TRUE(after().stacks.contains(12)); // it may be hidden, and its 403 or 404 is proof
}

TEST_F(Remember, AGoneRecordUnlessAnotherTookItsPlace) {
    server.memory = after();
    list({});
    server.now = now + 90 * 24 * hour;
    EXPECT_TRUE(after().stacks.contains(12)) << "it is forgotten in time: forget()";
    server.now = now + 1;
    StackRecord younger = record;
    younger.id = 40;
    list({younger});
    EXPECT_FALSE(after().stacks.contains(12));
    EXPECT_TRUE(after().stacks.contains(40));
}

TEST_F(Remember, AMovedStackAtItsOldPlaceSoThatItStaysMoved) {
    server.memory = after();
    record.environment = 5;
    list({record});
    server.now = now + 10;
    StackResult moved = result_of(Verdict::drifted, {change_of(Plane::record, "environment")});
    moved.id = 12;
    moved.changes[0].subject = Subject::environment;
    EXPECT_EQ(after({moved}).stacks.at(12).environment_id, 4);
    EXPECT_EQ(after({moved}).stacks.at(12).seen_at, now + 10);
    EXPECT_EQ(after({}).stacks.at(12).environment_id, 4); // not judged in this run
    StackResult declared_there = result_of(Verdict::in_sync);
    declared_there.id = 12;
    EXPECT_EQ(after({declared_there}).stacks.at(12).environment_id, 5);
}

TEST_F(Remember, ARenamedEnvironmentUnderItsOldNameWhileAnErrorSpeaksOfIt) {
    server.memory.environments[4].name = "production";
    server.environments.value->at(0).name = "prod";
    EXPECT_EQ(after({result_of(Verdict::error)}).environments.at(4).name, "production");
    EXPECT_EQ(after({result_of(Verdict::in_sync)}).environments.at(4).name, "prod");
}

TEST_F(Remember, AbsencesSinceTheyWereSeenFirst) {
    list({});
    server.memory = after({result_of(Verdict::pending)});
    RememberedAbsence absence{
        .environment_id = 4, .namespace_ = {}, .name = "shop", .first_seen = now, .last_seen = now};
    EXPECT_EQ(server.memory.absences, (std::vector{absence}));
    server.now = now + 60;
    EXPECT_EQ(after({}).absences, (std::vector{absence})); // not judged in this run
    StackResult missing = result_of(Verdict::missing);
    missing.proof = Proof::complete_list;
    absence.last_seen = now + 60;
    EXPECT_EQ(after({missing}).absences, (std::vector{absence}));
    StackResult deploying = result_of(Verdict::pending);
    deploying.id = 12;
    EXPECT_TRUE(after({deploying}).absences.empty());
    EXPECT_TRUE(after({result_of(Verdict::in_sync)}).absences.empty());
}

TEST_F(Remember, AnAbsenceThatWasNotSeenForADayBeginsAnew) {
    list({});
    server.memory = after({result_of(Verdict::pending)});
    constexpr UnixSeconds day = UnixSeconds{24} * 3600;
    server.now = now + day;
    EXPECT_EQ(after({result_of(Verdict::pending)}).absences.at(0).first_seen, now);
    EXPECT_EQ(after({}).absences.size(), 1U);
    server.now = now + day + 1;
    EXPECT_EQ(after({result_of(Verdict::pending)}).absences.at(0).first_seen, now + day + 1);
    EXPECT_TRUE(after({}).absences.empty()); // not judged, and too old to count
}

TEST_F(Remember, AbsencesOfEachNamespaceAndSpellingApart) {
    list({});
    const auto kubernetes = [&](std::string name, std::string name_space) {
        StackResult result = result_of(Verdict::pending);
        result.type = StackType::kubernetes;
        result.name = std::move(name);
        result.namespace_ = std::move(name_space);
        return result;
    };
    server.memory = after({kubernetes("shop", "a"), kubernetes("shop", "b"), kubernetes("Shop", "a")});
    EXPECT_EQ(server.memory.absences.size(), 3U);
    StackResult found = kubernetes("shop", "a");
    found.verdict = Verdict::in_sync;
    EXPECT_EQ(after({found}).absences.size(), 2U); // the other two were not judged
}

TEST_F(Remember, ARecordOfAnotherNamespaceDoesNotTakeTheOnesPlaceThatIsGone) {
    record.type = StackType::kubernetes;
    record.namespace_ = "a";
    list({record});
    server.memory = after();
    server.now = now + 60;
    StackRecord other = record;
    other.id = 40;
    other.namespace_ = "b";
    list({other});
    EXPECT_TRUE(after().stacks.contains(12));
    other.namespace_ = "a";
    list({other});
    EXPECT_FALSE(after().stacks.contains(12));
}

// A user's list has no Kubernetes stack: a label named this one, and its id confirmed it.
TEST_F(Remember, WhatALabelNamedAndItsIdConfirmedSoThatTheNextRunAsksById) {
    StackRecord found = record;
    found.id = 40;
    found.type = StackType::kubernetes;
    found.namespace_ = "shop";
    list({});
    StackResult result = result_of(Verdict::in_sync);
    result.type = StackType::kubernetes;
    result.id = found.id;
    result.name = found.name;
    result.namespace_ = found.namespace_;
    result.environment_id = found.environment;
    auto& holder = server.runtime[found.environment].cluster.holders[found.id];
    EXPECT_FALSE(after({result}).stacks.contains(40)) << "nobody confirmed it";
    holder.value = found;
    ASSERT_TRUE(after({result}).stacks.contains(40));
    EXPECT_EQ(after({result}).stacks.at(40).created_at, found.created_at);
    EXPECT_EQ(after({result}).stacks.at(40).namespace_, "shop");
    EXPECT_TRUE(after({result}).files.empty() || !after({result}).files.contains(40));
    for (const Verdict verdict : {Verdict::denied, Verdict::unreachable, Verdict::error, Verdict::not_visible}) {
        result.verdict = verdict;
        EXPECT_FALSE(after({result}).stacks.contains(40)) << "it was not read";
    }
    result.verdict = Verdict::drifted;
    EXPECT_TRUE(after({result}).stacks.contains(40));
    holder.value->namespace_ = "elsewhere";
    EXPECT_FALSE(after({result}).stacks.contains(40)) << "another stack holds its objects";
}

TEST_F(Remember, NothingOfAFileOrRecordButKeyedDigests) {
    set_env({{"A", "s3cr3t"}});
    list({record});
    const ServerMemory memory = after();
    const RememberedFile& file = memory.files.at(12);
    EXPECT_EQ(file.record_digest, digest_of("fingerprint-1"));
    EXPECT_EQ(file.content_digest, digest_of("desired"));
    EXPECT_EQ(file.desired_digest, digest_of("desired"));
}

} // namespace
} // namespace mooring::match
