#include "report/text.hpp"

#include "golden.hpp"
#include "report/layout.hpp"
#include "samples.hpp"

namespace mooring::report {
namespace {

std::vector<std::string_view> lines_of(std::string_view text) {
    std::vector<std::string_view> lines;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size() - 1);
        lines.push_back(text.substr(0, end));
        text.remove_prefix(end + 1);
    }
    return lines;
}

TextOptions terminal(std::size_t width, bool colour = false) {
    TextOptions options;
    options.width = width;
    options.colour = colour;
    return options;
}

TEST(TextReport, PrintsTheSampleShop) { expect_golden("shop.txt", to_text(shop_report(), {})); }

TEST(TextReport, PrintsEveryVerdict) { expect_golden("full.txt", to_text(full_report(), {})); }

TEST(TextReport, FitsANarrowTerminal) { expect_golden("full-72.txt", to_text(full_report(), terminal(72))); }

TEST(TextReport, PaintsVerdictsOnATerminal) {
    expect_golden("shop-colour.txt", to_text(shop_report(), terminal(120, true)));
}

TEST(TextReport, IsNeverWiderThanTheTerminal) {
    for (const std::size_t width : {40U, 60U, 80U, 100U, 120U, 200U}) {
        for (const Report& report : {shop_report(), full_report(), empty_report()}) {
            const std::string text = to_text(report, terminal(width));
            for (const std::string_view line : lines_of(text)) EXPECT_LE(display_width(line), width) << line;
        }
    }
}

TEST(TextReport, ShowsSecretsOnlyWhenToldTo) {
    const std::string masked = to_text(full_report(), {});
    EXPECT_EQ(masked.find(secret_desired), std::string::npos);
    EXPECT_EQ(masked.find(secret_actual), std::string::npos);
    EXPECT_NE(masked.find("env.DB_PASSWORD             differs (secret)"), std::string::npos);
    TextOptions options;
    options.show_values = true;
    const std::string clear = to_text(full_report(), options);
    EXPECT_NE(clear.find("hunter2-desired  ->  hunter2-actual"), std::string::npos);
}

TEST(TextReport, LetsNoControlCharacterThrough) {
    for (const char c : to_text(full_report(), {})) {
        EXPECT_TRUE(c == '\n' || static_cast<unsigned char>(c) >= 0x20) << static_cast<int>(c);
    }
}

TEST(TextReport, QuietLeavesOutOnlyWhatIsInSync) {
    TextOptions options;
    options.quiet = true;
    const std::string text = to_text(full_report(), options);
    EXPECT_EQ(text.find("web1/production"), std::string::npos);
    EXPECT_EQ(text.find("in sync (waived)"), std::string::npos);
    EXPECT_NE(text.find("in sync 13 (1 waived, 1 runtime not asked)"), std::string::npos);
    EXPECT_NE(text.find("SUSPENDED"), std::string::npos);
}

TEST(TextReport, SaysThatNothingIsDeclared) {
    const std::string text = to_text(empty_report(), {});
    EXPECT_NE(text.find("in sync 0      coverage –   score –"), std::string::npos);
    EXPECT_NE(text.find("exit 0: nothing is declared"), std::string::npos);
}

TEST(TextReport, NeverCallsRuntimeReadWhenNothingWas) {
    Report report = empty_report();
    StackResult stack;
    stack.verdict = Verdict::unreachable;
    report.stacks.push_back(stack);
    EXPECT_NE(to_text(report, {}).find("runtime not read"), std::string::npos);
}

} // namespace
} // namespace mooring::report
