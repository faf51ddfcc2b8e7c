// Copies of recorded walks, rewritten, and what of them a double answers differently.
#pragma once

#include "contract/replay.hpp"
#include "portainer_double/double.hpp"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <string>
#include <vector>

namespace contract::test {

// A recorded folder, each line rewritten; "" leaves a line out.
class Copy {
  public:
    Copy(const std::filesystem::path& recorded, const std::function<std::string(const std::string&)>& rewrite) {
        std::string name = std::filesystem::temp_directory_path() / "walk-XXXXXX";
        folder_ = ::mkdtemp(name.data());
        for (const auto& entry : std::filesystem::directory_iterator(recorded)) {
            std::ifstream in(entry.path());
            std::ofstream out(folder_ / entry.path().filename());
            for (std::string line; std::getline(in, line);) out << rewrite(line) << "\n";
        }
    }
    Copy(const Copy&) = delete;
    Copy& operator=(const Copy&) = delete;
    ~Copy() { std::filesystem::remove_all(folder_); }
    Walk walk() const { return read_walk(folder_); }

  private:
    std::filesystem::path folder_;
};

inline std::vector<std::string> different_lines(const Walk& walk, const Exclusions& exclusions = {}) {
    portainer_double::Double server({.version = portainer_double::nearest_version(walk.version).value()});
    server.start();
    Client client(server.url());
    DoubleStage stage(server.control_url());
    Replay replay(client, stage, exclusions, {.admin_password = "portainer-double-password"});
    std::vector<std::string> lines;
    replay.run(walk, [&](const LineResult& result) {
        if (result.outcome != Outcome::different) return;
        const Difference& first = result.differences.front();
        lines.push_back(result.line->scenario + " " + std::to_string(result.line->number) + ": " + first.path + ": " +
                        first.recorded + " / " + first.actual);
    });
    return lines;
}

} // namespace contract::test
