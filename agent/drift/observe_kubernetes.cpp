// Asks clusters through Portainer's proxy: what to ask is decided by runtime/cluster.hpp.
#include "drift/observe.hpp"
#include "runtime/cluster.hpp"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <charconv>
#include <utility>

namespace mooring::drift {
namespace {

namespace asio = boost::asio;
using asio::awaitable;
using About = match::ClusterQuestion::About;

std::string name_of(const match::ClusterQuestion& question) {
    return std::to_string(static_cast<int>(question.about)) + " " + question.what + " " + std::to_string(question.id);
}

// Nobody behind the proxy answers, as against a cluster that answers badly: of a 503 only one group may be out of
// order.
bool is_down(const Reply& reply) {
    const bool lost = reply.failure == Failure::connect || reply.failure == Failure::timeout ||
                      reply.failure == Failure::lost || reply.failure == Failure::resolve;
    return reply.unavailable() && (lost || reply.status == 502 || reply.status == 504);
}

// Wakes who waits for an answer, whatever came of it.
class Waking {
  public:
    explicit Waking(std::function<void()> wake) : wake_(std::move(wake)) {}
    Waking(const Waking&) = delete;
    Waking& operator=(const Waking&) = delete;
    ~Waking() { wake_(); }

  private:
    std::function<void()> wake_;
};

// Who asks; what is read is for this question alone.
ServerFacts asking_as(const ServerFacts& facts) {
    ServerFacts asked;
    asked.identity_before = facts.identity_before;
    asked.identity_after = facts.identity_after;
    return asked;
}

awaitable<void> ask_rounds(portainer::Api& api, ServerFacts& facts, EnvironmentId environment,
                           const std::function<std::vector<Question>()>& next) {
    constexpr int most_rounds = 8; // questions get fewer with every answer
    ClusterReader reader(api, facts);
    for (int round = 0; round < most_rounds; ++round) {
        const std::vector<Question> questions = next();
        if (questions.empty()) break;
        for (const Question& one : questions) co_await reader.ask(environment, one.cluster);
    }
}

// Whether the stack that a label names was removed.
awaitable<bool> is_gone(portainer::Api& api, std::string label) {
    StackId id = 0;
    const auto [end, error] = std::from_chars(label.data(), label.data() + label.size(), id);
    if (error != std::errc{} || end != label.data() + label.size() || id <= 0) co_return false;
    const Answer<StackRecord> holder = co_await api.stack(id);
    co_return holder.reply.outcome == Outcome::stack_gone;
}

} // namespace

awaitable<Answer<std::string>> ClusterReader::read(EnvironmentId environment, std::string path) {
    const std::optional<Reply>& down = server_.runtime[environment].cluster.down;
    Answer<std::string> answer;
    if (down) {
        answer.reply = *down;
        co_return answer;
    }
    const bool decides = !path.contains("?labelSelector="); // as against what may have been left behind
    answer = co_await api_.kubernetes(environment, std::move(path));
    if (decides && is_down(answer.reply)) server_.runtime[environment].cluster.down = answer.reply;
    co_return answer;
}

awaitable<void> ClusterReader::ask_now(EnvironmentId environment, const match::ClusterQuestion& question) {
    if (question.about == About::holder) {
        Answer<StackRecord> answer = co_await api_.stack(question.id);
        server_.runtime[environment].cluster.holders[question.id] = std::move(answer);
        co_return;
    }
    if (question.about == About::list) {
        runtime::ClusterPages pages(question);
        bool more = true;
        while (more) {
            Answer<std::string> page = co_await read(environment, pages.path());
            more = pages.take(std::move(page));
        }
        server_.runtime[environment].cluster.lists[question.what] = std::move(pages).result();
        co_return;
    }
    Answer<std::string> answer = co_await read(environment, runtime::path_of(question));
    match::ClusterFacts& cluster = server_.runtime[environment].cluster;
    if (question.about == About::namespace_) {
        cluster.namespaces[question.what] = std::move(answer.reply);
    } else if (question.about == About::kinds) {
        cluster.kinds[question.what] = runtime::read_kinds(answer);
    } else {
        cluster.groups = runtime::read_groups(answer);
    }
}

awaitable<void> ClusterReader::ask(EnvironmentId environment, match::ClusterQuestion question) {
    const Key key{environment, name_of(question)};
    if (const auto asked = under_way_.find(key); asked != under_way_.end()) {
        const std::shared_ptr<asio::steady_timer> timer = asked->second;
        boost::system::error_code woken;
        co_await timer->async_wait(asio::redirect_error(asio::use_awaitable, woken));
        co_return;
    }
    const auto executor = co_await asio::this_coro::executor;
    const auto timer = std::make_shared<asio::steady_timer>(executor, asio::steady_timer::time_point::max());
    under_way_[key] = timer;
    const Waking waking([this, key, timer] {
        under_way_.erase(key);
        timer->cancel();
    });
    co_await ask_now(environment, question);
}

awaitable<ObjectsThere> read_objects_there(portainer::Api& api, const ServerFacts& facts, const DesiredStack& stack,
                                           EnvironmentId environment) {
    const auto content = compare::Content::load(stack);
    const auto file = content->objects();
    if (!file) co_return std::nullopt;
    ServerFacts asked = asking_as(facts);
    const runtime::ClusterStack cluster{
        .file = *file, .namespace_ = stack.namespace_, .environment = environment, .server = asked};
    const auto questions = [&] { return runtime::cluster_questions(cluster, nullptr); };
    co_await ask_rounds(api, asked, environment, questions);
    co_return runtime::objects_there(cluster);
}

awaitable<ObjectsThere> read_objects_taken(portainer::Api& api, const ServerFacts& facts, const DesiredStack& stack,
                                           const StackRecord& record, const std::optional<std::string>& recorded_file) {
    const auto content = compare::Content::load(stack);
    const auto file = content->objects();
    if (!file) co_return std::nullopt;
    const auto recorded = kubernetes::load(recorded_file.value_or(std::string()));
    const kubernetes::File added =
        kubernetes::added_objects(*file, recorded.value_or(kubernetes::File{}), record.namespace_);
    ServerFacts asked = asking_as(facts);
    const runtime::ClusterStack cluster{
        .file = added, .namespace_ = record.namespace_, .environment = record.environment, .server = asked};
    const auto questions = [&] { return runtime::cluster_questions(cluster, nullptr); };
    co_await ask_rounds(api, asked, record.environment, questions);
    ObjectsThere there = runtime::objects_there(cluster);
    if (!there) co_return std::nullopt;
    std::erase_if(*there, [&](const match::ObjectThere& one) { return one.stack_id == std::to_string(record.id); });
    for (match::ObjectThere& one : *there) {
        const bool gone = co_await is_gone(api, one.stack_id);
        if (gone) one.stack_id.clear();
    }
    co_return there;
}

awaitable<ObjectsThere> read_objects_there(portainer::Api& api, const ServerFacts& facts, const StackRecord& record,
                                           const std::string& file) {
    const auto objects = kubernetes::load(file);
    if (!objects) co_return std::nullopt;
    ServerFacts asked = asking_as(facts);
    const runtime::ClusterStack cluster{
        .file = *objects, .namespace_ = record.namespace_, .environment = record.environment, .server = asked};
    const auto questions = [&] { return runtime::removal_questions(cluster); };
    co_await ask_rounds(api, asked, record.environment, questions);
    co_return runtime::objects_there(cluster, record.id);
}

awaitable<std::map<std::pair<std::string, std::string>, bool>>
read_kinds_of(portainer::Api& api, const ServerFacts& facts, const DesiredStack& stack, EnvironmentId environment) {
    std::map<std::pair<std::string, std::string>, bool> out;
    const auto content = compare::Content::load(stack);
    const auto file = content->objects();
    if (!file) co_return out;
    ServerFacts asked = asking_as(facts);
    auto& kinds = asked.runtime[environment].cluster.kinds;
    if (const auto known = facts.runtime.find(environment); known != facts.runtime.end())
        kinds = known->second.cluster.kinds;
    const runtime::ClusterStack cluster{
        .file = *file, .namespace_ = stack.namespace_, .environment = environment, .server = asked};
    const auto questions = [&] {
        auto all = runtime::cluster_questions(cluster, nullptr);
        std::erase_if(all, [](const Question& one) { return one.cluster.about != About::kinds; });
        return all;
    };
    co_await ask_rounds(api, asked, environment, questions);
    for (const auto& [version, answer] : asked.runtime[environment].cluster.kinds) {
        if (!answer.value) continue;
        for (const match::ClusterKind& one : *answer.value) out[{version, one.kind}] = one.namespaced;
    }
    co_return out;
}

} // namespace mooring::drift
