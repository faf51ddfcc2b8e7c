// Clusters in a whole run: what is asked, how often, and what is not asked any more.
#include "drift/engine.hpp"

#include "support/fake_api.hpp"

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

namespace mooring::drift {
namespace {

constexpr UnixSeconds time_of_run = 1'795'480'000;
constexpr int stacks_of_cluster = 20;

std::string map_text(int number) {
    return "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: conf-" + std::to_string(number) + "}\ndata: {a: b}\n";
}

// Twenty stacks of one ConfigMap each, in one namespace, as declared.
struct ClusterRun {
    test::FakeApi api;
    Desired desired;
    Memory memory;
    FixedClock clock{time_of_run};

    ClusterRun() {
        api.the_environments =
            test::answered(Call::environments, std::vector<Environment>{{.id = 1, .name = "cluster", .type = 5}});
        std::string items;
        for (int i = 0; i < stacks_of_cluster; ++i) {
            add_stack(i);
            items += std::string(i == 0 ? "" : ",") + R"({"metadata":{"name":"conf-)" + std::to_string(i) +
                     R"(","namespace":"shop","labels":{"io.portainer.kubernetes.application.stackid":")" +
                     std::to_string(i + 1) + R"("}},"data":{"a":"b"}})";
        }
        api.cluster["api/v1/configmaps?limit=500"] = list_of("v1", "ConfigMap", items);
    }

    static Answer<std::string> list_of(const std::string& version, const std::string& kind, const std::string& items) {
        return test::answered(Call::kubernetes, R"({"apiVersion":")" + version + R"(","kind":")" + kind +
                                                    R"(List","metadata":{"resourceVersion":"1"},"items":[)" + items +
                                                    "]}");
    }

    void add_stack(int number) {
        DesiredStack stack;
        stack.name = "web-" + std::to_string(number);
        stack.server = "main";
        stack.environment = EnvironmentRef{.id = std::nullopt, .name = "cluster"};
        stack.type = StackType::kubernetes;
        stack.namespace_ = "shop";
        stack.source = DesiredContent{.text = map_text(number), .file = "objects.yaml"};
        stack.where = {.file = stack.name + ".yaml", .line = 1};
        StackRecord record;
        record.id = number + 1;
        record.name = stack.name;
        record.namespace_ = "shop";
        record.type = StackType::kubernetes;
        record.environment = 1;
        record.status = 1;
        record.created_at = time_of_run - 86'400;
        api.files[record.id] = test::answered(Call::stack_file, map_text(number));
        if (number == 0) api.lists = {test::answered(Call::stacks, std::vector<StackRecord>{})};
        api.lists[0].value->push_back(std::move(record));
        desired.stacks.push_back(std::move(stack));
    }

    Report check() {
        boost::asio::io_context context(1);
        RunOptions options;
        options.debounce = std::chrono::milliseconds(1);
        drift::Run run(desired, {{.name = "main", .url = "", .api = &api}}, memory, clock, options);
        boost::asio::co_spawn(context, run.execute(), [](const std::exception_ptr& failure) {
            if (failure) std::rethrow_exception(failure);
        });
        context.run();
        return run.report();
    }
};

bool all_are(const Report& report, Verdict verdict) {
    return report.stacks.size() == stacks_of_cluster &&
           std::ranges::all_of(report.stacks, [&](const StackResult& one) { return one.verdict == verdict; });
}

TEST(EngineKubernetes, EachListIsAskedForOnceWhateverTheNumberOfStacks) {
    ClusterRun run;
    EXPECT_TRUE(all_are(run.check(), Verdict::in_sync));
    EXPECT_EQ(run.api.calls["kubernetes"], 10) << "its own, and nine of what may have been left behind";
}

TEST(EngineKubernetes, TheListsOfOneStackAreAskedForSideBySide) {
    ClusterRun run;
    run.desired.stacks.resize(1);
    run.api.lists[0].value->resize(1);
    EXPECT_EQ(run.check().stacks.at(0).verdict, Verdict::in_sync);
    EXPECT_EQ(run.api.calls["kubernetes"], 10);
    EXPECT_EQ(run.api.most_in_clusters, 4) << "of nine that it needs at the same time";
}

TEST(EngineKubernetes, AClusterThatIsDownIsAskedByThoseUnderWayAlone) {
    ClusterRun run;
    run.api.cluster["api/v1/configmaps?limit=500"] =
        test::refused<std::string>(Call::kubernetes, Outcome::unavailable, 502, "Proxy failure");
    run.api.cluster["api/v1/configmaps?limit=500"].reply.failure = Failure::refused;
    EXPECT_TRUE(all_are(run.check(), Verdict::unreachable));
    EXPECT_EQ(run.api.calls["kubernetes"], 1);
}

TEST(EngineKubernetes, ARefusedTokenEndsTheServersRun) {
    ClusterRun run;
    run.api.cluster["api/v1/configmaps?limit=500"] =
        test::refused<std::string>(Call::kubernetes, Outcome::credentials_refused, 401, "Invalid JWT token");
    const Report report = run.check();
    EXPECT_TRUE(all_are(report, Verdict::denied));
    EXPECT_EQ(report.servers.at(0).exit_code, 77);
}

} // namespace
} // namespace mooring::drift
