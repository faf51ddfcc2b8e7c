#include "portainer_double/message.hpp"

#include <nlohmann/json.hpp>

#include <charconv>

namespace portainer_double {

std::string_view Request::header(const std::string& name) const {
    const auto at = headers.find(name);
    return at == headers.end() ? std::string_view{} : std::string_view(at->second);
}

std::string_view Request::parameter(const std::string& name) const {
    const auto at = query.lower_bound(name);
    return at == query.end() || at->first != name ? std::string_view{} : std::string_view(at->second);
}

std::vector<std::string_view> Request::parameters(const std::string& name) const {
    std::vector<std::string_view> values;
    for (auto [at, end] = query.equal_range(name); at != end; ++at) values.emplace_back(at->second);
    return values;
}

std::string percent_decode(std::string_view text, bool plus_is_blank) {
    std::string decoded;
    for (std::size_t i = 0; i < text.size(); ++i) {
        unsigned value = 0;
        const char* first = text.data() + i + 1;
        if (text[i] == '%' && i + 2 < text.size() && std::from_chars(first, first + 2, value, 16).ptr == first + 2) {
            decoded += static_cast<char>(value);
            i += 2;
        } else {
            decoded += plus_is_blank && text[i] == '+' ? ' ' : text[i];
        }
    }
    return decoded;
}

namespace {

void add_pairs(Request& request, std::string_view rest) {
    while (!rest.empty()) {
        const std::size_t end = rest.find('&');
        const std::string_view pair = rest.substr(0, end);
        const std::size_t equals = pair.find('=');
        const std::string_view value = equals == std::string_view::npos ? std::string_view{} : pair.substr(equals + 1);
        if (!pair.empty())
            request.query.emplace(percent_decode(pair.substr(0, equals), true), percent_decode(value, true));
        rest = end == std::string_view::npos ? std::string_view{} : rest.substr(end + 1);
    }
}

} // namespace

bool has_form_body(const Request& request) {
    const bool read = request.method == "POST" || request.method == "PUT" || request.method == "PATCH";
    return read && request.header("content-type").starts_with("application/x-www-form-urlencoded");
}

void parse_target(Request& request) {
    const std::string_view target = request.target;
    const std::size_t mark = target.find('?');
    request.path = target.substr(0, mark);
    if (has_form_body(request)) add_pairs(request, request.body);
    if (mark != std::string_view::npos) add_pairs(request, target.substr(mark + 1));
}

Answer text_answer(int status, std::string_view content_type, std::string body) {
    return {.status = status,
            .content_type = std::string(content_type),
            .headers = {},
            .body = std::make_shared<const std::string>(std::move(body)),
            .length_known = false};
}

Answer json_answer(const Json& value, int status) {
    return text_answer(status, "application/json", value.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n");
}

Answer empty_answer(int status) { return text_answer(status, "", ""); }

std::string capitalised(std::string_view text) {
    std::string result(text);
    if (!result.empty() && result[0] >= 'a' && result[0] <= 'z') result[0] = static_cast<char>(result[0] - 'a' + 'A');
    return result;
}

Answer problem(int status, std::string_view message, std::string_view details) {
    const std::string shown = details.empty() ? capitalised(message) : std::string(details);
    return json_answer({{"message", message}, {"details", shown}}, status);
}

Answer docker_problem(int status, std::string_view message) { return json_answer({{"message", message}}, status); }

Answer not_routed() { return text_answer(404, "text/plain; charset=utf-8", "404 page not found\n"); }

} // namespace portainer_double
