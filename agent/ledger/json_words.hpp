// Words and optional members of the ledger's canonical JSON. Private to this folder. Reading throws Json::exception,
// which each reader turns into its error: what is read was written by this program.
#pragma once

#include <array>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

namespace mooring::ledger {

using Json = nlohmann::json;

// One form: compact, keys sorted, invalid UTF-8 replaced.
inline std::string canonical(const Json& value) { return value.dump(-1, ' ', false, Json::error_handler_t::replace); }

template <typename T>
Json json_or_null(const std::optional<T>& value) {
    return value ? Json(*value) : Json();
}

template <typename T>
std::optional<T> optional_at(const Json& object, const char* key) {
    const Json& value = object.at(key);
    if (value.is_null()) return std::nullopt;
    return value.get<T>();
}

// The enumerator that `word` names.
template <typename Enum, std::size_t Count>
Enum enumerator_of(const std::array<Enum, Count>& all, std::string_view word) {
    for (const Enum one : all) {
        if (to_string(one) == word) return one;
    }
    throw Json::other_error::create(501, "unknown word", nullptr);
}

template <typename Enum>
Json word_or_null(const std::optional<Enum>& value) {
    return value ? Json(to_string(*value)) : Json();
}

template <typename Enum, std::size_t Count>
std::optional<Enum> optional_word(const std::array<Enum, Count>& all, const Json& object, const char* key) {
    const Json& word = object.at(key);
    if (word.is_null()) return std::nullopt;
    return enumerator_of(all, word.get<std::string>());
}

} // namespace mooring::ledger
