#include "base/clock.hpp"
#include "reconcile/render.hpp"

#include <nlohmann/json.hpp>

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

Json correction_json(const Correction& one) {
    return {{"path", one.path},
            {"from", one.secret ? Json() : or_null(one.from)},
            {"becomes", one.secret ? Json() : or_null(one.becomes)},
            {"secret", one.secret},
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

Json step_of(const Step& step) {
    return {{"server", step.server},
            {"name", step.name},
            {"environment", step.environment},
            {"readiness", to_string(step.readiness)},
            {"parts", array_of(step.parts, part_of)},
            {"obstacles", array_of(step.obstacles, obstacle_of)},
            {"corrections", array_of(step.corrections, correction_json)},
            {"notes", step.notes},
            {"standsOn", ground_of(step.ground)},
            {"source", source(step.where)}};
}

Json server_of(const ServerLine& server) {
    return {{"name", server.name},
            {"url", or_null(server.url)},
            {"version", or_null(server.version)},
            {"instanceId", or_null(server.instance_id)},
            {"problem", or_null(server.problem)}};
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

} // namespace mooring::reconcile
