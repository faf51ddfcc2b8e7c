// Images, counts and profiles that the file writes with variables, against what runs (design §3.3).
#include "unit/runtime/runtime_fixture.hpp"

namespace mooring::runtime {
namespace {

using Env = std::vector<std::pair<std::string, std::string>>;

class RuntimeReferences : public CompareRuntime {
  protected:
    RuntimeReferences() { web().image = std::nullopt; }

    void from_git() { record.git = GitConfig{}; }
    void runs(std::int64_t count, const std::string& image = "nginx:1.27") {
        containers().clear();
        for (std::int64_t i = 1; i <= count; ++i) {
            containers().push_back(container("web", i));
            containers().back().image = image;
        }
    }
};

TEST_F(RuntimeReferences, AnImageIsComparedWithTheValuesOfTheRecord) {
    struct Case {
        std::string written;
        Env env;
        std::string runs;
        bool same;
    };
    for (const auto& [written, env, image, same] :
         {Case{"nginx:${TAG}", {{"TAG", "1.28"}}, "nginx:1.28", true},
          {"nginx:${TAG}", {{"TAG", "1.28"}}, "nginx:1.27", false},
          {"nginx:${TAG}", {{"TAG", "1.28"}}, "evil/miner:9", false},
          {"nginx:${TAG:-1.28}", {}, "nginx:1.28", true},
          {"nginx:${TAG:-1.28}", {}, "nginx:1.27", false},
          {"nginx:${TAG:-1.28}", {{"TAG", "1.27"}}, "nginx:1.27", true},
          {"nginx${TAG:+:1.28}", {{"TAG", "x"}}, "nginx:1.27", false},
          {"${A:-${B:-nginx}:1.28}", {}, "nginx:1.27", false},
          {"${A:-${B:-nginx}:1.28}", {}, "docker.io/library/nginx:1.28", true},
          {"nginx:${TAG}", {{"TAG", "1.28"}, {"TAG", "1.27"}}, "nginx:1.27", true}, // the last counts
          {"nginx:${TAG}", {{"TAG", "1.27"}, {"TAG", "1.28"}}, "nginx:1.27", false},
          {"nginx:${TAG}", {{"TAG", "\"1.27\" # ours"}}, "nginx:1.27", true}}) {
        web() = {.name = "web", .image = std::nullopt, .image_written = written, .replicas = 1};
        set_env(env);
        runs(1, image);
        const Comparison found = compare();
        EXPECT_EQ(found.unread, Texts{}) << written;
        EXPECT_EQ(arrow_at(found.changes, "services.web.image"), same ? "" : written + " -> " + image) << written;
    }
}

// Never silence: it takes the verdict away, in words that name the service.
TEST_F(RuntimeReferences, AnImageThatIsNotResolvedIsUnread) {
    for (const auto& [written, value, git] : std::vector<std::tuple<std::string, std::string, bool>>{
             {"nginx:${TAG}", "", false},
             {"nginx:${OTHER:?}", "", false},
             {"nginx:${TAG:-1.27}", "${OTHER}", false}, // resolved further
             {"nginx:${COMPOSE_PROJECT_NAME:-x}", "", false},
             {"nginx:${TAG}", "", true},
             {"nginx:${TAG:-1.28}", "", true}}) { // a file of the repository may set it
        web() = {.name = "web", .image = std::nullopt, .image_written = written, .replicas = 1};
        set_env(value.empty() ? Env{} : Env{{"TAG", value}});
        record.git = git ? std::optional(GitConfig{}) : std::nullopt;
        runs(1);
        const Comparison found = compare();
        EXPECT_EQ(paths_of(found.changes), Texts{}) << written;
        EXPECT_EQ(found.unread, Texts{"runtime.image"}) << written;
        ASSERT_EQ(found.errors.size(), 1U) << written;
        EXPECT_TRUE(found.errors[0].starts_with("services.web.image: ")) << found.errors[0];
        runs(0);
        EXPECT_EQ(compare().unread, Texts{}) << "nothing runs to be compared";
    }
}

TEST_F(RuntimeReferences, ADefaultOfAGitStackThatRunsIsSaidInANote) {
    from_git();
    web().image_written = "nginx:${TAG:-1.27}";
    runs(1);
    const Comparison found = compare();
    EXPECT_EQ(paths_of(found.changes), Texts{});
    EXPECT_EQ(found.unread, Texts{});
    ASSERT_EQ(found.notes.size(), 1U);
    EXPECT_TRUE(found.notes[0].starts_with("services.web.image: `nginx:${TAG:-1.27}` is taken by its default"))
        << found.notes[0];
    set_env({{"TAG", "1.27"}});
    EXPECT_EQ(compare().notes, Texts{});
}

TEST_F(RuntimeReferences, ACountIsComparedWithTheValuesOfTheRecord) {
    web().image = "nginx:1.27";
    struct Case {
        std::string written;
        Env env;
        std::int64_t runs;
        std::string change, unread;
        bool git = false;
    };
    for (const auto& [written, env, count, change, unread, git] : {Case{"${R}", {{"R", "3"}}, 3, "", ""},
                                                                   {"${R}", {{"R", "3"}}, 1, "${R} -> 1", ""},
                                                                   {"${R}", {{"R", "3"}}, 4, "${R} -> 4", ""},
                                                                   {"${R}", {{"R", "0"}}, 1, "${R} -> 1", ""},
                                                                   {"${R:-2}", {}, 1, "${R:-2} -> 1", ""},
                                                                   {"${R:-2}", {}, 2, "", ""},
                                                                   {"${R}", {}, 1, "", "runtime.replicas"},
                                                                   {"${R}", {{"R", "many"}}, 1, "", "runtime.replicas"},
                                                                   {"${R:-2}", {}, 2, "", "", true},
                                                                   {"${R:-2}", {}, 1, "", "runtime.replicas", true},
                                                                   {"${R:-2}", {}, 3, "", "runtime.replicas", true}}) {
        web().replicas_written = written;
        set_env(env);
        record.git = git ? std::optional(GitConfig{}) : std::nullopt;
        runs(count);
        const Comparison found = compare();
        EXPECT_EQ(arrow_at(found.changes, "services.web.running"), change) << written << count;
        EXPECT_EQ(found.unread, unread.empty() ? Texts{} : Texts{unread}) << written << count;
    }
}

TEST_F(RuntimeReferences, AProfileIsLookedUpAndOneThatIsNotKnownIsUnread) {
    web().image = "nginx:1.27";
    web().profiles = {"${P:-dev}"};
    set_env({{"COMPOSE_PROFILES", "dev"}});
    runs(0);
    EXPECT_EQ(arrow_at(compare().changes, "services.web.running"), "1 -> 0");
    set_env({{"COMPOSE_PROFILES", "dev"}, {"P", "other"}});
    EXPECT_EQ(changes(), Texts{});
    EXPECT_EQ(compare().unread, Texts{});
    set_env({{"COMPOSE_PROFILES", "dev"}, {"P", "$X"}});
    EXPECT_EQ(compare().unread, Texts{"runtime.profiles"});
    runs(1);
    EXPECT_EQ(compare().unread, Texts{}) << "it was started";
}

// The value of a variable may be a secret, however short.
TEST_F(RuntimeReferences, ValuesAreShownNowhere) {
    for (const std::string value : {"s3cr3t-registry", "s3c"}) {
        web().image_written = "${REGISTRY}/web:1";
        web().replicas_written = "${N}";
        set_env({{"REGISTRY", value}, {"N", "7731"}});
        runs(1);
        const std::string text = all_text(compare());
        EXPECT_EQ(text.find("s3c"), std::string::npos) << text;
        EXPECT_EQ(text.find("7731"), std::string::npos) << text;
        EXPECT_EQ(compare().changes.size(), 2U);
        containers()[0].image = "sha256:" + std::string(64, 'a');
        EXPECT_EQ(all_text(compare()).find("s3c"), std::string::npos) << "not asked";
    }
}

} // namespace
} // namespace mooring::runtime
