#include "serve/metrics.hpp"

#include <gtest/gtest.h>
#include <limits>

namespace mooring::serve {
namespace {

TEST(Exposition, SaysHelpAndTypeOnceBeforeTheSeriesOfAName) {
    Exposition out;
    out.add("up", "Whether", {{"server", "a"}}, 1);
    out.add("up", "Whether", {{"server", "b"}}, 0);
    out.add("seen_total", "How often", {}, 3, MetricType::counter);
    EXPECT_EQ(out.take(), "# HELP up Whether\n# TYPE up gauge\nup{server=\"a\"} 1\nup{server=\"b\"} 0\n"
                          "# HELP seen_total How often\n# TYPE seen_total counter\nseen_total 3\n");
}

TEST(Exposition, EscapesWhatOthersNamed) {
    Exposition out;
    out.add("x", "a\\b\nc\"d", {{"l", "q\"b\\e\nz,}"}}, 1);
    EXPECT_EQ(out.take(), "# HELP x a\\\\b\\nc\"d\n# TYPE x gauge\nx{l=\"q\\\"b\\\\e\\nz,}\"} 1\n");
}

TEST(Exposition, WritesNumbersThatAreReadAsTheSame) {
    const std::pair<double, std::string> table[]{{0, "0"},
                                                 {1795000000, "1795000000"},
                                                 {0.1, "0.1"},
                                                 {1.0 / 3, "0.3333333333333333"},
                                                 {-2.5, "-2.5"},
                                                 {std::numeric_limits<double>::infinity(), "+Inf"},
                                                 {-std::numeric_limits<double>::infinity(), "-Inf"},
                                                 {std::numeric_limits<double>::quiet_NaN(), "NaN"}};
    for (const auto& [value, text] : table) {
        Exposition out;
        out.add("x", "h", {}, value);
        EXPECT_EQ(out.take(), "# HELP x h\n# TYPE x gauge\nx " + text + "\n");
    }
}

TEST(Exposition, CountsInABucketWhatIsAtMostItsBoundAndAddsUp) {
    HistogramFamily family("t_seconds", "Times", {0.5, 1});
    for (const double value : {0.25, 0.5, 0.75, 1.0, 9.5}) family.observe({{"server", "a"}}, value);
    Exposition out;
    family.write(out);
    EXPECT_EQ(out.take(), "# HELP t_seconds Times\n# TYPE t_seconds histogram\n"
                          "t_seconds_bucket{server=\"a\",le=\"0.5\"} 2\nt_seconds_bucket{server=\"a\",le=\"1\"} 4\n"
                          "t_seconds_bucket{server=\"a\",le=\"+Inf\"} 5\nt_seconds_sum{server=\"a\"} 12\n"
                          "t_seconds_count{server=\"a\"} 5\n");
}

TEST(Exposition, KeepsSeriesApartByTheirLabelsAndSaysNothingWithoutAny) {
    CounterFamily family("n_total", "Count");
    Exposition none;
    family.write(none);
    EXPECT_EQ(none.take(), "");
    family.increment({{"a", "x"}});
    family.increment({{"a", "y"}});
    family.increment({{"a", "x"}});
    Exposition out;
    family.write(out);
    EXPECT_EQ(out.take(), "# HELP n_total Count\n# TYPE n_total counter\nn_total{a=\"x\"} 2\nn_total{a=\"y\"} 1\n");
}

TEST(Exposition, LabelsOfWhatIsCountedStandByNameHoweverTheyWereGiven) {
    CounterFamily family("n_total", "Count");
    family.increment({{"server", "main"}, {"call", "stacks"}});
    family.increment({{"call", "stacks"}, {"server", "main"}});
    Exposition out;
    family.write(out);
    EXPECT_NE(out.take().find("n_total{call=\"stacks\",server=\"main\"} 2\n"), std::string::npos);
}

} // namespace
} // namespace mooring::serve
