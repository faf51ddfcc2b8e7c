#include "snapshot/recorder.hpp"

#include "compare/desired_file.hpp"
#include "model/names.hpp"

#include <algorithm>

namespace mooring::snapshot {
namespace {

using portainer::Api;
using portainer::Awaitable;

// Every answer passes through and leaves a copy; a file's text leaves its reply alone.
class RecordingApi final : public Api {
  public:
    RecordingApi(std::unique_ptr<Api> real, ServerAnswers& kept) : real_(std::move(real)), kept_(kept) {}

    Awaitable<Answer<ServerStatus>> status() override { return keep(real_->status(), kept_.status); }
    Awaitable<Answer<Identity>> identity() override { return keep(real_->identity(), kept_.identity); }
    Awaitable<Answer<std::vector<Environment>>> environments() override {
        return keep(real_->environments(), kept_.environments);
    }
    Awaitable<Answer<Environment>> environment(EnvironmentId id) override {
        return keep(real_->environment(id), kept_.environment[id]);
    }
    Awaitable<Answer<std::vector<StackRecord>>> stacks() override { return keep(real_->stacks(), kept_.stacks); }
    Awaitable<Answer<StackRecord>> stack(StackId id) override { return keep(real_->stack(id), kept_.stack[id]); }
    Awaitable<Answer<std::string>> stack_file(StackId id) override {
        return keep_reply(real_->stack_file(id), kept_.stack_file[id]);
    }
    Awaitable<Answer<std::vector<Container>>> containers(EnvironmentId id) override {
        return keep(real_->containers(id), kept_.containers[id]);
    }
    Awaitable<Answer<std::vector<SwarmService>>> services(EnvironmentId id) override {
        return keep(real_->services(id), kept_.services[id]);
    }
    Awaitable<Answer<std::vector<SwarmTask>>> tasks(EnvironmentId id) override {
        return keep(real_->tasks(id), kept_.tasks[id]);
    }
    Awaitable<Answer<std::vector<DockerImage>>> images(EnvironmentId id) override {
        return keep(real_->images(id), kept_.images[id]);
    }
    Awaitable<Answer<ContainerDetail>> container(EnvironmentId id, std::string name) override {
        Asked<ContainerDetail>& slot = kept_.container[{id, DockerKind::container, name}];
        return keep(real_->container(id, std::move(name)), slot);
    }
    Awaitable<Reply> docker_object(EnvironmentId id, DockerKind kind, std::string name) override {
        std::vector<Reply>& slot = kept_.docker_object[{id, kind, name}];
        return keep_bare(real_->docker_object(id, kind, std::move(name)), slot);
    }
    Awaitable<Answer<std::vector<NamedId>>> users() override { return keep(real_->users(), kept_.users); }
    Awaitable<Answer<std::vector<NamedId>>> teams() override { return keep(real_->teams(), kept_.teams); }
    Awaitable<Answer<std::vector<NamedId>>> tags() override { return keep(real_->tags(), kept_.tags); }
    Awaitable<Reply> settings() override { return real_->settings(); } // no check asks for them
    Awaitable<Answer<std::vector<NamedId>>> groups() override { return keep(real_->groups(), kept_.groups); }

  private:
    // The slots are nodes of maps and members, which do not move.
    template <typename T>
    static Awaitable<Answer<T>> keep(Awaitable<Answer<T>> asked, Asked<T>& slot) {
        Answer<T> answer = co_await std::move(asked);
        slot.push_back(answer);
        co_return answer;
    }
    static Awaitable<Answer<std::string>> keep_reply(Awaitable<Answer<std::string>> asked, std::vector<Reply>& slot) {
        Answer<std::string> answer = co_await std::move(asked);
        slot.push_back(answer.reply);
        co_return answer;
    }
    static Awaitable<Reply> keep_bare(Awaitable<Reply> asked, std::vector<Reply>& slot) {
        Reply reply = co_await std::move(asked);
        slot.push_back(reply);
        co_return reply;
    }

    std::unique_ptr<Api> real_;
    ServerAnswers& kept_;
};

} // namespace

Recorder::Recorder(Desired desired, Memory memory) {
    for (const DesiredStack& stack : desired.stacks)
        recording_.texts[key_of(stack)].desired = compare::facts_of(stack, compare::desired_file(stack));
    recording_.desired = std::move(desired);
    recording_.memory = std::move(memory);
}

std::unique_ptr<portainer::Api> Recorder::wrap(std::unique_ptr<portainer::Api> real, std::string_view name,
                                               std::string_view url) {
    auto kept = std::make_unique<ServerAnswers>();
    kept->name = name;
    kept->url = url_without_user(url);
    recording_.servers.push_back(std::move(kept));
    return std::make_unique<RecordingApi>(std::move(real), *recording_.servers.back());
}

drift::RunHooks Recorder::hooks() {
    drift::RunHooks hooks;
    hooks.compare_file = [this](const DesiredStack& stack, StackId id,
                                const std::function<match::ContentFacts()>& compare) {
        match::ContentFacts facts = compare();
        recording_.texts[key_of(stack)].files[id].push_back(facts);
        return facts;
    };
    hooks.on_judged = [this](const DesiredStack& stack, const StackResult& result) {
        if (!result.id) return;
        std::vector<StackId>& ids = recording_.records_of[key_of(stack)];
        if (std::ranges::find(ids, *result.id) == ids.end()) ids.push_back(*result.id);
    };
    return hooks;
}

} // namespace mooring::snapshot
