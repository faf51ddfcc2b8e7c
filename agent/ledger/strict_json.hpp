// JSON read strictly: no duplicate keys, no unknown ones, no wrong types, no depth without end. The first problem is
// kept with its place; everything after it reads as empty.
#pragma once

#include <cstdint>
#include <expected>
#include <initializer_list>
#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <string_view>

namespace mooring::ledger {

using Json = nlohmann::json;

// The document, or what is wrong with it: "byte 12: not JSON", "duplicate key `id`".
std::expected<Json, std::string> parse_json(std::string_view text);

class StrictReader {
  public:
    // The problem that came first; "" if there was none.
    const std::string& problem() const { return problem_; }
    void complain(std::string_view path, std::string_view what);

    // Complains unless `value` is an object with no other keys than these.
    void expect_keys(const Json& value, std::string_view path, std::span<const std::string_view> keys);
    void expect_keys(const Json& value, std::string_view path, std::initializer_list<std::string_view> keys) {
        expect_keys(value, path, std::span(keys.begin(), keys.size()));
    }
    // The member `key` of an object, of the right type; an empty one after a complaint.
    const Json& array(const Json& object, std::string_view path, const char* key);
    const Json& object(const Json& object, std::string_view path, const char* key);
    std::string text(const Json& object, std::string_view path, const char* key);
    std::int64_t number(const Json& object, std::string_view path, const char* key);
    bool flag(const Json& object, std::string_view path, const char* key);

  private:
    const Json* member(const Json& object, std::string_view path, const char* key);

    std::string problem_;
};

} // namespace mooring::ledger
