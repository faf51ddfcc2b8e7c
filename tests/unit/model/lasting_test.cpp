#include "model/memory.hpp"

#include <gtest/gtest.h>
#include <utility>

namespace mooring {
namespace {

const std::string container(64, 'a');
const std::string other = std::string(63, 'b') + "1";

TEST(Lasting, WhatGrowsByItselfSaysTheSame) {
    const std::pair<std::string, std::string> same[] = {
        {"restarting (1 time)", "restarting (7 times)"},
        {"2 containers: restarting (3 times), running", "2 containers: restarting (12 times), running"},
        {"0 (1 task ended with 0)", "0 (14 tasks ended with 0)"},
        {"read tcp 10.0.0.3:53422->10.0.0.9:9001: connection reset", "read tcp 10.0.0.3:40001->10.0.0.9:9001: "
                                                                     "connection reset"},
        {"starting container " + other + ": no space", "starting container 1" + other.substr(1) + ": no space"},
        {"shop_web.1.k3j4h5k3j4h5k3j4h5k3j4h5k died", "shop_web.1.z3j4h5k3j4h5k3j4h5k3j4h5k died"}};
    for (const auto& [a, b] : same) EXPECT_EQ(lasting(a), lasting(b)) << a;
}

TEST(Lasting, WhatIsAnotherStateStaysAnother) {
    const std::pair<std::string, std::string> others[] = {
        {"exited (1)", "exited (137)"},
        {"restarting (7 times)", "running"},
        {"2 containers: running, running", "3 containers: running, running, running"},
        {"a service with 1 running task", "a service with 2 running tasks"},
        {"read tcp 10.0.0.3:53422->10.0.0.9:9001: reset", "read tcp 10.0.0.3:53422->10.0.0.9:9443: reset"},
        {"an older nginx:1.27 (sha256:" + other + ")", "an older nginx:1.27 (sha256:1" + other.substr(1) + ")"},
        {"differs in 2 places", "differs in 3 places"},
        {"", "restarting (7 times)"}};
    for (const auto& [a, b] : others) EXPECT_NE(lasting(a), lasting(b)) << a;
}

TEST(Lasting, WhatIsDeclaredIsComparedAsItStands) {
    const auto side = [](Plane plane, const std::string& path, const std::string& text) {
        return lasting_side({.plane = plane, .path = path}, text);
    };
    EXPECT_EQ(side(Plane::runtime, "services.web.containers[web-1].state", "restarting (7 times)"), "restarting (#)");
    for (const std::string& text : {std::string("restarting (7 times)"), other}) {
        EXPECT_EQ(side(Plane::content, "services.web.labels.a", text), text);
        EXPECT_EQ(side(Plane::record, "env.COMMIT", text), text);
        EXPECT_EQ(side(Plane::runtime, "services.web.image", text), text) << "another image is another state";
    }
}

} // namespace
} // namespace mooring
