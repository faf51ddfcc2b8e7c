// A cluster of objects given as JSON, which answers whatever is asked of it, and the stack 7 `web` in its namespace
// `shop`.
#pragma once

#include "base/text.hpp"
#include "runtime/cluster.hpp"
#include "unit/compare/compare_fixture.hpp"

#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

namespace mooring::runtime {

using namespace match;
using compare::Comparison;
using Json = nlohmann::json;

class ClusterFixture : public ShopFixture {
  protected:
    ClusterFixture() {
        stack.name = record.name = "web";
        stack.type = StackType::kubernetes;
        stack.namespace_ = record.namespace_ = "shop";
        record.type = StackType::kubernetes;
        record.id = 7;
        server.list = answered(Call::stacks, std::vector{record}, "/api/stacks");
        row.stack = &stack;
    }

    kubernetes::File load(std::string_view text) {
        auto file = kubernetes::load(text);
        EXPECT_TRUE(file) << text;
        return file ? std::move(*file) : kubernetes::File{};
    }

    // Everything that is asked, until nothing is; then the comparison.
    Comparison compare(std::string_view declared) {
        file = load(declared);
        return compare();
    }
    Comparison compare() {
        ask_all();
        const ClusterStack there{file, record.namespace_, environment, server, true};
        return compare_cluster(row, record, there, options);
    }
    void ask_all(bool with_record = true) {
        const ClusterStack there{file, record.namespace_, environment, server};
        for (int round = 0; round < 12; ++round) {
            const auto questions = cluster_questions(there, with_record ? &record : nullptr);
            if (questions.empty()) return;
            for (const Question& question : questions) answer(question.cluster);
        }
        ADD_FAILURE() << "questions without an end";
    }

    void add(Json object) { objects.push_back(std::move(object)); }

    // What the cluster answers instead, by path (of a namespace "api/v1/namespaces/NAME").
    void refuse(const std::string& path, Outcome outcome, std::optional<Cause> cause = std::nullopt, int status = 403) {
        refusals[path] = {.call = Call::kubernetes,
                          .outcome = outcome,
                          .cause = cause,
                          .target = "/api/endpoints/4/kubernetes/" + path,
                          .status = status,
                          .message = "no"};
    }

    void answer(const ClusterQuestion& question) {
        using About = ClusterQuestion::About;
        ClusterFacts& cluster = server.runtime[environment].cluster;
        const std::string path = path_of(question);
        if (!path.contains('?'))
            asked.push_back(question.about == About::holder ? "stack " + std::to_string(question.id) : path);
        else
            ++labelled;
        Reply reply{.call = Call::kubernetes,
                    .outcome = Outcome::ok,
                    .target = "/api/endpoints/4/kubernetes/" + path,
                    .status = 200};
        reply.server_date = now;
        const auto refused = refusals.find(path);
        if (refused != refusals.end()) reply = refused->second;
        switch (question.about) {
        case About::list: {
            ClusterList& list = cluster.lists[question.what];
            list.reply = reply;
            if (reply.ok()) list.items = items_of_list(question);
            return;
        }
        case About::namespace_:
            if (reply.ok() && !namespaces.contains(question.what)) reply.outcome = Outcome::object_absent;
            cluster.namespaces[question.what] = reply;
            return;
        case About::kinds: {
            auto& kinds = cluster.kinds[question.what];
            if (reply.ok() && !discovery.contains(question.what)) reply.outcome = Outcome::not_served;
            kinds.reply = reply;
            if (reply.ok()) kinds.value = discovery[question.what];
            return;
        }
        case About::groups:
            cluster.groups.reply = reply;
            if (reply.ok()) cluster.groups.value = groups;
            return;
        case About::holder:
            cluster.holders[question.id] =
                holders.contains(question.id)
                    ? answered(Call::stack, holders[question.id], "/api/stacks/x")
                    : Answer<StackRecord>{.reply = {.call = Call::stack, .outcome = Outcome::stack_gone, .status = 404},
                                          .value = {}};
            return;
        }
    }

    std::vector<kubernetes::Item> items_of_list(const ClusterQuestion& question) {
        Json items = Json::array();
        for (const Json& object : objects) {
            const std::string name_space = object["metadata"].value("namespace", "");
            const bool inside =
                !question.what.contains("/namespaces/") || question.what.contains("/namespaces/" + name_space + "/");
            if (question.what.contains("labelSelector") && !object["metadata"].contains("labels")) continue;
            if (object["apiVersion"] == question.api_version && object["kind"] == question.kind && inside)
                items.push_back(object);
        }
        const Json list{{"apiVersion", question.api_version},
                        {"kind", question.kind + "List"},
                        {"metadata", {{"resourceVersion", "1"}}},
                        {"items", items}};
        ClusterPages pages(question);
        EXPECT_FALSE(pages.take(answered(Call::kubernetes, list.dump())));
        return std::move(pages).result().items;
    }

    std::string arrow_of(const Comparison& found, std::string_view path) { return arrow_at(found.changes, path); }

    kubernetes::File file;
    std::vector<Json> objects;
    std::set<std::string> namespaces{"shop", "default"};
    std::map<std::string, std::vector<ClusterKind>> discovery;
    std::map<std::string, std::vector<std::string>> groups{{"apps", {"apps/v1"}}};
    std::map<StackId, StackRecord> holders;
    std::map<std::string, Reply> refusals;
    std::vector<std::string> asked;  // without the lists of what bears Portainer's label alone
    int labelled = 0;                // how many of these
    UnixSeconds now = 1'796'083'200; // 2026-12-01
};

// A Deployment as a server holds it that deployed it: everything is ready.
inline Json deployment(const std::string& name, int replicas = 2) {
    return Json::parse(
        R"({"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":")" + name +
        R"(","namespace":"shop","generation":1,"creationTimestamp":"2026-11-28T10:00:00Z","labels":{
      "io.portainer.kubernetes.application.stackid":"7","io.portainer.kubernetes.application.stack":"web"},
      "managedFields":[{"manager":"portainer","operation":"Apply","time":"2026-11-28T10:00:00Z","fieldsV1":{
        "f:spec":{"f:replicas":{},"f:template":{"f:spec":{"f:containers":{"k:{\"name\":\"web\"}":{".":{},"f:name":{},"f:image":{}}}}}}}}]},
      "spec":{"replicas":)" +
        std::to_string(replicas) +
        R"(,"progressDeadlineSeconds":600,"selector":{"matchLabels":{"app":"web"}},"template":{
        "metadata":{"labels":{"app":"web"}},"spec":{"containers":[{"name":"web","image":"local/web:1"}]}}},
      "status":{"observedGeneration":1,"replicas":)" +
        std::to_string(replicas) + R"(,"updatedReplicas":)" + std::to_string(replicas) + R"(,"readyReplicas":)" +
        std::to_string(replicas) +
        R"(,"conditions":[{"type":"Progressing","status":"True","lastUpdateTime":"2026-11-28T10:00:10Z"}]}})");
}

inline std::string declared_deployment(const std::string& name, const std::string& replicas = "  replicas: 2\n") {
    return "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: " + name + "}\nspec:\n" + replicas +
           "  selector: {matchLabels: {app: web}}\n  template:\n    metadata: {labels: {app: web}}\n    spec:\n"
           "      containers: [{name: web, image: \"local/web:1\"}]\n";
}

} // namespace mooring::runtime
