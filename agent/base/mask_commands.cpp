// Secrets of commands: what stands behind an option or the name of a setting.
#include "base/mask_clients.hpp"
#include "base/mask_parts.hpp"

#include <algorithm>
#include <array>

namespace mooring::masking {
namespace {

bool is_one_of(std::span<const std::string_view> list, std::string_view word) {
    return std::ranges::any_of(list, [word](std::string_view one) { return equal_folded(one, word); });
}

// `--password-stdin`, `--no-password`, `--skip-token`: they take nothing.
bool takes_nothing(std::string_view name) {
    constexpr std::array<std::string_view, 12> starts{"no-",      "skip-",    "ask-",     "prompt",
                                                      "with-",    "without-", "enable-",  "disable-",
                                                      "generate", "show-",    "require-", "allow-"};
    if (name.ends_with("-stdin") || name.ends_with("-prompt")) return true;
    return std::ranges::any_of(starts, [name](std::string_view start) { return begins_folded(name, start); });
}

// The names that stand in sentences and as words of commands (`docker secret ls`), too.
bool is_bare(std::string_view name) {
    constexpr std::array<std::string_view, 24> words{
        "password",       "passwords",   "passwd",     "pass",    "passphrase", "pwd",
        "token",          "tokens",      "secret",     "secrets", "key",        "keys",
        "apikey",         "credentials", "credential", "creds",   "auth",       "authorization",
        "authentication", "webhook",     "license",    "cookie",  "signature",  "pin"};
    return is_one_of(words, name);
}

class Command {
  public:
    Command(std::span<const Word> words, const MaskOptions& options) : words_(words), search_{"", options, unused_} {}

    std::vector<WordSpan> run() {
        for (at_ = 0; at_ < words_.size(); ++at_) {
            const Word& word = words_[at_];
            if (word.ends_command) {
                end_command();
                continue;
            }
            if (const std::string_view client = client_of(word.text); !client.empty()) {
                client_ = client;
                first_ = at_;
            }
            is_option(word) ? take_option(word) : take_word(word);
        }
        end_command();
        return std::move(found_);
    }

  private:
    static bool is_option(const Word& word) { return word.text.size() > 1 && word.text.front() == '-'; }

    const Word* next() const {
        return at_ + 1 < words_.size() && !words_[at_ + 1].ends_command ? &words_[at_ + 1] : nullptr;
    }
    std::string_view behind(std::size_t distance) const {
        const std::size_t start = command_;
        return at_ >= start + distance ? words_[at_ - distance].text : std::string_view();
    }

    // The part of a word from `skip` bytes of its text on.
    void add(const Word& word, std::size_t skip, std::string_view name) {
        if (skip >= word.text.size() || tells_nothing(word.text.substr(skip), search_.options.references)) return;
        const std::size_t from = skip == 0 ? word.from : word.from + (word.quoted ? 1 : 0) + skip;
        const std::size_t to = skip != 0 && word.quoted ? word.to - 1 : word.to;
        if (from < to) found_.push_back({word.item, {from, to, name}});
    }

    void take_option(const Word& word) {
        if (take_client_option(word)) return;
        const std::size_t dashes = word.text.find_first_not_of('-');
        if (dashes == std::string_view::npos || word.text.contains('=')) return;
        const std::string_view name = word.text.substr(dashes);
        const Word* value = next();
        if (name.size() < 2 || value == nullptr || takes_nothing(name) || !search_.tells(name)) return;
        if (is_option(*value) && !value->quoted) return;
        if (search_.options.voice == Voice::message && is_prose(value->text)) return;
        if (names_source(value->text) || !search_.tells(name, value->text)) return;
        add(*value, 0, name);
    }

    // openssl: `file:/x`, `env:X`, `stdin` say where the password is.
    static bool names_source(std::string_view value) {
        return value.starts_with("file:") || value.starts_with("env:") || value.starts_with("fd:") ||
               value == "stdin" || value == "-";
    }

    bool take_client_option(const Word& word) {
        if (client_.empty()) return false;
        for (const ClientOption& row : client_options()) {
            if (!word.text.starts_with(row.option) || !names_client(row.clients, client_) || !was_said(row.command))
                continue;
            const std::string_view rest = word.text.substr(row.option.size());
            if (rest.empty()) {
                if (const Word* value = next(); value != nullptr && !(is_option(*value) && !value->quoted))
                    take(row, *value, 0);
                return true;
            }
            if (rest.front() == '=' && row.option.starts_with("--")) return take(row, word, row.option.size() + 1);
            if (row.attached && row.option.size() == 2) return take(row, word, row.option.size());
        }
        return false;
    }

    bool was_said(std::string_view command) const {
        if (command.empty()) return true;
        const auto said = words_.subspan(first_, at_ - first_);
        return std::ranges::any_of(said.first(std::min<std::size_t>(said.size(), 8)),
                                   [command](const Word& word) { return word.text == command; });
    }

    bool take(const ClientOption& row, const Word& word, std::size_t skip) {
        const char sign = row.takes == Takes::after_colon ? ':' : row.takes == Takes::after_percent ? '%' : ',';
        if (row.takes == Takes::whole) {
            if (!is_path(word.text.substr(skip))) add(word, skip, "PASSWORD");
            return true;
        }
        const std::size_t at = word.text.find(sign, skip);
        if (at == std::string_view::npos) return true;
        // `-u token:`: the user is all there is.
        if (at + 1 == word.text.size()) add(word, skip, "TOKEN");
        add(word, at + 1, "PASSWORD");
        return true;
    }

    void take_word(const Word& word) {
        if (equal_folded(word.text, "IDENTIFIED")) identified_ = true;
        const Word* value = next();
        if (value == nullptr || is_option(*value) || word.is_key || value->is_key) return;
        if (identified_ && equal_folded(word.text, "BY")) return add(*value, 0, "PASSWORD");
        if (word.text.starts_with("pass:")) return add(word, 5, "PASSWORD");
        if (word.text.size() > 128 || word.text.find_first_of("/=:@$(){}\\ ,;<>") != std::string_view::npos) return;
        if (!search_.tells(word.text) || is_path(word.text) || is_sign(value->text)) return;
        if (is_prose(value->text)) return take_sentence(word);
        if (search_.tells(word.text, value->text) && is_value_of(word, *value)) add(*value, 0, word.text);
    }

    // "the password is X"
    void take_sentence(const Word& name) {
        if (at_ + 2 >= words_.size() || words_[at_ + 2].ends_command) return;
        const Word& value = words_[at_ + 2];
        const bool links = equal_folded(words_[at_ + 1].text, "is") || equal_folded(words_[at_ + 1].text, "was");
        if (links && looks_like_value(value.text) && search_.tells(name.text, value.text)) add(value, 0, name.text);
    }

    static bool is_sign(std::string_view text) {
        return text.find_first_not_of("=:<>!+-,.?[](){}|&") == std::string_view::npos || text.front() == '=' ||
               text.front() == ':';
    }

    // Whether the word behind the name of a secret is its value.
    bool is_value_of(const Word& name, const Word& value) const {
        if (value.quoted && name.item == value.item) return !is_bare(name.text) || !is_name_of_one(value.text);
        if (search_.options.voice == Voice::message) return looks_like_value(value.text) && !is_bare(name.text);
        if (!is_bare(name.text))
            return names_password(name.text) || value.text.find_first_not_of("0123456789") != std::string_view::npos;
        constexpr std::array<std::string_view, 7> setters{"ENV", "ARG", "SET", "setenv", "export", "putenv", "login"};
        constexpr std::array<std::string_view, 3> users{"login", "user", "username"};
        const bool two = at_ == command_ && (at_ + 2 == words_.size() || words_[at_ + 2].ends_command);
        return two || is_one_of(setters, behind(1)) || is_one_of(users, behind(2));
    }

    // secret "db_password" was not found
    bool is_name_of_one(std::string_view value) const {
        return search_.options.voice == Voice::message && !looks_like_value(value);
    }

    void end_command() {
        for (const ClientOperands& row : client_operands()) {
            if (!client_.empty() && names_client(row.clients, client_)) take_operands(row);
        }
        command_ = first_ = at_ + 1;
        client_ = {};
        identified_ = false;
    }

    void take_operands(const ClientOperands& row) {
        const auto command = words_.subspan(first_, std::min(at_, words_.size()) - first_);
        bool said = row.trigger.empty();
        std::vector<const Word*> after;
        for (const Word& word : command.subspan(std::min<std::size_t>(command.size(), 1))) {
            const bool cluster = row.trigger.starts_with('-') && is_option(word) && word.text[1] != '-' &&
                                 word.text.contains(row.trigger[1]);
            const bool triggers = cluster || (!row.trigger.empty() && word.text == row.trigger);
            if (!is_option(word) && !triggers && said) after.push_back(&word);
            said = said || triggers;
        }
        // The first operand names a user or an alias, unless the secret is all there is.
        for (std::size_t i = 0; i < row.last && i < after.size(); ++i) add(*after[after.size() - 1 - i], 0, "PASSWORD");
    }

    std::span<const Word> words_;
    SecretSpans unused_;
    Search search_;
    std::vector<WordSpan> found_;
    std::size_t at_ = 0;
    std::size_t command_ = 0; // where this command starts
    std::size_t first_ = 0;   // where its client stands
    std::string_view client_;
    bool identified_ = false;
};

} // namespace

std::vector<WordSpan> find_in_words(std::span<const Word> words, const MaskOptions& options) {
    return Command(words, options).run();
}

} // namespace mooring::masking
