#include "cli/command.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <array>
#include <set>
#include <vector>

namespace mooring::cli::roff {
namespace {

using Json = nlohmann::ordered_json;

// A text that is the same text without quotes in YAML: begins with a letter, holds no sign that means something.
bool needs_no_quotes(const std::string& text) {
    static constexpr std::array<std::string_view, 8> words{"true", "false", "yes", "no", "on", "off", "null", "y"};
    const auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
    const auto is_safe = [&](char c) {
        return is_letter(c) || (c >= '0' && c <= '9') || std::string_view("/._-@+$").contains(c);
    };
    if (text.empty() || !is_letter(text.front()) || std::ranges::find(words, to_lower(text)) != words.end())
        return false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool inside = text[i] == ':' && i + 1 < text.size() && text[i + 1] != ' ';
        if (!is_safe(text[i]) && !inside) return false;
    }
    return true;
}

std::string scalar(const Json& value) {
    if (value.is_string() && needs_no_quotes(value.get<std::string>())) return value.get<std::string>();
    return value.dump();
}

bool is_short_list(const Json& value) {
    return value.is_array() && std::ranges::none_of(value, [](const Json& one) { return one.is_structured(); });
}

void write(std::string& out, const Json& value, std::size_t depth);

// What stands behind `key:` or `-`, its line end included.
void write_behind(std::string& out, const Json& value, std::size_t depth) {
    if (!value.is_structured() || value.empty()) {
        out += " " + scalar(value) + "\n";
    } else if (is_short_list(value)) {
        out += " [";
        for (std::size_t i = 0; i < value.size(); ++i) out += (i == 0 ? "" : ", ") + scalar(value[i]);
        out += "]\n";
    } else {
        out += "\n";
        write(out, value, depth);
    }
}

void write(std::string& out, const Json& value, std::size_t depth) {
    const std::string indent(depth * 2, ' ');
    if (value.is_object()) {
        for (const auto& [key, inner] : value.items()) {
            out += indent + scalar(Json(key)) + ":";
            write_behind(out, inner, depth + 1);
        }
        return;
    }
    for (const Json& inner : value) {
        std::string text;
        write_behind(text, inner, depth + 1);
        // The first key of a mapping stands on the line of the dash.
        if (text.starts_with('\n')) text = text.substr((depth + 1) * 2);
        out += indent + "-" + text;
    }
}

} // namespace

std::string plain(std::string_view text) {
    std::string out;
    bool line_begins = true;
    for (const char c : text) {
        if (line_begins && (c == '.' || c == '\'')) out += "\\&";
        line_begins = c == '\n';
        if (c == '\\')
            out += "\\e";
        else if (c == '-')
            out += "\\-";
        else if (c == '\'')
            out += "\\(aq";
        else if (c == '`')
            out += "\\(ga";
        else if (c == '^')
            out += "\\(ha";
        else if (c == '~')
            out += "\\(ti";
        else
            out += c;
    }
    return out;
}

std::string bold(std::string_view text) { return "\\fB" + plain(text) + "\\fR"; }

std::string prose(std::string_view text) {
    std::string joined;
    for (const char c : text) {
        const char one = c == '\n' ? ' ' : c;
        if (one != ' ' || (!joined.empty() && joined.back() != ' ')) joined += one;
    }
    if (joined.ends_with(' ')) joined.pop_back();
    const auto pieces = split(joined, '`');
    std::string out;
    for (std::size_t i = 0; i < pieces.size(); ++i) {
        const bool closed = i + 1 < pieces.size();
        if (i % 2 == 0)
            out += plain(pieces[i]);
        else
            out += closed ? bold(pieces[i]) : "\\(ga" + plain(pieces[i]);
    }
    return out;
}

std::string section(std::string_view title) { return ".SH " + std::string(title) + "\n"; }
std::string subsection(std::string_view title) { return ".SS \"" + plain(title) + "\"\n"; }

std::string item(std::string_view term, std::string_view meaning) {
    std::string out = ".TP\n" + std::string(term) + "\n";
    if (!meaning.empty()) out += std::string(meaning) + "\n";
    return out;
}

std::string verbatim(std::string_view text) {
    std::string out = ".RS 4\n.nf\n" + plain(text);
    if (!out.ends_with('\n')) out += '\n';
    return out + ".fi\n.RE\n";
}

std::string yaml(const Json& value) {
    std::string out;
    if (!value.is_structured() || value.empty() || is_short_list(value)) {
        write_behind(out, value, 0);
        return out.substr(1);
    }
    write(out, value, 0);
    return out;
}

} // namespace mooring::cli::roff

namespace mooring::cli {
namespace {

using Json = nlohmann::ordered_json;

// Refers to itself only if somebody made a mistake; the page then ends there.
constexpr std::size_t deepest = 12;

std::string text_of(const Json& at, const char* key) {
    const auto found = at.find(key);
    return found != at.end() && found->is_string() ? found->get<std::string>() : std::string();
}

const Json& list_of(const Json& at, const char* key) {
    static const Json none = Json::array();
    const auto found = at.find(key);
    return found != at.end() ? *found : none;
}

const Json& referred(const Json& schema, const Json& at) {
    const std::string name = text_of(at, "$ref");
    if (!name.starts_with("#/")) return at;
    return schema.at(Json::json_pointer(name.substr(1)));
}

// `at` with what its $ref and allOf say; its own words come first.
Json resolved(const Json& schema, const Json& at, std::size_t depth = 0) {
    Json out = at;
    if (depth > deepest) return out;
    const auto add = [&](const Json& other) {
        for (const auto& [key, value] : other.items()) {
            if (!out.contains(key)) out[key] = value;
        }
    };
    if (at.contains("$ref")) add(resolved(schema, referred(schema, at), depth + 1));
    if (at.contains("allOf")) {
        for (const Json& one : at["allOf"]) add(resolved(schema, one, depth + 1));
    }
    return out;
}

std::string one_line(const Json& value) {
    std::string out = roff::yaml(value);
    out.pop_back();
    return out;
}

std::string word_of(const std::string& type) {
    if (type == "object") return "mapping";
    if (type == "array") return "list";
    if (type == "boolean") return "true or false";
    return type == "integer" ? "whole number" : type;
}

std::string joined(const std::vector<std::string>& words) {
    std::string out;
    std::set<std::string> seen;
    for (const std::string& word : words) {
        if (!word.empty() && seen.insert(word).second) out += (out.empty() ? "" : " | ") + word;
    }
    return out;
}

// "string", "true or false", "running | stopped | any", "string | mapping".
std::string kind_of(const Json& schema, const Json& at, std::size_t depth = 0) {
    const Json whole = resolved(schema, at);
    std::vector<std::string> words;
    if (whole.contains("const")) return one_line(whole["const"]);
    if (whole.contains("enum")) {
        for (const Json& one : whole["enum"]) words.push_back(one.is_string() ? one.get<std::string>() : one.dump());
        return joined(words);
    }
    if (const auto type = whole.find("type"); type != whole.end()) {
        if (type->is_string()) return word_of(type->get<std::string>());
        for (const Json& one : *type) words.push_back(word_of(one.get<std::string>()));
        return joined(words);
    }
    if (whole.contains("oneOf") && depth < deepest) {
        for (const Json& one : whole["oneOf"]) words.push_back(kind_of(schema, one, depth + 1));
    }
    return joined(words);
}

std::string sentence(std::string text) {
    if (!text.empty() && text.back() != '.' && text.back() != '?' && text.back() != '*') text += '.';
    return text;
}

std::string meaning_of(const Json& whole) {
    std::string out = text_of(whole, "description");
    if (out.empty()) out = text_of(whole, "title");
    out = sentence(out);
    if (const std::string form = text_of(whole, "patternErrorMessage"); !form.empty())
        out += (out.empty() ? "" : " ") + sentence("It is " + form);
    const auto examples = whole.find("examples");
    if (examples != whole.end() && !examples->empty() && !examples->front().is_structured())
        out += (out.empty() ? "" : " ") + ("Example: `" + one_line(examples->front()) + "`.");
    return out;
}

class Items {
  public:
    explicit Items(const Json& schema) : schema_(schema) {}

    // Everything below `at`, whose own path is `path`.
    void below(const Json& at, const std::string& path, std::size_t depth) {
        if (depth > deepest) return;
        const Json whole = resolved(schema_, at);
        std::set<std::string> required;
        for (const Json& one : list_of(whole, "required")) required.insert(one.get<std::string>());
        const Json properties = whole.value("properties", Json::object());
        for (const auto& [name, inner] : properties.items())
            add(inner, path.empty() ? name : path + "." + name, required.contains(name), depth);
        if (const auto any = whole.find("additionalProperties"); any != whole.end() && any->is_object())
            below(*any, path + ".NAME", depth + 1);
        if (const auto inner = whole.find("items"); inner != whole.end()) below(*inner, path + "[]", depth + 1);
        for (const Json& one : list_of(whole, "oneOf")) below(one, path, depth + 1);
    }

    std::string take() { return std::move(out_); }

  private:
    void add(const Json& at, const std::string& path, bool required, std::size_t depth) {
        const Json whole = resolved(schema_, at);
        if (seen_.insert(path).second) {
            const std::string kind = kind_of(schema_, at);
            const std::string more = kind + (required ? std::string(kind.empty() ? "" : ", ") + "required" : "");
            out_ += roff::item(roff::bold(path) + (more.empty() ? "" : " (" + roff::plain(more) + ")"),
                               roff::prose(meaning_of(whole)));
        }
        below(at, path, depth + 1);
    }

    const Json& schema_;
    std::set<std::string> seen_; // alternatives may have keys in common
    std::string out_;
};

std::string examples_of(const Json& at) {
    std::string out;
    for (const Json& one : list_of(at, "examples"))
        if (one.is_object()) out += (out.empty() ? "" : ".PP\n") + roff::verbatim(roff::yaml(one));
    return out;
}

} // namespace

std::string schema_items(const Json& schema, const Json& at) {
    Items items(schema);
    items.below(at, "", 0);
    return items.take();
}

std::string schema_page_body(const Json& schema) {
    std::string out = roff::section("DESCRIPTION") + roff::prose(text_of(schema, "description")) + "\n";
    std::string examples = examples_of(schema);
    const Json& kinds = list_of(schema, "oneOf");
    if (kinds.empty()) out += roff::section("KEYS") + schema_items(schema, schema);
    for (const Json& one : kinds) {
        const Json& kind = referred(schema, one);
        out += roff::section("\"KIND " + text_of(kind, "title") + "\"") + roff::prose(text_of(kind, "description")) +
               "\n" + schema_items(schema, kind);
        const std::string more = examples_of(kind);
        examples += (examples.empty() || more.empty() ? "" : ".PP\n") + more;
    }
    if (!examples.empty()) out += roff::section("EXAMPLES") + examples;
    return out;
}

} // namespace mooring::cli
