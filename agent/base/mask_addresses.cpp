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
constexpr std::array<std::string_view, 13> secret_paths{"hooks.slack.com/",
                                                        "discord.com/api/webhooks/",
                                                        "discordapp.com/api/webhooks/",
                                                        "api.telegram.org/bot",
                                                        "webhook.office.com/",
                                                        "/api/stacks/webhooks/",
                                                        "/api/webhooks/",
                                                        "hooks.zapier.com/hooks/",
                                                        "hc-ping.com/",
                                                        "chat.googleapis.com/v1/spaces/",
                                                        "/webhooks/",
                                                        "/hooks/",
                                                        "api.pushover.net/"};

constexpr std::size_t most_password = 128; // bytes behind the first `/` of a password
constexpr std::size_t most_host = 256;     // where the start of a secret path is looked for

bool ends_address(char c) { return is_space(c) || c == '"' || c == '\'' || c == '<' || c == '>' || c == '`'; }

bool is_scheme_byte(char c) { return is_alnum(c) || c == '+' || c == '-' || c == '.' || c == '_'; }

std::string_view scheme_before(std::string_view text, std::size_t colon) {
    std::size_t start = colon;
    while (start > 0 && colon - start < 32 && is_scheme_byte(text[start - 1])) --start;
    return text.substr(start, colon - start);
}

bool is_one_of(std::span<const std::string_view> list, std::string_view word) {
    return std::ranges::any_of(list, [word](std::string_view one) { return equal_folded(one, word); });
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

void find_secret_path(const Search& search, const Address& address) {
    const std::string_view whole = search.text.substr(address.from, address.to - address.from);
    for (const std::string_view place : secret_paths) {
        const std::size_t at = whole.substr(0, most_host).find(place);
        if (at == std::string_view::npos) continue;
        const std::size_t from = at + place.size();
        if (!tells_nothing(whole.substr(from), search.options.references))
            search.add(address.from + from, address.to, "WEBHOOK_URL");
        return;
    }
}

} // namespace

void find_in_addresses(const Search& search) {
    const std::string_view text = search.text;
    std::size_t end = 0; // of the word that the last address stood in: it is looked for once
    for (std::size_t at = text.find("://"); at != std::string_view::npos; at = text.find("://", at)) {
        Address address{.scheme = scheme_before(text, at), .from = at + 3};
        const auto rest = text.substr(address.from);
        if (end <= address.from)
            end = address.from + static_cast<std::size_t>(std::ranges::find_if(rest, ends_address) - rest.begin());
        address.to = end;
        address.host_end = std::min(text.find_first_of("/?#", address.from), address.to);
        find_user(search, address);
        find_secret_path(search, address);
        at = std::max(address.from, std::min(address.host_end, address.to));
    }
}

} // namespace mooring::masking
