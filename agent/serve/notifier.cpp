#include "serve/notifier.hpp"

#include "base/backoff.hpp"
#include "base/crypto.hpp"
#include "base/file.hpp"
#include "base/redact.hpp"
#include "base/text.hpp"
#include "manifest/config.hpp"
#include "net/client.hpp"

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <deque>
#include <exception>
#include <fmt/format.h>

namespace mooring::serve {
namespace {

namespace asio = boost::asio;
using config::ChannelSettings;
using Kind = ChannelSettings::Kind;

constexpr Backoff between_attempts{.base = std::chrono::seconds(2), .most = std::chrono::minutes(5)};
constexpr unsigned most_attempts = 60; // about five hours
constexpr std::size_t most_waiting = 100;
constexpr std::size_t largest_template = 65536;

// scheme://host[:port] and the rest, which may be secret.
std::pair<std::string, std::string> split_url(const std::string& url) {
    const std::size_t start = url.find("://");
    const std::size_t slash = start == std::string::npos ? start : url.find_first_of("/?", start + 3);
    if (slash == std::string::npos) return {url, "/"};
    const std::string rest = url.substr(slash);
    return {url.substr(0, slash), rest.starts_with('/') ? rest : "/" + rest};
}

std::string variable(const Variables& variables, std::initializer_list<const char*> names) {
    for (const char* name : names) {
        const Secret* value = variables.find(name);
        if (value != nullptr && !value->empty()) return std::string(value->reveal());
    }
    return {};
}

// Longer than until the reminder that renews an alert.
std::chrono::seconds lasting(std::chrono::seconds reminder) {
    return reminder.count() > 0 ? reminder * 2 + std::chrono::hours(1) : std::chrono::hours(24 * 365);
}

} // namespace

struct Notifier::Channel {
    explicit Channel(const asio::any_io_executor& executor) : timer(executor) {}

    ChannelSettings settings;
    std::deque<Digest> waiting; // the first is being delivered
    bool busy = false;
    bool gone = false;
    asio::steady_timer timer;
};

Notifier::Notifier(asio::any_io_executor executor, const Variables& variables, const Clock& clock, Log& log,
                   Recorder& recorder, Metrics& metrics, std::function<double()> random)
    : executor_(std::move(executor)), variables_(variables), clock_(clock), log_(log), recorder_(recorder),
      metrics_(metrics), random_(std::move(random)) {}

Notifier::~Notifier() = default;

void Notifier::remember(const std::vector<ledger::Notification>& told) {
    for (const ledger::Notification& one : told)
        told_[one.channel][{one.subject, one.topic}] = {.state = one.state, .at = one.at};
}

void Notifier::use(const config::NotificationSettings& settings) {
    settings_ = settings;
    for (auto& [name, channel] : channels_) channel->gone = true;
    for (const ChannelSettings& one : settings.channels) {
        auto& channel = channels_[one.name];
        if (!channel) channel = std::make_shared<Channel>(executor_);
        channel->settings = one;
        channel->gone = false;
    }
    for (auto& [name, channel] : channels_) {
        if (channel->gone) channel->timer.cancel();
    }
    std::erase_if(channels_, [](const auto& entry) { return entry.second->gone; });
}

void Notifier::consider(const Board& board, const std::string& server, const std::string& run_id) {
    const UnixSeconds now = clock_.unix_seconds();
    for (auto& [name, channel] : channels_) {
        ToldByTopic& told = told_[name];
        std::vector<Notice> found = notices(board, server, told, now, settings_.reminder);
        if (found.empty()) continue;
        if (channel->waiting.size() >= most_waiting) continue; // decided anew, and said, once the channel takes some
        for (const Notice& notice : found) told[{notice.subject, notice.topic}] = {.state = notice.state, .at = now};
        Digest digest{
            .server = server, .run_id = run_id, .at = now, .page = settings_.page, .notices = std::move(found)};
        digest.headline = fmt::format("Mooring, {}: {}", server, headline(board));
        digest.id = to_hex(sha256(fmt::format("{} {} {} {}", name, server, run_id, now))).substr(0, 16);
        channel->waiting.push_back(std::move(digest));
        if (channel->busy) continue;
        channel->busy = true;
        asio::co_spawn(executor_, deliver_all(channel, this), [](const std::exception_ptr& failure) {
            if (failure) std::rethrow_exception(failure);
        });
    }
}

asio::awaitable<void> Notifier::deliver_all(std::shared_ptr<Channel> channel, Notifier* self) {
    while (!channel->waiting.empty() && !channel->gone) {
        std::string problem;
        for (unsigned attempt = 1; attempt <= most_attempts && !channel->gone; ++attempt) {
            const ChannelSettings settings = channel->settings; // a reload may change them meanwhile
            problem = co_await self->deliver(settings, channel->waiting.front());
            self->metrics_.count_notification(settings.name, problem.empty());
            if (problem.empty()) break;
            self->log_.write(
                attempt == 1 || attempt == most_attempts ? Level::warn : Level::debug,
                fmt::format("notification for {} not delivered: {}", settings.name, problem),
                {{"event", "notification"}, {"channel", settings.name}, {"id", channel->waiting.front().id}});
            channel->timer.expires_after(backoff_delay(between_attempts, attempt, self->random_()));
            constexpr auto as_pair = asio::as_tuple(asio::use_awaitable);
            co_await channel->timer.async_wait(as_pair);
        }
        Digest digest = std::move(channel->waiting.front());
        channel->waiting.pop_front();
        if (problem.empty()) co_await self->note_delivery(channel, std::move(digest));
    }
    channel->busy = false;
}

asio::awaitable<void> Notifier::note_delivery(std::shared_ptr<Channel> channel, Digest digest) {
    const std::string& name = channel->settings.name;
    log_.write(Level::info, fmt::format("notification for {} delivered", name),
               {{"event", "notification"},
                {"channel", name},
                {"id", digest.id},
                {"items", std::to_string(digest.notices.size())}});
    std::vector<ledger::Notification> sent;
    sent.reserve(digest.notices.size());
    for (const Notice& notice : digest.notices)
        sent.push_back({.channel = name,
                        .subject = notice.subject,
                        .topic = notice.topic,
                        .state = notice.state,
                        .at = digest.at});
    co_await recorder_.record_notifications(std::move(sent));
}

// "" or why it was not taken. Nothing of it holds the address's path or a secret.
asio::awaitable<std::string> Notifier::deliver(const ChannelSettings& channel, const Digest& digest) {
    Secret url(channel.url);
    if (channel.url.empty()) {
        auto read = config::read_secret(channel.url_source, variables_);
        if (!read) co_return read.error().message;
        url = std::move(*read);
    }
    std::string text_template;
    if (!channel.template_file.empty()) {
        auto read = read_file(channel.template_file, largest_template);
        if (!read) co_return read.error().message;
        text_template = std::move(*read);
        if (const auto problem = template_problem(text_template); !problem.empty())
            co_return fmt::format("its template is wrong: {}", problem);
    }
    auto [base, target] = split_url(std::string(url.reveal()));
    auto origin = net::parse_origin(base);
    if (!origin) co_return std::string("its address is none");
    net::Request request{.target = std::move(target), .method = "POST", .repeatable = false};
    net::ClientSettings settings;
    switch (channel.kind) {
    case Kind::webhook:
        request.body = webhook_body(digest, text_template);
        break;
    case Kind::slack:
        request.body = slack_body(digest, text_template);
        break;
    case Kind::alertmanager:
        while (request.target.ends_with('/')) request.target.pop_back();
        request.target += "/api/v2/alerts";
        request.body = alertmanager_body(digest, lasting(settings_.reminder));
        break;
    }
    if (channel.secret.kind != config::CredentialSource::Kind::none) {
        const auto key = config::read_secret(channel.secret, variables_);
        if (!key) co_return key.error().message;
        settings.headers = signature_line(*key, request.body);
    }
    auto proxy = net::choose_proxy(*origin, variable(variables_, {"HTTPS_PROXY", "https_proxy"}),
                                   variable(variables_, {"HTTP_PROXY", "http_proxy"}),
                                   variable(variables_, {"NO_PROXY", "no_proxy"}));
    if (!proxy) co_return proxy.error().message;
    settings.origin = std::move(*origin);
    settings.proxy = std::move(*proxy);
    settings.trust.ca_file = channel.ca_file;
    settings.retries.attempts = 1;
    auto client = net::Client::make(executor_, std::move(settings));
    if (!client) co_return client.error().message;
    const auto answer = co_await (*client)->send(std::move(request), nullptr);
    if (!answer) co_return printable(redact(answer.error().message, url));
    if (answer->status / 100 == 2) co_return std::string();
    co_return fmt::format("it answered {}", answer->status);
}

} // namespace mooring::serve
