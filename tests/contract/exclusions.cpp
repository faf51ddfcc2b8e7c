#include "contract/exclusions.hpp"

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
        int number = 0;
        words >> version >> scenario >> number;
        std::getline(words >> std::ws, reason);
        if (number == 0 || reason.empty())
            throw std::runtime_error(file.string() + ": not VERSION SCENARIO NUMBER REASON: " + line);
        reasons_[{version, scenario, number}] = reason;
    }
}

bool Exclusions::holds(const std::string& version, const std::string& scenario, int number) const {
    return reasons_.contains({version, scenario, number});
}

} // namespace contract
