// A server that may be written, an owned stack `shop` on it, and the plan for it.
#pragma once

#include "reconcile/case.hpp"

#include <gtest/gtest.h>
#include <initializer_list>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace mooring::reconcile::test {

using Texts = std::vector<std::string>;
inline constexpr UnixSeconds now = 1'795'480'000;

struct PlanWorld {
    DesiredStack desired;
    StackRecord record;
    bool recorded = true;
    drift::Assessment seen;
    drift::ServerFacts facts;
    PlanInput input;
    Ownership owned = Ownership::created;

    PlanWorld() {
        desired.name = "shop";
        desired.server = "main";
        desired.environment = EnvironmentRef{.id = std::nullopt, .name = "production"};
        desired.source = DesiredContent{.text = "services:\n  web:\n    image: nginx:1.27\n", .file = "compose.yaml"};
        desired.where = {.file = "shop.yaml", .line = 1};
        record.id = 7;
        record.name = "shop";
        record.type = StackType::standalone;
        record.environment = 1;
        record.status = 1;
        record.created_at = now - 1000;
        record.updated_by = "anna";
        record.deployment = {{.status = 1, .time = now - 900}};
        facts.name = "main";
        facts.status.value = ServerStatus{.version = "2.43.0", .instance_id = "uuid"};
        for (auto* answer : {&facts.identity_before, &facts.identity_after}) {
            answer->value = Identity{.id = 1, .username = "deploy", .role = 1};
        }
        facts.environments.value = std::vector{Environment{.id = 1, .name = "production", .type = 1}};
        facts.list.reply.outcome = Outcome::ok;
        facts.list.value.emplace();
        facts.runtime[1].containers.value.emplace();
        seen.result.name = "shop";
        seen.result.server = "main";
        seen.result.environment_id = 1;
        seen.result.environment_name = "production";
        seen.result.verdict = Verdict::drifted;
        seen.content_read = seen.runtime_read = true;
        input.now = now;
        input.servers["main"] = {.settings = {.apply = true}, .known_instance = "uuid", .ledger_kept = true};
        host_has({"nginx:1.27", "a:latest"});
    }

    bool declares_git() const { return std::holds_alternative<DesiredGit>(desired.source); }
    PlanWorld& user() {
        facts.identity_before.value->role = facts.identity_after.value->role = 2;
        return *this;
    }
    PlanWorld& differs(Subject subject, std::string path = "somewhere", std::string key = {}) {
        seen.result.changes.push_back(
            {.subject = subject, .key = std::move(key), .path = std::move(path), .desired = "a", .actual = "b"});
        return *this;
    }
    PlanWorld& from_git() {
        record.git = GitConfig{.url = "https://git.example.test/shop"};
        desired.source = DesiredGit{.url = "https://git.example.test/shop"};
        return *this;
    }
    PlanWorld& host_has(const Texts& names) {
        std::vector<DockerImage> images;
        for (const std::string& name : names)
            images.push_back({.id = "sha256:" + std::string(64, '0'), .tags = {name}, .names = {}});
        input.servers["main"].images[1] = std::move(images);
        return *this;
    }
    PlanWorld& missing() {
        recorded = false;
        seen.result.verdict = Verdict::missing;
        seen.result.proof = Proof::complete_list;
        return *this;
    }
    PlanWorld& allow(Allowance allowance) {
        desired.allow.insert(allowance);
        return *this;
    }

    // Nobody declares `shop` any more, and everything that must hold before it goes does; `keeper` is declared.
    PlanWorld& extra() {
        undeclared = true;
        seen.result.verdict = Verdict::extra;
        seen.result.where = {.file = "scope.yaml", .line = 2};
        seen.result.type = StackType::standalone;
        scopes = {{.server = "main", .prune = true, .where = seen.result.where}};
        Other& keeper = beside("keeper", Verdict::in_sync);
        keeper.seen.result.where = {};
        facts.list.value = std::vector{record};
        record.updated_at = now - 900;
        owned_as = {.how = Ownership::created, .environment = 1, .name = "shop"};
        called_extra = {.since = now - 7200, .runs = 2};
        ServerStanding& server = input.servers["main"];
        server.max_removes = 1;
        server.extras[7] = {
            .file = "services:\n  web:\n    image: nginx:1.27\n    volumes: ['data:/d']\nvolumes: {data: }\n",
            .containers = std::vector{
                Container{.name = "shop-web-1", .project = "shop", .service = "web", .unnamed_volumes = Texts{}},
                Container{.name = "x", .project = "other", .service = "x"}}};
        return *this;
    }
    // Likewise a Kubernetes stack, of one object.
    PlanWorld& extra_in_cluster() {
        record.type = StackType::kubernetes;
        record.namespace_ = "shop";
        extra();
        seen.result.type = StackType::kubernetes;
        input.servers["main"].extras[7] = {
            .file = "apiVersion: v1\nkind: ConfigMap\nmetadata: {namespace: shop, name: settings}\n",
            .objects = std::vector{match::ObjectThere{.name = "ConfigMap/settings", .stack_id = "7"}}};
        return *this;
    }
    bool undeclared = false;
    std::vector<DesiredScope> scopes;
    Owned owned_as;
    std::map<StackId, Owned> owners; // of others
    CalledExtra called_extra;

    // The stack of this world first, then `others`, each judged as its own assessment says.
    struct Other {
        DesiredStack desired;
        drift::Assessment seen;
        bool in_plan = true; // false: --only left it out
        bool undeclared = false;
    };
    std::vector<Other> others;
    std::vector<DesiredStack> declared; // made anew by plan()

    Other& beside(std::string name, Verdict verdict) {
        Other other{.desired = desired, .seen = seen};
        other.desired.name = other.seen.result.name = std::move(name);
        other.desired.policy.after.clear();
        other.seen.result.verdict = verdict;
        other.seen.record = std::make_shared<const StackRecord>(record);
        return others.emplace_back(std::move(other));
    }

    Plan plan(std::string_view without = {}) {
        declared.clear();
        if (!undeclared) declared.push_back(desired);
        for (const Other& other : others) {
            if (!other.undeclared) declared.push_back(other.desired);
        }
        seen.desired = undeclared ? nullptr : declared.data();
        if (recorded) seen.record = std::make_shared<const StackRecord>(record);
        input.servers["main"].facts = &facts;
        input.owner = [this](const std::string&, const StackRecord&) { return owned; };
        input.declared = declared;
        input.assessments = {seen};
        input.scopes = scopes;
        input.owned_as = [this](const std::string&, const StackRecord& one) {
            const auto other = owners.find(one.id);
            return other == owners.end() ? owned_as : other->second;
        };
        input.called_extra = [this](const std::string&, StackId) { return called_extra; };
        std::size_t next = undeclared ? 0 : 1;
        for (Other& other : others) {
            other.seen.desired = other.undeclared ? nullptr : &declared[next++];
            if (other.in_plan) input.assessments.push_back(other.seen);
        }
        return make_plan_without(input, without);
    }
    Step step() {
        Plan made = plan();
        EXPECT_EQ(made.steps.size(), 1U);
        return made.steps.empty() ? Step{} : made.steps.front();
    }
    // "update start", "blocked would_start", "held pending": the parts, or what names the step.
    std::string said() {
        const Step one = step();
        if (!one.obstacles.empty()) {
            return std::string(to_string(one.readiness)) + " " + one.obstacles.front().code;
        }
        std::string out;
        for (const Part& part : one.parts) out += (out.empty() ? "" : " ") + std::string(to_string(part.action));
        return out;
    }
};

} // namespace mooring::reconcile::test
