#include "ledger/json.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <limits>
#include <utility>
#include <vector>

namespace mooring::ledger {
namespace {

constexpr std::size_t most_depth = 16;
constexpr std::size_t most_text_bytes = 4096;

std::string at(std::string_view path, std::string_view key) {
    return path.empty() ? std::string(key) : std::string(path) + "." + std::string(key);
}

// Makes the document from the parser's events, so that what it would no longer show ends the reading.
class Builder final : public nlohmann::json_sax<Json> {
  public:
    Json document;
    std::string problem;

    bool null() override { return add(nullptr); }
    bool boolean(bool value) override { return add(value); }
    bool number_integer(std::int64_t value) override { return add(value); }
    bool number_unsigned(std::uint64_t value) override { return add(value); }
    bool number_float(double value, const std::string& /*text*/) override { return add(value); }
    bool string(std::string& value) override { return add(std::move(value)); }
    bool binary(Json::binary_t& /*value*/) override { return refuse("not JSON"); } // texts have none
    bool start_object(std::size_t /*size*/) override { return open(Json::object()); }
    bool start_array(std::size_t /*size*/) override { return open(Json::array()); }
    bool end_object() override { return close(); }
    bool end_array() override { return close(); }

    bool key(std::string& name) override {
        if (open_.size() > most_depth) return refuse("nested too deep");
        const auto [place, is_new] = open_.back()->get_ref<Json::object_t&>().try_emplace(name);
        value_ = &place->second;
        return is_new || refuse("duplicate key `" + printable(name, 80) + "`");
    }

    // The exception's text repeats the input, so that only the place is used.
    bool parse_error(std::size_t byte, const std::string& /*token*/, const Json::exception& error) override {
        const bool is_syntax = dynamic_cast<const Json::parse_error*>(&error) != nullptr;
        return refuse(is_syntax ? "not JSON at byte " + std::to_string(byte) : "a number that is out of range");
    }

  private:
    bool refuse(std::string what) {
        problem = std::move(what);
        return false;
    }

    // Where the next value goes: the document, the end of the list at hand, or under the key that was read last.
    Json& place(Json&& value) {
        if (open_.empty()) return document = std::move(value);
        if (open_.back()->is_array()) return open_.back()->get_ref<Json::array_t&>().emplace_back(std::move(value));
        return *value_ = std::move(value);
    }

    bool add(Json value) {
        if (open_.size() > most_depth) return refuse("nested too deep");
        place(std::move(value));
        return true;
    }

    bool open(Json container) {
        if (open_.size() > most_depth) return refuse("nested too deep");
        open_.push_back(&place(std::move(container)));
        return true;
    }

    bool close() {
        open_.pop_back();
        return true;
    }

    std::vector<Json*> open_; // the containers that are being read; only the last one grows
    Json* value_ = nullptr;
};

} // namespace

std::expected<Json, std::string> parse_json(std::string_view text) {
    Builder builder;
    if (Json::sax_parse(text, &builder)) return std::move(builder.document);
    return std::unexpected(std::move(builder.problem));
}

void StrictReader::complain(std::string_view path, std::string_view what) {
    if (!problem_.empty()) return;
    problem_ = path.empty() ? std::string(what) : printable(path, 200) + ": " + std::string(what);
}

void StrictReader::expect_keys(const Json& value, std::string_view path, std::span<const std::string_view> keys) {
    if (!value.is_object()) return complain(path, "not an object");
    for (const auto& [key, member] : value.items()) {
        if (std::ranges::find(keys, key) == keys.end()) complain(at(path, key), "unknown key");
    }
}

const Json* StrictReader::member(const Json& object, std::string_view path, const char* key) {
    if (!problem_.empty() || !object.is_object()) return nullptr;
    const auto found = object.find(key);
    if (found != object.end()) return &*found;
    complain(at(path, key), "missing");
    return nullptr;
}

const Json& StrictReader::array(const Json& object, std::string_view path, const char* key) {
    static const Json empty = Json::array();
    const Json* value = member(object, path, key);
    if (value != nullptr && value->is_array()) return *value;
    if (value != nullptr) complain(at(path, key), "not a list");
    return empty;
}

const Json& StrictReader::object(const Json& object, std::string_view path, const char* key) {
    static const Json empty = Json::object();
    const Json* value = member(object, path, key);
    if (value != nullptr && value->is_object()) return *value;
    if (value != nullptr) complain(at(path, key), "not an object");
    return empty;
}

std::string StrictReader::text(const Json& object, std::string_view path, const char* key) {
    const Json* value = member(object, path, key);
    if (value == nullptr) return {};
    if (!value->is_string()) complain(at(path, key), "not a text");
    if (!value->is_string()) return {};
    const auto& text = value->get_ref<const std::string&>();
    if (text.size() > most_text_bytes) complain(at(path, key), "too long");
    return text;
}

std::int64_t StrictReader::number(const Json& object, std::string_view path, const char* key) {
    const Json* value = member(object, path, key);
    if (value == nullptr) return 0;
    const bool fits =
        value->is_number_integer() &&
        (!value->is_number_unsigned() ||
         value->get<std::uint64_t>() <= static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()));
    if (!fits) complain(at(path, key), "not a whole number");
    return fits ? value->get<std::int64_t>() : 0;
}

bool StrictReader::flag(const Json& object, std::string_view path, const char* key) {
    const Json* value = member(object, path, key);
    if (value != nullptr && !value->is_boolean()) complain(at(path, key), "neither true nor false");
    return value != nullptr && value->is_boolean() && value->get<bool>();
}

} // namespace mooring::ledger
