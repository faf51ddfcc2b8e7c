#include "report/paint.hpp"

#include <utility>

namespace mooring::report {
namespace {

// SGR parameters of the 16 basic colours, which follow the reader's own theme.
std::string_view sgr(Ink ink) {
    switch (ink) {
    case Ink::plain:
        return "";
    case Ink::strong:
        return "1";
    case Ink::faint:
        return "2";
    case Ink::good:
        return "32";
    case Ink::drift:
        return "1;33";
    case Ink::missing:
        return "1;31";
    case Ink::denied:
        return "1;35";
    case Ink::blind:
        return "1;34";
    case Ink::broken:
        return "31";
    case Ink::extra:
        return "1;36";
    }
    std::unreachable();
}

} // namespace

Ink ink_of(Verdict verdict) {
    switch (verdict) {
    case Verdict::in_sync:
        return Ink::good;
    case Verdict::drifted:
        return Ink::drift;
    case Verdict::missing:
    case Verdict::deleted:
        return Ink::missing;
    case Verdict::denied:
        return Ink::denied;
    case Verdict::extra:
        return Ink::extra;
    case Verdict::error:
        return Ink::broken;
    case Verdict::suspended:
        return Ink::faint;
    case Verdict::not_visible:
    case Verdict::orphaned:
    case Verdict::unreachable:
    case Verdict::pending:
        return Ink::blind;
    }
    std::unreachable();
}

std::string hyperlink(std::string_view url, std::string_view text) {
    if (url.empty() || text.empty()) return std::string(text);
    constexpr std::string_view start = "\x1b]8;;";
    constexpr std::string_view end = "\x1b\\";
    std::string out(start);
    out.append(url).append(end).append(text).append(start).append(end);
    return out;
}

std::string Paint::operator()(Ink ink, std::string_view text) const {
    const std::string_view code = sgr(ink);
    if (!colour_ || code.empty() || text.empty()) return std::string(text);
    std::string out = "\x1b[";
    out.append(code).append("m").append(text).append("\x1b[0m");
    return out;
}

} // namespace mooring::report
