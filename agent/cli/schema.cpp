#include "cli/schema.hpp"

#include "base/text.hpp"
#include "cli/exit_code.hpp"

#include <CLI/CLI.hpp>
#include <embedded_schemas.hpp>
#include <fmt/format.h>
#include <ostream>

namespace mooring::cli {
namespace {

class Schema final : public Command {
  public:
    std::string_view name() const override { return "schema"; }
    std::string_view summary() const override { return "Print a JSON Schema, or the names of all"; }
    std::string_view examples() const override {
        return "  mooring schema                                     # names of all schemas\n"
               "  mooring schema manifest >manifest.schema.json      # for the editor";
    }
    void declare(CLI::App& app) override {
        app.add_option("NAME", wanted_, "The schema; left out: names of all")->type_name(join(names(), "|"));
    }

    int run(Console& console) override {
        for (const schema::Embedded& one : schema::all()) {
            if (one.name == wanted_) {
                console.out << one.text;
                return exit_ok;
            }
        }
        if (!wanted_.empty()) {
            return usage_error(console, name(),
                               fmt::format("no schema `{}`; {}", printable(wanted_, 100), suggest(wanted_, names())));
        }
        for (const std::string& one : names()) console.out << one << '\n';
        return exit_ok;
    }

  private:
    static std::vector<std::string> names() {
        std::vector<std::string> out;
        for (const schema::Embedded& one : schema::all()) out.emplace_back(one.name);
        return out;
    }

    std::string wanted_;
};

} // namespace

std::unique_ptr<Command> make_schema_command() { return std::make_unique<Schema>(); }

} // namespace mooring::cli
