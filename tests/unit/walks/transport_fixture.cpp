#include "transport_fixture.hpp"

#include "base/clock.hpp"
#include "drift/engine.hpp"

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <fmt/format.h>
#include <fstream>
#include <gtest/gtest.h>

namespace mooring::test {
namespace {

constexpr std::string_view file_text = "services:\n  web:\n    image: nginx:1.27\n";

void answer_rightly(Peer& peer, std::string_view path) {
    const auto record = [](int id, const char* name) {
        return fmt::format(R"({{"Id":{},"Name":"{}","Type":2,"EndpointId":1,"Status":1,"CreationDate":1700000000}})",
                           id, name);
    };
    if (path == "/api/system/status") peer.json(R"({"Version":"2.43.0","InstanceID":"one"})");
    if (path == "/api/users/me") peer.json(R"({"Id":1,"Username":"admin","Role":1})");
    if (path == "/api/endpoints") peer.json(R"([{"Id":1,"Name":"production","Type":1}])");
    if (path == list_of_stacks) peer.json("[" + record(11, "shop") + "," + record(12, "blog") + "]");
    if (path.ends_with("/file")) {
        peer.json(R"({"StackFileContent":"services:\n  web:\n    image: nginx:1.27\n"})");
    }
}

// VmRSS and VmHWM of /proc/self/status, in MiB.
std::size_t memory(const std::string& field) {
    std::ifstream status("/proc/self/status");
    for (std::string word; status >> word;) {
        std::size_t kilobytes = 0;
        if (word == field && status >> kilobytes) return kilobytes / 1024;
    }
    return 0;
}

DesiredStack declared(const char* name) {
    DesiredStack stack;
    stack.name = name;
    stack.server = "main";
    stack.environment = EnvironmentRef{.id = 1, .name = {}};
    stack.source = DesiredContent{.text = std::string(file_text), .file = "compose.yaml"};
    stack.runtime = false;
    stack.where = {.file = std::string(name) + ".yaml", .line = 1, .column = 0};
    return stack;
}

const StackResult& row(const Report& report, std::string_view name) {
    static const StackResult none;
    const auto found = std::ranges::find(report.stacks, name, &StackResult::name);
    EXPECT_NE(found, report.stacks.end());
    return found == report.stacks.end() ? none : *found;
}

} // namespace

RawServer::Script server_with(const Broken& broken, std::string_view broken_path) {
    return [&broken, broken_path](Peer& peer) {
        for (std::string head = peer.request(); !head.empty(); head = peer.request()) {
            const std::size_t from = head.find(' ') + 1;
            const std::string target = head.substr(from, head.find_first_of(" ?", from) - from);
            if (target == broken_path)
                return broken.answer(peer, target == list_of_stacks ? "[{\"Id\": 11" : "{\"StackFileCon");
            answer_rightly(peer, target);
        }
    };
}

Checked check_both(const std::string& url, std::chrono::seconds deadline, const std::string& ca_file) {
    std::ofstream("/proc/self/clear_refs") << 5; // the largest size counts from here
    const std::size_t before = memory("VmRSS:");
    const auto began = std::chrono::steady_clock::now();
    boost::asio::io_context context(1);
    ServerConnection connection{.name = "main", .url = url, .token = Secret("ptr_transport")};
    connection.tls.ca_file = ca_file;
    connection.request_timeout = deadline * 20;
    connection.deadline = deadline;
    connection.retries.attempts = 1;
    const auto api = portainer::make_api(context.get_executor(), connection);
    EXPECT_TRUE(api.has_value());
    Desired desired;
    desired.stacks = {declared("shop"), declared("blog")};
    const FixedClock clock(1795500000);
    const Memory nothing;
    const drift::Target target{.name = "main", .url = url, .api = api->get()};
    const drift::RunOptions options;
    drift::Run run(desired, {target}, nothing, clock, options);
    boost::asio::co_spawn(context, run.execute(), [](const std::exception_ptr& thrown) { EXPECT_EQ(thrown, nullptr); });
    context.run();
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - began;
    const std::size_t largest = memory("VmHWM:");
    return {.report = run.report(), .seconds = took.count(), .megabytes = largest > before ? largest - before : 0};
}

void expect_server_unreachable(const Checked& checked, const std::string& words) {
    EXPECT_EQ(checked.report.exit_code, 69);
    ASSERT_EQ(checked.report.servers.size(), 1U);
    EXPECT_NE(checked.report.servers.front().error.find(words), std::string::npos)
        << checked.report.servers.front().error;
    for (const char* name : {"shop", "blog"}) {
        const StackResult& result = row(checked.report, name);
        EXPECT_EQ(result.verdict, Verdict::unreachable) << result.message;
        EXPECT_NE(result.message.find(words), std::string::npos) << result.message;
        EXPECT_FALSE(result.remedy.empty());
    }
}

void expect_stack_unreachable(const Checked& checked, const std::string& words) {
    EXPECT_EQ(checked.report.exit_code, 3);
    const StackResult& shop = row(checked.report, "shop");
    EXPECT_EQ(shop.verdict, Verdict::unreachable) << shop.message;
    EXPECT_NE(shop.message.find(words), std::string::npos) << shop.message;
    EXPECT_FALSE(shop.remedy.empty());
    EXPECT_EQ(row(checked.report, "blog").verdict, Verdict::in_sync) << row(checked.report, "blog").message;
}

} // namespace mooring::test
