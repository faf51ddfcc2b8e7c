#include "cli/version.hpp"

#include "cli/exit_code.hpp"
#include "cli/values.hpp"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>
#include <ostream>

namespace mooring::cli {
namespace {

class Version final : public Command {
  public:
    std::string_view name() const override { return "version"; }
    std::string_view summary() const override { return "Print the version, or all that the program was made of"; }
    std::string_view examples() const override {
        return "  mooring version\n"
               "  mooring version --format json                      # commit, compiler, libraries";
    }
    void declare(CLI::App& app) override {
        app.add_option("--format", format_, "Form of the output")->type_name("text|json");
    }
    int run(Console& console) override {
        if (const auto problem = one_of("--format", format_, {"text", "json"}))
            return usage_error(console, name(), *problem);
        if (format_ == "json")
            console.out << version_json(build_facts());
        else
            console.out << "mooring " << version() << '\n';
        return exit_ok;
    }

  private:
    std::string format_ = "text";
};

} // namespace

std::string_view version() { return build_facts().version; }

std::string version_json(const BuildFacts& facts) {
    using Json = nlohmann::ordered_json;
    Json libraries = Json::array();
    for (const BuiltWith& one : facts.libraries) libraries.push_back({{"name", one.name}, {"version", one.version}});
    const Json whole = {
        {"apiVersion", "mooring/v1"},       {"kind", "Version"},
        {"version", facts.version},         {"commit", facts.commit.empty() ? Json() : Json(facts.commit)},
        {"compiler", facts.compiler},       {"buildType", facts.build_type},
        {"libraries", std::move(libraries)}};
    return whole.dump(2) + '\n';
}

std::unique_ptr<Command> make_version_command() { return std::make_unique<Version>(); }

} // namespace mooring::cli
