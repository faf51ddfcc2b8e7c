// Manifests of the cases written anew, which always mean the same, and with one value changed, which is always found.
#include "unit/kubernetes/kubernetes_support.hpp"
#include "unit/kubernetes/respell.hpp"

#include <cstdlib>
#include <iostream>

namespace mooring::kubernetes {
namespace {

std::size_t rounds() {
    const char* asked = std::getenv("MOORING_KUBERNETES_ROUNDS");
    return asked == nullptr ? 40 : static_cast<std::size_t>(std::strtoull(asked, nullptr, 10));
}

std::vector<std::vector<Value>> manifests() {
    std::vector<std::vector<Value>> out;
    for (const std::string& name : case_names()) {
        auto objects = read_objects(read_text(cases_folder / name / "desired.yaml"));
        if (!objects.empty()) out.push_back(std::move(objects));
    }
    return out;
}

TEST(KubernetesGenerated, EveryRespellingMeansTheSame) {
    Random random(20261129);
    std::size_t count = 0;
    for (const auto& objects : manifests()) {
        for (std::size_t i = 0; i < rounds(); ++i, ++count) {
            const std::string one = respell(objects, random);
            const std::string other = respell(objects, random);
            ASSERT_EQ(file_words(one, other), Words()) << one << "\nagainst\n" << other;
        }
    }
    std::cout << count << " pairs of spellings\n";
}

// One difference, at the changed leaf or at what is compared as a whole above it.
TEST(KubernetesGenerated, EveryChangedValueIsFoundAndNothingElse) {
    Random random(20261130);
    std::size_t count = 0;
    for (const auto& objects : manifests()) {
        for (std::size_t i = 0; i < rounds(); ++i) {
            auto changed = objects;
            const Mutation mutation = mutate(changed, random);
            if (mutation.object.empty()) continue;
            ++count;
            const std::string one = respell(objects, random);
            const std::string other = respell(changed, random);
            const auto found = compare_files(load_or_fail(one), load_or_fail(other), "shop");
            const std::string text = testing::PrintToString(words_of(found)) + " for " + mutation.object + " " +
                                     testing::PrintToString(mutation.keys) + "\n" + one + "\nagainst\n" + other;
            ASSERT_FALSE(found.empty()) << text;
            ASSERT_LE(found.size(), 2U) << text; // an element's key: one is gone, another is there
            for (const Difference& one_found : found) {
                EXPECT_EQ(one_found.object, mutation.object) << text;
                EXPECT_TRUE(one_found.path.starts_with(mutation.keys[0])) << text;
                EXPECT_TRUE(found.size() == 1 || one_found.what != What::changed) << text;
            }
        }
    }
    std::cout << count << " changed values\n";
}

} // namespace
} // namespace mooring::kubernetes
