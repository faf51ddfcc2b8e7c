#include "manifest/decode.hpp"

#include <gtest/gtest.h>

namespace mooring::manifest {
namespace {

DocumentKind kind_of(std::string_view text) { return classify(yaml::parse(text)->front()); }

TEST(Documents, OursIsWhatNamesOurApi) {
    EXPECT_EQ(kind_of("apiVersion: mooring/v1"), DocumentKind::manifest);
    EXPECT_EQ(kind_of("apiVersion: mooring/v9\nkind: Thing"), DocumentKind::manifest);
    EXPECT_EQ(kind_of("apiVersion: mooring/v1\nkind: Agent"), DocumentKind::configuration);
}

TEST(Documents, ASlipIsStillOurs) {
    EXPECT_EQ(kind_of("apiversion: mooring/v1"), DocumentKind::manifest);
    EXPECT_EQ(kind_of("kind: Stack"), DocumentKind::manifest);
    EXPECT_EQ(kind_of("apiVersion: morring/v1\nkind: Scope"), DocumentKind::manifest);
}

TEST(Documents, ComposeAndKubernetesAreForeign) {
    EXPECT_EQ(kind_of("services: {a: {image: mooring/agent}}"), DocumentKind::foreign);
    EXPECT_EQ(kind_of("x-image: mooring/agent\nservices: {}"), DocumentKind::foreign);
    EXPECT_EQ(kind_of("apiVersion: apps/v1\nkind: Deployment"), DocumentKind::foreign);
    EXPECT_EQ(kind_of("apiVersion: cloud.example.org/v1\nkind: Stack"), DocumentKind::foreign);
    EXPECT_EQ(kind_of("[kind, Stack]"), DocumentKind::foreign);
    EXPECT_EQ(kind_of("---\n"), DocumentKind::empty);
}

TEST(Documents, WhatCannotBeOursIsNotParsed) {
    EXPECT_FALSE(may_hold_manifests("services: {}"));
    EXPECT_FALSE(may_hold_manifests("kind: Deployment\n{{ broken"));
    EXPECT_FALSE(may_hold_manifests("# kind: Stack"));
    EXPECT_TRUE(may_hold_manifests("a: 1\n  kind: \"Stack\" # really"));
    EXPECT_TRUE(may_hold_manifests("{\"apiVersion\":\"mooring/v1\"}"));
    EXPECT_TRUE(may_hold_manifests(std::string_view("k\0", 2)));
}

} // namespace
} // namespace mooring::manifest
