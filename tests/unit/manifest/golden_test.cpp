// Every folder of tests/golden/manifests is a case: `input/` is loaded, and what comes of it must be `expected.txt`.
// MOORING_UPDATE_GOLDEN=1 writes the answers anew; read them before they are committed.
#include "base/file.hpp"
#include "manifest/decode.hpp"
#include "manifest_text.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

namespace mooring::manifest {
namespace {

namespace fs = std::filesystem;

const fs::path cases_folder = fs::path(MOORING_SOURCE_DIR) / "tests/golden/manifests";

std::vector<std::string> case_names() {
    std::vector<std::string> names;
    for (const auto& entry : fs::directory_iterator(cases_folder)) {
        if (entry.is_directory()) names.push_back(entry.path().filename());
    }
    std::ranges::sort(names);
    return names;
}

class Golden : public testing::TestWithParam<std::string> {
  protected:
    void SetUp() override { fs::current_path(cases_folder / GetParam()); }
    void TearDown() override { fs::current_path(before_); } // all tests may run in one process

    const fs::path before_ = fs::current_path();
};

TEST_P(Golden, GivesTheExpectedDiagnosticsAndStacks) {
    LoadOptions options;
    options.root = "input";
    options.servers = {"main"};
    options.limits.yaml.expanded_nodes = 2'000;
    const std::string actual = as_text(load(options));
    if (std::getenv("MOORING_UPDATE_GOLDEN") != nullptr) {
        ASSERT_TRUE(write_file_atomically("expected.txt", actual));
    }
    EXPECT_EQ(actual, read_file("expected.txt", 1U << 20U).value_or("no expected.txt"));
}

INSTANTIATE_TEST_SUITE_P(Manifests, Golden, testing::ValuesIn(case_names()), [](const auto& about) {
    std::string name = about.param;
    std::ranges::replace(name, '-', '_');
    return name;
});

} // namespace
} // namespace mooring::manifest
