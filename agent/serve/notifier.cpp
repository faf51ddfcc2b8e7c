#include "serve/notices.hpp"

#include "base/file.hpp"
#include "base/secret.hpp"
#include "base/text.hpp"
#include "manifest/config.hpp"
#include "net_write/send_once.hpp"
#include "report/templates.hpp"
#include "serve/agent.hpp"

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
std::chrono::seconds alert_lasts(std::chrono::seconds reminder) {
    return reminder.count() > 0 ? reminder * 2 + std::chrono::hours(1) : std::chrono::hours(24 * 365);
}

// A message that is ready to be sent.
struct Parcel {
    Secret url; // as a whole it may be a secret
    std::shared_ptr<net::Route> route;
    net_write::Write write;
};

Result<std::string> read_template(const ChannelSettings& channel) {
    if (channel.template_file.empty()) return std::string();
    auto read = read_file(channel.template_file, largest_template);
    if (!read) return read;
    if (const auto problem = report::template_problem(*read); !problem.empty())
        return fail(ErrorKind::invalid_input, fmt::format("its template is wrong: {}", problem));
    return read;
}

std::string body_for(const ChannelSettings& channel, const Digest& digest, const std::string& text_template,
                     std::chrono::seconds reminder) {
    switch (channel.kind) {
    case Kind::slack:
        return slack_body(digest, text_template);
    case Kind::alertmanager:
        return alertmanager_body(digest, alert_lasts(reminder));
    case Kind::webhook:
        break;
    }
    return webhook_body(digest, text_template);
}

// Reads files: not for the agent's thread. Nothing of an error holds the address's path or a secret.
Result<Parcel> pack(const asio::any_io_executor& executor, const ChannelSettings& channel, const Digest& digest,
                    const Variables& variables, std::chrono::seconds reminder) {
    Parcel out{.url = Secret(channel.url)};
    if (channel.url.empty()) {
        auto read = config::read_secret(channel.url_source, variables);
        if (!read) return std::unexpected(read.error());
        out.url = std::move(*read);
    }
    const auto text_template = read_template(channel);
    if (!text_template) return std::unexpected(text_template.error());
    auto [base, target] = split_url(std::string(out.url.reveal()));
    auto origin = net::parse_origin(base);
    if (!origin) return fail(ErrorKind::invalid_input, "its address is not an http:// or https:// address");
    if (channel.kind == Kind::alertmanager) {
        while (target.ends_with('/')) target.pop_back();
        target += "/api/v2/alerts";
    }
    out.write = {.method = "POST",
                 .target = std::move(target),
                 .body = Secret(body_for(channel, digest, *text_template, reminder)),
                 .headers = {}};
    if (channel.secret.kind != config::CredentialSource::Kind::none) {
        const auto key = config::read_secret(channel.secret, variables);
        if (!key) return std::unexpected(key.error());
        out.write.headers = Secret(signature_line(*key, out.write.body.reveal()));
    }
    auto proxy = net::choose_proxy(*origin, variable(variables, {"HTTPS_PROXY", "https_proxy"}),
                                   variable(variables, {"HTTP_PROXY", "http_proxy"}),
                                   variable(variables, {"NO_PROXY", "no_proxy"}));
    if (!proxy) return std::unexpected(proxy.error());
    net::Trust trust;
    trust.ca_file = channel.ca_file;
    auto route = net::make_route(executor, *origin, *proxy, trust);
    if (!route) return std::unexpected(route.error());
    out.route = std::move(*route);
    return out;
}

void note(ToldByTopic& told, const Digest& digest) {
    for (const Notice& one : digest.notices) told[{one.subject, one.topic}] = {.state = one.state, .at = digest.at};
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
                   Recorder& recorder, Metrics& metrics, std::function<double()> random, Backoff tries)
    : executor_(std::move(executor)), variables_(variables), clock_(clock), log_(log), recorder_(recorder),
      metrics_(metrics), random_(std::move(random)), tries_(tries) {}

Notifier::~Notifier() = default;

void Notifier::remember(const std::vector<ledger::Notification>& told) {
    for (const ledger::Notification& one : told)
        delivered_[one.channel][{one.subject, one.topic}] = {.state = one.state, .at = one.at};
    told_ = delivered_;
}

void Notifier::use(const config::Config& config) {
    settings_ = config.agent.notifications;
    portainers_.clear();
    for (const config::ServerEntry& entry : config.servers) {
        if (auto origin = net::parse_origin(entry.server.url)) portainers_.push_back(std::move(*origin));
    }
    for (auto& [name, channel] : channels_) channel->gone = true;
    for (const ChannelSettings& one : settings_.channels) {
        auto& channel = channels_[one.name];
        if (!channel) channel = std::make_shared<Channel>(executor_);
        channel->settings = one;
        channel->gone = false;
    }
    for (auto& [name, channel] : channels_) {
        if (!channel->gone) continue;
        channel->timer.cancel();
        told_[name] = delivered_[name]; // what waited was not said, should it come back
    }
    std::erase_if(channels_, [](const auto& entry) { return entry.second->gone; });
}

void Notifier::consider(const Board& board, const std::string& server, const std::string& run_id) {
    const UnixSeconds now = clock_.unix_seconds();
    for (auto& [name, channel] : channels_) {
        ToldByTopic& told = told_[name];
        std::vector<Notice> found = notices(board, server, told, now, settings_.reminder);
        // An alert lasts until it is over, which what was written never is.
        if (channel->settings.kind == Kind::alertmanager)
            std::erase_if(found, [](const Notice& one) { return one.topic == "correction"; });
        if (found.empty()) continue;
        if (channel->waiting.size() >= most_waiting) continue; // decided anew, and said, once the channel takes some
        Digest digest{
            .server = server, .run_id = run_id, .at = now, .page = settings_.page, .notices = std::move(found)};
        note(told, digest);
        digest.headline = fmt::format("Mooring, {}: {}", server, headline(board, server));
        // A run may have two: what was seen, and what was corrected.
        std::string about = fmt::format("{} {} {} {}", name, server, run_id, now);
        for (const Notice& one : digest.notices) about += fmt::format(" {} {} {}", one.subject, one.topic, one.state);
        digest.id = to_hex(sha256(about)).substr(0, 16);
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
        const std::string problem = co_await self->deliver_front(channel);
        Digest digest = std::move(channel->waiting.front());
        channel->waiting.pop_front();
        if (problem.empty())
            co_await self->note_delivery(channel, std::move(digest));
        else if (!channel->gone)
            self->forget_undelivered(channel->settings.name);
    }
    channel->busy = false;
}

// Tries until it is taken, given up, or the channel is gone. "" or why it was not taken.
asio::awaitable<std::string> Notifier::deliver_front(std::shared_ptr<Channel> channel) {
    std::string problem = "the channel is gone";
    for (unsigned attempt = 1; attempt <= tries_.attempts && !channel->gone; ++attempt) {
        ChannelSettings settings = channel->settings; // a reload may change them meanwhile
        const std::string name = settings.name;
        problem = co_await deliver(std::move(settings), channel->waiting.front());
        metrics_.count_notification(name, problem.empty());
        if (problem.empty()) break;
        log_.write(attempt == 1 || attempt == tries_.attempts ? Level::warn : Level::debug,
                   fmt::format("notification for {} not delivered{}: {}", name,
                               attempt == tries_.attempts ? ", and given up" : "", problem),
                   {{"event", "notification"}, {"channel", name}, {"id", channel->waiting.front().id}});
        if (attempt == tries_.attempts) break;
        channel->timer.expires_after(backoff_delay(tries_, attempt, random_()));
        constexpr auto as_pair = asio::as_tuple(asio::use_awaitable);
        co_await channel->timer.async_wait(as_pair);
    }
    co_return problem;
}

// What was given up was not said: the next run decides anew what to say.
void Notifier::forget_undelivered(const std::string& channel) {
    ToldByTopic told = delivered_[channel];
    const auto known = channels_.find(channel);
    if (known != channels_.end()) {
        for (const Digest& digest : known->second->waiting) note(told, digest);
    }
    told_[channel] = std::move(told);
}

asio::awaitable<void> Notifier::note_delivery(std::shared_ptr<Channel> channel, Digest digest) {
    const std::string& name = channel->settings.name;
    note(delivered_[name], digest);
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
asio::awaitable<std::string> Notifier::deliver(ChannelSettings channel, const Digest& digest) {
    std::function<Result<Parcel>()> work = [executor = executor_, channel = std::move(channel), digest,
                                            &variables = variables_,
                                            reminder = settings_.reminder]() -> Result<Parcel> {
        try {
            return pack(executor, channel, digest, variables, reminder);
        } catch (const std::exception& failure) {
            return fail(ErrorKind::internal, printable(failure.what(), 200));
        }
    };
    auto parcel = co_await offload<Result<Parcel>>(files_, std::move(work));
    if (!parcel) co_return parcel.error().message;
    auto destination = net_write::Destination::elsewhere(parcel->route, portainers_);
    if (!destination) co_return printable(redact(destination.error().message, parcel->url));
    const auto answer = co_await net_write::send_once(std::move(*destination), std::move(parcel->write));
    if (!answer) co_return printable(redact(answer.error().why.message, parcel->url));
    if (answer->status / 100 == 2) co_return std::string();
    co_return fmt::format("it answered {}", answer->status);
}

} // namespace mooring::serve
