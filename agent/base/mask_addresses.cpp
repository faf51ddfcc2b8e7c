// What is secret in addresses: the password, a token in the place of the user, and paths that are credentials.

#include "base/mask_parts.hpp"

#include <algorithm>
#include <array>

namespace mooring::masking {
namespace {

// Users that everybody has: no token.
constexpr std::array<std::string_view, 14> usual_users{"git",       "user",   "root",   "admin",         "postgres",
                                                       "anonymous", "app",    "hg",     "oauth2",        "guest",
                                                       "mysql",     "ubuntu", "debian", "x-access-token"};
// Here the user is only half of what one needs to get in; elsewhere (Git over https, Sentry) it is all.
constexpr std::array<std::string_view, 24> user_alone{
    "ssh",     "sftp", "ftp",   "ftps",      "git+ssh",     "postgres", "postgresql", "mysql",
    "mariadb", "amqp", "amqps", "mongodb",   "mongodb+srv", "ldap",     "ldaps",      "smtp",
    "smtps",   "imap", "imaps", "sqlserver", "mssql",       "oracle",   "smb",        "svn+ssh"};
// What follows these in an address is all that one needs to use it.
constexpr std::array<std::string_view, 11> secret_paths{"hooks.slack.com/",
                                                        "api.telegram.org/bot",
                                                        "webhook.office.com/",
                                                        "hc-ping.com/",
                                                        "chat.googleapis.com/v1/spaces/",
                                                        "/webhooks/",
                                                        "/hooks/",
                                                        "/webhook/",
                                                        "maker.ifttt.com/trigger/",
                                                        "events.pagerduty.com/integration/",
                                                        "api.pushover.net/"};
// Notifiers (shoutrrr, apprise): the address is the credential.
constexpr std::array<std::string_view, 28> secret_schemes{
    "gotify",   "gotifys",    "tgram",    "telegram",   "discord",    "slack",  "msteams",
    "teams",    "pover",      "pushover", "pbul",       "pushbullet", "join",   "ifttt",
    "opsgenie", "mattermost", "mmost",    "mmosts",     "rocketchat", "rocket", "bark",
    "lark",     "wecombot",   "zulip",    "googlechat", "gchat",      "ntfys",  "victorops"};
// Before a colon they are no user: `mailto:bob@host:25`.
constexpr std::array<std::string_view, 14> not_users{"mailto", "sip", "sips", "xmpp", "acct", "npm", "ssh",
                                                     "smtp",   "ftp", "to",   "from", "cc",   "bcc", "http"};
// Their user stands behind the colon at once.
constexpr std::array<std::string_view, 9> opaque_schemes{"turn", "turns", "stun",  "stuns", "sip",
                                                         "sips", "http",  "https", "mqtt"};

constexpr std::size_t most_password = 128; // bytes behind the first `/` of a password
constexpr std::size_t most_host = 256;     // where the start of a secret path is looked for

bool ends_address(char c) { return is_space(c) || c == '"' || c == '\'' || c == '<' || c == '>' || c == '`'; }

bool is_scheme_byte(char c) { return is_alnum(c) || c == '+' || c == '-' || c == '.' || c == '_'; }

std::string_view scheme_before(std::string_view text, std::size_t colon) {
    std::size_t start = colon;
    while (start > 0 && colon - start < 32 && is_scheme_byte(text[start - 1])) --start;
    return text.substr(start, colon - start);
}

// Of addresses that were taken for paths, and so lost a slash: `https:/user:X@host`.
bool is_cleaned_scheme(std::string_view scheme) {
    constexpr std::array<std::string_view, 12> more{"http", "https", "git", "git+https", "oci",  "docker-image",
                                                    "tcp",  "udp",   "s3",  "redis",     "nats", "mqtt"};
    return is_one_of(more, scheme) || is_one_of(user_alone, scheme) || is_one_of(secret_schemes, scheme);
}

struct Address {
    std::string_view scheme;
    std::size_t from = 0;     // after `://`
    std::size_t host_end = 0; // of user, password, host and port
    std::size_t to = 0;
};

// The `@` behind the user: the last one before the host ends. A password may hold `/`, `?` or `#` that nobody wrote as
// %2F: then what stands where the port would be is no number.
std::size_t user_end(std::string_view text, const Address& address) {
    const std::string_view authority = text.substr(address.from, address.host_end - address.from);
    if (const std::size_t at = authority.rfind('@'); at != std::string_view::npos) return address.from + at;
    const std::size_t colon = authority.find(':');
    if (colon == std::string_view::npos || authority.starts_with('[')) return std::string_view::npos;
    const std::string_view port = authority.substr(colon + 1);
    const bool is_port = colon > 0 && std::ranges::all_of(port, is_digit);
    if (is_port || port.starts_with("${")) return std::string_view::npos;
    return text.substr(0, std::min(address.to, address.host_end + most_password)).find('@', address.host_end);
}

bool is_token_like(std::string_view user) {
    return user.size() > 16 || std::ranges::any_of(user, [](char c) { return is_digit(c) || is_upper(c); });
}

void find_user(const Search& search, const Address& address) {
    const std::size_t at = user_end(search.text, address);
    if (at == std::string_view::npos) return;
    const std::string_view info = search.text.substr(address.from, at - address.from);
    const std::size_t colon = info.starts_with("${") ? info.find(':', info.find('}')) : info.find(':');
    const std::string_view user = info.substr(0, colon);
    const std::string_view password = colon == std::string_view::npos ? "" : info.substr(colon + 1);
    if (!tells_nothing(password, search.options.references)) search.add(address.from + colon + 1, at, "PASSWORD");
    if (tells_nothing(user, search.options.references) || is_one_of(usual_users, user)) return;
    const bool half = is_one_of(user_alone, address.scheme) || address.scheme.starts_with("jdbc");
    const bool secret = password.empty() || password == "x-oauth-basic"
                            ? !half || (is_token_like(user) && user.size() > 16)
                            : user.size() > 24 && is_token_like(user);
    if (secret) search.add(address.from, address.from + user.size(), "TOKEN");
}

// `next`: where the next address starts, if one does; a path that begins behind it is of that one.
void find_secret_path(const Search& search, const Address& address, std::size_t next) {
    const std::string_view whole = search.text.substr(address.from, address.to - address.from);
    const std::string_view seen = whole.substr(0, std::min(most_host, next - address.from));
    for (const std::string_view place : secret_paths) {
        const std::size_t at = seen.find(place);
        if (at == std::string_view::npos) continue;
        const std::size_t from = at + place.size();
        if (!tells_nothing(whole.substr(from), search.options.references))
            search.add(address.from + from, address.to, "WEBHOOK_URL");
        return;
    }
}

// Whether something that lost a slash names a host: `gotify:/app/data` is a volume, `git:/srv/hooks/x` a path.
bool has_host(std::string_view text, const Address& address) {
    const std::string_view host = text.substr(address.from, address.host_end - address.from);
    return host.contains('@') || (host.contains('.') && is_alnum(host.front()) && address.host_end < address.to);
}

// How far an address of a list reaches that starts at `from`: `nats://u:X@h,nats://u:Y@h`. `next`: where the last
// `://` was found, which is looked for once.
std::size_t before_the_next(std::string_view text, std::size_t from, std::size_t end, std::size_t& next) {
    if (next < from) next = text.find("://", from);
    if (next >= end) return end;
    const std::size_t start = next - scheme_before(text, next).size();
    return start > from && std::string_view(",;|").contains(text[start - 1]) ? start - 1 : end;
}

// What follows the `@` of `user:X@tcp(host:3306)/db`, `user:X@/db`, `user:X@host:5432/db`.
bool is_place(std::string_view rest) {
    for (const std::string_view start : {"tcp(", "tcp4(", "tcp6(", "unix(", "cloudsql(", "("})
        if (rest.starts_with(start)) return true;
    const std::size_t host = std::min(rest.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                                             "0123456789.-_"),
                                      rest.size());
    if (host == 0) return rest.starts_with('/') && rest.size() > 1 && is_alnum(rest[1]);
    if (host == rest.size() || rest[host] != ':' || rest.starts_with("sha256")) return false;
    std::size_t port = host + 1;
    while (port < rest.size() && is_digit(rest[port])) ++port;
    return port > host + 1 && (port == rest.size() || std::string_view("/?,; \t\r\n\"'`)").contains(rest[port]));
}

// Of `user:X@registry.example.test/name`.
bool has_path(std::string_view rest) {
    const std::size_t slash = rest.find('/');
    const std::string_view host = rest.substr(0, slash);
    const bool named = host.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-") ==
                       std::string_view::npos;
    return slash != std::string_view::npos && named && host.contains('.') && is_alnum(host.front());
}

// User and password of an address without a scheme, as Go's database drivers take them.
void find_bare_users(const Search& search) {
    const std::string_view text = search.text;
    std::size_t line = 0; // where the word of the last `@` ended: nothing before it is looked at again
    for (std::size_t at = text.find('@'); at != std::string_view::npos; at = text.find('@', at + 1)) {
        std::size_t from = at;
        while (from > line && at - from < most_password && !ends_address(text[from - 1]) && text[from - 1] != ',')
            --from;
        line = at + 1;
        const std::string_view word = text.substr(from, at - from);
        std::size_t colon = word.find(':');
        if (colon == 0 || colon == std::string_view::npos || word.contains("://")) continue;
        const bool opaque = is_one_of(opaque_schemes, word.substr(0, colon)); // turn:user:X@host
        if (opaque) colon = word.find(':', colon + 1);
        if (colon == std::string_view::npos) continue;
        const std::string_view user = word.substr(0, colon);
        const std::string_view password = word.substr(colon + 1);
        if (is_one_of(not_users, user.substr(user.find('=') + 1)) || password.starts_with('/')) continue;
        const std::string_view rest = text.substr(at + 1, most_host);
        const bool rooted = user.size() > 2 && user.starts_with("//") && user.find('/', 2) == std::string_view::npos;
        const bool place = is_place(rest) || ((opaque || rooted) && !rest.empty() && is_alnum(rest.front())) ||
                           (password.find_first_not_of("0123456789.") != std::string_view::npos &&
                            !is_one_of(usual_users, password) && has_path(rest));
        if (!tells_nothing(password, search.options.references) && place) search.add(from + colon + 1, at, "PASSWORD");
    }
}

} // namespace

void find_in_addresses(const Search& search) {
    const std::string_view text = search.text;
    find_bare_users(search);
    std::size_t end = 0; // of the word that the last address stood in: it is looked for once
    std::size_t next = 0;
    for (std::size_t at = text.find(":/"); at != std::string_view::npos; at = text.find(":/", at)) {
        const bool whole = text.substr(at).starts_with("://");
        Address address{.scheme = scheme_before(text, at), .from = at + (whole ? 3 : 2)};
        if (!whole && !is_cleaned_scheme(address.scheme)) {
            at = address.from;
            continue;
        }
        const auto rest = text.substr(address.from);
        if (end <= address.from)
            end = address.from + static_cast<std::size_t>(std::ranges::find_if(rest, ends_address) - rest.begin());
        address.to = before_the_next(text, address.from, end, next);
        address.host_end = std::min(text.find_first_of("/?#", address.from), address.to);
        find_user(search, address);
        const bool hosted = whole || address.scheme.starts_with("http") || has_host(text, address);
        if (hosted) find_secret_path(search, address, std::min(text.substr(0, end).find(":/", address.from), end));
        if (hosted && is_one_of(secret_schemes, address.scheme)) search.add(address.from, address.to, "WEBHOOK_URL");
        at = std::max(address.from, std::min(address.host_end, address.to));
    }
}

// A text as the words of a shell, or of a list in brackets.

namespace {

constexpr int most_depth = 4;     // of commands inside of quoted commands
constexpr int most_unclosed = 16; // quotes for which an end is looked for in vain

class Splitter {
  public:
    explicit Splitter(std::string_view text) : text_(text) {}

    std::vector<Word> run() {
        while (at_ < text_.size()) {
            const char c = text_[at_];
            if (c == '\n') {
                end_command();
            } else if (is_blank(c)) {
                ++at_;
            } else if (c == ';' || c == '|' || c == '&' || c == '(' || c == ')') {
                end_command();
            } else if (starts_inner_command(at_)) {
                end_command();
                if (at_ < text_.size() && text_[at_] == '(') ++at_;
            } else if (is_list_sign(at_)) {
                ++at_;
            } else {
                take_word();
            }
        }
        return std::move(words_);
    }

  private:
    void end_command() {
        words_.push_back({.text = text_.substr(at_, 1), .from = at_, .to = at_ + 1, .ends_command = true});
        ++at_;
    }

    bool starts_inner_command(std::size_t at) const { return text_[at] == '`' || text_.substr(at).starts_with("$("); }

    // `[`, `]`, `{`, `}` and `,` beside a quote are a list's, the first two and the comma beside a blank, too.
    bool is_list_sign(std::size_t at) const {
        if (std::string_view("[]{},").find(text_[at]) == std::string_view::npos) return false;
        const bool brace = text_[at] == '{' || text_[at] == '}';
        const char before = at > 0 ? text_[at - 1] : ' ';
        const char after = at + 1 < text_.size() ? text_[at + 1] : ' ';
        const auto sets_apart = [brace](char c) {
            return is_quote(c) || c == '\\' || (!brace && (is_space(c) || c == '[' || c == ']'));
        };
        return sets_apart(before) || sets_apart(after);
    }

    // "word", 'word', \"word\": all of it in quotes.
    bool take_quoted() {
        std::size_t quote = at_;
        while (quote < text_.size() && text_[quote] == '\\') ++quote;
        if (quote >= text_.size() || (text_[quote] != '"' && text_[quote] != '\'')) return false;
        const std::string_view sign = text_.substr(at_, quote + 1 - at_);
        std::size_t close = quote + 1;
        for (; close < text_.size(); ++close) {
            if (text_.substr(close).starts_with(sign)) break;
            if (text_[close] == '\\') ++close;
        }
        if (close >= text_.size()) {
            ++unclosed_;
            return false;
        }
        const std::size_t to = close + sign.size();
        if (to < text_.size() && !is_space(text_[to]) &&
            std::string_view(",;|&)]}:").find(text_[to]) == std::string_view::npos)
            return false;
        const std::size_t after = std::min(text_.find_first_not_of(' ', to), text_.size() - 1);
        words_.push_back({.text = text_.substr(quote + 1, close - quote - 1),
                          .from = at_,
                          .to = to,
                          .quoted = true,
                          .is_key = to < text_.size() && text_[after] == ':'});
        at_ = to;
        return true;
    }

    void take_word() {
        if (unclosed_ < most_unclosed && (text_[at_] == '\\' || is_quote(text_[at_])) && take_quoted()) return;
        const std::size_t from = at_;
        char quote = 0;
        for (; at_ < text_.size() && text_[at_] != '\n'; ++at_) {
            const char c = text_[at_];
            if (is_quote(c) && c != '`') quote = quote == 0 ? c : quote == c ? 0 : quote;
            if (quote != 0) continue;
            if (c == '\\' && at_ + 1 < text_.size() && text_[at_ + 1] == ' ') {
                ++at_;
                continue;
            }
            if (at_ > from && starts_inner_command(at_)) break;
            if (c == '\\' && at_ + 1 < text_.size() && is_quote(text_[at_ + 1]) && at_ > from) break;
            if (is_blank(c) || c == ';' || c == '|' || (c == '&' && is_end(at_)) || (at_ > from && is_list_sign(at_)))
                break;
        }
        if (at_ == from) ++at_;
        words_.push_back({.text = text_.substr(from, at_ - from), .from = from, .to = at_});
    }

    // `a&b` is a query, `a &` and `a && b` are not.
    bool is_end(std::size_t at) const {
        const char after = at + 1 < text_.size() ? text_[at + 1] : ' ';
        return is_space(after) || after == '&';
    }

    std::string_view text_;
    std::size_t at_ = 0;
    int unclosed_ = 0; // quotes without an end, which were looked for in vain
    std::vector<Word> words_;
};

// `NAME="X Y"`: what the quotes hold; "" for any other word.
std::string_view quoted_value(std::string_view word) {
    const std::size_t quote = word.find('=') + 1;
    if (quote == 0 || quote + 2 > word.size() || !is_quote(word[quote]) || word.back() != word[quote]) return {};
    return word.substr(quote + 1, word.size() - quote - 2);
}

void find_at(const Search& search, std::size_t offset, int depth) { // NOLINT(misc-no-recursion): most_depth
    const std::vector<Word> words = Splitter(search.text).run();
    for (const WordSpan& found : find_in_words(words, search.options)) {
        search.add(offset + found.span.from, offset + found.span.to, found.span.name);
    }
    if (depth == most_depth) return;
    for (const Word& word : words) {
        const std::string_view text = word.quoted ? word.text : quoted_value(word.text);
        if (!text.contains(' ')) continue;
        const Search inside{text, search.options, search.found};
        find_at(inside, offset + static_cast<std::size_t>(text.data() - search.text.data()), depth + 1);
    }
}

} // namespace

void find_in_command(const Search& search) { find_at(search, 0, 0); }

} // namespace mooring::masking
