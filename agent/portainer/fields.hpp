// Reads the fields of one JSON object and remembers the first thing that is wrong with them.
#pragma once

#include "base/text.hpp"

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <concepts>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mooring::portainer {

class Fields {
  public:
    // `problem` is written to once, and outlives this.
    Fields(const boost::json::object& object, std::string& problem) : object_(object), problem_(problem) {}

    // The same fields, which tell another what is wrong with them.
    Fields telling(std::string& problem) const { return {object_, problem}; }

    // The value of the key, spelt like that or else in any case; nullptr if it is missing or null.
    const boost::json::value* find(std::string_view key) const {
        const auto* value = object_.if_contains(boost::json::string_view(key.data(), key.size()));
        if (value == nullptr) value = find_folded(key);
        return value == nullptr || value->is_null() ? nullptr : value;
    }

    std::string text(std::string_view key) const {
        const auto* value = find(key);
        if (value == nullptr) return {};
        if (!value->is_string()) return wrong<std::string>(key, "is not a text");
        return std::string(value->get_string());
    }

    std::int64_t number(std::string_view key) const {
        const auto* value = find(key);
        return value == nullptr ? 0 : as_number(*value, key);
    }

    std::optional<std::int64_t> optional_number(std::string_view key) const {
        const auto* value = find(key);
        return value == nullptr ? std::nullopt : std::optional(as_number(*value, key));
    }

    bool flag(std::string_view key, bool otherwise = false) const {
        const auto* value = find(key);
        if (value == nullptr) return otherwise;
        if (!value->is_bool()) return wrong<bool>(key, "is not true or false");
        return value->get_bool();
    }

    // The keys whose value is false, sorted: settings that deny something.
    std::vector<std::string> denied() const {
        std::vector<std::string> found;
        for (const auto& pair : object_) {
            if (pair.value().is_bool() && !pair.value().get_bool()) found.emplace_back(pair.key());
        }
        std::ranges::sort(found);
        return found;
    }

    // What identifies the object: there, not null, and an id not negative.
    std::string required_text(std::string_view key) const {
        if (find(key) == nullptr) return wrong<std::string>(key, "is missing");
        return text(key);
    }

    std::int64_t required_id(std::string_view key) const {
        if (find(key) == nullptr) return wrong<std::int64_t>(key, "is missing");
        const auto id = number(key);
        return id < 0 ? wrong<std::int64_t>(key, "is negative") : id;
    }

    // Calls `read` with the object's own fields; nothing if it is missing or null.
    void object(std::string_view key, const std::invocable<Fields> auto& read) const {
        const auto* value = find(key);
        if (value == nullptr) return;
        if (!value->is_object()) return void(wrong<bool>(key, "is not an object"));
        read(Fields(value->get_object(), problem_));
    }

    // Calls `read` with each element; nothing if the list is missing or null.
    void list(std::string_view key, const std::invocable<const boost::json::value&> auto& read) const {
        const auto* value = find(key);
        if (value == nullptr) return;
        if (!value->is_array()) return void(wrong<bool>(key, "is not a list"));
        for (const auto& element : value->get_array()) read(element);
    }

    // As list(), for elements that are objects.
    void objects(std::string_view key, const std::invocable<Fields> auto& read) const {
        list(key, [&](const boost::json::value& element) {
            if (!element.is_object()) return void(wrong<bool>(key, "holds something other than objects"));
            read(Fields(element.get_object(), problem_));
        });
    }

    std::vector<std::string> texts(std::string_view key) const {
        std::vector<std::string> found;
        list(key, [&](const boost::json::value& element) {
            if (!element.is_string()) return void(wrong<bool>(key, "holds something other than texts"));
            found.emplace_back(element.get_string());
        });
        return found;
    }

    std::vector<std::int64_t> numbers(std::string_view key) const {
        std::vector<std::int64_t> found;
        list(key, [&](const boost::json::value& element) { found.push_back(as_number(element, key)); });
        return found;
    }

  private:
    const boost::json::value* find_folded(std::string_view key) const {
        const auto same = [](char a, char b) { return fold(a) == fold(b); };
        const auto* found =
            std::ranges::find_if(object_, [&](const auto& pair) { return std::ranges::equal(pair.key(), key, same); });
        return found == object_.end() ? nullptr : &found->value();
    }

    static char fold(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; }

    std::int64_t as_number(const boost::json::value& value, std::string_view key) const {
        if (value.is_int64()) return value.get_int64();
        if (value.is_uint64()) return wrong<std::int64_t>(key, "is out of range");
        return wrong<std::int64_t>(key, "is not a whole number");
    }

    template <typename T>
    T wrong(std::string_view key, std::string_view what) const {
        if (problem_.empty()) problem_ = std::string(key) + " " + std::string(what);
        return T();
    }

    const boost::json::object& object_;
    std::string& problem_;
};

} // namespace mooring::portainer
