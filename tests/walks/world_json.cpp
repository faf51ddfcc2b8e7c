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
NLOHMANN_JSON_SERIALIZE_ENUM(Runs, {{Runs::as_file, "asFile"},
                                    {Runs::exited, "exited"},
                                    {Runs::removed, "removed"},
                                    {Runs::foreign, "foreign"},
                                    {Runs::other_image, "otherImage"},
                                    {Runs::nothing, "nothing"}})
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
                                        {StepKind::lose_file, "loseFile"},
                                        {StepKind::set_status, "setStatus"},
                                        {StepKind::close_place, "closePlace"},
                                        {StepKind::remove_place, "removePlace"},
                                        {StepKind::rename_place, "renamePlace"},
                                        {StepKind::forbid_management, "forbidManagement"},
                                        {StepKind::cut_off_place, "cutOffPlace"},
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

NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(Content, image, password, respelt, broken, git)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(Place, id, name, kind, open_to, management, reachable, tagged)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(Stack, id, name, place, kind, content, env, env_extra, sharing, status,
                                                runs, file_lost, git_ahead, created, updated)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(State, clock, database, administrator, in_team, token, next_stack,
                                                places, stacks, outside)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(Step, kind, target, value, delay)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(Disturbance, kind, prefix, suffix, skip, times)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(Declared, name, place, called, kind, content, env, access, runtime,
                                                state, by_tag, branch, suspended, team)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(Accepted, server, environment, stack, path, force)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(Chosen, kind, glob)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(Scope, declared, called, names, except)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(Branch, configured, condition, state)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(Detours, ledger, manifests, snapshot)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(World, seed, version, start, remembers, first_by_administrator, keyed,
                                                scope, elapsed, steps, meanwhile, meanwhile_at, first_faults, faults,
                                                declared, waivers, only, branch, detours)

std::string to_json(const World& world) { return nlohmann::json(world).dump(1) + "\n"; }

World read_world(std::string_view text) {
    try {
        return nlohmann::json::parse(text).get<World>();
    } catch (const nlohmann::json::exception& error) {
        throw std::runtime_error(std::string("not a world: ") + error.what());
    }
}

std::string to_string(StepKind kind) { return nlohmann::json(kind).get<std::string>(); }

} // namespace mooring::walks
