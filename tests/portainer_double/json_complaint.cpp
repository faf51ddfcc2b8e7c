#include "portainer_double/json_complaint.hpp"

#include "base/text.hpp"

namespace portainer_double {
namespace {

class Scanner {
  public:
    explicit Scanner(std::string_view text) : rest_(text) {}

    bool value() {
        skip_blanks();
        if (at_end()) return false;
        const char first = rest_.front();
        if (first == '{') return object();
        if (first == '[') return list();
        if (first == '"') return string();
        if (first == 'n') return word("null");
        if (first == 't') return word("true");
        if (first == 'f') return word("false");
        if (first == '-' || is_digit(first)) return number();
        return wrong("invalid character " + quoted() + " looking for beginning of value");
    }

    const std::string& complaint() const { return complaint_; }

  private:
    std::string_view rest_;
    std::string complaint_;

    static bool is_digit(char c) { return c >= '0' && c <= '9'; }
    std::string quoted() const { return std::string("'") + rest_.front() + "'"; }
    void skip_blanks() { rest_.remove_prefix(std::min(rest_.size(), rest_.find_first_not_of(" \t\r\n"))); }

    bool wrong(const std::string& what) {
        complaint_ = "json: " + what + ": " + json_excerpt(rest_);
        return false;
    }
    bool at_end() {
        if (rest_.empty()) complaint_ = "unexpected EOF";
        return rest_.empty();
    }

    bool word(std::string_view wanted) {
        if (rest_.size() < wanted.size() && wanted.starts_with(rest_)) return !at_end_of_all();
        if (!rest_.starts_with(wanted)) return wrong("expected '" + std::string(wanted) + "' but found invalid token");
        rest_.remove_prefix(wanted.size());
        return true;
    }
    bool at_end_of_all() {
        rest_ = {};
        return at_end();
    }

    bool number() {
        if (rest_.front() == '-') rest_.remove_prefix(1);
        if (at_end()) return false;
        if (!is_digit(rest_.front())) return wrong("expected digit but got " + quoted());
        rest_.remove_prefix(std::min(rest_.size(), rest_.find_first_not_of("0123456789.eE+-")));
        return true;
    }

    bool string() {
        if (at_end()) return false;
        if (rest_.front() != '"') return wrong("expected '\"' at the beginning of a string value");
        for (std::size_t i = 1; i < rest_.size(); ++i) {
            if (rest_[i] == '\\')
                ++i;
            else if (rest_[i] == '"') {
                rest_.remove_prefix(i + 1);
                return true;
            }
        }
        return !at_end_of_all();
    }

    // What stands between two items of an object or a list. False at its end as well: `done` tells.
    bool next_item(char close, const char* after, bool first, bool& done) {
        skip_blanks();
        if (at_end()) return false;
        if (rest_.front() == close) {
            rest_.remove_prefix(1);
            done = true;
            return false;
        }
        if (first) return true;
        if (rest_.front() != ',') return wrong("expected ',' after " + std::string(after) + " but found " + quoted());
        rest_.remove_prefix(1);
        skip_blanks();
        return true;
    }

    bool object() {
        rest_.remove_prefix(1);
        bool done = false;
        for (bool first = true; next_item('}', "object field value", first, done); first = false) {
            if (!string()) return false;
            skip_blanks();
            if (at_end()) return false;
            if (rest_.front() != ':') return wrong("expected ':' after object field key but found " + quoted());
            rest_.remove_prefix(1);
            if (!value()) return false;
        }
        return done;
    }

    bool list() {
        rest_.remove_prefix(1);
        bool done = false;
        for (bool first = true; next_item(']', "array element", first, done); first = false) {
            if (!value()) return false;
        }
        return done;
    }
};

} // namespace

std::string json_excerpt(std::string_view rest) {
    constexpr std::size_t most = 32;
    return std::string(rest.substr(0, most)) + (rest.size() < most ? "" : "...");
}

std::string json_complaint(std::string_view text) {
    if (mooring::trim(text).empty()) return "EOF";
    Scanner scanner(text);
    return scanner.value() ? std::string() : scanner.complaint();
}

} // namespace portainer_double
