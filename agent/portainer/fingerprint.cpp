#include "portainer/fingerprint.hpp"

#include "base/crypto.hpp"
#include "base/secret.hpp"

#include <algorithm>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>
#include <vector>

namespace mooring::portainer {
namespace {

namespace json = boost::json;

void append(std::string& out, const json::value& value);

// Length before text, so that no two records can give the same bytes.
void append_text(std::string& out, json::string_view text) {
    out += std::to_string(text.size());
    out += ':';
    out.append(text.data(), text.size());
}

void append_object(std::string& out, const json::object& object, bool is_auto_update) {
    std::vector<const json::key_value_pair*> pairs;
    pairs.reserve(object.size());
    for (const auto& pair : object) pairs.push_back(&pair);
    std::ranges::sort(pairs, {}, [](const json::key_value_pair* pair) { return pair->key(); });
    out += '{';
    for (const auto* pair : pairs) {
        if (is_auto_update && pair->key() == "JobID") continue;
        append_text(out, pair->key());
        if (pair->key() == "AutoUpdate" && pair->value().is_object()) {
            append_object(out, pair->value().get_object(), true);
        } else {
            append(out, pair->value());
        }
    }
    out += '}';
}

void append(std::string& out, const json::value& value) {
    switch (value.kind()) {
    case json::kind::object:
        append_object(out, value.get_object(), false);
        break;
    case json::kind::array:
        out += '[';
        for (const auto& element : value.get_array()) append(out, element);
        out += ']';
        break;
    case json::kind::string:
        out += 's';
        append_text(out, value.get_string());
        break;
    case json::kind::int64:
        out += 'i' + std::to_string(value.get_int64()) + ';';
        break;
    case json::kind::bool_:
        out += value.get_bool() ? 't' : 'f';
        break;
    case json::kind::null:
        out += 'n';
        break;
    case json::kind::uint64:
    case json::kind::double_:
        out += json::serialize(value) + ';';
        break;
    }
}

} // namespace

std::string fingerprint(const json::object& record) {
    std::string text;
    text.reserve(1024);
    append_object(text, record, false);
    const Digest digest = sha256(text);
    const Secret wiped(std::move(text)); // it held env values
    return {digest.begin(), digest.end()};
}

} // namespace mooring::portainer
