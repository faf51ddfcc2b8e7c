#include "ledger/strict_json.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <limits>
#include <set>
#include <vector>

namespace mooring::ledger {
namespace {

constexpr int most_depth = 16;
constexpr std::size_t most_text_bytes = 4096;

std::string at(std::string_view path, std::string_view key) {
    return path.empty() ? std::string(key) : std::string(path) + "." + std::string(key);
}

// What the parser's callback finds, which the document itself no longer shows.
class Watch {
  public:
    bool operator()(int depth, Json::parse_event_t event, const Json& parsed) {
        if (depth > most_depth && problem.empty()) problem = "nested too deep";
        if (event == Json::parse_event_t::object_start) keys_.emplace_back();
        if (event == Json::parse_event_t::object_end && !keys_.empty()) keys_.pop_back();
        if (event == Json::parse_event_t::key && !keys_.empty()) {
            const auto& key = parsed.get_ref<const std::string&>();
            if (!keys_.back().insert(key).second && problem.empty()) {
                problem = "duplicate key `" + printable(key, 80) + "`";
            }
        }
        return problem.empty();
    }

    std::string problem;

  private:
    std::vector<std::set<std::string>> keys_;
};

} // namespace

std::expected<Json, std::string> parse_json(std::string_view text) {
    Watch watch;
    try {
        Json parsed = Json::parse(
            text, [&watch](int depth, Json::parse_event_t event, Json& value) { return watch(depth, event, value); });
        if (!watch.problem.empty()) return std::unexpected(watch.problem);
        return parsed;
    } catch (const Json::parse_error& error) { // its text repeats the input, so that only the place is used
        if (!watch.problem.empty()) return std::unexpected(watch.problem);
        return std::unexpected("not JSON at byte " + std::to_string(error.byte));
    } catch (const Json::exception&) {
        return std::unexpected(std::string("a number that is out of range"));
    }
}

void StrictReader::complain(std::string_view path, std::string_view what) {
    if (!problem_.empty()) return;
    problem_ = path.empty() ? std::string(what) : printable(path, 200) + ": " + std::string(what);
}

void StrictReader::expect_keys(const Json& value, std::string_view path, std::initializer_list<std::string_view> keys) {
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
