#include "evidence/assessment.hpp"

#include "base/text.hpp"
#include "evidence/document.hpp"
#include "yaml/node.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <tuple>

namespace mooring::evidence {
namespace {

bool is_same_observer(const ServerResult& a, const ServerResult& b) {
    const auto who = [](const ServerResult& server) {
        const auto identity = server.identity.value_or(Identity{});
        return std::tuple(server.name, server.url, server.version, server.instance_id, server.list_complete,
                          server.error, server.exit_code, identity.username, identity.role);
    };
    return who(a) == who(b);
}

Means means_of(const std::vector<Point>& points) {
    double covered = 0;
    double in_sync = 0;
    double waived = 0;
    double time = 0;
    for (const Point& point : points) {
        if (point.judged == 0) continue;
        const auto weight = static_cast<double>(point.until - point.at);
        time += weight;
        covered += *point.coverage() * weight;
        in_sync += *point.score() * weight;
        waived += *point.score_with_waivers() * weight;
    }
    if (time == 0) return {};
    return {.coverage = covered / time, .score = in_sync / time, .score_with_waivers = waived / time};
}

bool looked_at(const ledger::Run& run, const Scope& scope) {
    return run.looked() && std::ranges::any_of(*run.servers, [&scope](const ServerResult& server) {
               return glob_matches(scope.server, server.name);
           });
}

} // namespace

std::vector<Observer> observers(const Material& material) {
    std::vector<Observer> all;
    std::map<std::string, std::size_t> newest; // by server: index of its last observer
    for (const ledger::Run& run : material.runs) {
        if (!run.looked()) continue;
        for (const ServerResult& server : *run.servers) {
            if (!glob_matches(material.scope.server, server.name)) continue;
            const auto known = newest.find(server.name);
            if (known == newest.end() || !is_same_observer(all[known->second].server, server)) {
                newest[server.name] = all.size();
                all.push_back({.server = server, .from = run.started_at, .to = run.started_at, .runs = 0});
            }
            Observer& now = all[newest[server.name]];
            now.to = run.started_at;
            ++now.runs;
        }
    }
    std::ranges::stable_sort(all, {}, [](const Observer& one) { return one.server.name; });
    return all;
}

PeriodAssessment assess(const Material& material) {
    PeriodAssessment out{.scope = material.scope, .heading = material.heading};
    out.observers = observers(material);
    out.observation = observe(material);
    for (const ledger::Run& run : material.runs) {
        if (!looked_at(run, material.scope)) continue;
        if (out.runs++ == 0) out.first_run_at = run.started_at;
        out.partial_runs += run.partial ? 1 : 0;
        out.unpromised_runs += run.next_due && *run.next_due > run.started_at ? 0 : 1;
        out.last_run_at = run.started_at;
    }
    if (!material.runs.empty()) out.last_hash = material.runs.back().hash;
    out.points = points(material, out.observation);
    out.means = means_of(out.points);
    out.stacks = stack_reports(material, out.observation);
    out.waivers = waiver_reports(material, out.observation);
    out.written = written_in(material);
    out.kept = kept_in(material);
    out.verification = material.verification;
    out.controls = material.controls;
    out.expiring_within = material.expiring_within;
    out.max_gap = material.max_gap;
    out.findings = findings(out, material);
    return out;
}

namespace {

using yaml::Kind;
using yaml::Node;

class Reader {
  public:
    explicit Reader(std::string_view file) : file_(file) {}

    Result<ControlMap> read(const Node& document) {
        keys(document, {"apiVersion", "kind", "spec"});
        if (text(document, "kind", true) != "Controls") complain(document, "it is not `kind: Controls`");
        ControlMap map;
        const Node* spec = document.find("spec");
        if (spec == nullptr) complain(document, "`spec` is missing");
        if (spec != nullptr) read_spec(*spec, map);
        if (error_) return std::unexpected(*error_);
        return map;
    }

  private:
    void read_spec(const Node& spec, ControlMap& map) {
        keys(spec, {"catalogue", "controls"});
        map.catalogue = text(spec, "catalogue", true);
        const Node* controls = spec.find("controls");
        if (controls == nullptr || controls->kind != Kind::sequence) return complain(spec, "`controls` is not a list");
        for (const Node& item : controls->items) {
            Control control = read_control(item);
            if (std::ranges::find(map.controls, control.id, &Control::id) != map.controls.end())
                complain(item, "the control `" + control.id + "` is there twice");
            map.controls.push_back(std::move(control));
        }
    }

    Control read_control(const Node& item) {
        keys(item, {"id", "title", "statement", "sections"});
        Control control{.id = text(item, "id", true),
                        .title = text(item, "title", true),
                        .statement = text(item, "statement", false),
                        .sections = {}};
        const Node* sections = item.find("sections");
        if (sections == nullptr || sections->kind != Kind::sequence) complain(item, "`sections` is not a list");
        if (sections == nullptr) return control;
        for (const Node& section : sections->items) {
            if (std::ranges::find(section_ids(), section.text) == section_ids().end())
                complain(section, fmt::format("no section `{}`; {}", printable(section.text, 60),
                                              suggest(section.text, section_ids())));
            control.sections.push_back(section.text);
        }
        return control;
    }

    void keys(const Node& map, std::initializer_list<std::string_view> known) {
        if (map.kind != Kind::mapping) return complain(map, "not a mapping");
        for (const auto& [key, value] : map.entries) {
            if (std::ranges::find(known, key.text) == known.end())
                complain(key, fmt::format("unknown key `{}`", printable(key.text, 60)));
        }
    }

    std::string text(const Node& map, std::string_view key, bool required) {
        const Node* node = map.find(key);
        if (node == nullptr && required) complain(map, fmt::format("`{}` is missing", key));
        if (node == nullptr) return {};
        if (node->kind != Kind::scalar) complain(*node, fmt::format("`{}` is not a text", key));
        return node->text;
    }

    void complain(const Node& node, const std::string& what) {
        if (error_) return;
        error_ = Error{.kind = ErrorKind::invalid_input,
                       .message = fmt::format("{}:{}: {}", file_, node.mark.line, what),
                       .detail = {}};
    }

    std::string_view file_;
    std::optional<Error> error_;
};

} // namespace

Result<ControlMap> read_controls(std::string_view text, std::string_view file) {
    const auto documents = yaml::parse(text);
    if (!documents) {
        return fail(ErrorKind::invalid_input,
                    fmt::format("{}:{}: {}", file, documents.error().mark.line, documents.error().message));
    }
    if (documents->size() != 1) return fail(ErrorKind::invalid_input, fmt::format("{}: not one document", file));
    return Reader(file).read(documents->front());
}

} // namespace mooring::evidence
