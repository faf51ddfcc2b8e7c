#include "cli/schema_page.hpp"

#include "cli/roff.hpp"

#include <set>
#include <vector>

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
