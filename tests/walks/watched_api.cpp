#include "walks/watched_api.hpp"

#include <utility>

namespace mooring::walks {

using portainer::Awaitable;

void WatchedApi::count() {
    if (++watch_.calls == watch_.at && watch_.meanwhile) watch_.meanwhile();
}

Awaitable<Answer<Identity>> WatchedApi::identity() {
    count();
    Answer<Identity> answer = co_await real_.identity();
    if (watch_.lies.administrator && answer.value) answer.value->role = 1;
    co_return answer;
}

Awaitable<Answer<StackRecord>> WatchedApi::stack(StackId id) {
    count();
    Answer<StackRecord> answer = co_await real_.stack(id);
    if (watch_.lies.refused_is_gone && answer.reply.denied()) {
        answer.reply.outcome = Outcome::stack_gone;
        answer.reply.cause.reset();
    }
    co_return answer;
}

Awaitable<Answer<std::string>> WatchedApi::stack_file(StackId id) {
    count();
    Answer<std::string> answer = co_await real_.stack_file(id);
    if (answer.value) watch_.files.insert(id);
    const bool lie = (watch_.lies.files_agree && answer.value) || (watch_.lies.no_refusals && answer.reply.denied());
    if (lie) {
        answer.reply.outcome = Outcome::ok;
        answer.reply.cause.reset();
        answer.value = watch_.desired_text;
    }
    co_return answer;
}

Awaitable<Answer<Environment>> WatchedApi::environment(EnvironmentId id) {
    count();
    Answer<Environment> answer = co_await real_.environment(id);
    if (watch_.lies.gone_is_hidden && answer.reply.outcome == Outcome::environment_gone) {
        answer.reply.outcome = Outcome::denied;
        answer.reply.cause = Cause::environment;
    }
    co_return answer;
}

Awaitable<Answer<Engine>> WatchedApi::engine(EnvironmentId id) { return count(), real_.engine(id); }
Awaitable<Answer<std::vector<Registry>>> WatchedApi::registries(EnvironmentId id) {
    return count(), real_.registries(id);
}
Awaitable<Answer<std::vector<DockerImage>>> WatchedApi::images(EnvironmentId id) { return count(), real_.images(id); }
Awaitable<Answer<ContainerDetail>> WatchedApi::container(EnvironmentId id, std::string name) {
    return count(), real_.container(id, std::move(name));
}
Awaitable<Reply> WatchedApi::docker_object(EnvironmentId id, DockerKind kind, std::string name) {
    count();
    return real_.docker_object(id, kind, std::move(name));
}

Awaitable<Answer<std::vector<StackRecord>>> WatchedApi::stacks() {
    count();
    Answer<std::vector<StackRecord>> answer = co_await real_.stacks();
    if (!answer.value) co_return answer;
    for (StackRecord& record : *answer.value) {
        if (watch_.lies.git_is_a_file) record.workflow_id = 0;
        if (watch_.lies.all_armed && record.auto_update) record.auto_update->job_id = "7";
        if (watch_.lies.no_namespaces) record.namespace_.clear();
    }
    co_return answer;
}

Awaitable<Answer<std::vector<Container>>> WatchedApi::containers(EnvironmentId id) {
    count();
    Answer<std::vector<Container>> answer = co_await real_.containers(id);
    if (watch_.lies.ends_are_runs && answer.value) {
        for (Container& container : *answer.value) {
            if (container.status.starts_with("Exited (0)")) container.state = "running";
        }
    }
    if (watch_.lies.ends_are_unlisted && answer.value) {
        std::erase_if(*answer.value, [](const Container& container) { return container.state == "exited"; });
    }
    co_return answer;
}

Awaitable<Answer<std::vector<SwarmService>>> WatchedApi::services(EnvironmentId id) {
    count();
    Answer<std::vector<SwarmService>> answer = co_await real_.services(id);
    if (watch_.lies.labels_run && answer.value) {
        for (SwarmService& service : *answer.value) service.image = service.label_image;
    }
    co_return answer;
}

Awaitable<Answer<std::vector<SwarmTask>>> WatchedApi::tasks(EnvironmentId id) {
    count();
    Answer<std::vector<SwarmTask>> answer = co_await real_.tasks(id);
    if (watch_.lies.labels_run && answer.value) {
        for (SwarmTask& task : *answer.value) task.image.clear(); // which would tell what really runs
    }
    co_return answer;
}

// Everything else is passed on.
Awaitable<Answer<ServerStatus>> WatchedApi::status() { return count(), real_.status(); }
Awaitable<Answer<std::vector<Environment>>> WatchedApi::environments() { return count(), real_.environments(); }
Awaitable<Answer<std::vector<NamedId>>> WatchedApi::users() { return count(), real_.users(); }
Awaitable<Answer<std::vector<NamedId>>> WatchedApi::teams() { return count(), real_.teams(); }
Awaitable<Answer<std::vector<NamedId>>> WatchedApi::tags() { return count(), real_.tags(); }
Awaitable<Answer<std::vector<NamedId>>> WatchedApi::groups() { return count(), real_.groups(); }
namespace {

void replace_all(std::string& text, std::string_view what, std::string_view with) {
    for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + with.size()))
        text.replace(at, what.size(), with);
}

// An empty list of whatever is asked for.
std::string empty_list(std::string_view path) {
    struct Listed {
        const char* part;
        const char* version;
        const char* kind;
    };
    constexpr Listed kinds[]{{"/clusterroles?", "rbac.authorization.k8s.io/v1", "ClusterRole"},
                             {"/clusterrolebindings?", "rbac.authorization.k8s.io/v1", "ClusterRoleBinding"},
                             {"/greetings?", "walks.example.test/v1", "Greeting"},
                             {"/deployments?", "apps/v1", "Deployment"}};
    for (const Listed& one : kinds) {
        if (path.contains(one.part))
            return std::string(R"({"apiVersion":")") + one.version + R"(","kind":")" + one.kind +
                   R"(List","metadata":{"resourceVersion":"1"},"items":[]})";
    }
    return {};
}

} // namespace

Awaitable<Answer<std::string>> WatchedApi::kubernetes(EnvironmentId id, std::string path) {
    count();
    Answer<std::string> answer = co_await real_.kubernetes(id, path);
    if (watch_.lies.refused_is_empty && answer.reply.denied() && !empty_list(path).empty()) {
        answer.reply.outcome = Outcome::ok;
        answer.reply.cause.reset();
        answer.value = empty_list(path);
    }
    if (!answer.value) co_return answer;
    if (watch_.lies.nobody_holds) replace_all(*answer.value, R"(application.stackid":")", R"(application.nothing":")");
    if (watch_.lies.nothing_goes) replace_all(*answer.value, "deletionTimestamp", "nothing");
    if (watch_.lies.all_rolled_out) replace_all(*answer.value, "\"generation\"", "\"nothing\"");
    co_return answer;
}

Awaitable<Reply> WatchedApi::settings() { return count(), real_.settings(); }

} // namespace mooring::walks
