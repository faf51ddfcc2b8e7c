#include "portainer_double/wire.hpp"

#include <array>
#include <ctime>

namespace portainer_double {

std::string http_date(UnixSeconds at) {
    const std::time_t time = at;
    std::tm parts{};
    gmtime_r(&time, &parts);
    std::array<char, 64> text{};
    const std::size_t length = std::strftime(text.data(), text.size(), "%a, %d %b %Y %H:%M:%S GMT", &parts);
    return {text.data(), length};
}

bool is_chunked(const Answer& answer) { return answer.body->size() > 2048 && !answer.length_known; }

std::string head_of(const Reply& reply, const Framing& framing, std::string_view reason) {
    const Answer& answer = reply.answer;
    std::string head = "HTTP/1.1 " + std::to_string(answer.status) + " " + std::string(reason) + "\r\n";
    if (!answer.content_type.empty()) head += "Content-Type: " + answer.content_type + "\r\n";
    head += "X-Content-Type-Options: nosniff\r\nDate: " + http_date(reply.date) + "\r\n";
    for (const auto& [name, value] : answer.headers) head += name + ": " + value + "\r\n";
    if (framing.chunked) {
        head += "Transfer-Encoding: chunked\r\n";
    } else if (answer.status != 204) {
        head += "Content-Length: " + std::to_string(answer.body->size()) + "\r\n";
    }
    if (!framing.keep_alive) head += "Connection: close\r\n";
    return head + "\r\n";
}

} // namespace portainer_double
