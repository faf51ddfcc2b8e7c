#include "base/text.hpp"
#include "reconcile/render.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace mooring::reconcile {
namespace {

constexpr std::size_t word_width = 13;
constexpr std::size_t name_width = 39;
const std::string indent(word_width + 2, ' ');

std::string place_of(const SourceLocation& where) {
    if (where.file.empty()) return {};
    return where.line == 0 ? printable(where.file, 200) : fmt::format("{}:{}", printable(where.file, 200), where.line);
}

// "UPDATE", "BLOCKED": what a reader scans for.
std::string word_of(const Step& step) {
    if (step.readiness == Readiness::blocked) return "BLOCKED";
    if (step.readiness == Readiness::held) return "HELD";
    std::string word(to_string(step.parts.front().action));
    std::ranges::transform(word, word.begin(),
                           [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - ('a' - 'A')) : c; });
    return word;
}

std::string sentence_of(const Correction& one) {
    const std::string path = printable(one.path, 300);
    if (one.secret) return path + "  changes (secret)";
    const std::string from = one.from ? printable(*one.from, 300) : "nothing";
    const std::string becomes = one.becomes ? printable(*one.becomes, 300) : "nothing";
    return fmt::format("{}  {}  becomes  {}", path, from, becomes);
}

std::string sentence_of(const Part& part) {
    std::string out = fmt::format("then {}", to_string(part.action));
    if (part.pulls) out += ", pulling images";
    return out;
}

void add_line(std::string& out, std::string_view text, const std::string& place = {}) {
    out += indent;
    out += text;
    if (!place.empty()) out += "    " + place;
    out += '\n';
}

void add_obstacle(std::string& out, const Obstacle& one) {
    add_line(out, one.code + ": " + printable(one.message, 600));
    if (!one.remedy.empty()) add_line(out, printable(one.remedy, 400));
}

void add_step(std::string& out, const Step& step) {
    const std::string name = name_of(step);
    const std::string place = place_of(step.where);
    out += fmt::format("{:<{}}{:<{}} {}\n", word_of(step), word_width, name, name_width, place);
    if (step.readiness != Readiness::blocked) {
        for (const Correction& one : step.corrections)
            add_line(out, sentence_of(one), place_of(one.where) == place ? "" : place_of(one.where));
        for (std::size_t i = 1; i < step.parts.size(); ++i) add_line(out, sentence_of(step.parts[i]));
        for (const std::string& note : step.notes) add_line(out, note);
    }
    for (const Obstacle& one : step.obstacles) add_obstacle(out, one);
}

std::size_t count(const Plan& plan, const std::string& server, Readiness readiness) {
    return static_cast<std::size_t>(std::ranges::count_if(
        plan.steps, [&](const Step& step) { return step.server == server && step.readiness == readiness; }));
}

void add_server(std::string& out, const Plan& plan, const ServerLine& server) {
    out += printable(server.name, 100);
    for (const std::string& part : {server.url, server.version}) {
        if (!part.empty()) out += "  " + printable(part, 200);
    }
    if (!server.identity.empty()) out += "  as " + server.identity;
    out += '\n';
    if (!server.problem.empty()) {
        out += "  nothing is planned: " + printable(server.problem, 600) + "\n\n";
        return;
    }
    out += fmt::format("\n  to do {}   held {}   blocked {}\n\n", count(plan, server.name, Readiness::to_do),
                       count(plan, server.name, Readiness::held), count(plan, server.name, Readiness::blocked));
}

std::size_t count(const Plan& plan, Readiness readiness) {
    return static_cast<std::size_t>(std::ranges::count(plan.steps, readiness, &Step::readiness));
}

std::string total_of(const Plan& plan) {
    std::vector<std::string> parts;
    const auto add = [&](std::size_t number, std::string_view what) {
        if (number > 0) parts.push_back(fmt::format("{} {}", number, what));
    };
    const std::size_t to_do = count(plan, Readiness::to_do);
    add(to_do, to_do == 1 ? "step to do" : "steps to do");
    add(count(plan, Readiness::held), "held");
    add(count(plan, Readiness::blocked), "blocked");
    add(plan.in_sync, "in sync");
    return parts.empty() ? "nothing to do" : join(parts, ", ");
}

std::string in_code(std::string_view text) {
    std::string out = printable(text, 300);
    std::ranges::replace(out, '`', '\'');
    std::ranges::replace(out, '|', '/');
    return "`" + out + "`";
}

bool is_removal(const Step& step) { return !step.parts.empty() && step.parts.front().action == Action::remove; }

std::string markdown_cell(const Step& step, bool details) {
    std::string out;
    const auto add = [&](const std::string& line) { out += (out.empty() ? "" : "<br>") + line; };
    for (const Obstacle& one : step.obstacles) {
        // What is said of an undeclared stack names it.
        const bool says = details || (!is_removal(step) && !one.names_undeclared);
        add(in_code(one.code) + (details ? " " + in_code(one.message) : "") +
            (one.remedy.empty() || !says ? "" : " " + in_code(one.remedy)));
    }
    if (is_removal(step) && !details) return out;
    if (step.readiness == Readiness::blocked) return out;
    for (const Correction& one : step.corrections) {
        add(one.secret ? in_code(one.path) + " changes (secret)"
                       : fmt::format("{} {} becomes {}", in_code(one.path), in_code(one.from.value_or("nothing")),
                                     in_code(one.becomes.value_or("nothing"))));
    }
    for (const std::string& note : step.notes) add(in_code(note));
    return out;
}

} // namespace

std::string name_of(const Step& step) { return printable(step.name, 100) + "/" + printable(step.environment, 100); }

std::string to_text(const Plan& plan, bool with_exit_code) {
    std::string out;
    for (const ServerLine& server : plan.servers) {
        add_server(out, plan, server);
        for (const Step& step : plan.steps) {
            if (step.server == server.name) add_step(out, step);
        }
    }
    if (!plan.steps.empty()) out += '\n';
    if (with_exit_code) out += fmt::format("exit {}: ", exit_code(plan));
    return out + total_of(plan) + '\n';
}

std::string to_markdown(const Plan& plan, bool details) {
    std::string out = fmt::format("### Mooring plan: {}\n", total_of(plan));
    for (const ServerLine& server : plan.servers) {
        if (!details) break;
        out += fmt::format("\n{} {} {}", in_code(server.name), in_code(server.url), in_code(server.version));
        if (!server.identity.empty()) out += " as " + in_code(server.identity);
        if (!server.problem.empty()) out += ": " + in_code(server.problem);
        out += '\n';
    }
    if (plan.steps.empty()) return out;
    out += "\n| | stack | what |\n|---|---|---|\n";
    for (const Step& step : plan.steps) {
        const bool named = details || !is_removal(step);
        out += fmt::format("| {} | {} | {} |\n", word_of(step),
                           named ? in_code(step.name + "/" + step.environment) : "a stack that nobody declares",
                           markdown_cell(step, details));
    }
    return out;
}

} // namespace mooring::reconcile
