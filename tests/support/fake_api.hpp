// A Portainer in memory for tests of what asks and judges: every answer is set by hand, every call is counted.
#pragma once

#include "portainer/api.hpp"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace mooring::test {

template <typename T>
Answer<T> answered(Call call, T value) {
    Answer<T> answer;
    answer.reply = Reply{.call = call, .outcome = Outcome::ok, .status = 200};
    answer.value = std::move(value);
    return answer;
}

template <typename T>
Answer<T> refused(Call call, Outcome outcome, int status, std::string message,
                  std::optional<Cause> cause = std::nullopt) {
    Answer<T> answer;
    answer.reply =
        Reply{.call = call, .outcome = outcome, .cause = cause, .status = status, .message = std::move(message)};
    return answer;
}

// Whatever is not set answers as a server that has no such thing.
class FakeApi final : public portainer::Api {
  public:
    Answer<ServerStatus> the_status = answered(Call::status, ServerStatus{"2.43.0", "instance-1"});
    std::vector<Answer<Identity>> identities{
        answered(Call::identity, Identity{1, "admin", 1})}; // one a call; the last stays
    Answer<std::vector<Environment>> the_environments = answered(Call::environments, std::vector<Environment>{});
    std::map<EnvironmentId, Answer<Environment>> environments_by_id;
    std::vector<Answer<std::vector<StackRecord>>> lists{answered(Call::stacks, std::vector<StackRecord>{})}; // likewise
    std::map<StackId, Answer<StackRecord>> stacks_by_id;
    std::map<StackId, Answer<std::string>> files;
    std::map<EnvironmentId, std::vector<Container>> containers_of;
    std::optional<Answer<std::vector<Container>>> containers_answer; // of every environment, instead of containers_of
    std::optional<Answer<std::vector<NamedId>>> the_tags;            // left out: none
    Reply the_settings{.call = Call::settings, .outcome = Outcome::ok, .target = "/api/settings", .status = 200};
    std::map<EnvironmentId, Answer<std::vector<DockerImage>>> images_of;
    std::map<std::string, Answer<ContainerDetail>> details; // by the container's name
    std::map<std::string, Reply> objects;                   // by name
    std::map<std::string, Answer<std::string>> cluster;     // by path with its query, of every environment
    std::map<std::string, int> calls;                       // by verb: "stack_file", ...
    int most_in_clusters = 0;                               // requests to clusters that were under way at once

    portainer::Awaitable<Answer<ServerStatus>> status() override { return give("status", the_status); }
    portainer::Awaitable<Answer<Identity>> identity() override {
        return give("identity", next(identities, "identity"));
    }
    portainer::Awaitable<Answer<std::vector<Environment>>> environments() override {
        return give("environments", the_environments);
    }
    portainer::Awaitable<Answer<Environment>> environment(EnvironmentId id) override {
        return give("environment", find(environments_by_id, id, Call::environment, Outcome::environment_gone));
    }
    portainer::Awaitable<Answer<std::vector<StackRecord>>> stacks() override {
        return give("stacks", next(lists, "stacks"));
    }
    portainer::Awaitable<Answer<StackRecord>> stack(StackId id) override {
        return give("stack", find(stacks_by_id, id, Call::stack, Outcome::stack_gone));
    }
    portainer::Awaitable<Answer<std::string>> stack_file(StackId id) override {
        return give("stack_file", find(files, id, Call::stack_file, Outcome::stack_gone));
    }
    portainer::Awaitable<Answer<std::vector<Container>>> containers(EnvironmentId id) override {
        return give("containers", containers_answer.value_or(answered(Call::docker_list, containers_of[id])));
    }
    portainer::Awaitable<Answer<std::vector<SwarmService>>> services(EnvironmentId) override {
        return give("services", answered(Call::docker_list, std::vector<SwarmService>{}));
    }
    portainer::Awaitable<Answer<std::vector<SwarmTask>>> tasks(EnvironmentId) override {
        return give("tasks", answered(Call::docker_list, std::vector<SwarmTask>{}));
    }
    portainer::Awaitable<Answer<std::vector<Registry>>> registries(EnvironmentId) override {
        return give("registries", answered(Call::other, std::vector<Registry>{}));
    }
    portainer::Awaitable<Answer<Engine>> engine(EnvironmentId id) override {
        return give("engine", answered(Call::docker_list, Engine{.id = "engine-" + std::to_string(id)}));
    }
    portainer::Awaitable<Answer<std::vector<DockerImage>>> images(EnvironmentId id) override {
        const auto found = images_of.find(id);
        return give("images", found != images_of.end() ? found->second
                                                       : answered(Call::docker_images, std::vector<DockerImage>{}));
    }
    portainer::Awaitable<Answer<ContainerDetail>> container(EnvironmentId, std::string name) override {
        const auto found = details.find(name);
        return give("container", found != details.end()
                                     ? found->second
                                     : refused<ContainerDetail>(Call::docker_object, Outcome::object_absent, 404,
                                                                "No such container: " + name));
    }
    portainer::Awaitable<Reply> docker_object(EnvironmentId, DockerKind, std::string name) override {
        const auto found = objects.find(name);
        Reply absent{.call = Call::docker_object,
                     .outcome = Outcome::object_absent,
                     .status = 404,
                     .message = "No such container: " + name};
        return give("docker_object", found != objects.end() ? found->second : absent);
    }
    portainer::Awaitable<Answer<std::string>> kubernetes(EnvironmentId, std::string path) override {
        ++calls["kubernetes"];
        most_in_clusters = std::max(most_in_clusters, ++in_clusters_);
        co_await boost::asio::post(boost::asio::use_awaitable); // others go on meanwhile, as with a real server
        --in_clusters_;
        const auto found = cluster.find(path);
        if (found != cluster.end()) co_return found->second;
        co_return refused<std::string>(Call::kubernetes, Outcome::not_served, 404, "404 page not found");
    }
    portainer::Awaitable<Reply> settings() override { return give("settings", the_settings); }
    portainer::Awaitable<Answer<std::vector<NamedId>>> users() override { return give("users", names()); }
    portainer::Awaitable<Answer<std::vector<NamedId>>> teams() override { return give("teams", names()); }
    portainer::Awaitable<Answer<std::vector<NamedId>>> tags() override {
        return give("tags", the_tags.value_or(names()));
    }
    portainer::Awaitable<Answer<std::vector<NamedId>>> groups() override { return give("groups", names()); }

  private:
    int in_clusters_ = 0;

    template <typename T>
    T next(const std::vector<T>& script, const char* verb) {
        const auto call = static_cast<std::size_t>(calls[verb]);
        return script[std::min(call, script.size() - 1)];
    }

    template <typename T>
    portainer::Awaitable<T> give(const char* verb, T value) {
        ++calls[verb];
        return later(std::move(value));
    }

    template <typename T>
    static portainer::Awaitable<T> later(T value) {
        co_return value;
    }

    template <typename T>
    static Answer<T> find(const std::map<std::int64_t, Answer<T>>& all, std::int64_t id, Call call, Outcome otherwise) {
        const auto found = all.find(id);
        if (found != all.end()) return found->second;
        const bool stack = otherwise == Outcome::stack_gone;
        return refused<T>(call, otherwise, 404, stack ? "Unable to find a stack" : "Unable to find an environment");
    }

    static Answer<std::vector<NamedId>> names() { return answered(Call::other, std::vector<NamedId>{}); }
};

} // namespace mooring::test
