// What a difference shows, hides and points at.
#include "unit/compose/compose_support.hpp"

#include <fmt/format.h>

namespace mooring::compose {
namespace {

Difference only(std::string_view desired, std::string_view actual) {
    auto found = differences(desired, actual);
    EXPECT_EQ(found.size(), 1U);
    return found.empty() ? Difference{} : std::move(found.front());
}

Difference of_service(std::string_view desired, std::string_view actual) {
    return only(stack_of(desired), stack_of(actual));
}

TEST(Differences, ShowSingleValuesPlainAndOthersAsJson) {
    const Difference image = only("services: {a: {image: x}}", "services: {a: {image: y}}");
    EXPECT_EQ(image.desired, "x");
    EXPECT_EQ(image.actual, "y");
    EXPECT_EQ(of_service("command: a 'b c'", "command: [d]").desired, R"(["a","b c"])");
    const Difference gone =
        only("services: {a: {image: x}, b: {image: 'i\"', ports: ['80:80'], tty: true}}", "services: {a: {image: x}}");
    EXPECT_EQ(gone.path, "services.b");
    EXPECT_EQ(gone.desired,
              R"({"image":"i\"","networks":{"default":{}},"ports":{"80:80/tcp":{"mode":"ingress"}},"tty":true})");
    EXPECT_EQ(gone.actual, std::nullopt);
    EXPECT_EQ(of_service("cap_add: [A]", "cap_add: [A, B]").actual, "B");
    EXPECT_EQ(of_service("cap_add: [B, A]", "tty: no").desired, R"(["A","B"])");
    EXPECT_EQ(of_service("stop_grace_period: 90s", "stop_grace_period: 2m").desired, "1m30s");
    EXPECT_EQ(of_service("environment: [A, B=1]", "environment: [A=, B=1]").desired, "null");
    EXPECT_EQ(of_service("healthcheck: {retries: 3, test: a}", "healthcheck: {retries: 4, test: a}").desired, "3");
}

TEST(Differences, PointAtTheDesiredLine) {
    const auto found = differences("services:\n  web:\n    image: a\n    environment:\n      A: 1\n      B: 2\n",
                                   "services:\n  web:\n    image: b\n    environment:\n      B: 2\n      C: 3\n");
    ASSERT_EQ(found.size(), 3U);
    EXPECT_EQ(found[0].path, "services.web.environment.A");
    EXPECT_EQ(found[0].desired_line, 5U);
    EXPECT_EQ(found[1].path, "services.web.environment.C");
    EXPECT_EQ(found[1].desired_line, 4U) << "absent: the line of what it is missing from";
    EXPECT_EQ(found[2].desired_line, 3U);
}

TEST(Differences, UnderSecretNamesAreFlagged) {
    EXPECT_TRUE(of_service("environment: {DB_PASSWORD: a, B: b}", "environment: {DB_PASSWORD: c, B: b}").secret);
    EXPECT_TRUE(of_service("labels: {api-token: a, B: b}", "labels: {B: b}").secret);
    EXPECT_TRUE(of_service("build: {args: {SSH_KEY: a, B: b}}", "build: {args: {SSH_KEY: c, B: b}}").secret);
    EXPECT_FALSE(of_service("environment: {LEVEL: a, B: b}", "environment: {LEVEL: c, B: b}").secret);
    EXPECT_FALSE(only("services: {keycloak: {image: a}}", "services: {keycloak: {image: b}}").secret)
        << "names of services are no secrets' names";
}

TEST(Differences, MaskSecretsInsideLargerValues) {
    const Difference whole = of_service("environment: {DB_PASSWORD: geheim, LEVEL: info}", "tty: no");
    EXPECT_EQ(whole.desired, R"({"DB_PASSWORD":"***","LEVEL":"info"})");
    EXPECT_EQ(of_service("command: [run, --password=geheim, x]", "tty: no").desired, R"(["run","--password=***","x"])");
    EXPECT_EQ(of_service("healthcheck: {test: 'PGPASSWORD=\"ge heim\" psql'}", "tty: no").desired,
              R"({"test":["CMD-SHELL","PGPASSWORD=*** psql"]})");
    EXPECT_EQ(of_service("environment: {URL: 'postgres://app:geheim@db/x', B: b}", "environment: {B: b}").desired,
              "postgres://app:***@db/x");
    const Difference masked =
        of_service("environment: {URL: 'http://a:one@h', B: b}", "environment: {URL: 'http://a:two@h', B: b}");
    EXPECT_TRUE(masked.secret) << "they differ only in what is masked";
    const Difference content = only("services: {}\nconfigs: {c: {content: \"user: x\\npassword: geheim\\n\"}}",
                                    "services: {}\nconfigs: {c: {content: y}}");
    EXPECT_TRUE(content.secret) << "nobody can tell what of a config is none";
    const Difference service = only("services: {a: {image: x, environment: [TOKEN=geheim]}}", "services: {}");
    EXPECT_FALSE(service.desired->contains("geheim"));
}

// In a list references are read in a key, too, in a map they are not: one path, two keys, and with one value only the
// name differs.
TEST(Differences, WhereOnlyTheNameDiffersThatIsSaid) {
    const File list = load_or_fail("services: {web: {image: a, labels: ['${N}=x']}}");
    const File map = load_or_fail("services: {web: {image: a, labels: {'${N}': x}}}");
    const auto found = compare(list, map);
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].desired, "x (under a variable's value)");
    EXPECT_EQ(found[0].actual, "x (under this name as written)");
    const auto other_way = compare(map, list);
    ASSERT_EQ(other_way.size(), 1U);
    EXPECT_EQ(other_way[0].desired, found[0].actual);
    EXPECT_EQ(other_way[0].actual, found[0].desired);
    const auto values = compare(list, load_or_fail("services: {web: {image: a, labels: {'${N}': y}}}"));
    ASSERT_EQ(values.size(), 1U);
    EXPECT_EQ(values[0].desired, "x");
    EXPECT_EQ(values[0].actual, "y");
}

// Elements of a set stand in their path, masked: two that differ in the secret only look alike.
TEST(Differences, ElementsThatDifferInASecretOnlyAreOneSecretChange) {
    const auto of = [](std::string_view desired, std::string_view actual) {
        return compare(load_or_fail(fmt::format("services: {{web: {{image: a, cap_add: {}}}}}", desired)),
                       load_or_fail(fmt::format("services: {{web: {{image: a, cap_add: {}}}}}", actual)));
    };
    const auto changed = of("[A, 'tcp://u:geheim1@h']", "[A, 'tcp://u:geheim2@h']");
    ASSERT_EQ(changed.size(), 1U);
    EXPECT_EQ(changed[0].path, "services.web.cap_add[tcp://u:***@h]");
    EXPECT_TRUE(changed[0].secret);
    EXPECT_EQ(changed[0].desired, changed[0].actual);
    for (const auto& both : {of("[A, 'tcp://u:one@h', 'tcp://u:two@h']", "[A, 'tcp://u:three@h']"),
                             of("[A, 'tcp://u:three@h']", "[A, 'tcp://u:one@h', 'tcp://u:two@h']"),
                             of("[A, 'tcp://u:geheim1@h', 'tcp://u:geheim2@h']", "[A]"),
                             of("[A]", "[A, 'tcp://u:a1@h', 'tcp://u:b2@h', 'tcp://v:c3@h']")}) {
        ASSERT_GE(both.size(), 2U);
        EXPECT_EQ(both[0].path, "services.web.cap_add[tcp://u:***@h]");
        EXPECT_EQ(both[1].path, "services.web.cap_add[tcp://u:***@h] (2)");
    }
}

TEST(Paths, QuoteWhatIsNotSimpleAndNameElementsBare) {
    EXPECT_EQ(changes("labels: {'a\"b': 1, c: d}", "labels: {c: d}"), Paths{R"(labels["a\"b"])"});
    EXPECT_EQ(changes("labels: ['=1', c=d]", "labels: {c: d}"), Paths{R"(labels[""])"});
    EXPECT_EQ(changes("tmpfs: ['/a[1].x', /b]", "tmpfs: /b"), Paths{"tmpfs[/a[1].x]"});
}

} // namespace
} // namespace mooring::compose
