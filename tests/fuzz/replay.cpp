// Runs a target over files and folders of files, without libFuzzer: what was found once stays mended in every build.
#include "base/file.hpp"
#include "fuzz/target.hpp"

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <iostream>
#include <span>
#include <vector>

namespace {

namespace fs = std::filesystem;

constexpr std::size_t largest_input = std::size_t{1} << 20U;
constexpr std::chrono::seconds slowest{10}; // libFuzzer allows 5 on a machine of its own

// Every file at or below the paths, sorted; a path that is not there holds none.
std::vector<fs::path> find_inputs(std::span<char* const> paths) {
    std::vector<fs::path> inputs;
    for (const char* path : paths) {
        if (fs::is_regular_file(path)) inputs.emplace_back(path);
        if (!fs::is_directory(path)) continue;
        for (const auto& entry : fs::recursive_directory_iterator(path)) {
            if (entry.is_regular_file()) inputs.push_back(entry.path());
        }
    }
    std::ranges::sort(inputs);
    return inputs;
}

// Whether the input ends in time. One that breaks a promise ends the process; its name is the last line before.
bool replay(const fs::path& input) {
    const auto bytes = mooring::read_file(input, largest_input);
    if (!bytes) {
        std::cerr << bytes.error().message << "\n";
        return false;
    }
    std::cerr << input.string() << std::endl;
    const auto start = std::chrono::steady_clock::now();
    mooring::fuzz::run(*bytes);
    const bool in_time = std::chrono::steady_clock::now() - start < slowest;
    if (!in_time) std::cerr << "took longer than " << slowest.count() << " s\n";
    return in_time;
}

} // namespace

int main(int argc, char** argv) {
    const auto inputs = find_inputs(std::span(argv, static_cast<std::size_t>(argc)).subspan(1));
    if (inputs.empty()) std::cerr << "no inputs: give files or folders of them\n";
    const bool all_well = std::ranges::count_if(inputs, replay) == std::ssize(inputs);
    std::cout << inputs.size() << " inputs\n";
    return !inputs.empty() && all_well ? 0 : 1;
}
