// contract-replay: replays recorded walks against a fresh double each, or against a real server, and says how many
// answers are equal.
#include "base/file.hpp"
#include "base/text.hpp"
#include "contract/replay.hpp"
#include "portainer_double/double.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <cstdio>
#include <memory>
#include <stdexcept>

using namespace contract;

namespace {

struct Arguments {
    std::string folder;
    std::string url;
    std::string password_file;
    std::string exclusions;
    bool verbose = false;
    std::size_t shown = 5; // differences of one line
};

void print_difference(const Line& line, const LineResult& result, std::size_t most) {
    fmt::print("  {} {} {} {} {} ({})\n", line.scenario, line.number, line.as.empty() ? "-" : line.as,
               line.request.method, line.request.target, line.note);
    std::size_t count = 0;
    for (const Difference& difference : result.differences) {
        if (++count > most) {
            fmt::print("      ... {} more\n", result.differences.size() - most);
            return;
        }
        fmt::print("      {}: recorded {} actual {}\n", difference.path, mooring::printable(difference.recorded, 300),
                   mooring::printable(difference.actual, 300));
    }
}

void count(Counts& counts, Outcome outcome) {
    ++counts.lines;
    switch (outcome) {
    case Outcome::equal:
        ++counts.equal;
        break;
    case Outcome::different:
        ++counts.different;
        break;
    case Outcome::excluded:
        ++counts.excluded;
        break;
    case Outcome::skipped:
        ++counts.skipped;
        break;
    }
}

void print_row(std::string_view version, std::string_view scenario, const Counts& counts) {
    fmt::print("{:<12} {:<30} {:>6} {:>6} {:>9} {:>8} {:>10}\n", version, scenario, counts.lines, counts.equal,
               counts.excluded, counts.skipped, counts.different);
}

Counts replay_walk(const Arguments& arguments, const Walk& walk, const Exclusions& exclusions) {
    const auto version = portainer_double::nearest_version(walk.version);
    if (!version && arguments.url.empty())
        throw std::runtime_error(walk.name + ": no double for version \"" + walk.version + "\"");
    portainer_double::Double server({.version = version.value_or(portainer_double::Version::v2_43_0)});
    ReplayOptions options{.admin_password = "portainer-double-password", .live = !arguments.url.empty()};
    if (options.live) {
        const auto password = mooring::read_file(arguments.password_file, 4096);
        if (!password) throw std::runtime_error(password.error().message);
        options.admin_password = mooring::trim(*password);
    } else {
        server.start();
    }
    Client client(options.live ? arguments.url : server.url());
    std::unique_ptr<Stage> stage;
    DoubleStage* prompter = nullptr;
    if (options.live) {
        stage = std::make_unique<LiveStage>();
    } else {
        auto of_double = std::make_unique<DoubleStage>(server.control_url());
        prompter = of_double.get();
        stage = std::move(of_double);
    }
    Counts total;
    std::map<std::string, Counts> by_scenario;
    Replay replay(client, *stage, exclusions, options);
    replay.run(walk, [&](const LineResult& result) {
        count(total, result.outcome);
        count(by_scenario[result.line->scenario], result.outcome);
        if (result.outcome == Outcome::different || (arguments.verbose && !result.differences.empty()))
            print_difference(*result.line, result, arguments.shown);
    });
    for (const auto& [scenario, counts] : by_scenario) print_row(walk.version, scenario, counts);
    print_row(walk.version, "all", total);
    if (prompter != nullptr && prompter->ids_set() > 0)
        fmt::print("{} ids were taken from the recording: earlier ones are not in it\n", prompter->ids_set());
    return total;
}

// A live server is compared with the walk of its own version alone.
bool fits_live_server(const Arguments& arguments, const Walk& walk) {
    if (arguments.url.empty()) return true;
    Client client(arguments.url);
    const Response status = client.send({.method = "GET", .target = "/api/status", .headers = {}, .body = {}});
    return status.json && status.json->value("Version", "") == walk.version;
}

int run(const Arguments& arguments) {
    const Exclusions exclusions = arguments.exclusions.empty() ? Exclusions{} : Exclusions(arguments.exclusions);
    Counts all;
    fmt::print("{:<12} {:<30} {:>6} {:>6} {:>9} {:>8} {:>10}\n", "version", "scenario", "lines", "equal", "excluded",
               "skipped", "different");
    for (const auto& folder : find_walks(arguments.folder)) {
        const Walk walk = read_walk(folder);
        if (!fits_live_server(arguments, walk)) {
            fmt::print("{:<12} skipped: the server has another version\n", walk.version);
            continue;
        }
        const Counts counts = replay_walk(arguments, walk, exclusions);
        all.lines += counts.lines;
        all.equal += counts.equal;
        all.excluded += counts.excluded;
        all.skipped += counts.skipped;
        all.different += counts.different;
    }
    print_row("all", "", all);
    if (all.lines == 0) {
        fmt::print(stderr, "contract-replay: nothing to replay in {}\n", arguments.folder);
        return 1;
    }
    return all.different == 0 ? 0 : 1;
}

} // namespace

int main(int argument_count, char** words) {
    CLI::App app{"Replays recorded walks against the double, or a real server, and counts the equal answers"};
    Arguments arguments;
    app.add_option("DIR", arguments.folder, "A folder of scenarios (*.jsonl), or of such folders")
        ->required()
        ->check(CLI::ExistingDirectory);
    auto* url = app.add_option("--url", arguments.url, "A real, fresh server instead of the double");
    app.add_option("--admin-password-file", arguments.password_file, "File with the password of that server's admin")
        ->check(CLI::ExistingFile)
        ->needs(url);
    app.add_option("--exclude", arguments.exclusions, "List of lines that need not be equal")->check(CLI::ExistingFile);
    app.add_option("--differences", arguments.shown, "How many differences of a line are shown");
    app.add_flag("--verbose", arguments.verbose, "Show the differences of excluded and skipped lines too");
    CLI11_PARSE(app, argument_count, words);
    try {
        return run(arguments);
    } catch (const std::exception& error) {
        fmt::print(stderr, "contract-replay: {}\n", error.what());
        return 1;
    }
}
