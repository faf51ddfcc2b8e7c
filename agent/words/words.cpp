#include "words/words.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <utility>

namespace mooring::words {

std::string environment_name(std::string_view name, std::optional<EnvironmentId> id) {
    if (!name.empty()) return printable(name);
    return id ? fmt::format("#{}", *id) : "?";
}

std::string environment_name(const StackResult& stack) {
    return environment_name(stack.environment_name, stack.environment_id);
}

std::string environment_phrase(std::string_view name, std::optional<EnvironmentId> id) {
    if (!name.empty()) return printable(name, most_of_a_name);
    return id ? fmt::format("environment {}", *id) : "its environment";
}

std::string environment_after_word(std::string_view name, std::optional<EnvironmentId> id) {
    return name.empty() && id ? std::to_string(*id) : environment_phrase(name, id);
}

std::string stack_name(const StackResult& stack, bool with_server) {
    const std::string id = stack.id ? fmt::format(", id {}", *stack.id) : std::string();
    std::string out = stack.name.empty() ? "(no name" + id + ")" : printable(stack.name);
    out += "/" + environment_name(stack);
    if (with_server) out += "@" + printable(stack.server);
    return out;
}

std::string observer_words(const ServerResult& server) {
    if (!server.identity) return "nobody";
    return fmt::format("{} ({}, list {})", printable(server.identity->username), role_name(server.identity->role),
                       list_word(server));
}

std::string role_name(std::int64_t role) {
    if (role == 1) return "administrator";
    if (role == 2) return "user";
    if (role == 3) return "edge administrator";
    return fmt::format("role {}", role);
}

std::string_view list_word(const ServerResult& server) {
    if (server.list_complete) return "complete";
    return server.exit_code == 0 ? "filtered" : "not read";
}

std::string verdict_words(Verdict verdict) {
    std::string out(to_string(verdict));
    std::ranges::replace(out, '_', ' ');
    return out;
}

std::string verdict_label(Verdict verdict) {
    std::string out = verdict_words(verdict);
    if (verdict == Verdict::in_sync) return out;
    for (char& c : out) {
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    }
    return out;
}

namespace {

// How agent/runtime writes a note of a value that no file declares, and what stands in place of those that are left
// out. Its test TheWordsOfTheVerdictCountWhatNobodyDeclares fails where the two folders do not agree.
constexpr std::string_view undeclared = " is declared nowhere; it was set by ";
constexpr std::string_view more_undeclared = "more values that nobody declares were set by hand";

} // namespace

std::size_t undeclared_values(const StackResult& stack) {
    return static_cast<std::size_t>(std::ranges::count_if(stack.notes, [](const std::string& note) {
        return note.contains(undeclared) || note.starts_with(more_undeclared);
    }));
}

std::string qualification(const StackResult& stack) {
    std::vector<std::string> parts;
    if (stack.waived) parts.emplace_back("waived");
    if (stack.verdict == Verdict::in_sync) {
        if (stack.ignored > 0) parts.push_back(counted(stack.ignored, "difference") + " ignored");
        if (!stack.runtime_asked) parts.emplace_back("runtime not asked");
        if (const std::size_t values = undeclared_values(stack); values > 0) {
            const bool more = std::ranges::any_of(
                stack.notes, [](const std::string& note) { return note.starts_with(more_undeclared); });
            parts.push_back((more ? "at least " : "") + counted(values, "value") + " that no file declares");
        }
    }
    return parts.empty() ? "" : " (" + join(parts, ", ") + ")";
}

std::string verdict_words(const StackResult& stack) { return verdict_words(stack.verdict) + qualification(stack); }

Standing standing_of(Verdict verdict) {
    switch (verdict) {
    case Verdict::in_sync:
        return Standing::good;
    case Verdict::suspended:
        return Standing::accepted;
    case Verdict::drifted:
    case Verdict::missing:
    case Verdict::deleted:
    case Verdict::extra:
        return Standing::drift;
    case Verdict::denied:
    case Verdict::not_visible:
    case Verdict::orphaned:
    case Verdict::unreachable:
    case Verdict::pending:
    case Verdict::error:
        return Standing::blind;
    }
    std::unreachable();
}

Standing standing_of(const StackResult& stack) {
    const Standing standing = standing_of(stack.verdict);
    return stack.waived && standing != Standing::blind ? Standing::accepted : standing;
}

bool is_asked_for(std::string_view word, Verdict verdict) {
    return word == to_string(verdict) || (verdict == Verdict::deleted && word == to_string(Verdict::missing));
}

std::string_view level_of(Standing standing) {
    switch (standing) {
    case Standing::drift:
        return "error";
    case Standing::blind:
        return "warning";
    case Standing::good:
    case Standing::accepted:
        return "note";
    }
    std::unreachable();
}

std::vector<std::string> with_the_rest_counted(std::vector<std::string> list, std::size_t most) {
    if (list.size() <= most) return list;
    std::string rest = fmt::format("and {} more", list.size() - most);
    list.resize(most);
    list.push_back(std::move(rest));
    return list;
}

std::string counted(std::size_t count, std::string_view singular) {
    return fmt::format("{} {}{}", count, singular, count == 1 ? "" : "s");
}

std::string percent(const std::optional<double>& share) {
    if (!share) return "–";
    return fmt::format("{} %", static_cast<int>(std::floor(*share * 100 + 1e-9)));
}

std::string duration_words(UnixSeconds seconds) {
    constexpr UnixSeconds minute = 60;
    constexpr UnixSeconds hour = 60 * minute;
    constexpr UnixSeconds day = 24 * hour;
    const auto two = [](UnixSeconds value, UnixSeconds big, const char* one, UnixSeconds small, const char* other) {
        const UnixSeconds rest = value % big / small;
        return rest == 0 ? fmt::format("{} {}", value / big, one)
                         : fmt::format("{} {} {} {}", value / big, one, rest, other);
    };
    if (seconds >= day) return two(seconds, day, "d", hour, "h");
    if (seconds >= hour) return two(seconds, hour, "h", minute, "min");
    if (seconds >= minute) return two(seconds, minute, "min", 1, "s");
    return fmt::format("{} s", seconds);
}

std::string age_words(UnixSeconds seconds) {
    constexpr UnixSeconds two_hours = 7200;
    constexpr UnixSeconds two_days = 172800;
    if (seconds < 5) return "a moment";
    if (seconds < 120) return fmt::format("{} s", seconds);
    if (seconds < two_hours) return fmt::format("{} min", seconds / 60);
    if (seconds < two_days) return fmt::format("{} h", seconds / 3600);
    return fmt::format("{} days", seconds / 86400);
}

std::string took_words(double seconds) {
    return seconds < 1 ? fmt::format("{:.0f} ms", seconds * 1000) : fmt::format("{:.1f} s", seconds);
}

std::string short_time(UnixSeconds at) {
    if (at == 0) return "–";
    std::string text = format_utc(at).substr(0, 16);
    text[10] = ' ';
    return text;
}

std::string time_words(UnixSeconds at) {
    std::string text = format_utc(at);
    if (const auto t = text.find('T'); t != std::string::npos) text[t] = ' ';
    if (text.ends_with('Z')) text.replace(text.size() - 1, 1, " UTC");
    return text;
}

} // namespace mooring::words
