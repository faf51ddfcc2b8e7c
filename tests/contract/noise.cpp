#include "contract/noise.hpp"

#include "base/text.hpp"

#include <array>

namespace contract {
namespace {

struct Row {
    std::string_view pattern; // a glob over the whole path
    Treatment treatment;
    std::string_view reason;
};

// The first row that fits decides.
constexpr std::array table{
    Row{"*Snapshots.DockerSnapshotRaw*", Treatment::optional, "holds what earlier walks left on the recording machine"},
    Row{"*Snapshots.*Count", Treatment::kind, "counts what earlier walks left on the recording machine"},
    Row{"*Snapshots.Time", Treatment::time, "time"},
    Row{"*Snapshots.Total*", Treatment::kind, "the recording machine's size"},

    Row{"*metadata.name", Treatment::text, "of what a controller made: ends in a hash"},
    Row{"*metadata.generateName", Treatment::text, "ends in a hash"},
    Row{"*ownerReferences.name", Treatment::text, "ends in a hash"},
    Row{"*pod-template-hash", Treatment::kind, "a hash"},
    Row{"*spec.nodeName", Treatment::kind, "which node was free"},
    Row{"*spec.volumes.name", Treatment::text, "of the token: ends in a hash"},
    Row{"*volumeMounts.name", Treatment::text, "of the token: ends in a hash"},
    Row{"*status.podIP*", Treatment::kind, "which address was free"},
    Row{"*status.podIPs.ip", Treatment::kind, "which address was free"},
    Row{"*status.hostIP", Treatment::kind, "which node was free"},
    Row{"*status.startTime", Treatment::time, "time"},
    Row{"*startedAt", Treatment::time, "time"},
    Row{"*containerID", Treatment::kind, "random"},
    Row{"*status.conditions.message", Treatment::text, "names a hash"},
    Row{"*involvedObject.*", Treatment::kind, "names a hash"},
    Row{"Name", Treatment::text, "a service account's secret is named after the InstanceID"},
    Row{"*UID", Treatment::name, "random"},
    Row{"uid", Treatment::kind, "random; an event's"},
    Row{"name", Treatment::text, "an event's ends in a time"},
    Row{"describe", Treatment::text, "holds times and hashes"},
    Row{"columnDefinitions.description", Treatment::kind, "the API's own documentation"},
    Row{"columnDefinitions.priority", Treatment::kind, "which columns are for wide terminals"},
    Row{"rows.cells", Treatment::text, "holds an age"},
    Row{"eventTime", Treatment::time, "time"},
    Row{"ClusterIPs", Treatment::kind, "which address was free"},
    Row{"*service-account.name", Treatment::text, "holds the InstanceID"},
    Row{"*service-account.uid", Treatment::name, "random"},
    Row{"*legacy-token-last-used", Treatment::kind, "time"},
    Row{"*creationDate", Treatment::time, "time"},
    Row{"*Kubernetes.Snapshots.DiagnosticsData", Treatment::optional, "builds of one version differ in it"},
    Row{"*Kubernetes.Snapshots.PerformanceMetrics", Treatment::optional, "builds of one version differ in it"},
    Row{"*Kubernetes.Snapshots.*", Treatment::kind, "the recording machine's"},
    Row{"*MigrateRegistrySASecrets", Treatment::optional, "builds of one version differ in it"},
    Row{"*allowSecurityOptForRegularUsers", Treatment::optional, "builds of one version differ in it"},
    Row{"*metadata.uid", Treatment::name, "random"},
    Row{"*ownerReferences.uid", Treatment::name, "random"},
    Row{"*details.uid", Treatment::name, "random"},
    Row{"*metadata.resourceVersion", Treatment::kind, "etcd's own counter"},
    Row{"metadata.continue", Treatment::kind, "holds the counter"},
    Row{"*metadata.creationTimestamp", Treatment::time, "time"},
    Row{"*metadata.deletionTimestamp", Treatment::time, "time"},
    Row{"*managedFields.time", Treatment::optional, "time; a subresource has none"},
    Row{"items.metadata.managedFields*", Treatment::optional, "was left out when lists were recorded"},
    Row{"rows.object.metadata.managedFields*", Treatment::optional, "was left out when lists were recorded"},
    Row{"metadata.managedFields", Treatment::sparse, "was left out of some answers when they were recorded"},
    Row{"*data.ca.crt", Treatment::kind, "the cluster's own certificate"},
    Row{"*lastScaleTime", Treatment::time, "time"},
    Row{"*currentRevision", Treatment::text, "ends in a hash"},
    Row{"*updateRevision", Treatment::text, "ends in a hash"},
    Row{"*controller-uid", Treatment::name, "random"},
    Row{"*completionTime", Treatment::time, "time"},
    Row{"*conditions.lastProbeTime", Treatment::time, "time"},
    Row{"*nodePort", Treatment::kind, "which port was free"},
    Row{"*spec.clusterIP*", Treatment::kind, "random"},
    Row{"*conditions.last*Time", Treatment::time, "time"},
    Row{"*ProjectPath", Treatment::text, "begins with the folder of the server's data"},
    Row{"*CreationDate", Treatment::time, "time"},
    Row{"*UpdateDate", Treatment::time, "time"},
    Row{"*DeploymentStatus.Time", Treatment::time, "time"},
    Row{"*dateCreated", Treatment::time, "time"},
    Row{"*lastUsed", Treatment::time, "time"},
    Row{"*Created", Treatment::time, "time"},
    Row{"*CreatedAt", Treatment::time, "time"},
    Row{"*UpdatedAt", Treatment::time, "time"},
    Row{"*StartedAt", Treatment::time, "time"},
    Row{"*FinishedAt", Treatment::time, "time"},
    Row{"*Timestamp", Treatment::time, "time"},
    Row{"*TokenIssueAt", Treatment::time, "time: since when sessions are void"},

    Row{"*message", Treatment::text, "may carry compose's words"},
    Row{"*details", Treatment::text, "may carry compose's words"},
    Row{"*DeploymentStatus.Message", Treatment::text, "may carry compose's words"},
    Row{"*AutoUpdate.JobID", Treatment::number, "counts what was armed before, in scenarios left out too"},
    Row{"rawAPIKey", Treatment::kind, "random"},
    Row{"jwt", Treatment::kind, "random"},
    Row{"*prefix", Treatment::kind, "random"},
    Row{"*digest", Treatment::optional, "random"},
    Row{"InstanceID", Treatment::name, "random"},

    Row{"*ImageID", Treatment::name, "Docker's digest"},
    Row{"Image", Treatment::name, "an inspected container's digest, or the name in a list"},
    Row{"*com.docker.compose.image", Treatment::name, "Docker's digest"},
    Row{"*com.docker.compose.config-hash", Treatment::name, "compose's hash"},
    Row{"*Containers.*.EndpointID", Treatment::name, "random"},
    Row{"*Networks.*.EndpointID", Treatment::name, "random"},
    Row{"*NetworkID", Treatment::name, "random"},
    Row{"*SandboxID", Treatment::name, "random"},
    Row{"*SandboxKey", Treatment::kind, "random"},
    Row{"Id", Treatment::name, "a Docker object's, where it is a text"},
    Row{"ID", Treatment::name, "a Docker object's"},
    Row{"*Network.ID", Treatment::name, "random"},
    Row{"*NodeID", Treatment::optional, "a task has none before it is scheduled, and when that is differs"},
    Row{"*ServiceID", Treatment::name, "random"},
    Row{"*Target", Treatment::name, "random"},
    Row{"*Hostname", Treatment::name, "the container's id"},
    Row{"*Aliases", Treatment::kind, "holds the container's id"},
    Row{"*HostnamePath", Treatment::kind, "a path of the recording machine"},
    Row{"*HostsPath", Treatment::kind, "a path of the recording machine"},
    Row{"*LogPath", Treatment::kind, "a path of the recording machine"},
    Row{"*ResolvConfPath", Treatment::kind, "a path of the recording machine"},
    Row{"*GraphDriver.Data.*", Treatment::kind, "a path of the recording machine"},
    Row{"*Mountpoint", Treatment::kind, "a path of the recording machine"},
    Row{"*Mounts.Source", Treatment::kind, "a path of the recording machine"},
    Row{"*Mounts.Name", Treatment::value, ""},
    Row{"*DockerRootDir", Treatment::kind, "a path of the recording machine"},
    Row{"*State.Pid", Treatment::kind, "random"},
    Row{"*MacAddress", Treatment::kind, "follows the address"},
    Row{"*IPAddress", Treatment::kind, "which subnet was free"},
    Row{"*IPv4Address", Treatment::kind, "which subnet was free"},
    Row{"*IPPrefixLen", Treatment::kind, "which subnet was free"},
    Row{"*Gateway", Treatment::kind, "which subnet was free"},
    Row{"*Subnet", Treatment::kind, "which subnet was free"},
    Row{"*Version.Index", Treatment::kind, "swarm's own counter"},
    Row{"*RunningTasks", Treatment::kind, "how far swarm was"},
    Row{"Status.Message", Treatment::kind, "how far swarm was"},
    Row{"Status.ContainerStatus", Treatment::optional, "how far swarm was"},
    Row{"Status.State", Treatment::kind, "how far swarm was"},
    Row{"Status", Treatment::first_word, "of a container: since when it runs; of a record: a number, equal"},
    Row{"*Config.Env", Treatment::set, "compose writes it in random order"},
    Row{"*Containers", Treatment::value, ""},
    Row{"NEventsListener", Treatment::kind, "who else listens"},
    Row{"*JoinTokens.*", Treatment::kind, "random"},
    Row{"*TLSInfo.*", Treatment::kind, "keys"},
};

} // namespace

Treatment treatment_of(std::string_view path) {
    for (const Row& row : table) {
        if (mooring::glob_matches(row.pattern, path)) return row.treatment;
    }
    return Treatment::value;
}

} // namespace contract
