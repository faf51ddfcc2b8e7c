#include "report/formats.hpp"

#include "golden.hpp"
#include "samples.hpp"

namespace mooring::report {
namespace {

TEST(CsvReport, IsStable) { expect_golden("full.csv", to_csv(full_report())); }

TEST(CsvReport, QuotesAsRfc4180Asks) {
    EXPECT_EQ(csv_cell("plain"), "plain");
    EXPECT_EQ(csv_cell("a,b"), "\"a,b\"");
    EXPECT_EQ(csv_cell("say \"x\""), "\"say \"\"x\"\"\"");
    EXPECT_EQ(csv_cell(""), "");
}

TEST(CsvReport, NoCellIsAFormula) {
    for (const std::string_view text : {"=1+1", "+1", "-1", "@SUM(A1)", "  =1", "\t=1",
                                        "\xEF\xBC\x9D"
                                        "1"})
        EXPECT_NE(csv_cell(text).find_first_of('\''), std::string::npos) << text;
    EXPECT_EQ(csv_cell("=cmd|' /C calc'!A0"), "'=cmd|' /C calc'!A0");
    EXPECT_EQ(csv_cell("=HYPERLINK(\"x\",1)"), "\"'=HYPERLINK(\"\"x\"\",1)\"");
    EXPECT_EQ(csv_cell("a=b"), "a=b");
}

TEST(CsvReport, ColumnsAreAContract) {
    const std::string text = to_csv(empty_report());
    EXPECT_EQ(
        text.substr(0, text.find("\r\n")),
        "row,run,finished_at,exit_code,server,environment_id,environment,stack,stack_id,type,verdict,waived,cause,"
        "proof,exists,plane,path,desired,actual,secret,waiver,file,line,message,remedy,owner");
}

TEST(CsvReport, SaysTheExitCodeOfARunWithoutStacks) {
    EXPECT_NE(to_csv(empty_report()).find("\r\nrun,c0ffee00,2026-11-18T11:06:42Z,0,"), std::string::npos);
}

} // namespace
} // namespace mooring::report
