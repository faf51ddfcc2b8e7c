#include "drift/observe.hpp"

#include "compare/parts.hpp"
#include "compose/compose.hpp"
#include "drift/judge.hpp"
#include "model/stack.hpp"
#include "net/client.hpp"
#include "runtime/parts.hpp"

#include <algorithm>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <utility>

namespace mooring::drift {
namespace {

namespace asio = boost::asio;
using asio::awaitable;

// next_questions() gets shorter with every answer; the bound turns a mistake in it into an end instead of a loop.
constexpr int most_rounds_of_questions = 16;
constexpr std::size_t cluster_lists_at_once = 4; // for one row; the client's own bound is that of the server

// Which lists of names a set of desired stacks refers to.
struct NamesWanted {
    bool users = false;
    bool teams = false;
    bool tags = false;
    bool groups = false;
};

bool by_name(const std::vector<Principal>& principals) {
    return std::ranges::any_of(principals, [](const Principal& p) { return !p.id; });
}

// Whom records give access: a difference calls them by their names. Users are shown few of them.
NamesWanted names_given(const ServerFacts& facts) {
    NamesWanted given;
    if (!facts.is_administrator() || !facts.list.value) return given;
    for (const StackRecord& record : *facts.list.value) {
        if (!record.resource_control) continue;
        given.users = given.users || !record.resource_control->users.empty();
        given.teams = given.teams || !record.resource_control->teams.empty();
    }
    return given;
}

NamesWanted names_wanted(std::span<const DesiredStack> stacks, const ServerFacts& facts) {
    NamesWanted wanted;
    const NamesWanted given = names_given(facts);
    for (const DesiredStack& stack : stacks) {
        if (stack.access) {
            wanted.users = wanted.users || by_name(stack.access->users) || given.users;
            wanted.teams = wanted.teams || by_name(stack.access->teams) || given.teams;
        }
        if (const auto* selector = std::get_if<EnvironmentSelector>(&stack.environment)) {
            wanted.tags = wanted.tags || !selector->tags.empty();
            wanted.groups = wanted.groups || !selector->group.empty();
        }
    }
    return wanted;
}

// A moved or a Kubernetes stack, which only its id finds; nullptr if there is none.
const StackRecord* read_by_id(const StackFacts& facts, StackId id) {
    if (facts.by_id.value && facts.by_id.value->id == id) return &*facts.by_id.value;
    const auto older = facts.older_by_id.find(id);
    return older != facts.older_by_id.end() && older->second.value ? &*older->second.value : nullptr;
}

// Equal to the desired one, and with it what should run, as far as it is not the record that says so.
ContentFacts skipped_file(const Row& row, const StackRecord& record, const StackFacts& facts, const Asking& asking) {
    ContentFacts file{.skipped = true, .equal_bytes = true, .actual = facts.desired};
    compare::settle(*file.actual, *row.stack, &record);
    file.jobs_seen = asking.server.memory.files.at(record.id).jobs_seen;
    return file;
}

// Skipped or read; what is read is compared on arrival, and the text is gone afterwards.
awaitable<void> read_file(const Row& row, StackId id, StackFacts& facts, const Asking& asking) {
    const auto* desired = std::get_if<DesiredContent>(&row.stack->source);
    const StackRecord* record = match::find_listed(asking.server, facts.round, id);
    if (desired != nullptr && record != nullptr && facts.desired &&
        match::may_skip_file(*record, asking.server, desired->text, asking.digest, asking.full_verify)) {
        facts.file.reply = Reply{.call = Call::stack_file, .outcome = Outcome::ok};
        facts.file.value = skipped_file(row, *record, facts, asking);
        co_return;
    }
    if (record == nullptr) record = read_by_id(facts, id);
    Answer<std::string> answer = co_await asking.api.stack_file(id);
    facts.file.reply = std::move(answer.reply);
    if (!answer.value) co_return;
    const std::function<ContentFacts()> compare = [&] {
        const auto loaded = asking.desired == nullptr ? compare::Content::load(*row.stack) : nullptr;
        const compare::Content& wanted = loaded ? *loaded : *asking.desired;
        ContentFacts read = wanted.compare(
            *answer.value, {.digest = asking.digest, .record = record, .show_values = asking.judge.show_values});
        read.jobs_seen = match::jobs_seen_before(asking.server, id, read.content_digest);
        return read;
    };
    facts.file.value = asking.compare_file ? asking.compare_file(*row.stack, id, compare) : compare();
}

// What the list of containers leaves open of these projects (nullptr: of all): which of the young ones are kept in a
// loop, and what the images' names mean where it shows ids.
awaitable<void> read_more_of_containers(portainer::Api& api, EnvironmentId id, const std::set<std::string>* projects,
                                        ServerFacts& facts) {
    facts.runtime[id].server_date = facts.runtime[id].containers.reply.server_date.value_or(facts.now);
    const std::vector<std::string> names = runtime::containers_to_inspect(facts.runtime[id], projects);
    for (const std::string& name : names) {
        Answer<ContainerDetail> answer = co_await api.container(id, name);
        facts.runtime[id].details[name] = std::move(answer);
    }
    if (!runtime::shows_an_image_id(facts.runtime[id], projects)) co_return;
    Answer<std::vector<DockerImage>> images = co_await api.images(id);
    facts.runtime[id].images = std::move(images);
}

// What runs in one environment: containers, or services and tasks.
awaitable<void> read_runtime(portainer::Api& api, EnvironmentId id, bool containers, bool services,
                             const std::set<std::string>* projects, ServerFacts& facts) {
    if (containers) {
        Answer<std::vector<Container>> answer = co_await api.containers(id);
        facts.runtime[id].containers = std::move(answer);
        co_await read_more_of_containers(api, id, projects, facts);
    }
    if (services) {
        Answer<std::vector<SwarmService>> answer = co_await api.services(id);
        Answer<std::vector<SwarmTask>> tasks = co_await api.tasks(id);
        facts.runtime[id].services = std::move(answer);
        facts.runtime[id].tasks = std::move(tasks);
    }
    runtime::arrange(facts.runtime[id]);
}

awaitable<void> ask(const Row& row, Question question, StackFacts& facts, const Asking& asking) {
    switch (question.kind) {
    case Question::Kind::file:
        co_await read_file(row, question.id, facts, asking);
        break;
    case Question::Kind::stack_by_id: {
        Answer<StackRecord> answer = co_await asking.api.stack(question.id);
        auto& place = facts.by_id.reply.asked() ? facts.older_by_id[question.id] : facts.by_id;
        place = std::move(answer);
        break;
    }
    case Question::Kind::docker_object:
    case Question::Kind::container: {
        Reply reply = co_await asking.api.docker_object(question.environment, question.docker_kind, question.name);
        auto& probes = question.kind == Question::Kind::container ? facts.container_probes : facts.probes;
        probes.push_back({question.docker_kind, question.name, question.service, std::move(reply)});
        break;
    }
    case Question::Kind::environment: {
        Answer<Environment> answer = co_await asking.api.environment(question.environment);
        asking.server.environments_by_id[question.environment] = std::move(answer);
        break;
    }
    case Question::Kind::runtime: {
        const bool services = question.docker_kind == DockerKind::service;
        co_await read_runtime(asking.api, question.environment, !services, services, nullptr, asking.server);
        break;
    }
    case Question::Kind::cluster:
        co_await asking.clusters.ask(question.environment, question.cluster);
        break;
    case Question::Kind::list_again:
        break;
    }
}

// Those to a cluster side by side, since each of its lists takes as long as the cluster needs; the others one after the
// other. `questions` outlives the asking.
awaitable<void> ask_all(const Row& row, const std::vector<Question>& questions, StackFacts& facts,
                        const Asking& asking) {
    std::vector<const Question*> to_clusters;
    for (const Question& question : questions) {
        if (question.kind == Question::Kind::cluster)
            to_clusters.push_back(&question);
        else
            co_await ask(row, question, facts, asking);
    }
    const auto one = [&](std::size_t i) -> awaitable<void> {
        co_await asking.clusters.ask(to_clusters[i]->environment, to_clusters[i]->cluster);
    };
    co_await net::for_each_bounded(to_clusters.size(), cluster_lists_at_once, one);
}

} // namespace

awaitable<void> observe_server(portainer::Api& api, ServerFacts& facts) {
    facts.status = co_await api.status();
    facts.identity_before = co_await api.identity();
    if (!facts.identity_before.reply.ok()) co_return;
    facts.environments = co_await api.environments();
    facts.list = co_await api.stacks();
    facts.identity_after = co_await api.identity();
}

awaitable<void> observe_names(portainer::Api& api, std::span<const DesiredStack> stacks, ServerFacts& facts,
                              std::size_t workers) {
    const NamesWanted wanted = names_wanted(stacks, facts);
    if (wanted.users) facts.users = co_await api.users();
    if (wanted.teams) facts.teams = co_await api.teams();
    if (wanted.tags) facts.tags = co_await api.tags();
    if (wanted.groups) facts.groups = co_await api.groups();

    const std::set<EnvironmentId> asked = match::environments_to_ask(stacks, facts);
    const std::vector<EnvironmentId> ids(asked.begin(), asked.end());
    auto read = [&](std::size_t i) -> awaitable<void> {
        Answer<Environment> answer = co_await api.environment(ids[i]);
        facts.environments_by_id[ids[i]] = std::move(answer);
    };
    co_await net::for_each_bounded(ids.size(), workers, read);
}

awaitable<void> observe_runtime(portainer::Api& api, const std::vector<Row>& rows, ServerFacts& facts,
                                std::size_t workers) {
    const match::RuntimeNeeds needs = match::runtime_needs(rows, facts);
    std::set<EnvironmentId> all = needs.containers;
    all.insert(needs.services.begin(), needs.services.end());
    const std::vector<EnvironmentId> ids(all.begin(), all.end());
    const std::set<std::string> none;
    auto read = [&](std::size_t i) -> awaitable<void> {
        const bool containers = needs.containers.contains(ids[i]);
        const bool services = needs.services.contains(ids[i]);
        const auto projects = needs.projects.find(ids[i]);
        co_await read_runtime(api, ids[i], containers, services,
                              projects == needs.projects.end() ? &none : &projects->second, facts);
    };
    co_await net::for_each_bounded(ids.size(), workers, read);
}

awaitable<void> observe_list_again(portainer::Api& api, ServerFacts& facts, std::chrono::milliseconds debounce) {
    const auto executor = co_await asio::this_coro::executor;
    asio::steady_timer timer(executor, debounce);
    co_await timer.async_wait(asio::use_awaitable);
    facts.list_again = co_await api.stacks();
    facts.identity_after_again = co_await api.identity();
}

awaitable<bool> observe_row(const Row& row, StackFacts& facts, const Asking& asking) {
    for (int round = 0; round < most_rounds_of_questions; ++round) {
        const std::vector<Question> questions = next_questions(row, asking.server, facts, asking.judge);
        if (questions.empty()) co_return false;
        if (questions.front().kind == Question::Kind::list_again) co_return true;
        co_await ask_all(row, questions, facts, asking);
    }
    co_return false;
}

} // namespace mooring::drift
