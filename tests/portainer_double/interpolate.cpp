#include "portainer_double/compose.hpp"

#include <algorithm>
#include <cctype>

namespace portainer_double {
namespace {

std::optional<std::string_view> value_of(std::string_view name, const std::vector<EnvVar>& env) {
    std::optional<std::string_view> value;
    for (const EnvVar& variable : env) {
        if (variable.name == name) value = variable.value;
    }
    return value;
}

std::size_t name_length(std::string_view text) {
    const auto end =
        std::ranges::find_if(text, [](char c) { return std::isalnum(static_cast<unsigned char>(c)) == 0 && c != '_'; });
    return static_cast<std::size_t>(end - text.begin());
}

// What stands between the braces: NAME, NAME:-x, NAME-x; other operators give the value.
std::string braced(std::string_view inner, const std::vector<EnvVar>& env) {
    const std::size_t length = name_length(inner);
    const auto value = value_of(inner.substr(0, length), env);
    std::string_view rest = inner.substr(length);
    const bool also_when_empty = rest.starts_with(':');
    if (also_when_empty) rest.remove_prefix(1);
    if (rest.starts_with('-') && (!value || (also_when_empty && value->empty()))) {
        return interpolate(rest.substr(1), env);
    }
    return std::string(value.value_or(""));
}

} // namespace

std::string interpolate(std::string_view text, const std::vector<EnvVar>& env) {
    std::string result;
    while (!text.empty()) {
        const std::size_t dollar = text.find('$');
        result += text.substr(0, dollar);
        if (dollar == std::string_view::npos) break;
        text.remove_prefix(dollar + 1);
        const std::size_t close = text.starts_with('{') ? text.find('}') : std::string_view::npos;
        if (text.starts_with('$')) {
            result += '$';
            text.remove_prefix(1);
        } else if (close != std::string_view::npos) {
            result += braced(text.substr(1, close - 1), env);
            text.remove_prefix(close + 1);
        } else {
            const std::size_t length = name_length(text);
            if (length == 0) result += '$';
            result += value_of(text.substr(0, length), env).value_or("");
            text.remove_prefix(length);
        }
    }
    return result;
}

} // namespace portainer_double
