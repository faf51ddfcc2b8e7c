// Values that tell nothing, whatever their name.
#include "base/secret.hpp"

#include <algorithm>
#include <array>

namespace mooring {
namespace {

bool is_capital_name_byte(char c) { return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_'; }
bool is_name_byte(char c) { return is_capital_name_byte(c) || (c >= 'a' && c <= 'z'); }

bool is_path_byte(char c) { return is_name_byte(c) || c == '.' || c == '-' || c == '/'; }

bool is_path_text(std::string_view value) { return std::ranges::all_of(value, is_path_byte); }

// What stands between `${` and `}`: a name, at most with a message for its absence. A default would be a value.
bool is_reference_body(std::string_view body) {
    const std::size_t end = static_cast<std::size_t>(std::ranges::find_if_not(body, is_name_byte) - body.begin());
    if (end == 0) return false;
    const std::string_view rest = body.substr(end);
    return rest.empty() || rest == ":-" || rest == "-" || rest.starts_with('?') || rest.starts_with(":?");
}

bool is_braced(std::string_view value, std::string_view open, std::string_view close) {
    return value.size() > open.size() + close.size() && value.starts_with(open) && value.ends_with(close) &&
           value.find(close) == value.size() - close.size();
}

std::string_view without_quotes(std::string_view value) {
    const bool quoted =
        value.size() >= 2 && (value.front() == '"' || value.front() == '\'') && value.back() == value.front();
    return quoted ? value.substr(1, value.size() - 2) : value;
}

// `$(cat /run/secrets/db)`: the file is read where it runs.
bool reads_a_file(std::string_view value) {
    if (!is_braced(value, "$(", ")")) return false;
    std::string_view inside = value.substr(2, value.size() - 3);
    for (const std::string_view reader : {"cat ", "< ", "<"}) {
        if (!inside.starts_with(reader)) continue;
        inside.remove_prefix(reader.size());
        return inside.starts_with('/') && is_path_text(inside);
    }
    return false;
}

} // namespace

bool is_reference(std::string_view value) {
    value = without_quotes(value);
    if (value.starts_with("$$")) value.remove_prefix(1);
    if (value.starts_with("${"))
        return is_braced(value, "${", "}") && is_reference_body(value.substr(2, value.size() - 3));
    if (value.starts_with("$(")) return reads_a_file(value);
    if (value.starts_with("{{")) {
        return is_braced(value, "{{", "}}") && value.substr(2).find_first_of("\"'`{=") == std::string_view::npos;
    }
    return value.size() > 1 && value.front() == '$' && !(value[1] >= '0' && value[1] <= '9') &&
           std::ranges::all_of(value.substr(1), is_capital_name_byte);
}

bool tells_nothing(std::string_view value, References references) {
    constexpr std::array<std::string_view, 15> plain{"",    "***",  "\"***\"", "true", "false", "yes",   "no",  "on",
                                                     "off", "null", "none",    "~",    "True",  "False", "None"};
    value = without_quotes(value);
    return std::ranges::find(plain, value) != plain.end() || (references == References::shown && is_reference(value));
}

bool is_path(std::string_view value) {
    constexpr std::array<std::string_view, 24> roots{
        "/run/",  "/etc/", "/var/", "/opt/",   "/usr/",   "/home/", "/root/",    "/mnt/",
        "/srv/",  "/tmp/", "/app/", "/data/",  "/config", "/certs", "/cert/",    "/secrets/",
        "/keys/", "/ssl/", "/tls/", "/vault/", "/dev/",   "/proc/", "/bitnami/", "/media/"};
    constexpr std::array<std::string_view, 15> endings{".pem",  ".key",  ".crt",      ".cer", ".p12",
                                                       ".pfx",  ".jks",  ".json",     ".yml", ".yaml",
                                                       ".conf", ".toml", ".keystore", ".txt", ".htpasswd"};
    value = without_quotes(value);
    if (!is_path_text(value.starts_with("~/") ? value.substr(1) : value)) return false;
    if (value.starts_with("./") || value.starts_with("../") || value.starts_with("~/")) return true;
    const auto begins = [value](std::string_view root) { return value.starts_with(root); };
    const auto ends = [value](std::string_view ending) {
        return value.size() > ending.size() && value.ends_with(ending);
    };
    return std::ranges::any_of(roots, begins) || std::ranges::any_of(endings, ends);
}

} // namespace mooring
