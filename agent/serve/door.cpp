#include "serve/door.hpp"

#include "manifest/config.hpp"

namespace mooring::serve {
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
