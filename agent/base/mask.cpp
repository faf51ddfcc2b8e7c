#include "base/secret.hpp"

#include "base/mask_parts.hpp"

#include <algorithm>
#include <array>
#include <functional>

namespace mooring {
namespace masking {

bool Search::tells(std::string_view name) const {
    return looks_secret(name) || (options.more_names && options.more_names(name));
}

bool Search::tells(std::string_view name, std::string_view value) const {
    if (is_secret(name, value, options.references)) return true;
    return options.more_names && options.more_names(name) && !tells_nothing(value, options.references);
}

bool equal_folded(std::string_view left, std::string_view right) {
    return std::ranges::equal(left, right, {}, lower, lower);
}

bool is_one_of(std::span<const std::string_view> list, std::string_view word) {
    return std::ranges::any_of(list, [word](std::string_view one) { return equal_folded(one, word); });
}

bool begins_folded(std::string_view text, std::string_view start) {
    return text.size() >= start.size() && equal_folded(text.substr(0, start.size()), start);
}

bool looks_like_value(std::string_view word) {
    while (!word.empty() && std::string_view(".,;:!?)").contains(word.back())) word.remove_suffix(1);
    if (word.size() < 4) return false;
    const auto inner = word.substr(1);
    const bool digit = std::ranges::any_of(word, is_digit);
    const bool capital = std::ranges::any_of(inner, is_upper) && std::ranges::any_of(word, is_lower);
    const bool sign = std::ranges::any_of(word, [](char c) { return std::string_view("!#%&*+=?^~|").contains(c); });
    return digit || capital || sign;
}

bool is_prose(std::string_view word) {
    constexpr std::array<std::string_view, 62> words{
        "is",       "are",     "was",     "were",         "must",    "should",     "can",       "cannot",
        "could",    "may",     "might",   "will",         "has",     "have",       "had",       "does",
        "did",      "do",      "to",      "for",          "in",      "of",         "on",        "at",
        "by",       "with",    "from",    "as",           "and",     "or",         "not",       "no",
        "if",       "when",    "that",    "which",        "the",     "a",          "an",        "its",
        "your",     "invalid", "missing", "required",     "expired", "unknown",    "undefined", "unsupported",
        "expected", "failed",  "failure", "denied",       "error",   "permission", "already",   "doesn't",
        "isn't",    "without", "unable",  "unauthorized", "open",    "specified"};
    while (!word.empty() && std::string_view(".,;:!?").contains(word.back())) word.remove_suffix(1);
    return std::ranges::any_of(words, [word](std::string_view one) { return equal_folded(one, word); });
}

bool is_scheme(std::string_view word) {
    constexpr std::array<std::string_view, 8> schemes{"bearer",    "basic",  "token", "apikey",
                                                      "negotiate", "digest", "ntlm",  "key"};
    return std::ranges::any_of(schemes, [word](std::string_view one) { return equal_folded(one, word); });
}

namespace {

// A password that goes through a pipe cannot be told from other words.
bool is_piped_secret(std::string_view text) {
    if (!text.contains("echo ") && !text.contains("printf ") && !text.contains("<<<")) return false;
    constexpr std::array<std::string_view, 13> readers{
        "chpasswd", "-stdin", "base64 -d", "base64 --decode", "smbpasswd",   "passphrase-fd 0", "sudo -S",
        "sudo -kS", "kinit ", "vncpasswd", "htpasswd -i",     "cryptsetup ", "secret create "};
    return std::ranges::any_of(readers, [text](std::string_view one) { return text.contains(one); });
}

// The same of a command that was split at its blanks, as compose does with a text.
bool is_piped_secret(std::span<const std::string_view> words) {
    const auto pipes = [](std::string_view word) { return word == "|" || word.starts_with("<<<"); };
    if (std::ranges::none_of(words, pipes)) return false;
    std::string line;
    for (const std::string_view word : words) (line += word) += ' ';
    return is_piped_secret(line);
}

// `jdbc:oracle:thin:user/X@host:1521/db`
void find_oracle_users(const Search& search) {
    constexpr std::string_view start = "jdbc:oracle:";
    for (std::size_t at = search.text.find(start); at != std::string_view::npos; at = search.text.find(start, at + 1)) {
        const std::string_view rest = search.text.substr(at, 256);
        const std::size_t slash = rest.find('/');
        const std::size_t sign = rest.find('@');
        if (slash == std::string_view::npos || sign == std::string_view::npos || sign <= slash + 1) continue;
        if (!tells_nothing(rest.substr(slash + 1, sign - slash - 1), search.options.references))
            search.add(at + slash + 1, at + sign, "PASSWORD");
    }
}

bool is_ipv6_address(std::string_view text) {
    std::size_t digits = 0;
    return std::ranges::all_of(text, [&digits](char c) {
        if (c == ':') digits = 0;
        return c == ':' || ((is_digit(c) || (lower(c) >= 'a' && lower(c) <= 'f')) && ++digits <= 4);
    });
}

// A line of PostgreSQL's password file: `host:5432:*:user:X`.
void find_password_line(const Search& search, std::size_t from, std::size_t to) {
    const std::string_view line = search.text.substr(from, to - from);
    if (is_ipv6_address(line)) return;
    std::array<std::string_view, 4> fields;
    std::size_t at = 0;
    for (std::string_view& field : fields) {
        const std::size_t colon = line.find(':', at);
        if (colon == std::string_view::npos || colon == at || colon - at > 128) return;
        field = line.substr(at, colon - at);
        at = colon + 1;
    }
    const auto named = [](std::string_view field) {
        return std::ranges::any_of(field, [](char c) { return is_alnum(c) && !is_digit(c); });
    };
    const bool port =
        fields[1] == "*" || (fields[1].size() > 2 && fields[1].size() < 6 && std::ranges::all_of(fields[1], is_digit));
    const bool told =
        named(fields[3]) && (fields[2] == "*" || named(fields[2])) && (fields[0] == "*" || named(fields[0]));
    if (!port || !told || line.find_first_of("/ \t\"'=,{") != std::string_view::npos) return;
    if (!tells_nothing(line.substr(at), search.options.references)) search.add(from + at, to, "PASSWORD");
}

void find_password_lines(const Search& search) {
    for (std::size_t from = 0; from < search.text.size();) {
        const std::size_t end = std::min(search.text.find('\n', from), search.text.size());
        find_password_line(search, from, end > from && search.text[end - 1] == '\r' ? end - 1 : end);
        from = end + 1;
    }
}

void search_all(std::string_view text, const MaskOptions& options, SecretSpans& found) {
    const Search search{text, options, found};
    if (is_piped_secret(text)) return search.add(0, text.size(), "PASSWORD");
    find_tokens(search);
    find_oracle_users(search);
    find_password_lines(search);
    find_in_addresses(search);
    find_assignments(search);
    find_in_command(search);
}

// What a shell reads is one text; every other word of a list is one value: `[--password=two words]`.
void search_word(std::string_view word, bool is_script, const MaskOptions& options, SecretSpans& found) {
    search_all(word, options, found);
    const std::size_t equals = word.find('=');
    const std::string_view name = word.substr(0, equals);
    if (is_script || equals == std::string_view::npos || name.find_first_of(" \t\n\"'/:") != std::string_view::npos)
        return;
    const Search search{word, options, found};
    const std::string_view value = word.substr(equals + 1);
    if (search.tells(name, value))
        return search.add(equals + 1, word.size(), name.substr(std::min(name.find_first_not_of("-."), name.size())));
    SecretSpans inside; // the value alone: `CMD=mysqldump -pX` begins with a client
    search_all(value, options, inside);
    for (const SecretSpan& span : inside) search.add(equals + 1 + span.from, equals + 1 + span.to, span.name);
}

bool begins_script(std::string_view word) {
    const bool letters = word.size() > 1 && word.size() < 5 && word.front() == '-' && word.back() == 'c';
    return letters || word == "CMD-SHELL" || word == "-lc";
}

} // namespace
} // namespace masking

SecretSpans joined(SecretSpans spans) {
    std::ranges::sort(spans, {}, [](const SecretSpan& span) { return std::pair(span.from, span.to); });
    SecretSpans out;
    for (const SecretSpan& span : spans) {
        if (!out.empty() && span.from <= out.back().to)
            out.back().to = std::max(out.back().to, span.to);
        else
            out.push_back(span);
    }
    return out;
}

namespace {

// Whether a name stands in this text, in what is secret of it.
bool is_in_secret(std::string_view name, std::string_view text, const SecretSpans& spans) {
    const std::less<> before;
    if (before(name.data(), text.data()) || !before(name.data(), text.data() + text.size())) return false;
    const auto at = static_cast<std::size_t>(name.data() - text.data());
    const auto span = std::ranges::upper_bound(spans, at, {}, &SecretSpan::to);
    return span != spans.end() && span->from < at + name.size();
}

// What told a secret may be part of another one (`-p myPass db`): then it is called by a word of ours. A name stands in
// the text of its secret, or in one of the two before.
void replace_secret_names(std::span<const std::string_view> texts, std::span<SecretSpans> found) {
    for (std::size_t i = 0; i < found.size(); ++i) {
        for (SecretSpan& span : found[i]) {
            bool secret = false;
            for (std::size_t j = i - std::min<std::size_t>(i, 2); j <= i; ++j)
                secret = secret || is_in_secret(span.name, texts[j], found[j]);
            if (secret) span.name = "SECRET";
        }
    }
}

} // namespace

SecretSpans secret_spans(std::string_view text, const MaskOptions& options) {
    SecretSpans found;
    masking::search_all(text, options, found);
    found = joined(std::move(found));
    replace_secret_names({&text, 1}, {&found, 1});
    return found;
}

std::vector<SecretSpans> secret_spans(std::span<const std::string_view> words, const MaskOptions& options) {
    std::vector<SecretSpans> found(words.size());
    if (masking::is_piped_secret(words)) {
        for (std::size_t i = 0; i < words.size(); ++i) found[i] = {{0, words[i].size(), "PASSWORD"}};
        return found;
    }
    std::vector<masking::Word> parts;
    for (std::size_t i = 0; i < words.size(); ++i) {
        masking::search_word(words[i], i > 0 && masking::begins_script(words[i - 1]), options, found[i]);
        parts.push_back({.text = words[i], .item = i, .from = 0, .to = words[i].size()});
    }
    for (const masking::WordSpan& one : masking::find_in_words(parts, options)) found[one.item].push_back(one.span);
    for (SecretSpans& spans : found) spans = joined(std::move(spans));
    replace_secret_names(words, found);
    return found;
}

std::string cover(std::string_view text, const SecretSpans& spans) {
    std::string out;
    std::size_t done = 0;
    for (const SecretSpan& span : spans) {
        out += text.substr(done, span.from - done);
        out += mask_sign;
        done = span.to;
    }
    out += text.substr(done);
    return out;
}

std::string mask_text(std::string_view text, Voice voice) {
    MaskOptions options;
    options.voice = voice;
    return cover(text, secret_spans(text, options));
}

std::vector<std::string> mask_words(std::span<const std::string_view> words) {
    const std::vector<SecretSpans> found = secret_spans(words);
    std::vector<std::string> out;
    out.reserve(words.size());
    for (std::size_t i = 0; i < words.size(); ++i) out.push_back(cover(words[i], found[i]));
    return out;
}

namespace {

constexpr std::size_t shortest = 8;

// How much of the start of `text` stands somewhere in `secret`, if it is at least `least` bytes; otherwise 0.
std::size_t shared_prefix(std::string_view text, std::string_view secret, std::size_t least) {
    std::size_t longest = 0;
    const std::string_view start = text.substr(0, least);
    for (auto at = secret.find(start); at != std::string_view::npos; at = secret.find(start, at + 1)) {
        const auto there = secret.substr(at);
        const auto end = std::ranges::mismatch(text, there).in1;
        longest = std::max(longest, static_cast<std::size_t>(end - text.begin()));
    }
    return longest;
}

} // namespace

std::string redact(std::string_view text, const Secret& secret) {
    const std::string_view bytes = secret.reveal();
    const std::size_t least = std::min(shortest, bytes.size());
    if (least == 0) return std::string(text);
    std::string out;
    out.reserve(text.size());
    while (text.size() >= least) {
        const std::size_t shared = shared_prefix(text, bytes, least);
        if (shared > 0) out += "***";
        if (shared == 0) out += text.front();
        text.remove_prefix(std::max<std::size_t>(shared, 1));
    }
    out += text;
    return out.contains(bytes) ? "***" : out; // a mask may make a secret that begins or ends like one whole again
}

// Whole ones first, longer ones before shorter: what one shares with another would cut that one into pieces that are no
// stretch of anything.
std::string redact(std::string_view text, std::span<const Secret> secrets) {
    std::vector<std::string_view> values(secrets.size());
    std::ranges::transform(secrets, values.begin(), &Secret::reveal);
    std::ranges::stable_sort(values, std::ranges::greater(), &std::string_view::size);
    SecretSpans whole;
    for (const std::string_view value : values) {
        for (std::size_t at = value.empty() ? std::string_view::npos : text.find(value); at != std::string_view::npos;
             at = text.find(value, at + 1))
            whole.push_back({at, at + value.size(), {}});
    }
    std::string out = cover(text, joined(std::move(whole)));
    for (const Secret& secret : secrets) out = redact(out, secret);
    return out;
}

bool holds_secret(std::string_view text, std::span<const Secret> secrets) {
    return std::ranges::any_of(secrets,
                               [text](const Secret& one) { return !one.empty() && text.contains(one.reveal()); });
}

void take_out(std::string& text, std::span<const Secret> secrets) {
    if (holds_secret(text, secrets)) text = redact(text, secrets);
}

} // namespace mooring
