// Secrets that identify themselves, whatever stands beside them.
#include "base/mask_parts.hpp"

#include <algorithm>
#include <array>

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

} // namespace mooring::masking
