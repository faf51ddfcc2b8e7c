#include "contract/exclusions.hpp"

#include <cstdlib>
#include <fstream>
#include <sstream>
#include <stdexcept>

namespace contract {

Exclusions::Exclusions(const std::filesystem::path& file) {
    std::ifstream in(file);
    if (!in) throw std::runtime_error("cannot read " + file.string());
    for (std::string line; std::getline(in, line);) {
        if (line.empty() || line.front() == '#') continue;
        std::istringstream words(line);
        std::string version;
        std::string scenario;
        std::string reason;
        std::string numbers; // "7", or "7-12"
        words >> version >> scenario >> numbers;
        std::getline(words >> std::ws, reason);
        const int first = std::atoi(numbers.c_str());
        const std::size_t dash = numbers.find('-');
        const int last = dash == std::string::npos ? first : std::atoi(numbers.c_str() + dash + 1);
        if (first == 0 || last < first || reason.empty())
            throw std::runtime_error(file.string() + ": not VERSION SCENARIO NUMBER REASON: " + line);
        for (int number = first; number <= last; ++number) reasons_[{version, scenario, number}] = reason;
    }
}

bool Exclusions::holds(const std::string& version, const std::string& scenario, int number) const {
    return reasons_.contains({version, scenario, number});
}

} // namespace contract
