#include "base/clock.hpp"
#include "base/file.hpp"
#include "base/text.hpp"
#include "reconcile/render.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <set>

namespace mooring::reconcile {
namespace {

using Json = nlohmann::ordered_json;

Json or_null(const std::string& text) { return text.empty() ? Json() : Json(text); }

template <typename T>
Json or_null(const std::optional<T>& value) {
    return value ? Json(*value) : Json();
}

Json time_or_null(UnixSeconds at) { return at == 0 ? Json() : Json(format_utc(at)); }

Json source(const SourceLocation& where) {
    if (where.file.empty()) return {};
    return {{"file", where.file}, {"line", where.line == 0 ? Json() : Json(where.line)}};
}

Json part_of(const Part& part) {
    return {{"action", to_string(part.action)},
            {"detaches", part.detaches},
            {"prunes", part.prunes},
            {"pulls", part.pulls},
            {"narrows", part.narrows}};
}

Json obstacle_of(const Obstacle& one) {
    return {{"held", one.held},
            {"code", one.code},
            {"message", one.message},
            {"remedy", or_null(one.remedy)},
            {"liftedBy", one.lifted_by ? Json(to_string(*one.lifted_by)) : Json()}};
}

// A side as it is, line by line. What is longer than a reader looks through, the digest tells apart.
Json side_of(const std::optional<std::string>& shown, const std::string& whole) {
    constexpr std::size_t most = std::size_t{64} << 10U;
    if (!shown || whole.empty()) return or_null(shown);
    std::string out;
    for (const std::string_view line : split(std::string_view(whole).substr(0, most), '\n'))
        out += (out.empty() ? "" : "\n") + printable(line, most);
    return out + (whole.size() > most ? "..." : "");
}

// Of both sides, where one is longer than what is shown of it, or is shown otherwise than it is. Nothing secret is in
// it: what is secret in them was masked before.
Json digest_of(const Correction& one) {
    if (one.secret || (one.whole_from.empty() && one.whole_becomes.empty())) return {};
    const auto side = [](const std::optional<std::string>& shown, const std::string& whole) {
        if (!shown) return std::string("-");
        const std::string& all = whole.empty() ? *shown : whole;
        return fmt::format("{}:{}", all.size(), all);
    };
    return "sha256:" + to_hex(sha256(side(one.from, one.whole_from) + side(one.becomes, one.whole_becomes)));
}

Json correction_json(const Correction& one) {
    return {{"path", one.path},
            {"from", one.secret ? Json() : side_of(one.from, one.whole_from)},
            {"becomes", one.secret ? Json() : side_of(one.becomes, one.whole_becomes)},
            {"digest", digest_of(one)},
            {"secret", one.secret},
            {"valueFrom", or_null(one.value_from)},
            {"source", source(one.where)}};
}

Json ground_of(const Ground& ground) {
    return {{"id", or_null(ground.id)},
            {"environment", or_null(ground.environment)},
            {"createdAt", time_or_null(ground.created_at)},
            {"updatedAt", time_or_null(ground.updated_at)},
            {"updatedBy", or_null(ground.updated_by)},
            {"status", ground.id ? Json(ground.status) : Json()}};
}

template <typename T, typename Make>
Json array_of(const std::vector<T>& values, Make make) {
    Json out = Json::array();
    for (const T& value : values) out.push_back(make(value));
    return out;
}

Json variable_of(const SentVariable& one) { return {{"name", one.name}, {"from", or_null(one.from)}}; }

Json images_of(const ImagesToCome& images) {
    return {
        {"pulled", images.pulled}, {"again", images.again}, {"mayMove", images.may_move}, {"unknown", images.unknown}};
}

Json step_of(const Step& step) {
    std::vector<Correction> corrections = step.corrections;
    corrections.insert(corrections.end(), step.makes.begin(), step.makes.end());
    return {{"server", step.server},
            {"name", step.name},
            {"environment", step.environment},
            {"readiness", to_string(step.readiness)},
            {"parts", array_of(step.parts, part_of)},
            {"obstacles", array_of(step.obstacles, obstacle_of)},
            {"corrections", array_of(corrections, correction_json)},
            {"proof", step.proof ? Json(to_string(*step.proof)) : Json()},
            {"volumesUsed", step.volumes_used},
            {"variables", array_of(step.variables, variable_of)},
            {"variablesKept", step.variables_kept ? Json(*step.variables_kept) : Json()},
            {"images", images_of(step.images)},
            {"runsAgain", step.jobs},
            {"access", or_null(step.access)},
            {"inPart", step.in_part},
            {"notes", step.notes},
            {"standsOn", ground_of(step.ground)},
            {"source", source(step.where)}};
}

Json server_of(const ServerLine& server) {
    return {{"name", server.name},
            {"url", or_null(server.url)},
            {"version", or_null(server.version)},
            {"instanceId", or_null(server.instance_id)},
            {"problem", or_null(server.problem)},
            {"inSync", server.in_sync}};
}

} // namespace

std::string to_json(const Plan& plan) {
    const Json out{{"apiVersion", "mooring/v1"},
                   {"kind", "Plan"},
                   {"servers", array_of(plan.servers, server_of)},
                   {"steps", array_of(plan.steps, step_of)},
                   {"inSync", plan.in_sync},
                   {"nothingToDo", plan.nothing_to_do},
                   {"complete", plan.complete},
                   {"exitCode", exit_code(plan)}};
    return out.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

namespace {

using SavedJson = nlohmann::json; // keys sorted, so that two texts of one value are equal

// Everything that a step stands on, as canonical text: two that are equal write the same to the same.
std::string ground_text(const SavedJson& plan, const SavedJson& step) {
    SavedJson out;
    for (const auto* key : {"server", "name", "environment", "parts", "corrections", "volumesUsed", "variables",
                            "variablesKept", "images", "runsAgain", "access", "inPart", "notes", "standsOn"})
        out[key] = step.value(key, SavedJson());
    for (const SavedJson& server : plan.value("servers", SavedJson::array())) {
        if (server.value("name", "") != step.value("server", "")) continue;
        for (const auto* key : {"url", "version", "instanceId"})
            out["server." + std::string(key)] = server.value(key, SavedJson());
    }
    for (SavedJson& one : out["corrections"]) one.erase("source"); // lines of files move
    return out.dump(-1, ' ', false, SavedJson::error_handler_t::replace);
}

bool is_to_do(const SavedJson& step) { return step.value("readiness", "") == "to_do"; }

std::string title(const std::string& server, const std::string& name, const std::string& environment) {
    return fmt::format("{} {}/{}", printable(server, 100), printable(name, 100), printable(environment, 100));
}

std::string title_of(const SavedJson& step) {
    return title(step.value("server", "?"), step.value("name", "?"), step.value("environment", "?"));
}

std::set<std::string> grounds_of(const SavedJson& plan) {
    std::set<std::string> grounds;
    for (const SavedJson& step : plan.at("steps")) {
        if (is_to_do(step)) grounds.insert(ground_text(plan, step));
    }
    return grounds;
}

// Adds the steps to be done whose ground the other plan lacks, each title once.
void add_moved(const SavedJson& plan, const std::set<std::string>& other, std::vector<std::string>& moved) {
    for (const SavedJson& step : plan.at("steps")) {
        if (!is_to_do(step) || other.contains(ground_text(plan, step))) continue;
        if (std::ranges::find(moved, title_of(step)) == moved.end()) moved.push_back(title_of(step));
    }
}

Result<std::vector<std::string>> compare_plans(const SavedJson& saved, const SavedJson& now) {
    std::vector<std::string> moved;
    add_moved(saved, grounds_of(now), moved);
    add_moved(now, grounds_of(saved), moved); // what came beside was never confirmed, whatever it is called
    return moved;
}

// null where it is no JSON, or deeper than a plan is: copying such a thing would take the stack of this process.
SavedJson parse_saved(const std::string& text) {
    constexpr int deepest = 16;
    bool too_deep = false;
    SavedJson json = SavedJson::parse(
        text,
        [&](int depth, SavedJson::parse_event_t, const SavedJson&) {
            too_deep |= depth > deepest;
            return depth <= deepest;
        },
        false);
    return too_deep ? SavedJson() : json;
}

} // namespace

std::string title_of(const Step& step) { return title(step.server, step.name, step.environment); }

Result<std::vector<std::string>> moved_steps(const std::string& saved, const reconcile::Plan& now) {
    const SavedJson before = parse_saved(saved);
    const bool is_plan = before.is_object() && before.value("kind", SavedJson()) == "Plan" &&
                         before.contains("steps") && before["steps"].is_array() &&
                         before.value("apiVersion", SavedJson()) == "mooring/v1";
    if (!is_plan) return fail(ErrorKind::invalid_input, "it is not a plan that `mooring plan --format json` wrote");
    try {
        return compare_plans(before, SavedJson::parse(reconcile::to_json(now)));
    } catch (const SavedJson::exception&) { // a member of another type than a plan has
        return fail(ErrorKind::invalid_input, "it is not a plan of this version of Mooring");
    }
}

} // namespace mooring::reconcile
