// What the tests of comparing share.
#pragma once

#include "base/file.hpp"
#include "compose/compose.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace mooring::compose {

inline const std::filesystem::path oracle_folder = std::filesystem::path(MOORING_SOURCE_DIR) / "tests/compose";

inline std::string read_text(const std::filesystem::path& path) {
    auto text = read_file(path, 1U << 20U);
    EXPECT_TRUE(text) << path;
    return text.value_or("");
}

// The names of all case folders, sorted.
inline std::vector<std::string> case_names() {
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(oracle_folder / "cases")) {
        names.push_back(entry.path().filename());
    }
    std::ranges::sort(names);
    return names;
}

// The file; an empty stack, with a failure, if the text does not load.
inline File load_or_fail(std::string_view text) {
    auto file = load(text);
    EXPECT_TRUE(file) << file.error().message << " in line " << file.error().mark.line << " of\n" << text;
    return file ? std::move(*file) : std::move(*load("services: {}"));
}

inline std::vector<Difference> differences(std::string_view desired, std::string_view actual) {
    return compare(load_or_fail(desired), load_or_fail(actual));
}

inline std::vector<std::string> paths(const std::vector<Difference>& found) {
    std::vector<std::string> paths;
    paths.reserve(found.size());
    for (const Difference& difference : found) paths.push_back(difference.path);
    return paths;
}

// A stack of one service `web`, whose fields are these (YAML flow style, without the braces).
inline std::string stack_of(std::string_view fields) {
    return "services: {web: {image: 'i:1', " + std::string(fields) + "}}\n";
}

// The paths, below services.web, at which two services of these fields differ.
inline std::vector<std::string> changes(std::string_view desired, std::string_view actual) {
    std::vector<std::string> found = paths(differences(stack_of(desired), stack_of(actual)));
    for (std::string& path : found) {
        constexpr std::string_view prefix = "services.web.";
        if (path.starts_with(prefix)) path.erase(0, prefix.size());
    }
    return found;
}

using Paths = std::vector<std::string>;

// The problem of a service of these fields; an empty one, with a failure, if it loads.
inline yaml::Problem problem_of(std::string_view fields) {
    auto file = load(stack_of(fields));
    EXPECT_FALSE(file) << fields;
    return file ? yaml::Problem{} : file.error();
}

// A case folder's name as GoogleTest likes it.
inline std::string test_name(const testing::TestParamInfo<std::string>& info) {
    std::string name = info.param;
    std::ranges::replace_if(name, [](char c) { return std::isalnum(static_cast<unsigned char>(c)) == 0; }, '_');
    return name;
}

} // namespace mooring::compose
