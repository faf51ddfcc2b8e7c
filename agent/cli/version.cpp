#include "cli/version.hpp"

#include "cli/exit_code.hpp"

#include <ostream>

namespace mooring::cli {
namespace {

class Version final : public Command {
  public:
    std::string_view name() const override { return "version"; }
    std::string_view summary() const override { return "Print the version"; }
    std::string_view examples() const override { return "  mooring version\n  mooring --version"; }
    void declare(CLI::App& /*app*/) override {}
    int run(Console& console) override {
        console.out << "mooring " << version() << '\n';
        return exit_ok;
    }
};

} // namespace

std::string_view version() { return MOORING_VERSION; }

std::unique_ptr<Command> make_version_command() { return std::make_unique<Version>(); }

} // namespace mooring::cli
