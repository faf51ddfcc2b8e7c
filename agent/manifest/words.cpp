#include "manifest/words.hpp"

#include <utility>

namespace mooring::manifest {

std::string quoted_list(std::span<const std::string> words, std::string_view last) {
    std::string out;
    for (std::size_t i = 0; i < words.size(); ++i) {
        if (i > 0) out += i + 1 == words.size() ? last : ", ";
        out += in_quotes(words[i]);
    }
    return out;
}

std::string_view words_of(Type type) {
    switch (type) {
    case Type::null:
        return "empty";
    case Type::boolean:
        return "a boolean";
    case Type::integer:
    case Type::number:
        return "a number";
    case Type::text:
        return "a text";
    case Type::list:
        return "a list";
    case Type::map:
        return "a map";
    }
    std::unreachable();
}

} // namespace mooring::manifest
