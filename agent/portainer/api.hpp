// The Portainer API in domain verbs, reads only. Everything comes back as an Answer: classified by the table of causes,
// never an exception. The one exception there is: cancellation, which ends the coroutine as Asio does
// (boost::system::system_error, operation_aborted).
#pragma once

#include "base/error.hpp"
#include "model/answer.hpp"
#include "model/stack.hpp"
#include "net/client.hpp"
#include "net/tls.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace mooring::portainer {

template <typename T>
using Awaitable = boost::asio::awaitable<T>;

class Api {
  public:
    Api() = default;
    Api(const Api&) = delete;
    Api& operator=(const Api&) = delete;
    virtual ~Api() = default;

    virtual Awaitable<Answer<ServerStatus>> status() = 0;                     // public; never /system/version
    virtual Awaitable<Answer<Identity>> identity() = 0;                       // /users/me
    virtual Awaitable<Answer<std::vector<Environment>>> environments() = 0;   // those that the token may see
    virtual Awaitable<Answer<Environment>> environment(EnvironmentId id) = 0; // 404 and 403 tell gone from denied
    virtual Awaitable<Answer<std::vector<StackRecord>>> stacks() = 0;         // unfiltered (portainer-api.md §3.1)
    virtual Awaitable<Answer<StackRecord>> stack(StackId id) = 0;
    virtual Awaitable<Answer<std::string>> stack_file(StackId id) = 0;                  // the bytes as uploaded
    virtual Awaitable<Answer<std::vector<Container>>> containers(EnvironmentId id) = 0; // all=1: stopped ones too
    virtual Awaitable<Answer<std::vector<SwarmService>>> services(EnvironmentId id) = 0;
    virtual Awaitable<Answer<std::vector<SwarmTask>>> tasks(EnvironmentId id) = 0;
    virtual Awaitable<Answer<Engine>> engine(EnvironmentId id) = 0; // which one it is; asked for plans alone
    // Those whose credentials the server uses when this token deploys there (portainer-api.md §3.7); for plans alone.
    virtual Awaitable<Answer<std::vector<Registry>>> registries(EnvironmentId id) = 0;
    // Local images and the names that they have now; not filtered, whoever asks (portainer-api.md §12).
    virtual Awaitable<Answer<std::vector<DockerImage>>> images(EnvironmentId id) = 0;
    // One container, by its name, as docker_object() asks for it.
    virtual Awaitable<Answer<ContainerDetail>> container(EnvironmentId id, std::string name) = 0;
    // Whether an object of this name exists: ok, object_absent, denied (name_taken), or nothing known. A container
    // named `edge` cannot be asked for (Portainer routes it elsewhere, portainer-api.md §1.3): unavailable, not sent.
    virtual Awaitable<Reply> docker_object(EnvironmentId id, DockerKind kind, std::string name) = 0;
    // One answer of a cluster's API, as it came: a path below its root, with its query, as it is to be read
    // ("apis/apps/v1/namespaces/shop/deployments?limit=500"): what a URL must not have is encoded here. ok says that it
    // is JSON's object by its ends, no more.
    virtual Awaitable<Answer<std::string>> kubernetes(EnvironmentId id, std::string path) = 0;
    virtual Awaitable<Reply> settings() = 0; // whether they may be read; what they say is not kept
    virtual Awaitable<Answer<std::vector<NamedId>>> users() = 0;
    virtual Awaitable<Answer<std::vector<NamedId>>> teams() = 0;
    virtual Awaitable<Answer<std::vector<NamedId>>> tags() = 0;
    virtual Awaitable<Answer<std::vector<NamedId>>> groups() = 0;
};

// What the client takes from outside beside its settings.
struct Hooks {
    std::function<double()> random; // uniform in [0, 1), for jitter; empty: a seeded generator of its own
    // Told of every wait before a retry, as one printable line without secrets; empty: nobody is.
    std::function<void(std::string_view)> on_retry;
    std::shared_ptr<net::UnderWay> under_way; // where requests are noted while they wait for answers; may be null
};

// The API over HTTP. All calls run on `executor`, which must be that of one single-threaded io_context; the Api
// outlives the calls under way. The run's deadline starts here. Errors (invalid_input, io): a URL that is none, a CA
// file that cannot be read, a malformed pin, a token that no header can carry.
Result<std::unique_ptr<Api>> make_api(const boost::asio::any_io_executor& executor, const ServerConnection& server,
                                      const Hooks& hooks = {});

// The way to a configured server, looked at step by step; net/tls.hpp over a server's settings.

// Errors (invalid_input, io): those of make_api that concern the way, not the token.
Awaitable<Result<net::Inspection>> inspect(boost::asio::any_io_executor executor, ServerConnection server);

// Where an exchange failed, in the words of answers.
Failure failure_of(net::Stage stage);

// A server's settings as the HTTP client takes them.

// What a server or proxy says, fit to be shown: one line, without the tokens of `server` and whatever else looks secret
// in it (base/secret.hpp), cut.
std::string told_text(std::string_view text, const ServerConnection& server);

// The error with its detail, which says what to write instead, in one sentence.
std::unexpected<Error> with_cure(Error error);

// Errors (invalid_input): a URL that is not valid, a malformed pin, a proxy that is not one.
Result<net::ClientSettings> client_settings(const ServerConnection& server, const Hooks& hooks);

} // namespace mooring::portainer
