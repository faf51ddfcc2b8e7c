// What a manifest becomes on its way to Portainer, and what of a cluster no write changes (kubernetes.md §10).
#include "kubernetes/kubernetes.hpp"

#include <gtest/gtest.h>

namespace mooring::kubernetes {
namespace {

std::string sent(std::string_view text, std::string_view stack_namespace = "shop") {
    const auto out = text_to_send(text, stack_namespace);
    return out ? *out : "error: " + out.error();
}

TEST(TextToSend, EveryNamespacedObjectNamesItsNamespace) {
    EXPECT_EQ(sent("# mine\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a # kept\ndata: {x: y}\n"),
              "# mine\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  namespace: \"shop\"\n  name: a # kept\n"
              "data: {x: y}\n");
    EXPECT_EQ(sent("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n"),
              "apiVersion: v1\nkind: ConfigMap\nmetadata: {namespace: \"shop\", name: a}\n");
    EXPECT_EQ(sent("{apiVersion: v1, kind: ConfigMap, metadata: {labels: {ü: ü}, name: a}}\n"),
              "{apiVersion: v1, kind: ConfigMap, metadata: {namespace: \"shop\", labels: {ü: ü}, name: a}}\n");
    EXPECT_EQ(sent(R"({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a"}})"),
              R"({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {namespace: "shop", "name": "a"}})");
}

TEST(TextToSend, WhatSaysItAlreadyStaysAsItIs) {
    const std::string whole = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, namespace: shop}\n---\n"
                              "apiVersion: v1\nkind: Namespace\nmetadata: {name: other}\n---\n"
                              "apiVersion: example.test/v1\nkind: Widget\nmetadata: {name: w}\n";
    EXPECT_EQ(sent(whole), whole) << "cluster-wide objects have none, and of unknown kinds nobody knows";
    const std::string anywhere = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n";
    EXPECT_EQ(sent(anywhere, ""), anywhere);
}

TEST(TextToSend, LinesEndWithLineFeeds) {
    EXPECT_EQ(sent("apiVersion: v1\r\nkind: ConfigMap\r\nmetadata:\r\n  name: a\r\n"),
              "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  namespace: \"shop\"\n  name: a\n");
}

TEST(TextToSend, WhatAServerMightNotReadIsNotSent) {
    EXPECT_TRUE(sent("a: [").starts_with("error: a `[` without its `]`")) << sent("a: [");
    EXPECT_TRUE(sent("").starts_with("error: it declares no object"));
    EXPECT_TRUE(sent("# nothing\n---\n").starts_with("error: it declares no object"));
    EXPECT_TRUE(sent("a: 1\na: 2\n").starts_with("error: "));
    EXPECT_TRUE(sent("apiVersion: v1\nkind: List\nitems: []\n").starts_with("error: it has a `kind: List`"));
    EXPECT_TRUE(sent("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n", "no such: name").starts_with("error: "));
}

TEST(TextToSend, WhatCannotBePlacedSafelyIsLeftToItsAuthor) {
    const std::string shared = "apiVersion: v1\nkind: ConfigMap\nmetadata: &m {name: a}\n---\n"
                               "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: b, namespace: other}\n";
    EXPECT_TRUE(sent(shared).starts_with("error: some of its objects name no namespace")) << sent(shared);
}

TEST(TextToSend, KindsThatDiscoveryCallsNamespacedNameItToo) {
    const std::string widget = "apiVersion: example.test/v1\nkind: Widget\nmetadata: {name: w}\n";
    const auto placed = text_to_send(widget, "shop", {{"example.test/v1", "Widget"}});
    EXPECT_EQ(placed.value_or(""), "apiVersion: example.test/v1\nkind: Widget\n"
                                   "metadata: {namespace: \"shop\", name: w}\n");
    EXPECT_EQ(text_to_send(widget, "shop", {{"example.test/v1", "Gadget"}}).value_or(""), widget);
}

TEST(AddedObjects, AreThoseThatTheRecordedFileLacks) {
    const auto object = [](const char* name, const char* more = "") {
        return "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: " + std::string(name) + more + "}\n";
    };
    const auto added = [&](const std::string& desired, const std::string& recorded, std::string_view space) {
        std::vector<std::string> out;
        const File file = added_objects(load(desired).value(), load(recorded).value(), space);
        for (const Object& one : file.objects) out.push_back(label(one.key));
        return out;
    };
    using Texts = std::vector<std::string>;
    EXPECT_EQ(added(object("a") + object("b"), object("b"), "shop"), Texts{"ConfigMap/a"});
    EXPECT_EQ(added(object("a"), object("a", ", namespace: shop"), "shop"), Texts{});
    EXPECT_EQ(added(object("a"), object("a", ", namespace: default"), ""), Texts{});
    EXPECT_EQ(added(object("a", ", namespace: other"), object("a"), ""), Texts{"ConfigMap/a"}) << "it moves";
    EXPECT_EQ(added("apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: w}\n",
                    "apiVersion: apps/v1beta1\nkind: Deployment\nmetadata: {name: w}\n", "shop"),
              Texts{})
        << "of another version it is the same object";
}

} // namespace
} // namespace mooring::kubernetes
