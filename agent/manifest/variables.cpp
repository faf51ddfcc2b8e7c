#include "manifest/variables.hpp"

#include <unistd.h>

namespace mooring {

Variables Variables::of_process() {
    std::map<std::string, Secret, std::less<>> values;
    for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
        const std::string_view text(*entry);
        const std::size_t equals = text.find('=');
        if (equals == std::string_view::npos) continue;
        values.try_emplace(std::string(text.substr(0, equals)), std::string(text.substr(equals + 1)));
    }
    return Variables(std::move(values));
}

const Secret* Variables::find(std::string_view name) const {
    const auto found = values_.find(name);
    return found == values_.end() ? nullptr : &found->second;
}

} // namespace mooring
