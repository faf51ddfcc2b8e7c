#include "compose/display.hpp"

#include "base/mask.hpp"
#include "compose/path.hpp"

#include <algorithm>

namespace mooring::compose {
namespace {

bool is_single(const Value& value) {
    return value.shape == Shape::text || value.shape == Shape::number || value.shape == Shape::boolean;
}

class Display {
  public:
    explicit Display(Secrets secrets) : secrets_(secrets) {}

    // `hidden`: whatever stands below is secret.
    void append(const Value& value, bool hidden) { // NOLINT(misc-no-recursion): bounded by Limits::depth
        switch (value.shape) {
        case Shape::null:
            out_ += "null";
            break;
        case Shape::boolean:
        case Shape::number:
            hidden && !tells_nothing(value.text) ? append_json_string(out_, mask_sign) : void(out_ += value.text);
            break;
        case Shape::text:
            append_json_string(out_, shown(value.text, hidden));
            break;
        case Shape::map:
            members(value, hidden);
            break;
        case Shape::keyed:
            is_bare(value) ? identities(value, hidden) : members(value, hidden);
            break;
        case Shape::sequence:
            sequence(value, hidden);
            break;
        }
    }

    std::string take() { return std::move(out_); }

  private:
    std::string shown(std::string_view text, bool hidden) const {
        if (hidden) return std::string(tells_nothing(text) ? text : mask_sign);
        return display(text, secrets_);
    }

    static bool is_bare(const Value& value) {
        return std::ranges::all_of(value.members, [](const Member& member) { return member.value.members.empty(); });
    }

    void separate(char open) {
        if (out_.back() != open) out_ += ',';
    }

    void members(const Value& value, bool hidden) { // NOLINT(misc-no-recursion)
        out_ += '{';
        for (const Member& member : value.members) {
            separate('{');
            append_json_string(out_, display(member.key, secrets_));
            out_ += ':';
            append(member.value, hidden || (secrets_ == Secrets::masked && hides(value, member.key, member.value)));
        }
        out_ += '}';
    }

    // A set of bare elements is a list of them.
    void identities(const Value& value, bool hidden) {
        out_ += '[';
        for (const Member& member : value.members) {
            separate('[');
            append_json_string(out_, shown(member.key, hidden));
        }
        out_ += ']';
    }

    // Texts in order are the words of a command, or may be.
    void sequence(const Value& value, bool hidden) { // NOLINT(misc-no-recursion)
        const bool words =
            !hidden && secrets_ == Secrets::masked &&
            std::ranges::all_of(value.members, [](const Member& member) { return member.value.shape == Shape::text; });
        std::vector<std::string_view> texts;
        if (words) {
            for (const Member& member : value.members) texts.emplace_back(member.value.text);
        }
        const std::vector<std::string> masked = mask_words(texts);
        out_ += '[';
        for (std::size_t i = 0; i < value.members.size(); ++i) {
            separate('[');
            words ? append_json_string(out_, masked[i]) : append(value.members[i].value, hidden);
        }
        out_ += ']';
    }

    Secrets secrets_;
    std::string out_;
};

} // namespace

bool hides(const Value& map, std::string_view key, const Value& value) {
    if (value.shape == Shape::null) return false;
    if (!map.free_keys) return map.shape == Shape::map && key == "content" && !tells_nothing(value.text);
    return is_single(value) ? is_secret(key, value.text) : looks_secret(key);
}

std::string display(std::string_view text, Secrets secrets) {
    return secrets == Secrets::shown ? std::string(text) : mask_text(text);
}

std::string display(const Value& value, Secrets secrets) {
    if (value.shape == Shape::text) return display(value.text, secrets);
    Display out(secrets);
    out.append(value, false);
    return out.take();
}

} // namespace mooring::compose
