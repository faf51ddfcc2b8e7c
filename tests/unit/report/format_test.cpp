// What holds for every form of a report.
#include "report/formats.hpp"

#include "base/text.hpp"
#include "random_report.hpp"
#include "samples.hpp"

#include <algorithm>
#include <gtest/gtest.h>

namespace mooring::report {
namespace {

constexpr std::uint32_t seeds = 80;

std::vector<Format> all_formats() {
    std::vector<Format> out;
    for (const std::string& word : format_words()) out.push_back(*parse_format(word));
    return out;
}

TEST(Formats, EachHasAWordASuffixAndARenderer) {
    EXPECT_EQ(format_words(),
              (std::vector<std::string>{"text", "json", "junit", "sarif", "markdown", "github", "gitlab", "csv"}));
    for (const Format format : all_formats()) {
        EXPECT_EQ(parse_format(to_string(format)), format);
        EXPECT_TRUE(file_suffix(format).starts_with('.')) << to_string(format);
        EXPECT_TRUE(render(shop_report(), format, {}).ends_with('\n')) << to_string(format);
    }
    EXPECT_EQ(parse_format("yaml"), std::nullopt);
}

// The runs of a ledger have counts, but no stacks of which it could be told.
TEST(Formats, AHeadlineWithoutStacksSaysNothingOfRuntime) {
    Report report = shop_report();
    EXPECT_NE(headline(report).find(", runtime read"), std::string::npos) << headline(report);
    report.stacks.clear();
    EXPECT_EQ(headline(report).find("runtime"), std::string::npos) << headline(report);
    EXPECT_NE(headline(report).find("in sync 11"), std::string::npos) << "the counts stay";
}

TEST(Formats, NoneHoldsASecret) {
    for (std::uint32_t seed = 0; seed < seeds; ++seed) {
        const RandomReport made = random_report(seed);
        for (const Format format : all_formats()) {
            const std::string text = render(made.report, format, {});
            for (const std::string& secret : made.secrets)
                ASSERT_EQ(text.find(secret), std::string::npos) << to_string(format) << ", seed " << seed;
        }
    }
}

TEST(Formats, NoneDependsOnASecretsValue) {
    for (std::uint32_t seed = 0; seed < seeds; ++seed) {
        const RandomReport one = random_report(seed, 'a');
        const RandomReport other = random_report(seed, 'b');
        for (const Format format : all_formats())
            ASSERT_EQ(render(one.report, format, {}), render(other.report, format, {})) << to_string(format) << seed;
    }
}

TEST(Formats, OnlyTextOnATerminalShowsValuesWhenAsked) {
    TextOptions options;
    options.show_values = true;
    for (const Format format : all_formats()) {
        const std::string text = render(shop_report(), format, options);
        EXPECT_EQ(text.find(secret_desired) != std::string::npos, format == Format::text) << to_string(format);
    }
}

TEST(Formats, NoneHasAControlCharacterOrInvalidUtf8) {
    for (std::uint32_t seed = 0; seed < seeds; ++seed) {
        const RandomReport made = random_report(seed);
        for (const Format format : all_formats()) {
            const std::string text = render(made.report, format, {});
            const auto harmful = std::ranges::find_if(text, [format](char c) {
                const bool ends_line = c == '\n' || (c == '\r' && format == Format::csv);
                return (static_cast<unsigned char>(c) < 0x20 && !ends_line) || c == 0x7F;
            });
            ASSERT_EQ(harmful, text.end()) << to_string(format) << ", seed " << seed;
            ASSERT_TRUE(is_utf8(text)) << to_string(format) << ", seed " << seed;
        }
    }
}

} // namespace
} // namespace mooring::report
