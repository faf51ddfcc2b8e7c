#include "compose/display.hpp"

#include "base/secret_names.hpp"
#include "compose/path.hpp"

namespace mooring::compose {
namespace {

constexpr std::string_view mask = "***";

bool belongs_to_name(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-' ||
           c == '.';
}

bool ends_value(char c) {
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == ';' || c == ',' || c == '"' || c == '\'';
}

// Where the value of `NAME=value` or `NAME: value` ends, quotes around it included.
std::size_t value_end(std::string_view text, std::size_t from) {
    if (from < text.size() && (text[from] == '"' || text[from] == '\'')) {
        const std::size_t close = text.find(text[from], from + 1);
        return close == std::string_view::npos ? text.size() : close + 1;
    }
    while (from < text.size() && !ends_value(text[from])) ++from;
    return from;
}

// `--password=x`, `TOKEN=x`, `token: x`: the value becomes the mask.
std::string mask_assignments(std::string_view text) {
    std::string out;
    std::size_t name_start = 0;
    for (std::size_t at = 0; at < text.size(); ++at) {
        const char c = text[at];
        out += c;
        if (c != '=' && c != ':') {
            if (!belongs_to_name(c)) name_start = at + 1;
            continue;
        }
        const std::string_view name = text.substr(name_start, at - name_start);
        std::size_t value = at + 1;
        while (c == ':' && value < text.size() && text[value] == ' ') ++value;
        const bool assigns = c == '=' || value > at + 1;
        const std::size_t end = value_end(text, value);
        name_start = at + 1;
        if (!assigns || end == value || !looks_secret(name)) continue;
        out += text.substr(at + 1, value - at - 1);
        out += mask;
        at = end - 1;
        name_start = end;
    }
    return out;
}

void append(std::string& out, const Value& value, Secrets secrets);

void append_members(std::string& out, const Value& value,
                    Secrets secrets) { // NOLINT(misc-no-recursion): bounded by Limits::depth
    out += '{';
    for (const Member& member : value.members) {
        if (out.back() != '{') out += ',';
        append_json_string(out, member.key);
        out += ':';
        const bool hidden =
            secrets == Secrets::masked && value.free_keys && looks_secret(member.key) && !member.value.text.empty();
        if (hidden)
            append_json_string(out, mask);
        else
            append(out, member.value, secrets);
    }
    out += '}';
}

// A set of bare elements is a list of them.
void append_identities(std::string& out, const Value& value, Secrets secrets) {
    out += '[';
    for (const Member& member : value.members) {
        if (out.back() != '[') out += ',';
        append_json_string(out, mask_text(member.key, secrets));
    }
    out += ']';
}

bool is_bare(const Value& value) {
    for (const Member& member : value.members) {
        if (!member.value.members.empty()) return false;
    }
    return true;
}

void append(std::string& out, const Value& value,
            Secrets secrets) { // NOLINT(misc-no-recursion): bounded by Limits::depth
    switch (value.shape) {
    case Shape::null:
        out += "null";
        break;
    case Shape::boolean:
    case Shape::number:
        out += value.text;
        break;
    case Shape::text:
        append_json_string(out, mask_text(value.text, secrets));
        break;
    case Shape::map:
        append_members(out, value, secrets);
        break;
    case Shape::keyed:
        if (is_bare(value))
            append_identities(out, value, secrets);
        else
            append_members(out, value, secrets);
        break;
    case Shape::sequence:
        out += '[';
        for (const Member& member : value.members) {
            if (out.back() != '[') out += ',';
            append(out, member.value, secrets);
        }
        out += ']';
        break;
    }
}

} // namespace

std::string mask_text(std::string_view text, Secrets secrets) {
    return secrets == Secrets::shown ? std::string(text) : mask_assignments(mask_url_passwords(text));
}

std::string display(const Value& value, Secrets secrets) {
    if (value.shape == Shape::text) return mask_text(value.text, secrets);
    std::string out;
    append(out, value, secrets);
    return out;
}

} // namespace mooring::compose
