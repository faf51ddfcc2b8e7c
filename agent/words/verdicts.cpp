#include "words/verdicts.hpp"

#include <algorithm>
#include <utility>

namespace mooring::words {

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

std::string qualification(const StackResult& stack) {
    if (stack.verdict != Verdict::in_sync) return stack.waived ? " (waived)" : "";
    if (stack.waived) return stack.runtime_asked ? " (waived)" : " (waived, runtime not asked)";
    return stack.runtime_asked ? "" : " (runtime not asked)";
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

} // namespace mooring::words
