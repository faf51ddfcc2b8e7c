#include "portainer_double/payload.hpp"

#include <array>

namespace portainer_double {
namespace {

using enum Kind;

constexpr std::array text_fields{Field{"Name", text}, Field{"SwarmID", text}, Field{"StackFileContent", text},
                                 Field{"Env", pairs}, Field{"FromAppTemplate", flag}};

constexpr std::array git_fields{
    Field{"Name", text},
    Field{"SwarmID", text},
    Field{"RepositoryURL", text},
    Field{"RepositoryReferenceName", text},
    Field{"RepositoryAuthentication", flag},
    Field{"RepositoryUsername", text},
    Field{"RepositoryPassword", text},
    Field{"ComposeFile", text},
    Field{"AdditionalFiles", texts},
    Field{"AutoUpdate", object, "portainer.AutoUpdateSettings"},
    Field{"Env", pairs},
    Field{"FromAppTemplate", flag},
    Field{"TLSSkipVerify", flag},
};

constexpr std::array kube_text_fields{Field{"StackName", text}, Field{"Namespace", text},
                                      Field{"StackFileContent", text}, Field{"ComposeFormat", flag},
                                      Field{"FromAppTemplate", flag}};
constexpr std::array kube_git_fields{Field{"StackName", text},
                                     Field{"Namespace", text},
                                     Field{"RepositoryURL", text},
                                     Field{"RepositoryReferenceName", text},
                                     Field{"RepositoryAuthentication", flag},
                                     Field{"RepositoryUsername", text},
                                     Field{"RepositoryPassword", text},
                                     Field{"ManifestFile", text},
                                     Field{"AdditionalFiles", texts},
                                     Field{"AutoUpdate", object, "portainer.AutoUpdateSettings"},
                                     Field{"TLSSkipVerify", flag}};
constexpr std::array kube_url_fields{Field{"StackName", text}, Field{"Namespace", text}, Field{"ManifestURL", text}};
constexpr std::array kube_update_fields{Field{"StackFileContent", text}, Field{"StackName", text}};
constexpr std::array update_fields{Field{"StackFileContent", text}, Field{"Env", pairs}, Field{"Prune", flag},
                                   Field{"PullImage", flag}, Field{"RepullImageAndRedeploy", flag}};

constexpr std::array settings_fields{Field{"AutoUpdate", object, "portainer.AutoUpdateSettings"},
                                     Field{"Env", pairs},
                                     Field{"Prune", flag},
                                     Field{"ConfigFilePath", text},
                                     Field{"AdditionalFiles", texts},
                                     Field{"RepositoryReferenceName", text},
                                     Field{"RepositoryAuthentication", flag},
                                     Field{"RepositoryUsername", text},
                                     Field{"RepositoryPassword", text},
                                     Field{"TLSSkipVerify", flag}};

constexpr std::array redeploy_fields{Field{"RepositoryReferenceName", text},
                                     Field{"Env", pairs},
                                     Field{"RepositoryAuthentication", flag},
                                     Field{"RepositoryUsername", text},
                                     Field{"RepositoryPassword", text},
                                     Field{"Prune", flag},
                                     Field{"PullImage", flag},
                                     Field{"StackName", text}};

constexpr std::array migrate_fields{Field{"EndpointID", number}, Field{"SwarmID", text}, Field{"Name", text}};
constexpr std::array credentials{Field{"Username", text}, Field{"Password", text}};
constexpr std::array user_fields{Field{"Username", text}, Field{"Password", text}, Field{"Role", number}};
constexpr std::array user_update_fields{Field{"Username", text}, Field{"Password", text}, Field{"NewPassword", text},
                                        Field{"UseCache", flag}, Field{"Role", number}};
constexpr std::array password_fields{Field{"Password", text}, Field{"NewPassword", text}};
constexpr std::array token_fields{Field{"password", text}, Field{"description", text}};
constexpr std::array team_fields{Field{"Name", text}, Field{"TeamLeaders", numbers, "portainer.UserID"}};
constexpr std::array name_field{Field{"Name", text}};
constexpr std::array membership_fields{Field{"UserID", number}, Field{"TeamID", number}, Field{"Role", number}};
constexpr std::array control_fields{
    Field{"ResourceID", text},     Field{"Type", number, "portainer.ResourceControlType"},
    Field{"Public", flag},         Field{"AdministratorsOnly", flag},
    Field{"Users", numbers},       Field{"Teams", numbers},
    Field{"SubResourceIDs", texts}};
constexpr std::array control_update_fields{Field{"Public", flag}, Field{"Users", numbers}, Field{"Teams", numbers},
                                           Field{"AdministratorsOnly", flag}};
constexpr std::array environment_fields{Field{"Name", text},
                                        Field{"URL", text},
                                        Field{"PublicURL", text},
                                        Field{"GroupID", number},
                                        Field{"Status", number},
                                        Field{"TagIDs", numbers, "portainer.TagID"},
                                        Field{"Kubernetes", object, "portainer.KubernetesData"},
                                        Field{"UserAccessPolicies", object, "portainer.UserAccessPolicies"},
                                        Field{"TeamAccessPolicies", object, "portainer.TeamAccessPolicies"}};
constexpr std::array security_fields{Field{"allowBindMountsForRegularUsers", flag},
                                     Field{"allowPrivilegedModeForRegularUsers", flag},
                                     Field{"allowVolumeBrowserForRegularUsers", flag},
                                     Field{"allowHostNamespaceForRegularUsers", flag},
                                     Field{"allowDeviceMappingForRegularUsers", flag},
                                     Field{"allowStackManagementForRegularUsers", flag},
                                     Field{"allowContainerCapabilitiesForRegularUsers", flag},
                                     Field{"allowSysctlSettingForRegularUsers", flag},
                                     Field{"allowSecurityOptForRegularUsers", flag},
                                     Field{"enableHostManagementFeatures", flag},
                                     Field{"enableGPUManagement", flag}};
constexpr std::array group_fields{Field{"Name", text}, Field{"Description", text},
                                  Field{"AssociatedEndpoints", numbers, "portainer.EndpointID"},
                                  Field{"TagIDs", numbers, "portainer.TagID"}};
constexpr std::array group_update_fields{Field{"Name", text}, Field{"Description", text},
                                         Field{"TagIDs", numbers, "portainer.TagID"},
                                         Field{"UserAccessPolicies", object, "portainer.UserAccessPolicies"},
                                         Field{"TeamAccessPolicies", object, "portainer.TeamAccessPolicies"}};
constexpr std::array label_fields{Field{"BlackListedLabels", pairs}};

} // namespace

const Payload compose_text_payload{"stacks.composeStackFromFileContentPayload", text_fields};
const Payload compose_git_payload{"stacks.composeStackFromGitRepositoryPayload", git_fields};
const Payload swarm_text_payload{"stacks.swarmStackFromFileContentPayload", text_fields};
const Payload swarm_git_payload{"stacks.swarmStackFromGitRepositoryPayload", git_fields};
const Payload kube_text_payload{"stacks.kubernetesStringDeploymentPayload", kube_text_fields};
const Payload kube_git_payload{"stacks.kubernetesGitDeploymentPayload", kube_git_fields};
const Payload kube_url_payload{"stacks.kubernetesManifestURLDeploymentPayload", kube_url_fields};
const Payload kube_update_payload{"stacks.kubernetesFileStackUpdatePayload", kube_update_fields};
const Payload compose_update_payload{"stacks.updateComposeStackPayload", update_fields};
const Payload swarm_update_payload{"stacks.updateSwarmStackPayload", update_fields};
const Payload git_settings_payload{"stacks.stackGitUpdatePayload", settings_fields};
const Payload git_redeploy_payload{"stacks.stackGitRedployPayload", redeploy_fields};
const Payload migrate_payload{"stacks.stackMigratePayload", migrate_fields};
const Payload log_in_payload{"auth.authenticatePayload", credentials};
const Payload user_payload{"users.userCreatePayload", user_fields};
const Payload user_update_payload{"users.userUpdatePayload", user_update_fields};
const Payload password_payload{"users.userUpdatePasswordPayload", password_fields};
const Payload token_payload{"users.userAccessTokenCreatePayload", token_fields};
const Payload team_payload{"teams.teamCreatePayload", team_fields};
const Payload team_update_payload{"teams.teamUpdatePayload", name_field};
const Payload membership_payload{"teammemberships.teamMembershipCreatePayload", membership_fields};
const Payload membership_update_payload{"teammemberships.teamMembershipUpdatePayload", membership_fields};
const Payload control_payload{"resourcecontrols.resourceControlCreatePayload", control_fields};
const Payload control_update_payload{"resourcecontrols.resourceControlUpdatePayload", control_update_fields};
const Payload environment_update_payload{"endpoints.endpointUpdatePayload", environment_fields};
const Payload environment_settings_payload{"endpoints.endpointSettingsUpdatePayload", security_fields};
const Payload environments_delete_payload{"endpoints.endpointDeleteBatchPayload", {}};
const Payload group_payload{"endpointgroups.endpointGroupCreatePayload", group_fields};
const Payload group_update_payload{"endpointgroups.endpointGroupUpdatePayload", group_update_fields};
const Payload tag_payload{"tags.tagCreatePayload", name_field};
const Payload settings_payload{"settings.settingsUpdatePayload", label_fields};

} // namespace portainer_double
