// What the tests of Kubernetes manifests share.
#pragma once

#include "base/file.hpp"
#include "kubernetes/kubernetes.hpp"
#include "kubernetes/live.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace mooring::kubernetes {

inline const std::filesystem::path cases_folder = std::filesystem::path(MOORING_SOURCE_DIR) / "tests/kubernetes/cases";

inline std::string read_text(const std::filesystem::path& path) {
    auto text = read_file(path, 4U << 20U);
    EXPECT_TRUE(text) << path;
    return text.value_or("");
}

// The names of all case folders, sorted.
inline std::vector<std::string> case_names() {
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(cases_folder)) {
        names.push_back(entry.path().filename());
    }
    std::ranges::sort(names);
    return names;
}

// The file; an empty one, with a failure, if the text does not load.
inline File load_or_fail(std::string_view text) {
    auto file = load(text);
    EXPECT_TRUE(file) << file.error().message << " in line " << file.error().mark.line << " of\n" << text;
    return file ? std::move(*file) : File{};
}

inline Live live_or_fail(std::string_view json) {
    auto live = read_live(json);
    EXPECT_TRUE(live) << live.error() << " in\n" << json;
    return live ? std::move(*live) : Live{};
}

// "Deployment/web:spec.replicas changed"
inline std::string words_of(const Difference& one) {
    return one.object + ":" + one.path + " " + std::string(word(one.what));
}

inline std::vector<std::string> words_of(const std::vector<Difference>& found) {
    std::vector<std::string> words;
    for (const Difference& one : found) words.push_back(words_of(one));
    std::ranges::sort(words);
    return words;
}

using Words = std::vector<std::string>;

// What differs between two manifests of one stack in the namespace `shop`.
inline Words file_words(std::string_view desired, std::string_view actual) {
    return words_of(compare_files(load_or_fail(desired), load_or_fail(actual), "shop"));
}

// The front of a live object that Portainer applied server-side, with what it owns (FieldsV1) and the end left open.
inline std::string live_front(std::string_view api_version, std::string_view kind, std::string_view owned = "{}") {
    return R"({"apiVersion":")" + std::string(api_version) + R"(","kind":")" + std::string(kind) +
           R"(","metadata":{"name":"x","namespace":"shop","managedFields":[{"manager":"portainer","operation":"Apply",)"
           R"("time":"2026-11-01T00:00:00Z","fieldsV1":)" +
           std::string(owned) + "}]},";
}

// The front of a manifest's object `x`, in flow style with the end left open.
inline std::string object_front(std::string_view api_version, std::string_view kind) {
    return "{apiVersion: " + std::string(api_version) + ", kind: " + std::string(kind) + ", metadata: {name: x}, ";
}

// What a redeployment of the object would change: "spec.replicas changed".
inline Words live_words(std::string_view desired, std::string_view live) {
    const File file = load_or_fail(desired);
    if (file.objects.empty()) return {"nothing declared"};
    Words words;
    for (const Difference& one : compare_live(file.objects[0], live_or_fail(live)).differences) {
        words.push_back(one.path + " " + std::string(word(one.what)));
    }
    std::ranges::sort(words);
    return words;
}

// A case folder's name as GoogleTest likes it.
inline std::string test_name(const testing::TestParamInfo<std::string>& info) {
    std::string name = info.param;
    std::ranges::replace_if(name, [](char c) { return std::isalnum(static_cast<unsigned char>(c)) == 0; }, '_');
    return name;
}

} // namespace mooring::kubernetes
