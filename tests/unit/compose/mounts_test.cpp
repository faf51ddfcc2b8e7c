#include "unit/compose/compose_support.hpp"

namespace mooring::compose {
namespace {

std::string mounts(std::string_view list) { return "volumes: [" + std::string(list) + "]"; }

TEST(Mounts, ShortAndLongSyntaxAreTheSame) {
    const std::vector<std::pair<const char*, const char*>> rows{
        {"data:/b", "{type: volume, source: data, target: /b}"},
        {"/b", "{type: volume, target: /b, volume: {}}"},
        {"'./a:/b:ro,z'",
         "{type: bind, source: ./a, target: /b, read_only: yes, bind: {selinux: z, create_host_path: true}}"},
        {"~/a:/b", "{type: bind, source: ~/a, target: /b, bind: {create_host_path: true}}"},
        {"'\\\\\\\\pipe:/b'", "'\\\\\\\\pipe:/b:rw'"},
        {"'C:\\a:/b'", "{type: bind, source: 'C:\\a', target: /b, bind: {create_host_path: true}}"},
        {"'v:/data'", "{type: volume, target: 'v:/data'}"},
        {"'data:/b:nocopy,cached'", "{type: volume, source: data, target: /b, volume: {nocopy: true}}"},
        {"'data:/b:ro,rw'", "data:/b"},
        {"data:/a/../b/", "data:/b"},
        {"data:/b, other:/b/", "other:/b"},
        {"'data:/b:z'", "{type: volume, source: data, target: /b, bind: {selinux: z}}"},
        {"'./${D}:/b'", "{type: bind, source: './${D}/', target: /b, bind: {create_host_path: true}}"},
        {"./a:/b", "./x/../a/:/b"},
        {"./a:/b", "{type: bind, source: a, target: /b, bind: {create_host_path: true}}"},
        {"~/a/:/b", "{type: bind, source: '~a', target: /b, bind: {create_host_path: true}}"},
        {".:/b", "{type: bind, source: x/.., target: /b, bind: {create_host_path: true}}"},
        {"{type: image, source: a, target: /b, image: {subpath: ''}}", "{type: image, source: a, target: /b/}"},
        {"'$D:/b'", "'${D}:/b'"},
        {"'data:/b//${D:-x//y}/'", "'data:/b/${D:-x//y}'"},
    };
    for (const auto& [one, other] : rows) EXPECT_EQ(changes(mounts(one), mounts(other)), Paths{}) << one;
}

TEST(Mounts, DifferBelowTheirTarget) {
    const auto from = [](std::string_view one, std::string_view other) { return changes(mounts(one), mounts(other)); };
    EXPECT_EQ(from("data:/b", "data:/b:ro"), Paths{"volumes[/b].read_only"});
    EXPECT_EQ(from("data:/b", "./data:/b"), (Paths{"volumes[/b].bind", "volumes[/b].source", "volumes[/b].type"}));
    EXPECT_EQ(from("/a:/b", "/a/:/b"), Paths{"volumes[/b].source"}) << "sources are compared as written";
    EXPECT_EQ(from("'data:/b:${MODE:-ro}'", "'data:/b:${MODE:-rw}'"), Paths{"volumes[/b].read_only"})
        << "unknown, but changed";
    EXPECT_EQ(from("'${D:-./x}:/b'", "{type: volume, source: '${D:-./x}', target: /b}"), Paths{"volumes[/b].type"})
        << "a path or a name, who knows";
    EXPECT_EQ(from("'./${D}:/b'", "'${D}:/b'"), (Paths{"volumes[/b].bind", "volumes[/b].source", "volumes[/b].type"}));
    EXPECT_EQ(from("{type: volume, source: a/, target: /b}", "{type: volume, source: a, target: /b}"),
              Paths{"volumes[/b].source"})
        << "a name is not a path";
    EXPECT_EQ(from("data:/b, /c", "data:/b"), Paths{"volumes[/c]"});
    EXPECT_EQ(from("'data:/${D}/../b'", "data:/b"), (Paths{"volumes[/${D}/../b]", "volumes[/b]"}))
        << "what a reference stands for is not known";
}

TEST(Mounts, ThatCannotBeAreRefused) {
    for (const char* mount :
         {"''", "'data::/b'", "'aa:'", "':/b'", "'data:/b:ro:x'", "5", "~", "{source: a, target: /b}", "{type: volume}",
          "{type: bind, target: /b, bind: {selinux: y}}", "{type: volume, target: /b, readonly: true}"}) {
        EXPECT_EQ(problem_of(mounts(mount)).mark.line, 1U) << mount;
    }
}

TEST(FileMounts, HaveDefaultTargets) {
    EXPECT_EQ(changes("configs: [app]", "configs: [{source: app, target: /app}]"), Paths{});
    EXPECT_EQ(changes("secrets: [pw]", "secrets: [{source: pw, target: pw}]"), Paths{});
    EXPECT_EQ(changes("secrets: [pw]", "secrets: [{source: pw, target: /run/secrets/pw, mode: 0o444}]"),
              Paths{"secrets[/run/secrets/pw].mode"});
    EXPECT_EQ(changes("configs: [{source: a, target: x}]", "configs: [{source: a, target: /x}]"), Paths{});
    EXPECT_EQ(changes("configs: [{source: a, target: '${T}'}]", "configs: [{source: a, target: '/${T}'}]"),
              (Paths{"configs[${T}]", "configs[/${T}]"}))
        << "it may be absolute";
    EXPECT_EQ(changes("configs: [{source: a, mode: 0444}]", "configs: [{source: a, mode: 292}]"), Paths{});
    EXPECT_EQ(changes("configs: [{source: a, mode: '0444'}]", "configs: [{source: a, mode: 292}]"), Paths{});
    EXPECT_EQ(changes("configs: [{source: a, mode: '0444'}]", "configs: [{source: a, mode: 444}]"),
              Paths{"configs[/a].mode"});
    EXPECT_EQ(problem_of("configs: [{source: a, mode: '0o444'}]").code, "wrong-value");
    EXPECT_EQ(problem_of("configs: [{source: a, mode: '888'}]").code, "wrong-value");
    EXPECT_EQ(changes("build: {secrets: [a]}", "build: {secrets: [{source: a, target: a}]}"), Paths{});
}

} // namespace
} // namespace mooring::compose
