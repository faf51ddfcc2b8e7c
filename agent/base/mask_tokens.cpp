// Secrets that identify themselves, whatever stands beside them.

#include "base/mask_parts.hpp"

#include <algorithm>
#include <array>
#include <set>
#include <string>

namespace mooring::masking {
namespace {

struct Token {
    std::string_view start;
    std::size_t least; // bytes after the start
    std::string_view reason;
};

// After the start come letters, digits, `_` and `-`, and among the first `least` at least one digit or capital.
constexpr Token tokens[] = {
    {"ptr_", 8, "Portainer"},     {"ghp_", 8, "GitHub"},          {"gho_", 8, "GitHub"},
    {"ghu_", 8, "GitHub"},        {"ghs_", 8, "GitHub"},          {"ghr_", 8, "GitHub"},
    {"github_pat_", 8, "GitHub"}, {"glpat-", 8, "GitLab"},        {"gldt-", 8, "GitLab"},
    {"glrt-", 8, "GitLab"},       {"glptt-", 8, "GitLab"},        {"glcbt-", 8, "GitLab"},
    {"glsoat-", 8, "GitLab"},     {"glft-", 8, "GitLab"},         {"glagent-", 8, "GitLab"},
    {"gloas-", 8, "GitLab"},      {"xoxb-", 8, "Slack"},          {"xoxp-", 8, "Slack"},
    {"xoxa-", 8, "Slack"},        {"xoxr-", 8, "Slack"},          {"xoxs-", 8, "Slack"},
    {"xoxe-", 8, "Slack"},        {"xoxc-", 8, "Slack"},          {"xoxd-", 8, "Slack"},
    {"xapp-", 8, "Slack"},        {"sk_live_", 6, "Stripe"},      {"sk_test_", 6, "Stripe"},
    {"rk_live_", 6, "Stripe"},    {"rk_test_", 6, "Stripe"},      {"whsec_", 8, "Stripe"},
    {"sk-ant-", 8, "Anthropic"},  {"sk-proj-", 8, "OpenAI"},      {"sk-or-", 8, "OpenRouter"},
    {"sk-", 20, "OpenAI"},        {"gsk_", 20, "Groq"},           {"nvapi-", 16, "NVIDIA"},
    {"hf_", 20, "Hugging Face"},  {"r8_", 20, "Replicate"},       {"npm_", 30, "npm"},
    {"pypi-", 16, "PyPI"},        {"dckr_pat_", 8, "Docker"},     {"dckr_oat_", 8, "Docker"},
    {"AIza", 30, "Google"},       {"ya29.", 8, "Google"},         {"GOCSPX-", 8, "Google"},
    {"SG.", 20, "SendGrid"},      {"xkeysib-", 8, "Brevo"},       {"shpat_", 8, "Shopify"},
    {"shpss_", 8, "Shopify"},     {"dop_v1_", 8, "DigitalOcean"}, {"doo_v1_", 8, "DigitalOcean"},
    {"hvs.", 8, "Vault"},         {"hvb.", 8, "Vault"},           {"tskey-", 8, "Tailscale"},
    {"glsa_", 8, "Grafana"},      {"glc_", 16, "Grafana"},        {"sntrys_", 8, "Sentry"},
    {"sntryu_", 8, "Sentry"},     {"ATATT3", 16, "Atlassian"},    {"ATBB", 20, "Bitbucket"},
    {"PMAK-", 8, "Postman"},      {"pul-", 20, "Pulumi"},         {"sq0csp-", 8, "Square"},
    {"lin_api_", 8, "Linear"},    {"secret_", 32, "Notion"},      {"AGE-SECRET-KEY-1", 8, "age"},
    {"AKIA", 12, "Amazon"},       {"ASIA", 12, "Amazon"},         {"claim-", 16, "Plex"},
    {"tk_", 16, "ntfy"},
};

// Hashes that whoever has them can try passwords on; compose files double the dollar.
constexpr std::array<std::string_view, 17> hashes{"$apr1$",  "$2a$",  "$2b$",  "$2y$",    "$2x$",      "$1$",
                                                  "$5$",     "$6$",   "$7$",   "$y$",     "$argon2i",  "$scrypt$",
                                                  "$pbkdf2", "{SHA}", "{SSHA", "{CRYPT}", "SCRAM-SHA-"};

constexpr std::size_t most_telling = 64; // bytes in which a token shows a digit or capital

bool is_token_byte(char c) { return is_alnum(c) || c == '_' || c == '-'; }
bool is_long_token_byte(char c) { return is_token_byte(c) || c == '.' || c == '+' || c == '/' || c == '='; }

std::size_t run_end(std::string_view text, std::size_t at, bool (*belongs)(char)) {
    while (at < text.size() && belongs(text[at])) ++at;
    return at;
}

bool holds_digit_or_capital(std::string_view text) {
    return std::ranges::any_of(text, [](char c) { return is_digit(c) || is_upper(c); });
}

// The end of the token that starts at `at`; `at` if there is none.
std::size_t known_token_end(std::string_view text, std::size_t at) {
    for (const Token& token : tokens) {
        if (text[at] != token.start.front() || !text.substr(at).starts_with(token.start)) continue;
        const std::size_t body = at + token.start.size();
        const std::size_t end = run_end(text.substr(0, body + most_telling), body, is_token_byte);
        if (end - body < token.least || !holds_digit_or_capital(text.substr(body, end - body))) continue;
        return run_end(text, end, is_long_token_byte);
    }
    return at;
}

// eyJ...: the header of a JSON web token, and what follows its dots.
std::size_t web_token_end(std::string_view text, std::size_t at) {
    if (!text.substr(at).starts_with("eyJ")) return at;
    const std::size_t end = run_end(text, at, [](char c) { return is_token_byte(c) || c == '.' || c == '='; });
    return end - at >= 20 ? end : at;
}

// 123456789:AA...: the bot of a chat.
std::size_t bot_token_end(std::string_view text, std::size_t at) {
    const std::size_t colon = run_end(text, at, is_digit);
    if (colon - at < 8 || colon - at > 12 || colon >= text.size() || text[colon] != ':') return at;
    const std::size_t end = run_end(text, colon + 1, is_token_byte);
    return end - colon > 30 ? end : at;
}

std::size_t hash_end(std::string_view text, std::size_t at) {
    std::string single; // with one dollar each, as far as it takes to tell
    std::string_view rest = text.substr(at, 24);
    const bool doubled = rest.starts_with("$$");
    for (std::size_t i = 0; i < rest.size(); ++i) {
        single += rest[i];
        if (doubled && rest[i] == '$' && i + 1 < rest.size() && rest[i + 1] == '$') ++i;
    }
    const bool known = std::ranges::any_of(hashes, [&](std::string_view hash) { return single.starts_with(hash); });
    if (!known) return at;
    const std::size_t end =
        run_end(text, at, [](char c) { return is_long_token_byte(c) || c == '$' || c == '{' || c == '}' || c == ':'; });
    return end - at >= 12 ? end : at;
}

// -----BEGIN ... PRIVATE KEY----- to its end; to the end of the text if there is none.
std::size_t private_key_end(std::string_view text, std::size_t at) {
    constexpr std::string_view begin = "-----BEGIN ";
    if (!text.substr(at).starts_with(begin)) return at;
    const std::string_view label = text.substr(at + begin.size(), 40);
    const std::size_t dashes = label.find("-----");
    if (!label.substr(0, dashes).contains("PRIVATE")) return at;
    const std::size_t end = text.find("-----END ", at + begin.size());
    if (end == std::string_view::npos) return text.size();
    const std::size_t close = text.find("-----", end + 9);
    return close == std::string_view::npos ? text.size() : close + 5;
}

// `Bearer X`, `Basic X`: where X starts and ends.
void find_after_scheme(const Search& search, std::size_t at, std::size_t end) {
    const std::string_view text = search.text;
    const std::size_t value = run_end(text, end, is_blank);
    if (value == end || !is_scheme(text.substr(at, end - at))) return;
    const std::size_t stop = run_end(text, value, [](char c) { return is_long_token_byte(c) || c == '~' || c == '!'; });
    const std::string_view word = text.substr(value, stop - value);
    if (word.size() >= 6 && looks_like_value(word)) search.add(value, stop, "TOKEN");
}

} // namespace

void find_tokens(const Search& search) {
    const std::string_view text = search.text;
    for (std::size_t at = 0; at < text.size();) {
        const char c = text[at];
        std::size_t end = at;
        if (c == '$' || c == '{') end = hash_end(text, at);
        if (c == '-') end = private_key_end(text, at);
        if (is_alnum(c)) end = known_token_end(text, at);
        if (end == at && c == 'e') end = web_token_end(text, at);
        if (end == at && c == 'S') end = hash_end(text, at);
        if (end == at && is_digit(c)) end = bot_token_end(text, at);
        if (end > at) {
            search.add(at, end, "TOKEN");
            at = end;
            continue;
        }
        if (!is_alnum(c)) {
            ++at;
            continue;
        }
        const std::size_t word = run_end(text, at, is_alnum);
        find_after_scheme(search, at, word);
        at = word;
        while (at < text.size() && text[at] == '_') ++at; // my_ghp_... is one name: its parts are looked at, too
    }
}

namespace {

constexpr ClientOption options[] = {
    {"mysql*|mariadb*", "-p", Takes::whole, true, ""},
    {"redis-cli|valkey-cli|keydb-cli|redis-benchmark|valkey-benchmark", "-a", Takes::whole, false, ""},
    {"mongo*|mongosh", "-p", Takes::whole, true, ""},
    {"curl", "-u", Takes::after_colon, true, ""},
    {"curl", "--user", Takes::after_colon, false, ""},
    {"curl", "-U", Takes::after_colon, true, ""},
    {"curl", "--proxy-user", Takes::after_colon, false, ""},
    {"curl", "-b", Takes::whole, false, ""},
    {"curl", "--cookie", Takes::whole, false, ""},
    {"curl", "-E", Takes::after_colon, false, ""},
    {"http|https|xh", "-a", Takes::after_colon, false, ""},
    {"http|https|xh", "--auth", Takes::after_colon, false, ""},
    {"etcdctl", "--user", Takes::after_colon, false, ""},
    {"skopeo|buildah|podman", "--creds", Takes::after_colon, false, ""},
    {"skopeo", "--src-creds", Takes::after_colon, false, ""},
    {"skopeo", "--dest-creds", Takes::after_colon, false, ""},
    {"sshpass", "-p", Takes::whole, true, ""},
    {"docker|podman|nerdctl|helm|buildah|skopeo|crane|oc|az|oras", "-p", Takes::whole, true, "login"},
    {"ldapsearch|ldapadd|ldapmodify|ldapdelete|ldapwhoami|ldappasswd|ldapcompare|ldapmodrdn", "-w", Takes::whole, true,
     ""},
    {"ldappasswd", "-s", Takes::whole, false, ""},
    {"ldappasswd", "-a", Takes::whole, false, ""},
    {"openssl", "-k", Takes::whole, false, ""},
    {"openssl", "-K", Takes::whole, false, ""},
    {"smbclient|rpcclient|smbget|net", "-U", Takes::after_percent, true, ""},
    {"mosquitto_pub|mosquitto_sub|mosquitto_rr", "-P", Takes::whole, false, ""},
    {"xfreerdp|xfreerdp3|wfreerdp|sdl-freerdp", "/p:", Takes::whole, true, ""},
    {"sqlcmd|bcp|isql|tsql|osql", "-P", Takes::whole, true, ""},
    {"cypher-shell|influx|rabbitmqadmin|ncftp|ncftpget|ncftpput|elasticsearch-users|useradd|usermod|couchbase-cli|cbq|"
     "cbbackupmgr|snowsql|rdesktop|vncdo|vncdotool",
     "-p", Takes::whole, false, ""},
    {"cqlsh", "-p", Takes::whole, true, ""},
    {"influx|vault|consul", "-t", Takes::whole, false, ""},
    {"lftp|open", "-u", Takes::after_comma, false, ""},
    {"zip|unzip|ipmitool", "-P", Takes::whole, true, ""},
    {"ttyd|gotty", "-c", Takes::after_colon, false, ""},
    {"transmission-remote", "-n", Takes::after_colon, false, ""},
    {"transmission-daemon", "-v", Takes::whole, false, ""},
    {"frpc|frps", "-t", Takes::whole, false, ""},
    {"ss-server|ss-local|ss-redir|ss-tunnel|ssserver|sslocal|ss-manager", "-k", Takes::whole, true, ""},
    {"caddy", "--plaintext", Takes::whole, false, ""},
    {"sonar-scanner|mvn|mvnw|gradle|gradlew", "-Dsonar.login", Takes::whole, false, ""},
    {"7z|7za|7zr|rar|unrar", "-p", Takes::whole, true, ""},
    {"ssh-keygen", "-N", Takes::whole, false, ""},
    {"ssh-keygen", "-P", Takes::whole, false, ""},
    {"snmpwalk|snmpget|snmpset|snmpbulkwalk|snmptrap", "-c", Takes::whole, false, ""},
    {"snmpwalk|snmpget|snmpset|snmpbulkwalk|snmptrap", "-A", Takes::whole, false, ""},
    {"snmpwalk|snmpget|snmpset|snmpbulkwalk|snmptrap", "-X", Takes::whole, false, ""},
    {"clickhouse-client|clickhouse", "-p", Takes::whole, false, ""},
};

constexpr ClientOperands operands[] = {
    {"htpasswd", "-b", 1},
    {"mosquitto_passwd", "-b", 1},
    {"rabbitmqctl", "add_user", 1},
    {"rabbitmqctl", "change_password", 1},
    {"rabbitmqctl", "authenticate_user", 1},
    {"mc", "set", 2},
    {"mc", "add", 2},
    {"vault", "login", 1},
    {"vault", "unseal", 1},
    {"consul", "set-agent-token", 1},
    {"authelia", "hash-password", 1},
    {"mysqladmin|mariadb-admin", "password", 1},
    {"composer", "http-basic.*", 1},
    {"composer", "github-oauth.*", 1},
    {"composer", "gitlab-token.*", 1},
    {"composer", "bearer.*", 1},
    {"smbclient", "//*", 0},
    {"ConvertTo-SecureString", "", 1},
    {"openssl", "passwd", 1},
    {"ejabberdctl", "register", 1},
    {"ejabberdctl", "change_password", 1},
    {"wpa_passphrase", "", 1},
    {"redis-cli", "AUTH", 1},
    {"valkey-cli", "AUTH", 1},
    {"ngrok", "authtoken", 1},
    {"ngrok", "add-authtoken", 1},
};

constexpr ClientForm forms[] = {
    {"sqlplus|sqlcl|sqlldr|rman|expdp|impdp|exp|imp", "", '/', '@'},
    {"mysqlsh", "", ':', '@'},
    {"etcdctl", "user", ':', '\0'},
};

struct Flags {
    std::string_view clients;
    std::string_view letters;
};

constexpr Flags flags[] = {
    {"curl", "sSfkLviIgGjJnNOpqRaBlMVZ#0123469"},
    {"ldapsearch|ldapadd|ldapmodify|ldapdelete|ldapwhoami|ldappasswd|ldapcompare|ldapmodrdn", "xZLvnNMcCAuWt"},
    {"zip|unzip", "rqjmyuvoneDflatC0123456789"},
    {"http|https|xh", "vhbfjdqS"},
    {"mysql*|mariadb*", "BNsvnftrHXEebAqG"},
};

// Of all tables; families are told apart by client_of.
std::set<std::string_view> all_names() {
    std::set<std::string_view> out;
    const auto add = [&out](std::string_view clients) {
        for (std::size_t at = 0; at <= clients.size();) {
            const std::size_t bar = std::min(clients.find('|', at), clients.size());
            out.insert(clients.substr(at, bar - at));
            at = bar + 1;
        }
    };
    for (const ClientOption& row : options) add(row.clients);
    for (const ClientOperands& row : operands) add(row.clients);
    for (const ClientForm& row : forms) add(row.clients);
    return out;
}

} // namespace

std::span<const ClientOption> client_options() { return options; }
std::span<const ClientOperands> client_operands() { return operands; }
std::span<const ClientForm> client_forms() { return forms; }

std::string_view client_flags(std::string_view client) {
    const auto* row =
        std::ranges::find_if(flags, [client](const Flags& one) { return names_client(one.clients, client); });
    return row == std::end(flags) ? std::string_view() : row->letters;
}

bool names_client(std::string_view clients, std::string_view client) {
    while (!clients.empty()) {
        const std::size_t bar = std::min(clients.find('|'), clients.size());
        std::string_view one = clients.substr(0, bar);
        clients.remove_prefix(std::min(bar + 1, clients.size()));
        if (one == client) return true;
        // Of a family: mysqldump, mariadb-admin; not `mysql_native_password` or `mysql.sock`.
        if (!one.ends_with('*') || !client.starts_with(one.substr(0, one.size() - 1))) continue;
        if (client.find_first_of("_.:=") == std::string_view::npos) return true;
    }
    return false;
}

std::string_view client_of(std::string_view word) {
    static const std::set<std::string_view> names = all_names();
    constexpr std::array<std::string_view, 3> families{"mysql", "mariadb", "mongo"};
    if (word.size() > 256) return {};
    word = word.substr(word.rfind('/') + 1);
    const auto begins = [word](std::string_view family) {
        return word.starts_with(family) && word.find_first_of("_.:=") == std::string_view::npos;
    };
    return names.contains(word) || std::ranges::any_of(families, begins) ? word : std::string_view();
}

} // namespace mooring::masking
