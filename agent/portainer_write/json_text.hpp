// A JSON object written into one text that is wiped: no value of it lies anywhere else.
#pragma once

#include "base/secret.hpp"
#include "model/stack.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mooring::portainer_write {

class JsonText {
  public:
    // `most`: bytes that will do, so that the text is not moved while it grows.
    explicit JsonText(std::size_t most) { out_.reserve(most); }

    JsonText& text(std::string_view name, std::string_view value);
    JsonText& flag(std::string_view name, bool value);
    JsonText& number(std::string_view name, std::int64_t value);
    JsonText& null(std::string_view name);
    JsonText& numbers(std::string_view name, const std::vector<std::int64_t>& values);
    JsonText& texts(std::string_view name, const std::vector<std::string>& values);
    JsonText& env(std::string_view name, const std::vector<EnvVar>& values); // in their order, duplicates too
    JsonText& auto_update(std::string_view name, const std::optional<AutoUpdate>& value); // null: none

    Secret take(); // call once

  private:
    void key(std::string_view name);
    void quoted(std::string_view value);

    std::string out_;
    bool open_ = false;
};

// Bytes that the text of these takes at most.
std::size_t room_for(const std::vector<EnvVar>& env);

} // namespace mooring::portainer_write
