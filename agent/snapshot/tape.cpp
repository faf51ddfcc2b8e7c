#include "snapshot/tape.hpp"

#include "compare/parts.hpp"
#include "model/stack.hpp"

#include <algorithm>
#include <map>
#include <utility>

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
    // No verdict needs these two.
    Awaitable<Answer<Engine>> engine(EnvironmentId id) override { return real_->engine(id); }
    Awaitable<Answer<std::vector<Registry>>> registries(EnvironmentId id) override { return real_->registries(id); }
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
    // Never kept: a cluster's answers hold its secrets.
    Awaitable<Answer<std::string>> kubernetes(EnvironmentId id, std::string path) override {
        return real_->kubernetes(id, std::move(path));
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

Tape::Tape(Desired desired, Memory memory) {
    for (const DesiredStack& stack : desired.stacks)
        recording_.texts[key_of(stack)].desired = compare::facts_of(stack, compare::desired_file(stack));
    recording_.desired = std::move(desired);
    recording_.memory = std::move(memory);
}

std::unique_ptr<portainer::Api> Tape::wrap(std::unique_ptr<portainer::Api> real, std::string_view name,
                                           std::string_view url) {
    auto kept = std::make_unique<ServerAnswers>();
    kept->name = name;
    kept->url = url_without_user(url);
    recording_.servers.push_back(std::move(kept));
    return std::make_unique<RecordingApi>(std::move(real), *recording_.servers.back());
}

drift::RunHooks Tape::hooks() {
    drift::RunHooks hooks;
    hooks.compare_file = [this](const DesiredStack& stack, StackId id,
                                const std::function<match::ContentFacts()>& compare) {
        match::ContentFacts facts = compare();
        std::vector<match::ContentFacts>& kept = recording_.texts[key_of(stack)].files[id];
        kept.push_back(facts);
        kept.back().objects.reset(); // a cluster is not asked again when a snapshot is judged
        return facts;
    };
    hooks.on_judged = [this](const DesiredStack& stack, const StackResult& result) {
        if (!result.id) return;
        std::vector<StackId>& ids = recording_.records_of[key_of(stack)];
        if (std::ranges::find(ids, *result.id) == ids.end()) ids.push_back(*result.id);
    };
    return hooks;
}

namespace {

using portainer::Api;
using portainer::Awaitable;

constexpr const char* not_held = "the snapshot does not hold this answer";

Reply missing_reply(Call call) {
    return {.call = call, .outcome = Outcome::unavailable, .failure = Failure::lost, .message = not_held};
}

class ReplayApi final : public Api {
  public:
    explicit ReplayApi(const ServerAnswers& answers) : answers_(answers) {}

    Awaitable<Answer<ServerStatus>> status() override { return give(&answers_.status, Call::status); }
    Awaitable<Answer<Identity>> identity() override { return give(&answers_.identity, Call::identity); }
    Awaitable<Answer<std::vector<Environment>>> environments() override {
        return give(&answers_.environments, Call::environments);
    }
    Awaitable<Answer<Environment>> environment(EnvironmentId id) override {
        return give(find(answers_.environment, id), Call::environment);
    }
    Awaitable<Answer<std::vector<StackRecord>>> stacks() override { return give(&answers_.stacks, Call::stacks); }
    Awaitable<Answer<StackRecord>> stack(StackId id) override { return give(find(answers_.stack, id), Call::stack); }
    Awaitable<Answer<std::string>> stack_file(StackId id) override {
        Answer<std::string> answer{.reply = reply(find(answers_.stack_file, id), Call::stack_file), .value = {}};
        if (answer.reply.ok()) answer.value = ""; // replay_hooks answers in its place
        return later(std::move(answer));
    }
    Awaitable<Answer<std::vector<Container>>> containers(EnvironmentId id) override {
        return give(find(answers_.containers, id), Call::docker_list);
    }
    Awaitable<Answer<std::vector<SwarmService>>> services(EnvironmentId id) override {
        return give(find(answers_.services, id), Call::docker_list);
    }
    Awaitable<Answer<std::vector<SwarmTask>>> tasks(EnvironmentId id) override {
        return give(find(answers_.tasks, id), Call::docker_list);
    }
    Awaitable<Answer<std::vector<Registry>>> registries(EnvironmentId /*id*/) override {
        return later(Answer<std::vector<Registry>>{.reply = missing_reply(Call::other), .value = {}});
    }
    Awaitable<Answer<Engine>> engine(EnvironmentId /*id*/) override {
        return later(Answer<Engine>{.reply = missing_reply(Call::docker_list), .value = {}});
    }
    Awaitable<Answer<std::vector<DockerImage>>> images(EnvironmentId id) override {
        return give(find(answers_.images, id), Call::docker_images);
    }
    Awaitable<Answer<ContainerDetail>> container(EnvironmentId id, std::string name) override {
        return give(find(answers_.container, ObjectKey{id, DockerKind::container, std::move(name)}),
                    Call::docker_object);
    }
    Awaitable<Reply> docker_object(EnvironmentId id, DockerKind kind, std::string name) override {
        return later(reply(find(answers_.docker_object, ObjectKey{id, kind, std::move(name)}), Call::docker_object));
    }
    Awaitable<Answer<std::string>> kubernetes(EnvironmentId /*id*/, std::string /*path*/) override {
        return later(Answer<std::string>{.reply = missing_reply(Call::kubernetes), .value = {}});
    }
    Awaitable<Answer<std::vector<NamedId>>> users() override { return give(&answers_.users, Call::users); }
    Awaitable<Answer<std::vector<NamedId>>> teams() override { return give(&answers_.teams, Call::teams); }
    Awaitable<Answer<std::vector<NamedId>>> tags() override { return give(&answers_.tags, Call::tags); }
    Awaitable<Reply> settings() override { return later(missing_reply(Call::settings)); }
    Awaitable<Answer<std::vector<NamedId>>> groups() override { return give(&answers_.groups, Call::groups); }

  private:
    template <typename T>
    static Awaitable<T> later(T value) {
        co_return value;
    }

    template <typename Key, typename T>
    static const T* find(const std::map<Key, T>& all, const Key& key) {
        const auto found = all.find(key);
        return found == all.end() ? nullptr : &found->second;
    }

    // The next of a question's answers; nullptr when there is none at all.
    template <typename T>
    const T* next(const std::vector<T>* slot) {
        if (slot == nullptr || slot->empty()) return nullptr;
        const std::size_t turn = turns_[slot]++;
        return &(*slot)[std::min(turn, slot->size() - 1)];
    }

    template <typename T>
    Awaitable<Answer<T>> give(const Asked<T>* slot, Call call) {
        const Answer<T>* kept = next(slot);
        Answer<T> answer = kept != nullptr ? *kept : Answer<T>{.reply = missing_reply(call), .value = {}};
        answer.reply.call = call;
        return later(std::move(answer));
    }

    Reply reply(const std::vector<Reply>* slot, Call call) {
        const Reply* kept = next(slot);
        Reply reply = kept != nullptr ? *kept : missing_reply(call);
        reply.call = call;
        return reply;
    }

    const ServerAnswers& answers_;
    std::map<const void*, std::size_t> turns_;
};

using ByKey = std::map<std::string, const Texts*>;

const Texts* find_texts(const ByKey& by_key, const DesiredStack& stack) {
    const auto found = by_key.find(key_of(stack));
    return found == by_key.end() ? nullptr : found->second;
}

} // namespace

std::unique_ptr<portainer::Api> replay_api(const ServerAnswers& answers) {
    return std::make_unique<ReplayApi>(answers);
}

drift::RunHooks replay_hooks(const Snapshot& snapshot) {
    auto by_key = std::make_shared<ByKey>();
    for (std::size_t i = 0; i < snapshot.desired.stacks.size() && i < snapshot.texts.size(); ++i) {
        (*by_key)[key_of(snapshot.desired.stacks[i])] = &snapshot.texts[i];
    }
    auto turns = std::make_shared<std::map<const void*, std::size_t>>();
    drift::RunHooks hooks;
    hooks.desired_facts = [by_key](const DesiredStack& stack) {
        const Texts* texts = find_texts(*by_key, stack);
        return texts != nullptr ? texts->desired : std::nullopt;
    };
    hooks.compare_file = [by_key, turns](const DesiredStack& stack, StackId id,
                                         const std::function<match::ContentFacts()>&) {
        const Texts* texts = find_texts(*by_key, stack);
        const auto kept = texts != nullptr ? texts->files.find(id)
                                           : std::map<StackId, std::vector<match::ContentFacts>>::const_iterator{};
        if (texts == nullptr || kept == texts->files.end() || kept->second.empty()) {
            match::ContentFacts none;
            none.problem = not_held;
            return none;
        }
        const std::size_t turn = (*turns)[&kept->second]++;
        return kept->second[std::min(turn, kept->second.size() - 1)];
    };
    return hooks;
}

std::chrono::system_clock::time_point ReplayClock::now() const {
    const UnixSeconds at = looked_ ? finished_ : started_;
    looked_ = true;
    return std::chrono::system_clock::time_point(std::chrono::seconds(at));
}

} // namespace mooring::snapshot
