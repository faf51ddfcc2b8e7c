#include "serve/measured_api.hpp"

#include <array>
#include <utility>

namespace mooring::serve {
namespace {

using portainer::Api;
using portainer::Awaitable;

class MeasuredApi final : public Api {
  public:
    MeasuredApi(std::unique_ptr<Api> api, OnCall on_call) : api_(std::move(api)), on_call_(std::move(on_call)) {}

    Awaitable<Answer<ServerStatus>> status() override { return told(api_->status()); }
    Awaitable<Answer<Identity>> identity() override { return told(api_->identity()); }
    Awaitable<Answer<std::vector<Environment>>> environments() override { return told(api_->environments()); }
    Awaitable<Answer<Environment>> environment(EnvironmentId id) override { return told(api_->environment(id)); }
    Awaitable<Answer<std::vector<StackRecord>>> stacks() override { return told(api_->stacks()); }
    Awaitable<Answer<StackRecord>> stack(StackId id) override { return told(api_->stack(id)); }
    Awaitable<Answer<std::string>> stack_file(StackId id) override { return told(api_->stack_file(id)); }
    Awaitable<Answer<std::vector<Container>>> containers(EnvironmentId id) override {
        return told(api_->containers(id));
    }
    Awaitable<Answer<std::vector<SwarmService>>> services(EnvironmentId id) override {
        return told(api_->services(id));
    }
    Awaitable<Answer<std::vector<SwarmTask>>> tasks(EnvironmentId id) override { return told(api_->tasks(id)); }
    Awaitable<Answer<Engine>> engine(EnvironmentId id) override { return told(api_->engine(id)); }
    Awaitable<Answer<std::vector<DockerImage>>> images(EnvironmentId id) override { return told(api_->images(id)); }
    Awaitable<Answer<ContainerDetail>> container(EnvironmentId id, std::string name) override {
        return told(api_->container(id, std::move(name)));
    }
    Awaitable<Reply> docker_object(EnvironmentId id, DockerKind kind, std::string name) override {
        return told_reply(api_->docker_object(id, kind, std::move(name)));
    }
    Awaitable<Answer<std::string>> kubernetes(EnvironmentId id, std::string path) override {
        return told(api_->kubernetes(id, std::move(path)));
    }
    Awaitable<Reply> settings() override { return told_reply(api_->settings()); }
    Awaitable<Answer<std::vector<NamedId>>> users() override { return told(api_->users()); }
    Awaitable<Answer<std::vector<NamedId>>> teams() override { return told(api_->teams()); }
    Awaitable<Answer<std::vector<NamedId>>> tags() override { return told(api_->tags()); }
    Awaitable<Answer<std::vector<NamedId>>> groups() override { return told(api_->groups()); }

  private:
    template <typename T>
    Awaitable<Answer<T>> told(Awaitable<Answer<T>> call) {
        const auto began = std::chrono::steady_clock::now();
        Answer<T> answer = co_await std::move(call);
        tell(answer.reply, began);
        co_return answer;
    }

    Awaitable<Reply> told_reply(Awaitable<Reply> call) {
        const auto began = std::chrono::steady_clock::now();
        Reply reply = co_await std::move(call);
        tell(reply, began);
        co_return reply;
    }

    void tell(const Reply& reply, std::chrono::steady_clock::time_point began) const {
        on_call_(reply.call, reply.status, std::chrono::steady_clock::now() - began);
    }

    std::unique_ptr<Api> api_;
    OnCall on_call_;
};

} // namespace

std::string_view to_word(Call call) {
    constexpr std::array<std::string_view, 17> words{
        "status",     "identity",    "environments",  "environment",   "stacks",     "stack",
        "stack_file", "docker_list", "docker_images", "docker_object", "kubernetes", "users",
        "teams",      "tags",        "groups",        "settings",      "other"};
    return words.at(static_cast<std::size_t>(call));
}

std::unique_ptr<Api> measure(std::unique_ptr<Api> api, OnCall on_call) {
    return std::make_unique<MeasuredApi>(std::move(api), std::move(on_call));
}

} // namespace mooring::serve
