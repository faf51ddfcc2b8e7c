#include "cli/doctor.hpp"

#include "cli/doctor_run.hpp"
#include "cli/load_run.hpp"
#include "cli/settings.hpp"
#include "cli/values.hpp"

#include <CLI/CLI.hpp>
#include <ostream>

namespace mooring::cli {
namespace {

class Doctor final : public Command {
  public:
    explicit Doctor(doctor::Outside outside) : outside_(std::move(outside)) {}

    std::string_view name() const override { return "doctor"; }
    std::string_view summary() const override { return "Find out whether a check would work, and what prevents it"; }
    std::string_view examples() const override {
        return "  mooring doctor\n"
               "  mooring doctor --server main --format json\n"
               "  mooring doctor --url https://portainer.example.org --api-key-file token manifests\n\n"
               "Exit codes: 0 a check would work; as a check ends otherwise: 3 a token sees no environment,\n"
               "65 invalid manifests or configuration, 69 a server could not be read, 70 a header was added on the\n"
               "way, 77 credentials refused, 1 the rest.";
    }
    void declare(CLI::App& app) override {
        app.add_option("DIR", folder_, "The folder (or file) of manifests; default: the one in the configuration")
            ->type_name("");
        settings_.declare(app, {"--environment", "--no-runtime"});
    }

    int run(Console& console) override {
        config::Loaded loaded = config::load(settings_.overrides(console, folder_), console.variables);
        if (const auto problem = flag_problem(loaded.diagnostics)) return usage_error(console, name(), *problem);
        if (const auto problem = one_of("--format", loaded.config.format, {"text", "json"}))
            return usage_error(console, name(), *problem);
        take_folder(loaded.config, folder_);
        const config::Config config = loaded.config;
        return write_diagnosis(visit(std::move(loaded), outside_, console), config, console);
    }

  private:
    doctor::Outside outside_;
    std::string folder_;
    SettingFlags settings_;
};

} // namespace

std::unique_ptr<Command> make_doctor_command(doctor::Outside outside) {
    return std::make_unique<Doctor>(std::move(outside));
}

} // namespace mooring::cli
