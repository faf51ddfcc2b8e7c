// Golden files: what an output must be, byte for byte.
#pragma once

#include "base/file.hpp"

#include <cstdlib>
#include <gtest/gtest.h>
#include <string>

namespace mooring {

// Compares with tests/unit/report/golden/NAME. With MOORING_UPDATE_GOLDEN set the file is written instead, and the
// test fails, so that an update is never taken for a pass.
inline void expect_golden(const std::string& name, const std::string& text) {
    const std::string path = std::string(MOORING_SOURCE_DIR) + "/tests/unit/report/golden/" + name;
    if (std::getenv("MOORING_UPDATE_GOLDEN") != nullptr) {
        ASSERT_TRUE(write_file_atomically(path, text));
        FAIL() << path << " was written: read it, then run again";
    }
    const Result<std::string> expected = read_file(path, 1U << 20U);
    ASSERT_TRUE(expected) << expected.error().message;
    EXPECT_EQ(*expected, text);
}

} // namespace mooring
