// Values that stand behind their name: one walk over the text, which remembers the last name, the open quotes and the
// line. Where a value ends is told by mask_value_end.
#include "base/mask_parts.hpp"

#include <algorithm>
#include <array>
#include <span>

namespace mooring::masking {
namespace {

bool is_name_byte(char c) {
    return is_alnum(c) || c == '_' || c == '-' || c == '.' || (static_cast<unsigned char>(c) & 0x80U) != 0;
}

// `{"name": "DB_PASSWORD", "value": "X"}`: these say the name, those the value.
constexpr std::array<std::string_view, 7> name_words{"name", "key", "id", "header", "param", "variable", "field"};
constexpr std::array<std::string_view, 6> value_words{"value", "val", "content", "default", "string", "data"};

constexpr std::size_t most_name = 96; // bytes of a value that is looked at as a name

// What stands behind the colon of an image or mount.
bool is_tag(std::string_view value) {
    constexpr std::array<std::string_view, 14> tags{"latest",    "stable",  "alpine", "ro",   "rw",     "z",   "cached",
                                                    "delegated", "nightly", "edge",   "main", "master", "dev", "slim"};
    if (is_one_of(tags, value) || value.starts_with('/') || value.starts_with("sha256")) return true;
    const bool version = value.find('.') != std::string_view::npos && is_digit(value[value.starts_with('v') ? 1 : 0]);
    return version && std::ranges::all_of(value, [](char c) { return is_alnum(c) || c == '.' || c == '-'; });
}

class Walk {
  public:
    explicit Walk(const Search& search) : search_(search), text_(search.text) {
        place_.several_lines = text_.contains('\n');
    }

    void run() {
        while (place_.at < text_.size()) step();
    }

  private:
    void step() {
        const char c = text_[place_.at];
        if (is_name_byte(c)) return take_name();
        if (c == '\n') return next_line();
        if (c == '\\') return take_backslashes();
        if (c == '$' && text_.substr(place_.at + 1).starts_with('{')) return take_reference();
        if (is_quote(c)) return take_quote();
        if (c == '=' || c == ':') return take_separator(c);
        if (c == ',') return take_comma();
        if (c == '(') return take_call();
        if (c == '%' && named_ && (followed_by('3')) && place_.at + 2 < text_.size() &&
            lower(text_[place_.at + 2]) == 'd') {
            place_.at += 2; // password%3DX
            return take_separator('=');
        }
        if (c == '<') tag_ = place_.at + 1;
        if (c == '>') return end_tag();
        const bool keeps_name =
            is_blank(c) || c == ']' || c == ')' || ((c == '!' || c == '?' || c == '+') && followed_by('='));
        if (!keeps_name) named_ = false;
        ++place_.at;
    }

    bool followed_by(char c) const { return place_.at + 1 < text_.size() && text_[place_.at + 1] == c; }
    void forget_name() {
        named_ = false;
        escaped_ = false;
    }

    void take_name() {
        const std::size_t from = place_.at;
        while (place_.at < text_.size() && is_name_byte(text_[place_.at])) ++place_.at;
        const bool behind_prefix =
            tag_ != none && from > 0 && text_[from - 1] == ':' && tag_to_ == from - 1; // <ns:token>
        if (behind_prefix) tag_ = from;
        if (tag_ == from) tag_to_ = place_.at;
        place_.name_from = from;
        place_.name_to = place_.at;
        named_ = true;
    }

    void next_line() {
        forget_name();
        place_.next_line();
    }

    // `\"` is a quote inside of a quoted text; `\n` ends a line of one.
    void take_backslashes() {
        std::size_t end = place_.at;
        while (end < text_.size() && text_[end] == '\\') ++end;
        const char next = end < text_.size() ? text_[end] : ' ';
        if (next == '"' || next == '\'') {
            place_.escaped_quote = !place_.escaped_quote;
            place_.at = end + 1;
            return;
        }
        forget_name();
        escaped_ = next == 'n' || next == 't' || next == 'r';
        place_.at = escaped_ ? end + 1 : end;
    }

    void take_quote() {
        const char c = text_[place_.at];
        const bool apostrophe = c == '\'' && place_.at > 0 && is_alnum(text_[place_.at - 1]) &&
                                place_.at + 1 < text_.size() && is_alnum(text_[place_.at + 1]) && !place_.is_open('\'');
        if (!apostrophe) place_.toggle(c);
        if (apostrophe) forget_name();
        ++place_.at;
    }

    // `${NAME:-default}`: the default is a value.
    void take_reference() {
        const std::size_t open = place_.at + 2;
        std::size_t end = open;
        while (end < text_.size() && (is_alnum(text_[end]) || text_[end] == '_')) ++end;
        const std::string_view name = text_.substr(open, end - open);
        while (end < text_.size() && (text_[end] == ':' || text_[end] == '-' || text_[end] == '=' || text_[end] == '+'))
            ++end;
        const bool has_default = end > open + name.size() && text_[end - 1] != ':';
        forget_name();
        place_.at = end;
        if (!has_default || !search_.tells(name)) return;
        const std::size_t close = std::min(text_.find('}', end), text_.size());
        if (!search_.tells(name, text_.substr(end, close - end))) return;
        search_.add(end, close, name);
        place_.at = close;
    }

    void take_separator(char c) {
        const std::string_view name = current_name();
        const bool usable = named_ && !name.empty();
        if (!usable || (c == ':' && text_.substr(place_.at).starts_with("://"))) return skip_separator();
        if (c == ':' && (followed_by(':') || followed_by('='))) {
            place_.at += followed_by(':') ? 2 : 1;
            return;
        }
        place_.sign = c;
        std::size_t after = place_.at + 1;
        while (c == '=' && after < text_.size() && (text_[after] == '=' || text_[after] == '>' || text_[after] == '~'))
            ++after;
        std::size_t value = after;
        while (value < text_.size() && is_blank(text_[value])) ++value;
        place_.spaced =
            value > after || place_.at > place_.name_to + (place_.at > 0 && is_quote(text_[place_.at - 1]) ? 1 : 0);
        take_value(name, after, value);
    }

    void skip_separator() {
        forget_name();
        ++place_.at;
    }

    std::string_view current_name() const {
        if (!named_) return {};
        std::string_view name = text_.substr(place_.name_from, place_.name_to - place_.name_from);
        const std::size_t start = std::min(name.find_first_not_of("-."), name.size());
        name.remove_prefix(start);
        if (escaped_ && place_.name_from > 0 && !search_.tells(name)) { // `\token`: is it `\t` and `oken`?
            const std::string_view longer = text_.substr(place_.name_from - 1, place_.name_to - place_.name_from + 1);
            if (search_.tells(longer)) return longer;
        }
        return name;
    }

    void take_value(std::string_view name, std::size_t after, std::size_t value) {
        const bool says_name = is_one_of(name_words, name);
        const bool says_value = !pending_.empty() && is_one_of(value_words, name);
        const bool telling = search_.tells(name);
        if (!telling && !says_name && !says_value) {
            forget_name();
            place_.at = after;
            return;
        }
        const bool tight = place_.sign == ':' && value == after && value < text_.size() && text_[value] != '\n' &&
                           !starts_quoted(value);
        if (is_harmless_start(tight, value)) {
            forget_name();
            place_.at = after;
            return;
        }
        // Of a value that only says a name, the start is enough.
        const std::string_view seen = telling || says_value ? text_ : text_.substr(0, value + most_name);
        const Extent extent = tight ? tight_value(seen, place_, value) : value_extent(seen, place_, name, value);
        const std::string_view what = text_.substr(extent.from, extent.to - extent.from);
        const std::string_view teller = says_value ? pending_ : name;
        const bool names_another =
            says_name && text_.substr(extent.to, 40).contains("value"); // key="PASSWORD" value="X"
        const bool secret = (telling || says_value) && !names_another && search_.tells(teller, what) &&
                            !is_harmless_here(name, what, tight);
        if (says_name && !secret && !says_value) pending_ = name_in(what);
        if (says_value) pending_ = {};
        if (secret) add(extent, teller);
        forget_name();
        place_.at = secret ? extent.to : after;
        if (secret) place_.line_from = std::max(place_.line_from, line_start(extent.to, extent.from));
    }

    // In a sentence the quotes and what follows them stay: `DB_PASSWORD: "***". Use $ twice`.
    void add(const Extent& extent, std::string_view teller) const {
        const char quote = text_[extent.from];
        const bool sentence = search_.options.voice == Voice::message && is_quote(quote);
        const std::size_t close = sentence ? text_.substr(extent.from, extent.to - extent.from).rfind(quote) : 0;
        if (close > 0)
            search_.add(extent.from + 1, extent.from + close, teller);
        else
            search_.add(extent.from, extent.to, teller);
    }

    // A value of several lines moves the line on.
    std::size_t line_start(std::size_t to, std::size_t from) const {
        const std::size_t last = text_.substr(from, to - from).rfind('\n');
        return last == std::string_view::npos ? 0 : from + last + 1;
    }

    bool starts_quoted(std::size_t at) const {
        return is_quote(text_[at]) || text_[at] == '[' || text_[at] == '{' || text_[at] == '\\';
    }

    std::string_view name_in(std::string_view value) const {
        const std::string_view name = unquoted(value);
        return name.size() < most_name && std::ranges::all_of(name, is_name_byte) && search_.tells(name)
                   ? name
                   : std::string_view();
    }

    static std::string_view unquoted(std::string_view text) {
        while (!text.empty() && (is_quote(text.front()) || text.front() == '\\')) text.remove_prefix(1);
        while (!text.empty() && (is_quote(text.back()) || text.back() == '\\')) text.remove_suffix(1);
        return text;
    }

    // A part of an image or mount, or the next words of a sentence.
    bool is_harmless_start(bool tight, std::size_t value) const {
        const char before = place_.name_from > 0 ? text_[place_.name_from - 1] : ' ';
        if (tight && (before == '/' || before == '@' || text_[value] == '/')) return true;
        if (search_.options.voice == Voice::value || value >= text_.size()) return false;
        const std::string_view word = text_.substr(value, 24);
        return is_prose(word.substr(0, word.find_first_of(" \t\r\n")));
    }

    // auth:8080 is a host and its port; "(bucket=stacks, key=7)" tells which record.
    bool is_harmless_here(std::string_view name, std::string_view value, bool tight) const {
        const bool number = !names_password(name) && std::ranges::all_of(value, is_digit);
        if (number && (tight || search_.options.voice == Voice::message)) return true;
        return tight && is_tag(value);
    }

    // `define('NAME', 'value')`, `"--flag", "value"`.
    void take_comma() {
        const std::string_view name = current_name();
        const bool quoted = named_ && place_.at > place_.name_to && is_quote(text_[place_.name_to]) &&
                            place_.name_from > 0 && is_quote(text_[place_.name_from - 1]);
        std::size_t value = place_.at + 1;
        while (value < text_.size() && is_blank(text_[value])) ++value;
        const bool flag = quoted && text_[place_.name_from] == '-';
        if (quoted && value < text_.size() && is_quote(text_[value]) && (flag || is_argument()) &&
            search_.tells(name)) {
            const Extent extent = value_extent(text_, place_, name, value);
            const std::string_view what = text_.substr(extent.from, extent.to - extent.from);
            const bool another_flag = flag && unquoted(what).starts_with('-');
            if (!another_flag && search_.tells(name, what)) {
                search_.add(extent.from, extent.to, name);
                value = extent.to;
            }
        }
        forget_name();
        place_.at = value;
    }

    // `PASSWORD('X')` of SQL, `db.auth('user', 'X')`: the last of the quoted arguments.
    void take_call() {
        const std::string_view name = current_name();
        const bool called = named_ && place_.at == place_.name_to && (names_password(name) || name.ends_with(".auth"));
        forget_name();
        const std::size_t open = ++place_.at;
        if (!called || open >= text_.size() || !is_quote(text_[open])) return;
        Extent last;
        std::size_t at = open;
        while (at < text_.size() && is_quote(text_[at])) {
            const std::size_t close = text_.find(text_[at], at + 1);
            if (close == std::string_view::npos) break;
            last = {.from = at + 1, .to = close};
            at = text_.find_first_not_of(" ,", close + 1);
        }
        if (last.to == 0 || tells_nothing(text_.substr(last.from, last.to - last.from), search_.options.references))
            return;
        search_.add(last.from, last.to, "PASSWORD");
        place_.at = last.to + 1;
    }

    bool is_argument() const {
        std::size_t before = place_.name_from - 1;
        while (before > 0 && is_blank(text_[before - 1])) --before;
        return before > 0 && text_[before - 1] == '(';
    }

    // `<password>X</password>`
    void end_tag() {
        std::string_view name =
            tag_ != none && tag_to_ != none && tag_to_ > tag_ ? text_.substr(tag_, tag_to_ - tag_) : std::string_view();
        if (tag_ != none && !pending_.empty() && pending_.data() > text_.data() + tag_)
            name = pending_; // <x name="...">
        const bool opens = tag_ != none && place_.at > 0 && text_[place_.at - 1] != '/' && text_[place_.at - 1] != '-';
        tag_ = tag_to_ = none;
        forget_name();
        ++place_.at;
        if (!opens || !search_.tells(name)) return;
        const bool raw = text_.substr(place_.at).starts_with("<![CDATA[");
        std::size_t end = std::min(raw ? text_.find("]]>", place_.at) : text_.find('<', place_.at), text_.size());
        if (raw) end = std::min(end + 3, text_.size());
        if (search_.tells(name, text_.substr(place_.at, end - place_.at))) search_.add(place_.at, end, name);
        place_.at = end;
    }

    static constexpr std::size_t none = static_cast<std::size_t>(-1);

    const Search& search_;
    std::string_view text_;
    Place place_;
    bool named_ = false;
    bool escaped_ = false;
    std::size_t tag_ = none;
    std::size_t tag_to_ = none;
    std::string_view pending_; // the secret-looking name that the next `value` is of
};

} // namespace

void find_assignments(const Search& search) { Walk(search).run(); }

} // namespace mooring::masking
