// How an answer looks on the wire.
#include "net/server.hpp"

#include <ctime>
#include <fmt/format.h>
#include <string_view>

namespace mooring::net {
namespace {

std::string_view reason_phrase(int status) {
    switch (status) {
    case 200:
        return "OK";
    case 202:
        return "Accepted";
    case 304:
        return "Not Modified";
    case 400:
        return "Bad Request";
    case 401:
        return "Unauthorized";
    case 403:
        return "Forbidden";
    case 404:
        return "Not Found";
    case 405:
        return "Method Not Allowed";
    case 413:
        return "Content Too Large";
    case 421:
        return "Misdirected Request";
    case 431:
        return "Request Header Fields Too Large";
    case 501:
        return "Not Implemented";
    case 503:
        return "Service Unavailable";
    default:
        return status < 500 ? "Refused" : "Internal Server Error";
    }
}

std::string http_date(std::time_t now) {
    std::tm parts{};
    ::gmtime_r(&now, &parts);
    char text[40]; // NOLINT(modernize-avoid-c-arrays): strftime writes into one
    const std::size_t size = std::strftime(text, sizeof text, "%a, %d %b %Y %H:%M:%S GMT", &parts);
    return {text, size};
}

} // namespace

std::string head_of(const Answered& answer, bool keep_alive) {
    std::string out = fmt::format("HTTP/1.1 {} {}\r\nDate: {}\r\n", answer.status, reason_phrase(answer.status),
                                  http_date(std::time(nullptr)));
    if (!answer.content_type.empty()) out += fmt::format("Content-Type: {}\r\n", answer.content_type);
    for (const auto& [name, value] : answer.headers) out += fmt::format("{}: {}\r\n", name, value);
    out += fmt::format("Content-Length: {}\r\nConnection: {}\r\n\r\n", answer.body.size(),
                       keep_alive ? "keep-alive" : "close");
    return out;
}

Answered plain_answer(int status) {
    return {.status = status,
            .content_type = "text/plain; charset=utf-8",
            .body = fmt::format("{} {}\n", status, reason_phrase(status)),
            .headers = {}};
}

} // namespace mooring::net
