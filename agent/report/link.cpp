#include "report/link.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace mooring::report {
namespace {

// Everything but what RFC 3986 leaves as it is in a part of a path.
std::string encoded(std::string_view text) {
    std::string out;
    for (const char c : text) {
        const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                           std::string_view("-._~").find(c) != std::string_view::npos;
        out += plain ? std::string(1, c) : fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
    return out;
}

bool has_a_page(const StackResult& stack) {
    const bool gone = stack.verdict == Verdict::missing || stack.verdict == Verdict::deleted ||
                      stack.verdict == Verdict::orphaned || stack.exists == false;
    return !gone && stack.id && stack.environment_id && !stack.name.empty() && stack.type &&
           *stack.type != StackType::kubernetes;
}

} // namespace

std::string stack_url(std::string_view server_url, const StackResult& stack) {
    const bool is_web = server_url.starts_with("https://") || server_url.starts_with("http://");
    if (!is_web || !has_a_page(stack)) return {};
    const bool harmful = std::ranges::any_of(server_url, [](char c) {
        return static_cast<unsigned char>(c) <= 0x20 || static_cast<unsigned char>(c) >= 0x7F || c == '"' || c == '<' ||
               c == '>' || c == '(' || c == ')' || c == '`' || c == '|' || c == '\\';
    });
    if (harmful) return {};
    while (server_url.ends_with('/')) server_url.remove_suffix(1);
    return fmt::format("{}/#!/{}/docker/stacks/{}?id={}&type={}&regular=true&external=false&orphaned=false", server_url,
                       *stack.environment_id, encoded(stack.name), *stack.id, *stack.type == StackType::swarm ? 1 : 2);
}

std::string stack_url(const Report& report, const StackResult& stack) {
    const auto server = std::ranges::find(report.servers, stack.server, &ServerResult::name);
    return server == report.servers.end() ? std::string() : stack_url(server->url, stack);
}

} // namespace mooring::report
