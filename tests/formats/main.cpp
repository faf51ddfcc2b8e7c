// Writes random reports in all forms, for readers that are not ours:
//   random-reports DIR FIRST COUNT     DIR/SEED/FORMAT.SUFFIX, and DIR/SEED/secrets.txt with what must be in none of
//   them
#include "base/file.hpp"
#include "base/text.hpp"
#include "random_report.hpp"
#include "report/formats.hpp"

#include <cstdlib>
#include <filesystem>
#include <fmt/format.h>
#include <string>

namespace {

using namespace mooring;

bool write(const std::string& folder, std::uint32_t seed) {
    const report::RandomReport made = report::random_report(seed);
    std::filesystem::create_directories(folder);
    bool good = write_file_atomically(folder + "/secrets.txt", join(made.secrets, "\n") + "\n").has_value();
    for (const std::string& word : report::format_words()) {
        const report::Format format = *report::parse_format(word);
        const std::string file = fmt::format("{}/{}{}", folder, word, report::file_suffix(format));
        good = write_file_atomically(file, report::render(made.report, format, {})).has_value() && good;
    }
    return good;
}

} // namespace

int main(int argc, char** argv) {
    if (argc != 4) return 64;
    const auto first = static_cast<std::uint32_t>(std::strtoul(argv[2], nullptr, 10));
    const auto count = static_cast<std::uint32_t>(std::strtoul(argv[3], nullptr, 10));
    for (std::uint32_t seed = first; seed < first + count; ++seed) {
        if (!write(fmt::format("{}/{}", argv[1], seed), seed)) return 1;
    }
    return 0;
}
