#include "base/text.hpp"
#include "reconcile/render.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <span>

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

std::string names_in(const std::vector<std::string>& names) { return printable(join(names, ", "), 300); }

// What becomes of a value that nobody shows.
std::string fate_of_secret(const Correction& one) {
    if (!one.becomes) return "goes (secret)";
    if (!one.value_from.empty()) return "set from " + one.value_from;
    return one.from ? "changes (secret)" : "is new (secret)";
}

std::string kept_words(std::size_t kept) { return fmt::format("{} variable{} kept", kept, kept == 1 ? "" : "s"); }

// How it is known that there is no such stack, and what of it is there all the same.
std::string sentence_of_absence(const Step& step) {
    std::vector<std::string> parts;
    if (step.proof == Proof::complete_list) parts.emplace_back("missing is proven by the complete list");
    if (step.proof == Proof::id_gone || step.proof == Proof::remembered_id_gone)
        parts.emplace_back("missing is proven by its id, which is gone");
    const bool one = step.volumes_used.size() == 1;
    if (!step.volumes_used.empty())
        parts.push_back(fmt::format("volume{} {} exist{} and will be used", one ? "" : "s", names_in(step.volumes_used),
                                    one ? "s" : ""));
    return join(parts, "; ");
}

std::string sentence_of(const std::vector<SentVariable>& variables) {
    std::vector<std::string> names;
    for (const SentVariable& one : variables)
        names.push_back(one.from.empty() ? one.name : fmt::format("{} (from {})", one.name, one.from));
    return names.empty() ? std::string() : "sets " + join(names, ", ");
}

std::string sentence_of(const Part& part, const Step& step) {
    std::string out = fmt::format("then {}", to_string(part.action));
    if (part.pulls) out += ", pulling images";
    if (part.action == Action::access && !step.access.empty()) out += ": " + step.access;
    return out;
}

// What is said of a step below its differences: images, jobs, notes, the parts that follow.
std::vector<std::string> sentences_after(const Step& step) {
    std::vector<std::string> out{words_of(step.images)};
    if (!step.jobs.empty()) out.push_back("runs again: " + names_in(step.jobs));
    out.insert(out.end(), step.notes.begin(), step.notes.end());
    for (std::size_t i = 1; i < step.parts.size(); ++i) out.push_back(sentence_of(step.parts[i], step));
    if (step.in_part) out.emplace_back("this part alone; the rest stands below");
    std::erase(out, "");
    return out;
}

std::vector<std::string> sentences_before(const Step& step) {
    std::vector<std::string> out{sentence_of_absence(step), sentence_of(step.variables)};
    std::erase(out, "");
    return out;
}

bool is_variable(const Correction& one) { return one.subject == Subject::env || one.subject == Subject::env_twice; }

// As people read them: what runs comes first.
std::vector<const Correction*> variables_last(const Step& step) {
    std::vector<const Correction*> out;
    for (const Correction& one : step.corrections) out.push_back(&one);
    for (const Correction& one : step.makes) {
        if (one.becomes != "{}") out.push_back(&one); // a volume or network of the file with nothing to say of it
    }
    std::ranges::stable_partition(out, [](const Correction* one) { return !is_variable(*one); });
    return out;
}

// Whether its line is the one that says how many variables are kept.
bool tells_kept(const Step& step, const Correction& one) {
    if (!step.variables_kept.value_or(0) || !is_variable(one)) return false;
    const auto later =
        std::span(step.corrections).subspan(static_cast<std::size_t>(&one - step.corrections.data()) + 1);
    return std::ranges::none_of(later, is_variable);
}

// "4 variables kept" as a line of its own, where no variable differs; else "".
std::string kept_alone(const Step& step) {
    if (!step.variables_kept.value_or(0) || std::ranges::any_of(step.corrections, is_variable)) return {};
    return kept_words(*step.variables_kept);
}

// A create makes all of it from nothing, which need not be said on each line.
bool is_made(const Step& step, const Correction& one) {
    return !one.from && std::ranges::find(step.parts, Action::create, &Part::action) != step.parts.end();
}

std::string sentence_of(const Step& step, const Correction& one, std::size_t width) {
    std::string fate = one.secret ? fate_of_secret(one) : words_of_side(one.becomes, one.whole_becomes, one.path);
    if (!one.secret && !is_made(step, one))
        fate = fmt::format("{}  becomes  {}", words_of_side(one.from, one.whole_from, one.path), fate);
    if (tells_kept(step, one)) fate += "; " + kept_words(*step.variables_kept);
    return fmt::format("{:<{}}  {}", printable(one.path, 300), width, fate);
}

// Values stand below each other, unless paths are long.
std::size_t width_of_paths(const Step& step) {
    constexpr std::size_t most = 40;
    std::size_t width = 0;
    for (const Correction* one : variables_last(step)) {
        if (one->path.size() <= most) width = std::max(width, one->path.size());
    }
    return width;
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
        for (const std::string& line : sentences_before(step)) add_line(out, line);
        const std::size_t width = width_of_paths(step);
        for (const Correction* one : variables_last(step))
            add_line(out, sentence_of(step, *one, width), place_of(one->where) == place ? "" : place_of(one->where));
        if (const std::string kept = kept_alone(step); !kept.empty()) add_line(out, kept);
        for (const std::string& line : sentences_after(step)) add_line(out, line);
    }
    for (const Obstacle& one : step.obstacles) add_obstacle(out, one);
}

std::size_t count(const Plan& plan, const std::string& server, Readiness readiness) {
    return static_cast<std::size_t>(std::ranges::count_if(
        plan.steps, [&](const Step& step) { return step.server == server && step.readiness == readiness; }));
}

// A server that did not answer, or refuses the token: nothing is known of its stacks, which comes before all else.
void add_outages(std::string& out, const Plan& plan) {
    for (const ServerLine& server : plan.servers) {
        if (server.problem.empty()) continue;
        out += fmt::format("{:<{}}{:<{}} {}\n", "NO PLAN", word_width, printable(server.name, 100), name_width,
                           printable(server.url, 200));
        add_line(out, "nothing is planned: " + printable(server.problem, 600));
    }
    if (!out.empty()) out += '\n';
}

void add_server(std::string& out, const Plan& plan, const ServerLine& server) {
    out += printable(server.name, 100);
    for (const std::string& part : {server.url, server.version}) {
        if (!part.empty()) out += "  " + printable(part, 200);
    }
    if (!server.identity.empty()) out += "  as " + server.identity;
    out += '\n';
    const std::size_t held = count(plan, server.name, Readiness::held);
    out += fmt::format("\n  to do {}{}   blocked {}   in sync {}\n\n", count(plan, server.name, Readiness::to_do),
                       held == 0 ? "" : fmt::format("   held {}", held), count(plan, server.name, Readiness::blocked),
                       server.in_sync);
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
    if (parts.empty()) add(plan.in_sync, "in sync");
    const auto silent = static_cast<std::size_t>(
        std::ranges::count_if(plan.servers, [](const ServerLine& server) { return !server.problem.empty(); }));
    add(silent, silent == 1 ? "server without a plan" : "servers without a plan");
    return parts.empty() ? "nothing to do" : join(parts, ", ");
}

// What is done first, in its order; what is blocked last.
std::vector<const Step*> by_readiness(const Plan& plan) {
    std::vector<const Step*> steps;
    for (const Step& step : plan.steps) steps.push_back(&step);
    std::ranges::stable_sort(steps, {}, &Step::readiness);
    return steps;
}

constexpr std::size_t most_of_value = std::size_t{64} << 10U; // words_of_side has cut it

std::string in_code(std::string_view text, std::size_t most = 300) {
    std::string out = printable(text, most);
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
    for (const std::string& line : sentences_before(step)) add(in_code(line));
    for (const Correction* correction : variables_last(step)) {
        const Correction& one = *correction;
        add(one.secret ? in_code(one.path) + " " +
                             (one.value_from.empty() ? fate_of_secret(one) : in_code(fate_of_secret(one)))
                       : fmt::format("{} {}{}", in_code(one.path),
                                     is_made(step, one)
                                         ? ""
                                         : in_code(words_of_side(one.from, one.whole_from, one.path), most_of_value) +
                                               " becomes ",
                                     in_code(words_of_side(one.becomes, one.whole_becomes, one.path), most_of_value)));
    }
    if (step.variables_kept.value_or(0) > 0) add(kept_words(*step.variables_kept));
    for (const std::string& line : sentences_after(step)) add(in_code(line));
    return out;
}

} // namespace

std::string words_of(const ImagesToCome& images) {
    std::string out;
    if (images.again) out = "pulls its images again (policy.pull: always)";
    if (!images.pulled.empty())
        out = fmt::format("pulls {} (not on the host{})", names_in(images.pulled),
                          images.may_move.empty() ? "" : "; policy.pull: missing");
    if (!images.may_move.empty()) out += fmt::format("; {} may move, too", names_in(images.may_move));
    if (!images.unknown.empty())
        out += (out.empty() ? "" : "; ") + ("not known: whether the host has " + names_in(images.unknown));
    return out;
}

std::string name_of(const Step& step) {
    const bool by_id = step.environment.empty() && step.ground.environment; // its name is not known
    return printable(step.name, 100) + "/" +
           (by_id ? fmt::format("#{}", *step.ground.environment) : printable(step.environment, 100));
}

std::string to_text(const Plan& plan, bool with_exit_code) {
    std::string out;
    add_outages(out, plan);
    for (const ServerLine& server : plan.servers) {
        if (!server.problem.empty()) continue;
        add_server(out, plan, server);
        for (const Step* step : by_readiness(plan)) {
            if (step->server == server.name) add_step(out, *step);
        }
    }
    if (!plan.steps.empty()) out += '\n';
    if (with_exit_code && hides_values(plan)) out += fmt::format("{}\n", hidden_values);
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
    for (const Step* step : by_readiness(plan)) {
        const bool named = details || !is_removal(*step);
        out += fmt::format("| {} | {} | {} |\n", word_of(*step),
                           named ? in_code(step->name + "/" + step->environment) : "a stack that nobody declares",
                           markdown_cell(*step, details));
    }
    if (hides_values(plan)) out += fmt::format("\n{}\n", hidden_values);
    return out;
}

} // namespace mooring::reconcile
