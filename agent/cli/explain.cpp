#include "cli/explain.hpp"

#include "base/text.hpp"
#include "cli/exit_code.hpp"
#include "compose/compose.hpp"
#include "kubernetes/kubernetes.hpp"
#include "report/layout.hpp"

#include <CLI/CLI.hpp>
#include <ostream>

namespace mooring::cli {
namespace {

void print_row(Console& console, std::string_view head, std::string_view text) {
    constexpr std::size_t indent = 10;
    std::optional<std::size_t> room;
    if (console.out_width) room = std::max<std::size_t>(*console.out_width, 40) - indent;
    std::string start = report::pad(head, indent);
    for (const std::string& line : report::wrap(text, room)) {
        console.out << start << line << '\n';
        start = std::string(indent, ' ');
    }
}

class Explain final : public Command {
  public:
    std::string_view name() const override { return "explain"; }
    std::string_view summary() const override { return "Say which rule compares a path, or what a word means"; }
    std::string_view examples() const override {
        return "  mooring explain services.web.ports     # how ports are compared\n"
               "  mooring explain Deployment/web:spec.replicas\n"
               "  mooring explain not_visible            # what the verdict says";
    }
    void declare(CLI::App& app) override {
        app.add_option("PATH", subject_, "A path as a report prints it, or a verdict, cause, proof or plane")
            ->required()
            ->type_name("");
    }

    int run(Console& console) override {
        console.out << printable(subject_) << '\n';
        if (const auto meaning = meaning_of(subject_)) {
            print_row(console, "  " + std::string(meaning->kind), meaning->text);
        } else if (const auto path = path_outside_content(subject_)) {
            print_row(console, "  rule", path->word);
            print_row(console, "  plane", path->kind);
            print_row(console, "  reason", path->text);
        } else if (const auto rule = compose::explain(subject_)) {
            print_row(console, "  rule", rule->pattern);
            print_row(console, "  form", rule->form);
            print_row(console, "  reason", rule->reason);
        } else if (const auto of_object = kubernetes::explain(subject_)) {
            print_row(console, "  rule", of_object->pattern);
            print_row(console, "  form", of_object->form);
            print_row(console, "  reason", of_object->reason);
        } else {
            print_row(console, "  rule", "none: compared literally, as the file says it");
        }
        return exit_ok;
    }

  private:
    std::string subject_;
};

} // namespace

std::unique_ptr<Command> make_explain_command() { return std::make_unique<Explain>(); }

} // namespace mooring::cli
