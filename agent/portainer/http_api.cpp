// The Api over HTTP: requests, the table of causes, decoding. Nothing is decided here beyond those.
#include "base/text.hpp"
#include "net/client.hpp"
#include "portainer/api.hpp"
#include "portainer/causes.hpp"
#include "portainer/decode.hpp"

#include <algorithm>
#include <boost/json/object.hpp>
#include <fmt/format.h>
#include <optional>
#include <utility>

namespace mooring::portainer {
namespace {

namespace json = boost::json;

// Docker's lasting 503 on a node that is no manager: asking again changes nothing.
bool is_settled(const net::Response& response) { return response.body.contains("not a swarm manager"); }

// What is said of an answer that is not in the API's shape.
std::string foreign_message(const net::Response& response) {
    if (response.status >= 300 && response.status < 400) {
        return response.location.empty() ? "a redirect, which is not followed"
                                         : fmt::format("a redirect to {}, which is not followed", response.location);
    }
    if (response.content_type.empty()) return "not Portainer's answer (no content type)";
    return fmt::format("not Portainer's answer ({})", response.content_type);
}

// An id that several elements bear: a list in which nobody can tell which of them is meant.
template <typename T>
std::optional<std::int64_t> repeated_id(const std::vector<T>& values) {
    std::vector<std::int64_t> ids(values.size());
    std::ranges::transform(values, ids.begin(), &T::id);
    std::ranges::sort(ids);
    const auto found = std::ranges::adjacent_find(ids);
    return found == ids.end() ? std::nullopt : std::optional(*found);
}

// Keeps a JSON body as it comes.
class WholeBody final : public net::BodySink {
  public:
    bool begin(int status, std::string_view content_type) override {
        text_.clear();
        taken_ = status == 200 && is_json(content_type);
        return taken_;
    }
    bool write(std::string_view piece) override {
        text_ += piece;
        return true;
    }
    bool taken() const { return taken_; }
    // What is wrong with it by its ends; "" if nothing is.
    std::string finish() const {
        const std::string_view text = trim(text_);
        return text.starts_with('{') && text.ends_with('}') ? "" : "it is not a JSON object";
    }
    std::string take() { return std::move(text_); }

  private:
    std::string text_;
    bool taken_ = false;
};

struct ReadRequest {
    Call call = Call::other;
    std::string target;
    std::size_t most = 0;
    std::string object; // the name that was asked for, of docker_object; of kubernetes its kind and name
};

class HttpApi final : public Api {
  public:
    HttpApi(std::unique_ptr<net::Client> client, const ServerConnection& server, std::string base_path)
        : client_(std::move(client)), server_(server), base_path_(std::move(base_path)) {}

    Awaitable<Answer<ServerStatus>> status() override {
        return one<ServerStatus>(about(Call::status, path_of_status()));
    }
    Awaitable<Answer<Identity>> identity() override { return one<Identity>(about(Call::identity, path_of_identity())); }
    Awaitable<Answer<std::vector<Environment>>> environments() override {
        return all<Environment>(listing(Call::environments, path_of_environments()));
    }
    Awaitable<Answer<Environment>> environment(EnvironmentId id) override {
        return of_id<Environment>(about(Call::environment, path_of_environment(id)), id);
    }
    Awaitable<Answer<std::vector<StackRecord>>> stacks() override {
        return all<StackRecord>(listing(Call::stacks, path_of_stacks()));
    }
    Awaitable<Answer<StackRecord>> stack(StackId id) override {
        return of_id<StackRecord>(about(Call::stack, path_of_stack(id)), id);
    }
    Awaitable<Answer<std::string>> stack_file(StackId id) override {
        return one<std::string>(about(Call::stack_file, path_of_stack_file(id)));
    }
    Awaitable<Answer<std::vector<Container>>> containers(EnvironmentId id) override {
        return all<Container>(docker_listing(Call::docker_list, path_of_containers(id)));
    }
    Awaitable<Answer<std::vector<SwarmService>>> services(EnvironmentId id) override {
        return all<SwarmService>(docker_listing(Call::docker_list, path_of_services(id)));
    }
    Awaitable<Answer<std::vector<SwarmTask>>> tasks(EnvironmentId id) override {
        return all<SwarmTask>(docker_listing(Call::docker_list, path_of_tasks(id)));
    }
    Awaitable<Answer<Engine>> engine(EnvironmentId id) override {
        return one<Engine>(about(Call::docker_list, path_of_engine(id)));
    }
    Awaitable<Answer<std::vector<Registry>>> registries(EnvironmentId id) override {
        return all<Registry>(listing(Call::other, path_of_registries(id)));
    }
    Awaitable<Answer<std::vector<DockerImage>>> images(EnvironmentId id) override {
        return all<DockerImage>(docker_listing(Call::docker_images, path_of_images(id)));
    }
    Awaitable<Answer<ContainerDetail>> container(EnvironmentId id, std::string name) override {
        ReadRequest question = about(Call::docker_object, path_of_docker_object(id, DockerKind::container, name));
        if (!can_be_asked_for(DockerKind::container, name)) {
            Answer<ContainerDetail> answer;
            answer.reply = not_sent(question);
            co_return answer;
        }
        question.object = std::move(name);
        co_return co_await one<ContainerDetail>(std::move(question));
    }
    Awaitable<Answer<std::string>> kubernetes(EnvironmentId id, std::string path) override {
        ReadRequest question = docker_listing(Call::kubernetes, path_of_kubernetes(id, path));
        question.object = object_of_kubernetes(path);
        Answer<std::string> answer;
        if (question.target.contains("/edge/")) { // Portainer routes it elsewhere (portainer-api.md §1.3)
            answer.reply = not_sent(question);
            co_return answer;
        }
        WholeBody body;
        answer.reply = co_await ask(std::move(question), body);
        if (answer.reply.ok()) answer.value = body.take();
        co_return answer;
    }
    Awaitable<Answer<std::vector<NamedId>>> users() override {
        return all<NamedId>(listing(Call::users, "/api/users"));
    }
    Awaitable<Answer<std::vector<NamedId>>> teams() override {
        return all<NamedId>(listing(Call::teams, "/api/teams"));
    }
    Awaitable<Answer<std::vector<NamedId>>> tags() override { return all<NamedId>(listing(Call::tags, "/api/tags")); }
    Awaitable<Answer<std::vector<NamedId>>> groups() override {
        return all<NamedId>(listing(Call::groups, "/api/endpoint_groups"));
    }

    Awaitable<Reply> settings() override { return whether(about(Call::settings, path_of_settings())); }

    Awaitable<Reply> docker_object(EnvironmentId id, DockerKind kind, std::string name) override {
        ReadRequest question = about(Call::docker_object, path_of_docker_object(id, kind, name));
        if (!can_be_asked_for(kind, name)) {
            co_return not_sent(question);
        }
        question.object = std::move(name);
        co_return co_await whether(std::move(question));
    }

  private:
    ReadRequest about(Call call, std::string target) const {
        return ReadRequest{.call = call, .target = std::move(target), .most = server_.limits.file, .object = {}};
    }
    ReadRequest listing(Call call, std::string target) const {
        return ReadRequest{.call = call, .target = std::move(target), .most = server_.limits.list, .object = {}};
    }
    ReadRequest docker_listing(Call call, std::string target) const {
        return ReadRequest{.call = call, .target = std::move(target), .most = server_.limits.docker_list, .object = {}};
    }
    Reply not_sent(const ReadRequest& question) const {
        Reply reply = unavailable(question, Failure::refused);
        reply.message = "an object of this name cannot be asked for through Portainer; nothing was sent";
        return reply;
    }

    // Whether there is an object to be had; what is in it is dropped.
    Awaitable<Reply> whether(ReadRequest question) {
        JsonStream stream(JsonStream::Shape::object, [] {}, [](const json::object&) { return std::string(); });
        co_return co_await ask(std::move(question), stream);
    }

    template <typename T>
    Awaitable<Answer<T>> one(ReadRequest question) {
        T value;
        JsonStream stream(
            JsonStream::Shape::object, [&] { value = T(); },
            [&](const json::object& body) {
                if constexpr (std::same_as<T, std::string>) {
                    return decode_file(body, value);
                } else {
                    return decode(body, value);
                }
            });
        Answer<T> answer;
        answer.reply = co_await ask(std::move(question), stream);
        if (answer.reply.ok()) answer.value = std::move(value);
        co_return answer;
    }

    // An answer about another object than the one that was asked for (a cache on the way) is no answer.
    template <typename T>
    Awaitable<Answer<T>> of_id(ReadRequest question, std::int64_t id) {
        Answer<T> answer = co_await one<T>(std::move(question));
        if (!answer.value || answer.value->id == id) co_return answer;
        answer.reply.outcome = Outcome::unavailable;
        answer.reply.failure = Failure::not_the_api;
        answer.reply.message = fmt::format("not the answer that was asked for: it is about id {}", answer.value->id);
        answer.value.reset();
        co_return answer;
    }

    template <typename T>
    Awaitable<Answer<std::vector<T>>> all(ReadRequest question) {
        std::vector<T> values;
        JsonStream stream(
            JsonStream::Shape::list, [&] { values.clear(); },
            [&](const json::object& body) { return decode(body, values.emplace_back()); });
        Answer<std::vector<T>> answer;
        answer.reply = co_await ask(std::move(question), stream);
        if (!answer.reply.ok()) co_return answer;
        if constexpr (requires(const T& one) { one.id + 1; }) {
            if (const auto id = repeated_id(values)) {
                answer.reply.outcome = Outcome::unavailable;
                answer.reply.failure = Failure::not_the_api;
                answer.reply.message = fmt::format("not the API's answer: id {} is in the list twice", *id);
                co_return answer;
            }
        }
        answer.value = std::move(values);
        co_return answer;
    }

    // `Sink`: JsonStream or WholeBody.
    template <typename Sink>
    Awaitable<Reply> ask(ReadRequest question, Sink& sink);
    template <typename Sink>
    Reply judge(const ReadRequest& question, const net::Response& response, Sink& sink) const;
    Reply unavailable(const ReadRequest& question, Failure failure) const;
    std::string safe(std::string_view text) const { return told_text(text, server_); }

    std::unique_ptr<net::Client> client_;
    ServerConnection server_; // its tokens are taken out of what it says
    std::string base_path_;
};

Reply HttpApi::unavailable(const ReadRequest& question, Failure failure) const {
    Reply reply;
    reply.call = question.call;
    reply.target = base_path_ + question.target;
    reply.outcome = Outcome::unavailable;
    reply.failure = failure;
    return reply;
}

template <typename Sink>
Awaitable<Reply> HttpApi::ask(ReadRequest question, Sink& stream) {
    net::Request request;
    request.target = question.target;
    request.most = question.most;
    request.settled = is_settled;
    const auto answer = co_await client_->get(std::move(request), &stream);
    if (answer) co_return judge(question, *answer, stream);
    Reply reply = unavailable(question, failure_of(answer.error().stage));
    reply.message = safe(answer.error().message);
    co_return reply;
}

template <typename Sink>
Reply HttpApi::judge(const ReadRequest& question, const net::Response& response, Sink& stream) const {
    const auto error = stream.taken() ? std::nullopt : parse_error_body(response.body);
    AnswerFacts facts{.call = question.call,
                      .status = response.status,
                      .content_type = response.content_type,
                      .message = {},
                      .details = {},
                      .object = question.object,
                      .text = response.body};
    if (error) facts.message = error->message;
    if (error && error->details) facts.details = *error->details;
    if (error && error->reason) facts.reason = *error->reason;
    if (error) facts.about = error->about;
    const Meaning meaning = classify(facts);

    Reply reply = unavailable(question, meaning.failure);
    reply.outcome = meaning.outcome;
    reply.cause = meaning.cause;
    reply.status = response.status;
    reply.server_date = response.date;
    if (error && is_json(response.content_type)) {
        reply.message = safe(error->message);
        reply.details = safe(error->details.value_or(""));
    } else if (!reply.ok()) {
        reply.message = safe(foreign_message(response));
        reply.details = safe(response.body);
    } else if (const std::string problem = stream.finish(); !problem.empty()) {
        reply.outcome = Outcome::unavailable;
        reply.failure = Failure::not_the_api;
        reply.message = safe("not the API's answer: " + problem);
    }
    return reply;
}

} // namespace

Result<std::unique_ptr<Api>> make_api(const boost::asio::any_io_executor& executor, const ServerConnection& server,
                                      const Hooks& hooks) {
    auto settings = client_settings(server, hooks);
    if (!settings) return std::unexpected(settings.error());
    std::string base_path = settings->origin.base_path;
    auto client = net::Client::make(executor, std::move(*settings));
    if (!client) return with_cure(client.error());
    return std::make_unique<HttpApi>(std::move(*client), server, std::move(base_path));
}

} // namespace mooring::portainer
