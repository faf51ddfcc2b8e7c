#include "walks/world_json.hpp"

#include <nlohmann/json.hpp>

#include <stdexcept>

namespace mooring::walks {

NLOHMANN_JSON_SERIALIZE_ENUM(Sharing, {{Sharing::administrators, "administrators"},
                                       {Sharing::everyone, "everyone"},
                                       {Sharing::reader, "reader"},
                                       {Sharing::team, "team"},
                                       {Sharing::others, "others"},
                                       {Sharing::none, "none"}})
NLOHMANN_JSON_SERIALIZE_ENUM(Kind, {{Kind::standalone, "standalone"},
                                    {Kind::swarm, "swarm"},
                                    {Kind::kubernetes, "kubernetes"}})
NLOHMANN_JSON_SERIALIZE_ENUM(Hand, {{Hand::none, "none"},
                                    {Hand::noted, "noted"},
                                    {Hand::scaled, "scaled"},
                                    {Hand::autoscaled, "autoscaled"},
                                    {Hand::edited, "edited"},
                                    {Hand::failing, "failing"},
                                    {Hand::late, "late"},
                                    {Hand::rolling, "rolling"},
                                    {Hand::unseen, "unseen"},
                                    {Hand::deleting, "deleting"},
                                    {Hand::removed, "removed"},
                                    {Hand::orphaned, "orphaned"},
                                    {Hand::unlabelled, "unlabelled"}})
NLOHMANN_JSON_SERIALIZE_ENUM(Touch, {{Touch::none, "none"},
                                     {Touch::edited, "edited"},
                                     {Touch::noted, "noted"},
                                     {Touch::removed, "removed"},
                                     {Touch::deleting, "deleting"},
                                     {Touch::orphaned, "orphaned"},
                                     {Touch::suspended, "suspended"},
                                     {Touch::rolling, "rolling"},
                                     {Touch::failing, "failing"}})
NLOHMANN_JSON_SERIALIZE_ENUM(Runs, {{Runs::as_file, "asFile"},
                                    {Runs::exited, "exited"},
                                    {Runs::removed, "removed"},
                                    {Runs::foreign, "foreign"},
                                    {Runs::other_image, "otherImage"},
                                    {Runs::nothing, "nothing"},
                                    {Runs::ended, "ended"},
                                    {Runs::terminated, "terminated"},
                                    {Runs::killed, "killed"},
                                    {Runs::paused, "paused"},
                                    {Runs::looping, "looping"},
                                    {Runs::just_restarted, "justRestarted"},
                                    {Runs::calmed, "calmed"},
                                    {Runs::older_image, "olderImage"},
                                    {Runs::more, "more"},
                                    {Runs::service_updated, "serviceUpdated"},
                                    {Runs::service_scaled, "serviceScaled"},
                                    {Runs::relabelled, "relabelled"}})
NLOHMANN_JSON_SERIALIZE_ENUM(Extra, {{Extra::none, "none"},
                                     {Extra::one_shot, "oneShot"},
                                     {Extra::declared_job, "declaredJob"},
                                     {Extra::marked_job, "markedJob"},
                                     {Extra::awaited_job, "awaitedJob"},
                                     {Extra::mode_job, "modeJob"},
                                     {Extra::profiled, "profiled"},
                                     {Extra::spare, "spare"}})
NLOHMANN_JSON_SERIALIZE_ENUM(Rest, {{Rest::as_meant, "asMeant"},
                                    {Rest::ended, "ended"},
                                    {Rest::failed, "failed"},
                                    {Rest::running, "running"},
                                    {Rest::removed, "removed"}})
NLOHMANN_JSON_SERIALIZE_ENUM(Polling, {{Polling::none, "none"},
                                       {Polling::armed, "armed"},
                                       {Polling::webhook, "webhook"},
                                       {Polling::dead, "dead"},
                                       {Polling::never_armed, "neverArmed"}})
NLOHMANN_JSON_SERIALIZE_ENUM(Status, {{Status::active, "active"},
                                      {Status::inactive, "inactive"},
                                      {Status::deploying, "deploying"},
                                      {Status::stuck, "stuck"},
                                      {Status::failed, "failed"},
                                      {Status::unknown, "unknown"}})
NLOHMANN_JSON_SERIALIZE_ENUM(StepKind, {{StepKind::remove_stack, "removeStack"},
                                        {StepKind::recreate_stack, "recreateStack"},
                                        {StepKind::restore_backup, "restoreBackup"},
                                        {StepKind::share_stack, "shareStack"},
                                        {StepKind::rename_stack, "renameStack"},
                                        {StepKind::move_stack, "moveStack"},
                                        {StepKind::change_image, "changeImage"},
                                        {StepKind::change_password, "changePassword"},
                                        {StepKind::respell, "respell"},
                                        {StepKind::change_env, "changeEnv"},
                                        {StepKind::stop_stack, "stopStack"},
                                        {StepKind::disturb, "disturb"},
                                        {StepKind::disturb_rest, "disturbRest"},
                                        {StepKind::lose_file, "loseFile"},
                                        {StepKind::set_status, "setStatus"},
                                        {StepKind::close_place, "closePlace"},
                                        {StepKind::remove_place, "removePlace"},
                                        {StepKind::rename_place, "renamePlace"},
                                        {StepKind::forbid_management, "forbidManagement"},
                                        {StepKind::cut_off_place, "cutOffPlace"},
                                        {StepKind::untag_place, "untagPlace"},
                                        {StepKind::readd_place, "readdPlace"},
                                        {StepKind::start_by_webhook, "startByWebhook"},
                                        {StepKind::demote, "demote"},
                                        {StepKind::leave_team, "leaveTeam"},
                                        {StepKind::withdraw_token, "withdrawToken"},
                                        {StepKind::replace_database, "replaceDatabase"},
                                        {StepKind::take_name, "takeName"}})

NLOHMANN_JSON_SERIALIZE_ENUM(Suspended, {{Suspended::no, "no"}, {Suspended::yes, "yes"}, {Suspended::ended, "ended"}})
NLOHMANN_JSON_SERIALIZE_ENUM(Force, {{Force::now, "now"}, {Force::expired, "expired"}, {Force::later, "later"}})
NLOHMANN_JSON_SERIALIZE_ENUM(Condition, {{Condition::fine, "fine"},
                                         {Condition::slow, "slow"},
                                         {Condition::down, "down"},
                                         {Condition::refusing, "refusing"}})

NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(Content, image, password, respelt, broken, git, extra, alone, pieces,
                                                parcel)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(Place, id, name, kind, open_to, management, reachable, tagged, untagged,
                                                closed)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(Stack, id, name, place, kind, space, content, env, env_extra, profile,
                                                sharing, status, runs, rest, polling, hand, touched, touch, file_lost,
                                                git_ahead, created, updated)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(State, clock, database, administrator, in_team, token, hides_git,
                                                next_stack, places, stacks, outside)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(Step, kind, target, value, delay)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(Disturbance, kind, prefix, suffix, skip, times)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(Declared, name, place, called, kind, space, tied, tied_created, content,
                                                git_any, env, profile, access, runtime, polls, state, by_tag, branch,
                                                suspended, team)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(Accepted, server, environment, stack, path, force)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(Chosen, kind, glob)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(Scope, declared, called, names, except)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(Branch, configured, condition, state)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(Detours, ledger, manifests, snapshot, writers)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(World, seed, version, start, remembers, agent, first_by_administrator,
                                                keyed, scope, elapsed, steps, meanwhile, meanwhile_at, first_faults,
                                                faults, declared, waivers, only, branch, detours)

std::string to_json(const World& world) { return nlohmann::json(world).dump(1) + "\n"; }

World read_world(std::string_view text) {
    try {
        return nlohmann::json::parse(text).get<World>();
    } catch (const nlohmann::json::exception& error) {
        throw std::runtime_error(std::string("not a world: ") + error.what());
    }
}

std::string features_of(const World& world, const Declared& declared) {
    const State& state = declared.branch ? world.branch.state : after_steps(world);
    std::string text = declared.git_any ? "gitAny " : "";
    if (world.agent) text += "agent ";
    if (declared.tied != 0) text += "tied ";
    if (declared.state == 3) text += "stateAny ";
    for (const Stack& stack : state.stacks) {
        if (stack.name != declared.name && stack.id != declared.tied) continue;
        text += nlohmann::json(stack.runs).get<std::string>();
        if (stack.content.extra != Extra::none) {
            text += " " + nlohmann::json(stack.content.extra).get<std::string>() + "-" +
                    nlohmann::json(stack.rest).get<std::string>() + (stack.profile ? "-active" : "");
        }
        if (stack.content.alone) text += " alone";
        if (stack.content.pieces != 0) text += " pieces-" + std::to_string(stack.content.pieces);
        if (stack.hand != Hand::none) text += " hand-" + nlohmann::json(stack.hand).get<std::string>();
        if (stack.touch != Touch::none) {
            text += " " + std::to_string(stack.touched) + "-" + nlohmann::json(stack.touch).get<std::string>();
        }
        if (stack.polling != Polling::none) text += " polling-" + nlohmann::json(stack.polling).get<std::string>();
        if (stack.content.git) text += state.hides_git && !state.administrator ? " gitHidden" : " git";
        if (stack.status != Status::active) text += " " + nlohmann::json(stack.status).get<std::string>();
        const Place* place = find_place(state, stack.place);
        if (place != nullptr && place->untagged) text += " untagged";
    }
    return text;
}

std::string to_string(StepKind kind) { return nlohmann::json(kind).get<std::string>(); }

} // namespace mooring::walks
