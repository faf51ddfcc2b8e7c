#include "serve/door.hpp"

#include "base/file.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <fmt/format.h>

namespace mooring::serve {
namespace {

struct Fixed {
    std::string_view path;
    Page page;
    bool post = false;
};

constexpr std::array<Fixed, 12> fixed{{{"/", Page::status},
                                       {"/healthz", Page::health},
                                       {"/readyz", Page::readiness},
                                       {"/metrics", Page::metrics},
                                       {"/style.css", Page::style},
                                       {"/icon.svg", Page::icon},
                                       {"/runs", Page::runs_page},
                                       {"/v1/runs", Page::runs},
                                       {"/v1/stacks", Page::stacks},
                                       {"/v1/plan", Page::plan},
                                       {"/v1/openapi.yaml", Page::openapi},
                                       {"/v1/sync", Page::sync, true}}};

int hex_digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

// SERVER/ENVIRONMENT/NAME, each percent-encoded.
std::optional<ledger::StackKey> parse_key(std::string_view rest) {
    const auto parts = split(rest, '/');
    if (parts.size() != 3) return std::nullopt;
    const auto server = percent_decoded(parts[0]);
    const auto environment = percent_decoded(parts[1]);
    const auto name = percent_decoded(parts[2]);
    if (!server || !environment || !name) return std::nullopt;
    return ledger::StackKey{.server = *server, .environment = *environment, .name = *name};
}

Route find_page(std::string_view path) {
    Route out;
    const auto known = std::ranges::find(fixed, path, &Fixed::path);
    if (known != fixed.end()) {
        out.page = known->page;
        return out;
    }
    for (const auto& [prefix, page] : {std::pair<std::string_view, Page>{"/v1/stacks/", Page::stack},
                                       std::pair<std::string_view, Page>{"/stacks/", Page::stack_page}}) {
        if (!path.starts_with(prefix)) continue;
        out.for_people = page == Page::stack_page;
        const auto key = parse_key(path.substr(prefix.size()));
        if (!key) continue;
        out.page = page;
        out.stack = *key;
    }
    return out;
}

std::map<std::string, std::string> parse_query(std::string_view text) {
    std::map<std::string, std::string> out;
    for (const std::string_view part : split(text, '&')) {
        const std::size_t equals = std::min(part.find('='), part.size());
        const auto name = percent_decoded(part.substr(0, equals));
        std::string raw(part.substr(std::min(equals + 1, part.size())));
        std::ranges::replace(raw, '+', ' ');
        const auto value = percent_decoded(raw);
        if (name && value && !name->empty()) out[*name] = *value;
    }
    return out;
}

std::string base64_decoded(std::string_view text) {
    constexpr std::string_view digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string out;
    unsigned bits = 0;
    int count = 0;
    for (const char c : text) {
        const std::size_t digit = digits.find(c);
        if (digit == std::string_view::npos) break;
        bits = (bits << 6U) | static_cast<unsigned>(digit);
        count += 6;
        if (count < 8) continue;
        count -= 8;
        out += static_cast<char>((bits >> static_cast<unsigned>(count)) & 0xFFU);
    }
    return out;
}

// Digests are compared, so that the time it takes says nothing about the token.
bool is_token(const Secret& token, std::string_view shown) { return sha256(token.reveal()) == sha256(shown); }

bool is_address(const std::string& host) {
    std::array<unsigned char, 16> bytes{};
    return ::inet_pton(AF_INET, host.c_str(), bytes.data()) == 1 ||
           ::inet_pton(AF_INET6, host.c_str(), bytes.data()) == 1;
}

} // namespace

std::string percent_encoded(std::string_view text) {
    std::string out;
    for (const char c : text) {
        const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                           std::string_view("-._~").find(c) != std::string_view::npos;
        if (plain)
            out += c;
        else
            out += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
    return out;
}

std::optional<std::string> percent_decoded(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '%') {
            out += text[i];
            continue;
        }
        if (i + 2 >= text.size()) return std::nullopt;
        const int high = hex_digit(text[i + 1]);
        const int low = hex_digit(text[i + 2]);
        if (high < 0 || low < 0) return std::nullopt;
        out += static_cast<char>(high * 16 + low);
        i += 2;
    }
    return out;
}

std::string path_of(std::string_view prefix, const ledger::StackKey& key) {
    return fmt::format("{}/{}/{}/{}", prefix, percent_encoded(key.server), percent_encoded(key.environment),
                       percent_encoded(key.name));
}

Route route(std::string_view method, std::string_view target) {
    const std::size_t mark = std::min(target.find('?'), target.size());
    Route out = find_page(target.substr(0, mark));
    if (mark < target.size()) out.query = parse_query(target.substr(mark + 1));
    if (out.page == Page::not_found) return out;
    const bool reads = method == "GET" || method == "HEAD";
    const bool posts = out.page == Page::sync;
    if (posts ? method == "POST" : reads) return out;
    out.page = Page::method_not_allowed;
    out.allow = posts ? "POST" : "GET, HEAD";
    return out;
}

bool is_about_health(std::string_view method, std::string_view target) {
    const Page page = route(method, target).page;
    return page == Page::health || page == Page::readiness || page == Page::metrics;
}

Gate gate_of(Page page, const Secret& token, std::string_view authorization) {
    if (page == Page::health || page == Page::readiness) return Gate::open;
    if (token.empty()) return page == Page::sync ? Gate::no_token_configured : Gate::open;
    const std::size_t blank = std::min(authorization.find(' '), authorization.size());
    const std::string scheme = to_lower(authorization.substr(0, blank));
    const std::string_view shown = trim(authorization.substr(blank));
    if (scheme == "bearer") return is_token(token, shown) ? Gate::open : Gate::closed;
    if (scheme != "basic" || page == Page::sync) return Gate::closed;
    const std::string pair = base64_decoded(shown);
    const std::size_t colon = pair.find(':');
    const bool fits = colon != std::string::npos && is_token(token, std::string_view(pair).substr(colon + 1));
    return fits ? Gate::open : Gate::closed;
}

bool is_host_known(std::string_view host, const std::vector<std::string>& names) {
    std::string name = to_lower(host);
    if (name.starts_with('[')) {
        const std::size_t end = name.find(']');
        return end != std::string::npos && is_address(name.substr(1, end - 1));
    }
    name = name.substr(0, name.find(':'));
    if (name == "localhost" || is_address(name)) return true;
    return std::ranges::any_of(names, [&](const std::string& known) { return to_lower(known) == name; });
}

} // namespace mooring::serve
