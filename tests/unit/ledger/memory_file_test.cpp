#include "ledger/database.hpp"

#include "base/file.hpp"
#include "ledger/json.hpp"

#include <array>
#include <cstdlib>
#include <filesystem>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <random>
#include <string>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

namespace mooring::ledger {
namespace {

namespace fs = std::filesystem;

class MemoryFile : public ::testing::Test {
  protected:
    MemoryFile() {
        std::string name = (fs::temp_directory_path() / "mooring-memory-XXXXXX").string();
        if (::mkdtemp(name.data()) == nullptr) std::abort();
        folder = name;
        file = folder / "memory.json";
        key = folder / "memory.json.key";
    }
    ~MemoryFile() override {
        std::error_code ignored;
        fs::permissions(folder, fs::perms::owner_all, ignored);
        fs::remove_all(folder, ignored);
    }

    static unsigned mode(const fs::path& path) {
        struct stat about{};
        return ::stat(path.c_str(), &about) == 0 ? about.st_mode & 0777U : 0U;
    }
    static void write(const fs::path& path, std::string_view text, unsigned mode = 0600) {
        ASSERT_TRUE(write_file_atomically(path, text, mode));
    }
    std::string problem_of(std::string_view text) {
        write(file, text);
        const auto loaded = load_memory(file);
        if (loaded) return "(loaded)";
        EXPECT_EQ(loaded.error().kind, ErrorKind::invalid_input);
        EXPECT_NE(loaded.error().detail.find("delete it"), std::string::npos);
        const std::string start = "the memory " + file.string() + " cannot be used: ";
        EXPECT_TRUE(loaded.error().message.starts_with(start)) << loaded.error().message;
        return loaded.error().message.substr(start.size());
    }

    fs::path folder;
    fs::path file;
    fs::path key;
};

Memory some_memory() {
    ServerMemory main;
    main.instance_id = "instance-1";
    main.environments = {{4, {"production", 7, 8, true}}, {10, {"staging \xE2\x82\xAC \"x\""}}};
    main.selections[4] = {.group = 2, .tags = {7, 8}};
    main.tags = {{7, "prod"}, {8, "web"}};
    main.groups[2] = "shops";
    main.stacks[12] = {.id = 12,
                       .environment_id = 4,
                       .environment_name = "production",
                       .name = "shop",
                       .created_at = 1'795'479'543,
                       .seen_at = 1'795'479'600,
                       .namespace_ = {}};
    main.stacks[9] = {.id = 9,
                      .environment_id = 10,
                      .environment_name = {},
                      .name = "k8s",
                      .created_at = 1,
                      .seen_at = 2,
                      .namespace_ = "web",
                      .older_dropped = true,
                      .declared_at = 6};
    main.files[12] = {.record_digest = std::string(64, 'a'),
                      .content_digest = std::string(64, 'b'),
                      .desired_digest = {},
                      .server_date = 3,
                      .verified_at = 4,
                      .settled = true,
                      .jobs_seen = {"migrate", "seed"}};
    main.absences.push_back(
        {.environment_id = 4, .namespace_ = "web", .name = "cache", .first_seen = 5, .last_seen = 9});
    Memory memory;
    memory.servers["main"] = main;
    memory.servers["second"] = {};
    return memory;
}

TEST_F(MemoryFile, ReadsWhatItHasWritten) {
    ASSERT_TRUE(load_memory(file)); // makes the key
    ASSERT_TRUE(save_memory(file, some_memory()));
    const auto loaded = load_memory(file);
    ASSERT_TRUE(loaded) << loaded.error().message;
    EXPECT_EQ(loaded->memory, some_memory());
    EXPECT_TRUE(loaded->diagnostics.empty());
    EXPECT_EQ(mode(file), 0600U);
}

TEST_F(MemoryFile, TheSameMemoryGivesTheSameBytes) {
    EXPECT_EQ(write_memory(some_memory()), write_memory(some_memory()));
    const auto again = read_memory(write_memory(some_memory()));
    ASSERT_TRUE(again);
    EXPECT_EQ(write_memory(*again), write_memory(some_memory()));
}

// It is written piece by piece, and stays what a library's writer makes of the whole.
TEST_F(MemoryFile, TheBytesAreThoseOfOneDocumentWithSortedKeys) {
    Memory odd = some_memory();
    odd.servers["a \"b\"\n"].instance_id = "\xFF\x01 \\";
    for (const Memory& memory : {Memory(), some_memory(), odd}) {
        const std::string text = write_memory(memory);
        EXPECT_EQ(text, nlohmann::json::parse(text).dump(1) + "\n");
    }
}

TEST_F(MemoryFile, AFileThatIsNotThereIsAnEmptyMemoryWithANewKey) {
    const auto loaded = load_memory(file);
    ASSERT_TRUE(loaded);
    EXPECT_EQ(loaded->memory, Memory{});
    EXPECT_TRUE(loaded->diagnostics.empty());
    EXPECT_EQ(loaded->key.reveal().size(), 32U);
    EXPECT_EQ(mode(key), 0600U);
    EXPECT_FALSE(fs::exists(file));
    EXPECT_EQ(load_memory(file)->key, loaded->key); // and it stays
}

TEST_F(MemoryFile, KeysAreRandom) {
    const Secret first = load_memory(file)->key;
    fs::remove(key);
    EXPECT_NE(load_memory(file)->key, first);
}

TEST_F(MemoryFile, AMissingKeyBesideAMemoryMakesANewOneAndDropsTheDigests) {
    ASSERT_TRUE(save_memory(file, some_memory()));
    const auto loaded = load_memory(file);
    ASSERT_TRUE(loaded);
    EXPECT_EQ(loaded->diagnostics.at(0).code, "memory-key-new");
    EXPECT_TRUE(loaded->memory.servers.at("main").files.empty());
    EXPECT_EQ(loaded->memory.servers.at("main").stacks, some_memory().servers.at("main").stacks);
}

TEST_F(MemoryFile, AKeyReadableByOthersIsAWarningWithItsCure) {
    write(key, std::string(32, 'k'), 0640);
    const auto loaded = load_memory(file);
    ASSERT_TRUE(loaded);
    EXPECT_EQ(loaded->diagnostics.at(0).code, "memory-key-readable");
    EXPECT_EQ(loaded->diagnostics.at(0).suggestion, "chmod 600 " + key.string());
    EXPECT_EQ(loaded->key.reveal(), std::string(32, 'k'));
}

TEST_F(MemoryFile, ADamagedKeyIsAnErrorThatNamesTheCure) {
    for (const std::size_t size : {0U, 31U, 33U}) {
        write(key, std::string(size, 'k'));
        const auto loaded = load_memory(file);
        ASSERT_FALSE(loaded);
        EXPECT_EQ(loaded.error().kind, ErrorKind::invalid_input);
        EXPECT_NE(loaded.error().detail.find("delete it"), std::string::npos);
    }
}

TEST_F(MemoryFile, AKeyThatCannotBeMadeOnlyMeansThatNothingIsSkipped) {
    const auto loaded = load_memory(folder / "no-such-folder" / "memory.json");
    ASSERT_TRUE(loaded);
    EXPECT_TRUE(loaded->key.empty());
    EXPECT_EQ(loaded->diagnostics.at(0).code, "memory-key-unusable");
}

TEST_F(MemoryFile, ADamagedFileIsAnErrorNeverAnEmptyMemory) {
    EXPECT_EQ(problem_of(""), "not JSON at byte 1");
    EXPECT_EQ(problem_of("{\"kind\": \"Memory\", "), "not JSON at byte 20");
    EXPECT_EQ(problem_of("[]"), "not an object");
    EXPECT_EQ(problem_of("null"), "not an object");
    EXPECT_EQ(problem_of("{}"), "kind: missing");
    const std::string whole = write_memory(some_memory());
    for (std::size_t cut = 0; cut + 2 < whole.size(); cut += 37)
        EXPECT_NE(problem_of(whole.substr(0, cut)), "(loaded)");
}

TEST_F(MemoryFile, IsReadStrictly) {
    const auto with = [](std::string_view server) {
        return "{\"kind\": \"Memory\", \"version\": 2, \"servers\": {\"main\": " + std::string(server) + "}}";
    };
    const std::string rest =
        R"("environments": [], "selections": [], "stacks": [], "files": [], "absences": [], "tags": [], "groups": []})";
    EXPECT_EQ(problem_of(with("{\"instanceId\": \"x\", " + rest)), "(loaded)");
    EXPECT_EQ(problem_of(with("{\"instanceId\": 5, " + rest)), "servers.main.instanceId: not a text");
    EXPECT_EQ(problem_of(with("{\"instanceId\": \"a\", \"instanceId\": \"b\", " + rest)), "duplicate key `instanceId`");
    EXPECT_EQ(problem_of(with("{\"instanceId\": \"a\", \"x\": 1, " + rest)), "servers.main.x: unknown key");
    EXPECT_EQ(problem_of(with(R"({"instanceId": "a"})")), "servers.main.environments: missing");
    EXPECT_EQ(problem_of(with("7")), "servers.main: not an object");
    for (const char* version : {"0", "3", "-1"}) {
        EXPECT_EQ(problem_of(R"({"kind": "Memory", "version": )" + std::string(version) + R"(, "servers": {}})"),
                  "version: neither 1 nor 2: written by another version of Mooring");
    }
    EXPECT_EQ(problem_of(R"({"kind": "Report", "version": 1, "servers": {}})"), "kind: not `Memory`");
}

// As Mooring 0.1.0 wrote it.
TEST_F(MemoryFile, OneOfAnOlderMooringIsReadAndKnowsNoMoreThanItDid) {
    const auto memory = read_memory(R"({"kind": "Memory", "version": 1, "servers": {"main": {
        "absences": [{"environmentId": 4, "firstSeen": 5, "name": "cache"}],
        "environments": [{"id": 4, "name": "production"}],
        "files": [{"content": "", "desired": "", "id": 12, "record": "", "serverDate": 3, "settled": true,
                   "verifiedAt": 4}],
        "instanceId": "a", "selections": [{"group": 1, "id": 4, "tags": [7]}],
        "stacks": [{"createdAt": 1, "environmentId": 4, "environmentName": "production", "id": 12, "name": "shop",
                    "namespace": "", "seenAt": 2}]}}})");
    ASSERT_TRUE(memory) << memory.error();
    const ServerMemory& main = memory->servers.at("main");
    const RememberedAbsence absence{.environment_id = 4, .name = "cache", .first_seen = 5, .last_seen = 0};
    EXPECT_EQ(main.absences, std::vector{absence});
    EXPECT_EQ(main.environments.at(4), RememberedEnvironment{.name = "production"});
    EXPECT_EQ(main.stacks.at(12).seen_at, 2);
    EXPECT_EQ(main.stacks.at(12).declared_at, 0);
    EXPECT_TRUE(main.files.at(12).jobs_seen.empty());
    EXPECT_EQ(problem_of(R"({"kind": "Memory", "version": 1, "servers": {"main": {"instanceId": "a", "absences": [],
        "environments": [{"id": 4, "name": "x", "gone": true}], "files": [], "selections": [], "stacks": []}}})"),
              "servers.main.environments[0].gone: unknown key");
}

TEST_F(MemoryFile, RefusesWrongNumbersDigestsAndRepeatedIds) {
    const std::string good = write_memory(some_memory());
    const auto with = [&](std::string_view from, const std::string& to) {
        std::string text = good;
        text.replace(text.find(from), from.size(), to);
        return text;
    };
    const std::string seen = "\"seenAt\": 1795479600";
    EXPECT_EQ(problem_of(with(seen, "\"seenAt\": 1.5")), "servers.main.stacks[1].seenAt: not a whole number");
    EXPECT_EQ(problem_of(with(seen, "\"seenAt\": 18446744073709551615")),
              "servers.main.stacks[1].seenAt: not a whole number");
    EXPECT_EQ(problem_of(with(seen, "\"seenAt\": 1e999")), "a number that is out of range");
    EXPECT_EQ(problem_of(with(seen, "\"seenAt\": \"now\"")), "servers.main.stacks[1].seenAt: not a whole number");
    EXPECT_EQ(problem_of(with(std::string(64, 'a'), std::string(63, 'a'))),
              "servers.main.files[0].record: not a digest");
    EXPECT_EQ(problem_of(with(std::string(64, 'a'), std::string(64, 'X'))),
              "servers.main.files[0].record: not a digest");
    EXPECT_EQ(problem_of(with("\"settled\": true", "\"settled\": 1")),
              "servers.main.files[0].settled: neither true nor false");
    EXPECT_EQ(problem_of(with("\"id\": 12", "\"id\": 9")), "(loaded)"); // the file's: no record of its own
    EXPECT_EQ(problem_of(with("\"id\": 10", "\"id\": 4")), "servers.main.environments[1].id: twice in the list");
    EXPECT_EQ(problem_of(with("\"shop\"", "\"" + std::string(5000, 's') + "\"")),
              "servers.main.stacks[1].name: too long");
}

TEST_F(MemoryFile, NestingHasALimit) {
    const std::string deep(100'000, '[');
    EXPECT_EQ(problem_of("{\"kind\": " + deep), "nested too deep");
}

TEST_F(MemoryFile, RandomDamageNeverCrashes) {
    std::mt19937 random(11);
    const std::string good = write_memory(some_memory());
    for (int round = 0; round < 2000; ++round) {
        std::string text = good;
        for (unsigned i = 0; i < 1 + random() % 4; ++i)
            text[random() % text.size()] = static_cast<char>(random() % 256);
        const auto memory = read_memory(text);
        EXPECT_TRUE(!memory || read_memory(write_memory(*memory)));
    }
}

TEST_F(MemoryFile, AFolderOrAnUnreadableFileIsAnError) {
    fs::create_directory(file);
    const auto loaded = load_memory(file);
    ASSERT_FALSE(loaded);
    EXPECT_EQ(loaded.error().kind, ErrorKind::invalid_input);
    EXPECT_NE(loaded.error().message.find("it is a folder"), std::string::npos);
    if (::geteuid() == 0) return; // root may read everything
    fs::remove(file);
    write(file, write_memory({}), 0000);
    EXPECT_EQ(load_memory(file).error().kind, ErrorKind::invalid_input);
}

TEST_F(MemoryFile, AFailedSaveLeavesTheOldFileAsItWas) {
    ASSERT_TRUE(save_memory(file, some_memory()));
    const auto before = read_file(file, 1U << 20U);
    const auto failed = save_memory(folder / "no-such-folder" / "memory.json", {});
    ASSERT_FALSE(failed);
    EXPECT_TRUE(failed.error().message.starts_with("saving the memory: "));
    EXPECT_EQ(*read_file(file, 1U << 20U), *before);
}

} // namespace
} // namespace mooring::ledger
