#include "serve/door.hpp"

#include "embedded_schemas.hpp"
#include "manifest/config.hpp"
#include "serve/page.hpp"

#include <fmt/format.h>

namespace mooring::serve {
namespace {

namespace asio = boost::asio;
using net::Answered;

constexpr std::string_view json_type = "application/json";
constexpr std::string_view html_type = "text/html; charset=utf-8";

Answered made(int status, std::string_view type, std::string body) {
    return {.status = status, .content_type = std::string(type), .body = std::move(body), .headers = {}};
}

Answered problem(int status, std::string_view reason) {
    return made(status, json_type, status_json("refused", reason));
}

// Nothing here is for other origins, frames or caches.
void guard(Answered& answer) {
    answer.headers.emplace_back("X-Content-Type-Options", "nosniff");
    answer.headers.emplace_back("Referrer-Policy", "no-referrer");
    answer.headers.emplace_back("Cross-Origin-Resource-Policy", "same-origin");
    answer.headers.emplace_back("Content-Security-Policy",
                                "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; "
                                "form-action 'self'; frame-ancestors 'none'");
    answer.headers.emplace_back("Cache-Control", "no-store");
}

Answered unauthorised() {
    Answered out = problem(401, "the bearer token is missing or wrong");
    out.headers.emplace_back("WWW-Authenticate", "Bearer realm=\"mooring\", Basic realm=\"mooring\"");
    return out;
}

} // namespace

std::string refused_binding(const net::Listen& listen, bool has_token, bool insecure) {
    if (!listen.socket.empty() || net::is_loopback(listen.host) || insecure) return {};
    const bool tls = !listen.certificate.empty();
    if (tls && has_token) return {};
    return fmt::format("`listen` {} is reachable beyond this machine without {}; add it, listen on 127.0.0.1, or say "
                       "`insecure: true`",
                       listen.host,
                       tls         ? "a token"
                       : has_token ? "TLS"
                                   : "TLS and a token");
}

asio::awaitable<Answered> Front::answer(net::Received request) {
    Route asked = route(request.method, request.target);
    Answered out;
    const bool host_known =
        !settings_.checks_host || !settings_.token.empty() || is_host_known(request.host, settings_.hosts);
    const Gate gate = gate_of(asked.page, settings_.token, request.authorization.reveal());
    if (!host_known) {
        out = problem(421, "this is not the host that was asked for; name it in `listen.hosts`");
    } else if (gate == Gate::closed) {
        out = unauthorised();
    } else if (gate == Gate::no_token_configured) {
        out = problem(403, "starting a run needs a bearer token: set `listen.token`");
    } else if (asked.page == Page::runs || asked.page == Page::runs_page || asked.page == Page::stack ||
               asked.page == Page::stack_page) {
        out = co_await answer_from_ledger(std::move(asked));
    } else {
        out = answer_at_once(asked);
    }
    guard(out);
    co_return out;
}

Answered Front::answer_at_once(const Route& route) const {
    switch (route.page) {
    case Page::health:
        return made(200, json_type, status_json("ok", ""));
    case Page::readiness: {
        const std::string reason = not_ready(board_, clock_.unix_seconds());
        if (!reason.empty()) return made(503, json_type, status_json("not_ready", reason));
        return made(200, json_type, status_json("ready", caveats(board_)));
    }
    case Page::metrics:
        return made(200, "text/plain; version=0.0.4; charset=utf-8", metrics_.text(board_, clock_.unix_seconds()));
    case Page::stacks:
        return made(200, json_type, stacks_json(board_, route.query, clock_.unix_seconds()));
    case Page::status: {
        const StatusModel model = status_model(board_, route.query, clock_.unix_seconds());
        return made(200, html_type, status_page(model));
    }
    case Page::style:
        return made(200, "text/css; charset=utf-8", std::string(style_sheet()));
    case Page::icon:
        return made(200, "image/svg+xml", std::string(icon()));
    case Page::plan:
        return made(200, json_type, plan_json(board_, route.query));
    case Page::openapi:
        return made(200, "application/yaml", std::string(schema::openapi()));
    case Page::sync:
        return synced(route);
    case Page::method_not_allowed: {
        Answered out = problem(405, "another method is wanted here: " + route.allow);
        out.headers.emplace_back("Allow", route.allow);
        return out;
    }
    default:
        if (route.for_people) return made(404, html_type, no_such_stack_page(newest_run(board_), board_.version));
        return problem(404, "there is no such page");
    }
}

Answered Front::synced(const Route& route) const {
    const auto server = route.query.find("server");
    const std::string name = server == route.query.end() ? "" : server->second;
    if (!sync_(name)) return problem(404, "there is no such server");
    return made(202, json_type, status_json("started", ""));
}

asio::awaitable<Answered> Front::answer_from_ledger(Route route) {
    if (route.page == Page::runs || route.page == Page::runs_page) {
        const bool page = route.page == Page::runs_page; // which says whether older ones follow
        auto runs = co_await recorder_.newest_runs(runs_a_page + (page ? 1 : 0), before_asked(route.query));
        if (!page) co_return made(200, json_type, runs_json(board_, runs));
        co_return made(200, html_type, runs_page(runs_model(board_, route.query, std::move(runs))));
    }
    const ledger::Period all;
    const auto history = co_await recorder_.history(route.stack, all);
    if (route.page == Page::stack_page) {
        const auto model = stack_model(board_, route.stack, history, clock_.unix_seconds());
        if (!model) co_return made(404, html_type, no_such_stack_page(newest_run(board_), board_.version));
        co_return made(200, html_type, stack_page(*model));
    }
    std::string body = stack_json(board_, route.stack, history, clock_.unix_seconds());
    if (body.empty()) co_return problem(404, "there is no such stack");
    co_return made(200, json_type, std::move(body));
}

namespace {

net::Listen listen_of(const config::ListenSettings& settings) {
    return {.host = settings.host,
            .port = settings.port,
            .socket = settings.socket,
            .certificate = settings.certificate,
            .key = settings.key};
}

} // namespace

Result<FrontSettings> Door::front_settings() const {
    FrontSettings out{.token = {}, .hosts = listen_.hosts, .checks_host = listen_.socket.empty()};
    if (listen_.token.kind == config::CredentialSource::Kind::none) return out;
    auto token = config::read_secret(listen_.token, variables_);
    if (!token) return while_doing("listen.token", token.error());
    out.token = std::move(*token);
    return out;
}

Result<void> Door::open(const boost::asio::any_io_executor& executor) {
    if (!listen_.enabled) return {};
    auto settings = front_settings();
    if (!settings) return std::unexpected(settings.error());
    const net::Listen where = listen_of(listen_);
    if (const auto refused = refused_binding(where, !settings->token.empty(), listen_.insecure); !refused.empty())
        return fail(ErrorKind::invalid_input, refused);
    front_.use(std::move(*settings));
    net::ServerLimits limits;
    limits.vital = [](const net::Received& asked) { return is_about_health(asked.method, asked.target); };
    auto server = net::Server::open(executor, where, limits,
                                    [this](net::Received request) { return front_.answer(std::move(request)); });
    if (!server) return std::unexpected(server.error());
    server_ = std::move(*server);
    return {};
}

Result<void> Door::read_token_again() {
    auto settings = front_settings();
    if (!settings) return std::unexpected(settings.error());
    front_.use(std::move(*settings));
    return {};
}

} // namespace mooring::serve
