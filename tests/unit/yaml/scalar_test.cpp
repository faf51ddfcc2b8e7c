// The table of plain and tagged scalars: every row was asked of Docker's own loader.
#include "yaml/node.hpp"

#include <algorithm>
#include <cctype>
#include <fmt/format.h>
#include <gtest/gtest.h>

namespace mooring::yaml {
namespace {

struct Row {
    std::string source; // as it stands after "a: "
    Type type;
    std::string text;
};

// "012_0x1F": the row's number, and what of its source a test's name can bear.
std::string name_of(std::size_t index, std::string source) {
    std::ranges::replace_if(source, [](unsigned char c) { return std::isalnum(c) == 0; }, '_');
    return fmt::format("{:03}_{}", index, source);
}

class Scalars : public testing::TestWithParam<Row> {};

TEST_P(Scalars, ResolveAsTheLoaderDoes) {
    const auto documents = parse("a: " + GetParam().source + "\n");
    ASSERT_TRUE(documents) << documents.error().message;
    const auto scalar = resolve(*documents->front().find("a"));
    ASSERT_TRUE(scalar) << scalar.error().message;
    EXPECT_EQ(scalar->type, GetParam().type) << GetParam().source;
    EXPECT_EQ(scalar->text, GetParam().text) << GetParam().source;
    EXPECT_EQ(is_text(*documents->front().find("a")), GetParam().type == Type::text);
}

const Row rows[] = {
    {R"(1.10)", Type::floating, R"(1.1)"},
    {R"(2.0)", Type::floating, R"(2)"},
    {R"(1e3)", Type::floating, R"(1000)"},
    {R"(1e5)", Type::floating, R"(100000)"},
    {R"(1000000.0)", Type::floating, R"(1e+06)"},
    {R"(999999.0)", Type::floating, R"(999999)"},
    {R"(1234567.5)", Type::floating, R"(1.2345675e+06)"},
    {R"(123456789012)", Type::integer, R"(123456789012)"},
    {R"(12345678.25)", Type::floating, R"(1.234567825e+07)"},
    {R"(1e21)", Type::floating, R"(1e+21)"},
    {R"(1e20)", Type::floating, R"(1e+20)"},
    {R"(1e6)", Type::floating, R"(1e+06)"},
    {R"(1e22)", Type::floating, R"(1e+22)"},
    {R"(100000000000000000000)", Type::floating, R"(1e+20)"},
    {R"(18446744073709551615)", Type::integer, R"(18446744073709551615)"},
    {R"(9223372036854775808)", Type::integer, R"(9223372036854775808)"},
    {R"(-9223372036854775808)", Type::integer, R"(-9223372036854775808)"},
    {R"(-9223372036854775809)", Type::floating, R"(-9.223372036854776e+18)"},
    {R"(+18446744073709551615)", Type::floating, R"(1.8446744073709552e+19)"},
    {R"(0.00001)", Type::floating, R"(1e-05)"},
    {R"(0.0001)", Type::floating, R"(0.0001)"},
    {R"(0.00012)", Type::floating, R"(0.00012)"},
    {R"(-0)", Type::integer, R"(0)"},
    {R"(-0.0)", Type::floating, R"(-0)"},
    {R"(+0)", Type::integer, R"(0)"},
    {R"(0x)", Type::text, R"(0x)"},
    {R"(0x_1F)", Type::integer, R"(31)"},
    {R"(0X1f)", Type::integer, R"(31)"},
    {R"(0B11)", Type::integer, R"(3)"},
    {R"(0O17)", Type::integer, R"(15)"},
    {R"(0o18)", Type::text, R"(0o18)"},
    {R"(08)", Type::floating, R"(8)"},
    {R"(09.5)", Type::floating, R"(9.5)"},
    {R"(0_8)", Type::floating, R"(8)"},
    {R"(1_)", Type::integer, R"(1)"},
    {R"(1__0)", Type::integer, R"(10)"},
    {R"(+1_0)", Type::integer, R"(10)"},
    {R"(-0x1F)", Type::integer, R"(-31)"},
    {R"(-0b11)", Type::integer, R"(-3)"},
    {R"(-0o17)", Type::integer, R"(-15)"},
    {R"(+0b11)", Type::integer, R"(3)"},
    {R"(+0o17)", Type::integer, R"(15)"},
    {R"(0b2)", Type::text, R"(0b2)"},
    {R"(1e400)", Type::text, R"(1e400)"},
    {R"(-1e400)", Type::text, R"(-1e400)"},
    {R"(1e-400)", Type::floating, R"(0)"},
    {R"(.5)", Type::floating, R"(0.5)"},
    {R"(.5_0)", Type::floating, R"(0.5)"},
    {R"(+.5)", Type::floating, R"(0.5)"},
    {R"(-.5)", Type::floating, R"(-0.5)"},
    {R"(5.)", Type::floating, R"(5)"},
    {R"(+.inf)", Type::floating, R"(+Inf)"},
    {R"(-.INF)", Type::floating, R"(-Inf)"},
    {R"(.nan)", Type::floating, R"(NaN)"},
    {R"(.e5)", Type::text, R"(.e5)"},
    {R"(+)", Type::text, R"(+)"},
    {R"(--1)", Type::text, R"(--1)"},
    {R"(1e)", Type::text, R"(1e)"},
    {R"(1e+)", Type::text, R"(1e+)"},
    {R"(2024-1-2)", Type::timestamp, R"(2024-01-02 00:00:00 +0000 UTC)"},
    {R"(2024-01-32)", Type::text, R"(2024-01-32)"},
    {R"(2024-02-30)", Type::text, R"(2024-02-30)"},
    {R"(2023-02-29)", Type::text, R"(2023-02-29)"},
    {R"(2024-02-29)", Type::timestamp, R"(2024-02-29 00:00:00 +0000 UTC)"},
    {R"(2024-01-31T10:00:00Z)", Type::timestamp, R"(2024-01-31 10:00:00 +0000 UTC)"},
    {R"(2024-01-31t1:2:3.5+02:00)", Type::timestamp, R"(2024-01-31 01:02:03.5 +0200 +0200)"},
    {R"(2024-01-31T10:00:00+00:00)", Type::timestamp, R"(2024-01-31 10:00:00 +0000 UTC)"},
    {R"(2024-01-31 10:00:00)", Type::timestamp, R"(2024-01-31 10:00:00 +0000 UTC)"},
    {R"(2024-01-31   10:00:00.25)", Type::timestamp, R"(2024-01-31 10:00:00.25 +0000 UTC)"},
    {R"(2024-01-31 10:00:00Z)", Type::text, R"(2024-01-31 10:00:00Z)"},
    {R"(2024-01-31T10:00:00)", Type::text, R"(2024-01-31T10:00:00)"},
    {R"(2024-01-31 10:00)", Type::text, R"(2024-01-31 10:00)"},
    {R"(2024-01-31 24:00:00)", Type::text, R"(2024-01-31 24:00:00)"},
    {R"(2024-01-31 10:00:60)", Type::text, R"(2024-01-31 10:00:60)"},
    {R"(2024-1-31T10:00:00-05:30)", Type::timestamp, R"(2024-01-31 10:00:00 -0530 -0530)"},
    {R"(2024-01-31T10:00:00.123456789123Z)", Type::timestamp, R"(2024-01-31 10:00:00.123456789 +0000 UTC)"},
    {R"(2024-01-31 10:00:00,5)", Type::timestamp, R"(2024-01-31 10:00:00.5 +0000 UTC)"},
    {R"(0000-01-01)", Type::timestamp, R"(0000-01-01 00:00:00 +0000 UTC)"},
    {R"(2024-13-01)", Type::text, R"(2024-13-01)"},
    {R"(2024-00-01)", Type::text, R"(2024-00-01)"},
    {R"(2024-01-00)", Type::text, R"(2024-01-00)"},
    {R"(12:30:45)", Type::text, R"(12:30:45)"},
    {R"(1:20)", Type::text, R"(1:20)"},
    {R"(190:20:30)", Type::text, R"(190:20:30)"},
    {R"(0o)", Type::text, R"(0o)"},
    {R"(0b)", Type::text, R"(0b)"},
    {R"(1.2.3)", Type::text, R"(1.2.3)"},
    {R"(1,000)", Type::text, R"(1,000)"},
    {R"(yes)", Type::text, R"(yes)"},
    {R"(Yes)", Type::text, R"(Yes)"},
    {R"(on)", Type::text, R"(on)"},
    {R"(y)", Type::text, R"(y)"},
    {R"(N)", Type::text, R"(N)"},
    {R"(tRUE)", Type::text, R"(tRUE)"},
    {R"(True)", Type::boolean, R"(true)"},
    {R"(NULL)", Type::null, R"()"},
    {R"(nUll)", Type::text, R"(nUll)"},
    {R"(~x)", Type::text, R"(~x)"},
    {R"(1e5.5)", Type::text, R"(1e5.5)"},
    {R"(0x1.8p1)", Type::text, R"(0x1.8p1)"},
    {R"(1p4)", Type::text, R"(1p4)"},
    {R"(Infinity)", Type::text, R"(Infinity)"},
    {R"(inf)", Type::text, R"(inf)"},
    {R"(NaN)", Type::text, R"(NaN)"},
    {R"(nan)", Type::text, R"(nan)"},
    {R"(0777)", Type::integer, R"(511)"},
    {R"(0789)", Type::floating, R"(789)"},
    {R"(00)", Type::integer, R"(0)"},
    {R"(007)", Type::integer, R"(7)"},
    {R"(0x1G)", Type::text, R"(0x1G)"},
    {R"(1d)", Type::text, R"(1d)"},
    {R"(1f)", Type::text, R"(1f)"},
    {R"(12e03)", Type::floating, R"(12000)"},
    {R"(1E5)", Type::floating, R"(100000)"},
    {R"(1.e5)", Type::floating, R"(100000)"},
    {R"(123e-2)", Type::floating, R"(1.23)"},
    {R"(0e0)", Type::floating, R"(0)"},
    {R"(-1e-7)", Type::floating, R"(-1e-07)"},
    {R"(1e15)", Type::floating, R"(1e+15)"},
    {R"(123456789)", Type::integer, R"(123456789)"},
    {R"(1.0e+2)", Type::floating, R"(100)"},
    {R"(!!int 5)", Type::integer, R"(5)"},
    {R"(!!int '5')", Type::integer, R"(5)"},
    {R"(!!float 1)", Type::floating, R"(1)"},
    {R"(!!float '1')", Type::floating, R"(1)"},
    {R"(!!bool 'true')", Type::boolean, R"(true)"},
    {R"(!!bool true)", Type::boolean, R"(true)"},
    {R"(!!str 5)", Type::text, R"(5)"},
    {R"(!!null '')", Type::null, R"()"},
    {R"(!!timestamp '2024-01-31')", Type::timestamp, R"(2024-01-31 00:00:00 +0000 UTC)"},
    {R"(!!timestamp 2024-01-31)", Type::timestamp, R"(2024-01-31 00:00:00 +0000 UTC)"},
    {R"(!local 5)", Type::text, R"(5)"},
    {R"(!local '5')", Type::text, R"(5)"},
    {R"(!local true)", Type::text, R"(true)"},
    {R"(!local abc)", Type::text, R"(abc)"},
    {R"(!local null)", Type::text, R"(null)"},
    {R"(!!foo 5)", Type::text, R"(5)"},
    {R"(!!foo abc)", Type::text, R"(abc)"},
    {R"(! 5)", Type::integer, R"(5)"},
    {R"(! '5')", Type::text, R"(5)"},
    {R"(!!binary aGVsbG8=)", Type::text, R"(hello)"},
    {R"(!!int 0x1F)", Type::integer, R"(31)"},
    {R"(!local 2024-01-31)", Type::text, R"(2024-01-31)"},
    {R"(!!float 1000000)", Type::floating, R"(1e+06)"},
    {R"(!!merge x)", Type::text, R"(x)"},
    {R"(!!omap x)", Type::text, R"(x)"},
    {R"(2024-01-31T10:00:00+24:00)", Type::timestamp, R"(2024-01-31 10:00:00 +2400 +2400)"},
    {R"(2024-01-31T10:00:00+12:60)", Type::timestamp, R"(2024-01-31 10:00:00 +1300 +1300)"},
    {R"(2024-01-31T10:00:00-00:00)", Type::timestamp, R"(2024-01-31 10:00:00 +0000 UTC)"},
    {R"(2024-01-31T10:00:00+25:00)", Type::text, R"(2024-01-31T10:00:00+25:00)"},
};

INSTANTIATE_TEST_SUITE_P(Table, Scalars, testing::ValuesIn(rows),
                         [](const auto& row) { return name_of(row.index, row.param.source); });

class WronglyTagged : public testing::TestWithParam<std::string> {};

TEST_P(WronglyTagged, ScalarsAreAProblem) {
    const auto documents = parse("a: " + GetParam() + "\n");
    ASSERT_TRUE(documents) << documents.error().message;
    const auto scalar = resolve(*documents->front().find("a"));
    ASSERT_FALSE(scalar) << scalar->text;
    EXPECT_EQ(scalar.error().code, "tag");
    EXPECT_EQ(scalar.error().mark.line, 1U);
    EXPECT_EQ(scalar.error().mark.column, 4U);
}

INSTANTIATE_TEST_SUITE_P(Table, WronglyTagged,
                         testing::Values("!!bool yes", "!!null x", "!!binary 'aGVs bG8='", "!!binary aGVsbG8",
                                         "!!float 2024-01-31", "!!float abc", "!!int 1.5", "!!timestamp 5"),
                         [](const auto& text) { return name_of(text.index, text.param); });

TEST(Scalar, KeepsTypedValues) {
    const auto documents = parse("[-0x1F, 18446744073709551615, 2.5, TRUE, .inf]");
    ASSERT_TRUE(documents);
    const auto& items = documents->front().items;
    EXPECT_EQ(resolve(items[0])->integer, -31);
    EXPECT_TRUE(resolve(items[1])->is_unsigned);
    EXPECT_DOUBLE_EQ(resolve(items[2])->floating, 2.5);
    EXPECT_TRUE(resolve(items[3])->boolean);
    EXPECT_GT(resolve(items[4])->floating, 1e308);
}

TEST(Scalar, OfAListOrMappingIsAProblem) {
    const auto documents = parse("[[], {}]");
    ASSERT_TRUE(documents);
    EXPECT_EQ(resolve(documents->front().items[0]).error().code, "type");
    EXPECT_EQ(resolve(documents->front().items[1]).error().code, "type");
}

TEST(Scalar, BlockAndQuotedScalarsAreTexts) {
    const auto documents = parse("a: |-\n  12\nb: '12'\nc: !!str\n  12\nd: &x \"12\"\ne: *x\n");
    ASSERT_TRUE(documents);
    for (const auto& [key, value] : documents->front().entries) {
        EXPECT_EQ(resolve(value)->type, Type::text) << key.text;
        EXPECT_EQ(resolve(value)->text, "12") << key.text;
    }
}

} // namespace
} // namespace mooring::yaml
