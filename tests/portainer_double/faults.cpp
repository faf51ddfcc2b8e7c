#include "portainer_double/faults.hpp"

#include <nlohmann/json.hpp>

#include <array>

namespace portainer_double {
namespace {

constexpr std::array kinds{
    std::pair{"latency", FaultKind::latency},           std::pair{"drop", FaultKind::drop},
    std::pair{"truncate", FaultKind::truncate},         std::pair{"status", FaultKind::status},
    std::pair{"endless", FaultKind::endless},           std::pair{"drip", FaultKind::drip},
    std::pair{"content_type", FaultKind::content_type}, std::pair{"init_timeout", FaultKind::init_timeout}};

bool fits(const Fault& fault, const Request& request) {
    return (fault.method.empty() || fault.method == request.method) && request.path.starts_with(fault.path_prefix) &&
           request.path.ends_with(fault.path_suffix);
}

} // namespace

std::optional<FaultKind> parse_fault_kind(std::string_view word) {
    for (const auto& [name, kind] : kinds) {
        if (word == name) return kind;
    }
    return std::nullopt;
}

std::optional<When> parse_when(std::string_view word) {
    if (word == "before") return When::before;
    if (word == "during") return When::during;
    if (word == "after") return When::after;
    return std::nullopt;
}

std::optional<Fault> take_fault(std::vector<Fault>& faults, const Request& request) {
    for (auto at = faults.begin(); at != faults.end(); ++at) {
        if (!fits(*at, request)) continue;
        if (at->skip > 0) {
            --at->skip;
            continue;
        }
        const Fault taken = *at;
        if (at->times > 0 && --at->times == 0) faults.erase(at);
        return taken;
    }
    return std::nullopt;
}

std::optional<Answer> replacing_answer(const Fault& fault) {
    if (fault.kind == FaultKind::init_timeout) {
        Answer answer = problem(303, "Administrator initialization timeout");
        answer.headers = {{"redirect-reason", "AdminInitTimeout"}, {"Location", "/timeout.html"}};
        return answer;
    }
    if (fault.kind != FaultKind::status) return std::nullopt;
    Answer answer = text_answer(fault.status, fault.content_type, fault.body);
    if (!fault.retry_after.empty()) answer.headers.emplace_back("Retry-After", fault.retry_after);
    return answer;
}

} // namespace portainer_double
