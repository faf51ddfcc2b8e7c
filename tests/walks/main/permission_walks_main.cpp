// permission-walks: walks many generated worlds, or those of files, and says what broke.
#include "walks/check.hpp"
#include "walks/generate.hpp"
#include "walks/shrink.hpp"
#include "walks/walk.hpp"
#include "walks/world_json.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <filesystem>
#include <fmt/format.h>
#include <fstream>
#include <map>
#include <mutex>
#include <sstream>
#include <thread>

namespace {

using namespace mooring;
using namespace mooring::walks;

struct Wishes {
    std::uint64_t seeds = 500;
    std::uint64_t from = 1;
    unsigned jobs = 2;
    unsigned thorough_every = 4;
    std::string shrink_into;
    std::vector<std::string> replayed;
    bool verbose = false;
};

struct Tally {
    std::mutex mutex;
    std::size_t worlds = 0;
    std::size_t calls = 0;
    std::size_t violations = 0;
    std::map<Verdict, std::size_t> verdicts;
    std::map<std::string, std::size_t> rules;
};

std::string read_text(const std::filesystem::path& file) {
    std::ifstream in(file);
    if (!in) throw std::runtime_error("cannot read " + file.string());
    std::ostringstream text;
    text << in.rdbuf();
    return text.str();
}

void add(Tally& tally, const Walk& walk, std::size_t violations) {
    const std::lock_guard lock(tally.mutex);
    ++tally.worlds;
    tally.violations += violations;
    tally.calls += static_cast<std::size_t>(walk.judged.calls + (walk.first ? walk.first->calls : 0));
    for (const StackResult& result : walk.judged.report.stacks) {
        ++tally.verdicts[result.verdict];
        ++tally.rules[result.rule];
    }
}

void print(const std::string& world, const std::vector<Violation>& found, const Walk& walk, bool verbose) {
    std::string text;
    for (const Violation& violation : found) text += fmt::format("{}: {}: {}\n", world, violation.rule, violation.what);
    if (verbose && walk.judged.outputs.contains("text")) text += walk.judged.outputs.at("text");
    fmt::print("{}", text);
}

// A walk that cannot be gone to its end is one that broke.
Walk walk_and_check(Walker& walker, const World& world, bool thorough, std::vector<Violation>& found) {
    try {
        Walk walk = walker.walk(world, thorough);
        found = check(world, walk);
        return walk;
    } catch (const std::exception& error) {
        found.push_back({"the walk ended", error.what()});
        return {};
    }
}

void write_shrunk(Walker& walker, const World& world, const std::vector<Violation>& found, const Wishes& wishes) {
    const std::string rule = found.front().rule;
    const auto still_fails = [&](const World& smaller) {
        std::vector<Violation> again;
        walk_and_check(walker, smaller, smaller.calm(), again);
        return std::ranges::any_of(again, [&](const Violation& violation) { return violation.rule == rule; });
    };
    const World small = shrink(world, still_fails);
    const auto folder = std::filesystem::path(wishes.shrink_into) / std::to_string(world.seed);
    std::filesystem::create_directories(folder);
    std::ofstream(folder / "world.json") << to_json(small);
    fmt::print("seed {}: shrunk world in {}\n", world.seed, (folder / "world.json").string());
    std::vector<Violation> left;
    walk_and_check(walker, small, small.calm(), left);
    print(fmt::format("seed {} (shrunk)", world.seed), left, {}, false);
}

void walk_seeds(const Wishes& wishes, std::atomic<std::uint64_t>& next, Tally& tally) {
    Walker walker;
    for (std::uint64_t i = next++; i < wishes.seeds; i = next++) {
        const World world = generate(wishes.from + i);
        const bool thorough = wishes.thorough_every != 0 && world.seed % wishes.thorough_every == 0;
        std::vector<Violation> found;
        const Walk walk = walk_and_check(walker, world, thorough, found);
        add(tally, walk, found.size());
        print(fmt::format("seed {}", world.seed), found, walk, wishes.verbose);
        if (!found.empty() && !wishes.shrink_into.empty()) write_shrunk(walker, world, found, wishes);
    }
}

// A folder stands for every world.json below it.
std::vector<std::filesystem::path> world_files(const std::vector<std::string>& named) {
    std::vector<std::filesystem::path> files;
    for (const std::string& name : named) {
        if (!std::filesystem::is_directory(name)) {
            files.emplace_back(name);
            continue;
        }
        for (const auto& entry : std::filesystem::recursive_directory_iterator(name)) {
            if (entry.path().filename() == "world.json") files.push_back(entry.path());
        }
    }
    std::ranges::sort(files);
    return files;
}

std::string verdicts_of(const Walk& walk) {
    std::string lines;
    for (const StackResult& result : walk.judged.report.stacks) {
        lines += fmt::format("{} {}\n", result.name, to_string(result.verdict));
    }
    return lines;
}

// A golden folder may say which of the admissible verdicts it is.
void compare_verdicts(const std::filesystem::path& world, const Walk& walk, std::vector<Violation>& found) {
    const auto file = world.parent_path() / "verdicts.txt";
    if (!std::filesystem::exists(file)) return;
    const std::string expected = read_text(file);
    const std::string said = verdicts_of(walk);
    if (said != expected) found.push_back({"another verdict", fmt::format("\n{}instead of\n{}", said, expected)});
}

void replay(const Wishes& wishes, Tally& tally) {
    Walker walker;
    for (const auto& file : world_files(wishes.replayed)) {
        const World world = read_world(read_text(file));
        std::vector<Violation> found;
        const Walk walk = walk_and_check(walker, world, true, found);
        compare_verdicts(file, walk, found);
        add(tally, walk, found.size());
        print(file.string(), found, walk, wishes.verbose);
    }
}

void print_tally(const Tally& tally, double seconds) {
    fmt::print("walks: {} worlds, {} calls, {} violations, {:.1f} s\n", tally.worlds, tally.calls, tally.violations,
               seconds);
    for (const auto& [verdict, count] : tally.verdicts) fmt::print("  {:12} {}\n", to_string(verdict), count);
    fmt::print("  by rule:");
    for (const auto& [rule, count] : tally.rules) fmt::print(" {} {},", rule.empty() ? "(none)" : rule, count);
    fmt::print("\n");
}

// Walks that never come across a verdict prove nothing about it.
int exit_of(const Wishes& wishes, const Tally& tally) {
    if (tally.violations > 0 || tally.worlds == 0) return 1;
    if (!wishes.replayed.empty() || wishes.seeds < 500) return 0;
    for (const Verdict verdict : all_verdicts) {
        if (verdict == Verdict::suspended || tally.verdicts.contains(verdict)) continue;
        fmt::print("no world had the verdict {}\n", to_string(verdict));
        return 1;
    }
    return 0;
}

int run(const Wishes& wishes) {
    const auto began = std::chrono::steady_clock::now();
    Tally tally;
    if (wishes.replayed.empty()) {
        std::atomic<std::uint64_t> next = 0;
        std::vector<std::jthread> threads;
        for (unsigned i = 0; i < std::max(1U, wishes.jobs); ++i) {
            threads.emplace_back([&] { walk_seeds(wishes, next, tally); });
        }
        threads.clear();
    } else {
        replay(wishes, tally);
    }
    print_tally(tally, std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count());
    return exit_of(wishes, tally);
}

} // namespace

int main(int argc, char** argv) {
    Wishes wishes;
    CLI::App app("Walks generated worlds with the real observe and judge, and compares with what is true.");
    app.add_option("--seeds", wishes.seeds, "how many worlds")->capture_default_str();
    app.add_option("--from", wishes.from, "the first seed")->capture_default_str();
    app.add_option("--jobs", wishes.jobs, "walkers side by side")->capture_default_str();
    app.add_option("--thorough-every", wishes.thorough_every,
                   "repeat every Nth seed, also with less permission (0: none)")
        ->capture_default_str();
    app.add_option("--shrink", wishes.shrink_into, "write what fails, shrunk, into this folder");
    app.add_option("--replay", wishes.replayed, "walk these world.json files or folders instead");
    app.add_flag("--verbose", wishes.verbose, "print every report");
    CLI11_PARSE(app, argc, argv);
    try {
        return run(wishes);
    } catch (const std::exception& error) {
        fmt::print(stderr, "permission-walks: {}\n", error.what());
        return 70;
    }
}
