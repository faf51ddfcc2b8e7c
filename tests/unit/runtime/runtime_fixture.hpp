// The stack `shop` with one service `web` and its container, as it runs and as a file says it should.
#pragma once

#include "compare/parts.hpp"
#include "runtime/parts.hpp"
#include "unit/compare/compare_fixture.hpp"

namespace mooring::runtime {

using namespace compare;
using compare::Comparison;

inline Container container(std::string service, std::int64_t number, std::string state = "running",
                           std::string status = "Up") {
    Container out;
    out.project = "shop";
    out.service = std::move(service);
    out.number = number;
    out.name = "shop-" + out.service + "-" + std::to_string(number);
    out.image = "local/web:1.0";
    out.state = std::move(state);
    out.status = std::move(status);
    return out;
}

class CompareRuntime : public CompareFixture {
  protected:
    CompareRuntime() {
        file.services.push_back(service("web"));
        runtime.containers = answered(Call::docker_list, std::vector{container("web", 1)}, "/docker/containers/json");
    }

    static compose::ServiceFacts service(std::string name) {
        compose::ServiceFacts out;
        out.name = std::move(name);
        out.image = "local/web:1.0";
        out.replicas = 1;
        return out;
    }

    std::vector<Container>& containers() { return *runtime.containers.value; }
    compose::ServiceFacts& web() { return file.services.at(0); }

    Comparison compare() {
        row.stack = &stack;
        settle(file, stack, &record);
        return compare_runtime(row, record, file, runtime, probes, filtered, jobs_seen);
    }
    Texts changes() { return paths_of(compare().changes); }

    std::vector<Question> questions() {
        row.stack = &stack;
        settle(file, stack, &record);
        server.runtime[environment] = runtime;
        return containers_to_ask(row, record, file, server);
    }
    Texts names_to_ask() {
        Texts out;
        for (const Question& question : questions()) out.push_back(question.name);
        return out;
    }
    void probe(std::string name, Outcome outcome) {
        NameProbe answer{.kind = DockerKind::container, .name = std::move(name), .service = "web", .reply = {}};
        answer.reply.outcome = outcome;
        answer.reply.target = "/docker/containers/" + answer.name + "/json";
        if (outcome == Outcome::denied) answer.reply.cause = Cause::resource_control;
        probes.push_back(std::move(answer));
    }

    compose::ProjectFacts file;
    RuntimeFacts runtime;
    std::vector<NameProbe> probes;
    bool filtered = false;
    bool jobs_seen = false;
};

// The same as a user's token sees it: nothing is listed.
class RuntimeOfAUser : public CompareRuntime {
  protected:
    RuntimeOfAUser() {
        as_role(2);
        filtered = true;
        containers().clear();
    }
};

} // namespace mooring::runtime
