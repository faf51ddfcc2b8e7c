// Secrets of commands: what stands behind an option or the name of a setting.
#include "base/mask_parts.hpp"

#include <algorithm>
#include <array>

namespace mooring::masking {
namespace {

// `--password-stdin`, `--no-password`, `--skip-token`: they take nothing.
bool takes_nothing(std::string_view name) {
    constexpr std::array<std::string_view, 12> starts{"no-",      "skip-",    "ask-",     "prompt",
                                                      "with-",    "without-", "enable-",  "disable-",
                                                      "generate", "show-",    "require-", "allow-"};
    if (name.ends_with("-stdin") || name.ends_with("-prompt")) return true;
    return std::ranges::any_of(starts, [name](std::string_view start) { return begins_folded(name, start); });
}

// What a name is called by that stands behind one dash: there, a password may be attached (`-pSecret`), so that a
// name is repeated only if it is a usual one.
std::string_view name_behind_dash(std::string_view name) {
    constexpr std::array<std::string_view, 16> usual{
        "password", "passwd", "pass",   "storepass", "keypass", "srcstorepass", "deststorepass", "passphrase",
        "pwd",      "token",  "secret", "apikey",    "key",     "auth",         "credentials",   "webhook"};
    const auto* known = std::ranges::find_if(usual, [name](std::string_view one) { return equal_folded(one, name); });
    if (known != usual.end()) return *known;
    return names_password(name) ? "PASSWORD" : "SECRET";
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

constexpr std::size_t most_said = 64;    // words before `>X` that are looked at for `SETUSER`
constexpr std::size_t most_clients = 64; // of a command, whose last words are looked at

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
            if (const std::string_view client = client_at(word); !client.empty() && !is_argument_of_option()) {
                if (clients_.size() < most_clients) clients_.push_back({client, at_});
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

    // Of `CMD=mysqldump -u root -pX`, too: no command begins with an option, so that this is all one value.
    std::string_view client_at(const Word& word) const {
        const std::string_view client = client_of(word.text);
        const std::size_t equals = word.text.find('=');
        if (!client.empty() || equals == std::string_view::npos || at_ > command_ + 1) return client;
        constexpr std::array<std::string_view, 7> before{"#", "-", "*", "//", "ENV", "ARG", "export"};
        if (at_ == command_ + 1 && !is_one_of(before, words_[command_].text)) return {};
        const Word* after = next();
        return after != nullptr && is_option(*after) ? client_of(word.text.substr(equals + 1)) : std::string_view();
    }

    // `redis-cli -h influx`: the host is not another client. `docker exec -it mysql mysql -pX`: the second one is.
    bool is_argument_of_option() const {
        if (client_.empty() || at_ == 0) return false;
        const Word& before = words_[at_ - 1];
        return is_option(before) && before.text != "--" && !before.text.contains('=');
    }

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
        add(*value, 0, dashes == 1 ? name_behind_dash(name) : name);
    }

    // openssl: `file:/x`, `env:X`, `stdin` say where the password is.
    static bool names_source(std::string_view value) {
        return value.starts_with("file:") || value.starts_with("env:") || value.starts_with("fd:") ||
               value == "stdin" || value == "-";
    }

    // Behind which byte of the word the option ends, `-sSu` included; 0: it is not this option.
    std::size_t end_of(std::string_view option, std::string_view word) const {
        if (word.starts_with(option)) return option.size();
        if (option.size() != 2 || option.front() != '-' || word[1] == '-') return 0;
        const std::size_t at = word.find_first_not_of(client_flags(client_), 1);
        return at != std::string_view::npos && at > 1 && word[at] == option[1] ? at + 1 : 0;
    }

    bool take_client_option(const Word& word) {
        if (client_.empty()) return false;
        for (const ClientOption& row : client_options()) {
            if (!names_client(row.clients, client_) || !was_said(row.command)) continue;
            const std::size_t end = end_of(row.option, word.text);
            if (end == 0) continue;
            const std::string_view rest = word.text.substr(end);
            if (rest.empty()) {
                if (const Word* value = next(); value != nullptr && !(is_option(*value) && !value->quoted))
                    take(row, *value, 0);
                return true;
            }
            if (rest.front() == '=' && row.option.size() > 2) return take(row, word, end + 1);
            if (row.attached && row.option.size() == 2) return take(row, word, end);
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

    // What one word says alone: `u/X@db`, `/password:X`, `>X` of an access list.
    bool take_form(const Word& word) {
        for (const ClientForm& row : client_forms()) {
            if (client_.empty() || !names_client(row.clients, client_) || !was_said(row.said)) continue;
            const std::size_t from = word.text.find(row.after);
            const std::size_t to = row.until == '\0' ? word.text.size() : word.text.rfind(row.until);
            if (from == std::string_view::npos || to == std::string_view::npos || from == 0 || to <= from) continue;
            const std::size_t start = word.from + (word.quoted ? 1 : 0);
            if (!tells_nothing(word.text.substr(from + 1, to - from - 1), search_.options.references))
                found_.push_back({word.item, {start + from + 1, start + to, "PASSWORD"}});
            return true;
        }
        if (word.text.size() > 2 && word.text.front() == '/' && take_slash_option(word)) return true;
        if (word.text.size() > 1 && word.text.front() == '>' && sets_user()) {
            add(word, 1, "PASSWORD");
            return true;
        }
        return false;
    }

    // Of programs of Windows and their like: `/password:X`, `xfreerdp /p:X`.
    bool take_slash_option(const Word& word) {
        const std::size_t colon = word.text.find_first_of(":/", 1);
        if (colon == std::string_view::npos || word.text[colon] != ':') return false;
        const std::string_view name = word.text.substr(1, colon - 1);
        const bool known = std::ranges::any_of(client_options(), [&](const ClientOption& row) {
            return row.option == word.text.substr(0, colon + 1) && names_client(row.clients, client_);
        });
        if (!known && !names_password(name)) return false;
        add(word, colon + 1, name);
        return true;
    }

    // Redis: `ACL SETUSER bob on >X`, and the same in its configuration: `user bob on >X`.
    bool sets_user() const {
        const std::size_t count = std::min(at_ - command_, most_said);
        const auto said = words_.subspan(at_ - count, count);
        const auto names_user = [](const Word& word) { return word.text == "user" || word.text == "--user"; };
        if (std::ranges::any_of(said, names_user) && std::ranges::any_of(said, [](const Word& word) {
                return word.text == "on" || word.text == "off" || word.text.starts_with('~');
            }))
            return true;
        return std::ranges::any_of(said, [](const Word& word) { return equal_folded(word.text, "SETUSER"); });
    }

    // `X-Api-Key:` and its value in words of their own.
    bool take_header(const Word& word, const Word& value) {
        if (word.text.size() > 128 || !word.text.ends_with(':')) return false;
        const std::size_t start = word.text.find_first_not_of("\"'");
        const std::string_view name = word.text.substr(start, word.text.size() - 1 - start);
        if (name.empty() || name.find_first_of("/=:@$(){}\\ ,;<>\"'") != std::string_view::npos) return false;
        if (!search_.tells(name) || !search_.tells(name, value.text) || search_.options.voice == Voice::message)
            return false;
        add(value, 0, name);
        return true;
    }

    // `etcdctl put /db/password X`, `npm config set //registry.example.test/:_authToken X`
    bool take_path(const Word& word, const Word& value) {
        if (!equal_folded(behind(1), "put") && !equal_folded(behind(1), "set")) return false;
        const std::size_t last = word.text.find_last_of("/:");
        if (last == std::string_view::npos || word.text.size() > 256) return false;
        const std::string_view name = word.text.substr(last + 1);
        if (!search_.tells(name) || !search_.tells(name, value.text)) return false;
        add(value, 0, name);
        return true;
    }

    void take_word(const Word& word) {
        if (equal_folded(word.text, "IDENTIFIED")) identified_ = true;
        if (take_form(word)) return;
        const Word* value = next();
        if (value == nullptr || is_option(*value) || word.is_key || value->is_key) return;
        if (identified_ && equal_folded(word.text, "BY")) return add(*value, 0, "PASSWORD");
        if (value->item != word.item && take_header(word, *value)) return;
        if (word.text.starts_with("pass:")) return add(word, 5, "PASSWORD");
        if (take_path(word, *value)) return;
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
        for (const auto& [client, at] : clients_) {
            for (const ClientOperands& row : client_operands()) {
                if (names_client(row.clients, client)) take_operands(row, at);
            }
        }
        clients_.clear();
        command_ = first_ = at_ + 1;
        client_ = {};
        identified_ = false;
    }

    static bool triggers(std::string_view trigger, const Word& word) {
        if (trigger.empty()) return false;
        if (trigger.ends_with('*')) return word.text.starts_with(trigger.substr(0, trigger.size() - 1));
        const bool cluster = trigger.starts_with('-') && is_option(word) && word.text[1] != '-';
        return word.text == trigger || (cluster && word.text.contains(trigger[1]));
    }

    // Of the client that stands at `first`.
    void take_operands(const ClientOperands& row, std::size_t first) {
        const auto command = words_.subspan(first, std::min(at_, words_.size()) - first);
        bool said = row.trigger.empty();
        std::vector<const Word*> after;
        for (std::size_t i = 1; i < command.size(); ++i) {
            const Word& word = command[i];
            const bool starts = triggers(row.trigger, word);
            if (starts && row.last == 0 && i + 1 < command.size() && !is_option(command[i + 1]))
                return add(command[i + 1], 0, "PASSWORD");
            if (!is_option(word) && !starts && said) after.push_back(&word);
            said = said || starts;
        }
        // The first operand names a user or an alias, unless the secret is all there is.
        for (std::size_t i = 0; i < row.last && i < after.size(); ++i) add(*after[after.size() - 1 - i], 0, "PASSWORD");
    }

    struct Client {
        std::string_view name;
        std::size_t at;
    };

    std::span<const Word> words_;
    SecretSpans unused_;
    Search search_;
    std::vector<WordSpan> found_;
    std::size_t at_ = 0;
    std::size_t command_ = 0; // where this command starts
    std::size_t first_ = 0;   // where its client stands
    std::string_view client_;
    std::vector<Client> clients_; // of this command
    bool identified_ = false;
};

} // namespace

std::vector<WordSpan> find_in_words(std::span<const Word> words, const MaskOptions& options) {
    return Command(words, options).run();
}

} // namespace mooring::masking
