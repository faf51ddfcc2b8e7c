#include "cli/manual.hpp"

#include "base/file.hpp"
#include "cli/exit_code.hpp"
#include "cli/version.hpp"

#include <CLI/CLI.hpp>
#include <filesystem>
#include <fmt/format.h>

namespace mooring::cli {
namespace {

namespace fs = std::filesystem;

class Manual final : public Command {
  public:
    explicit Manual(AllCommands commands) : commands_(std::move(commands)) {}

    std::string_view name() const override { return "manual"; }
    std::string_view summary() const override { return "Write the manual pages, for packagers"; }
    std::string_view examples() const override {
        return "  mooring manual --output share/man                  # man1/mooring.1, ..., man5/mooring.yaml.5\n"
               "  man -l share/man/man1/mooring-check.1";
    }
    bool hidden() const override { return true; }
    void declare(CLI::App& app) override {
        app.add_option("--output", folder_, "Where man1 and man5 are written")->required()->type_name("DIR");
        app.add_option("--date", date_, "The date in the header of the pages, like 2026-11-29")->type_name("DATE");
    }

    int run(Console& console) override {
        for (const ManualPage& page : manual_pages(commands_(), {.version = std::string(version()), .date = date_})) {
            const fs::path folder = fs::path(folder_) / fmt::format("man{}", page.section);
            std::error_code failed;
            fs::create_directories(folder, failed);
            if (failed) return failure(console, name(), folder.string() + ": " + failed.message(), exit_failure);
            const fs::path file = folder / fmt::format("{}.{}", page.name, page.section);
            if (const auto written = write_file_atomically(file, page.text); !written)
                return failure(console, name(), written.error().message, exit_failure);
        }
        return exit_ok;
    }

  private:
    AllCommands commands_;
    std::string folder_;
    std::string date_;
};

} // namespace

std::unique_ptr<Command> make_manual_command(AllCommands commands) {
    return std::make_unique<Manual>(std::move(commands));
}

} // namespace mooring::cli
