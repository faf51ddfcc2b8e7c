// The objects of a Kubernetes file beside its Deployment.
#include "walks/content.hpp"

#include <fmt/format.h>

#include <stdexcept>

namespace mooring::walks {
namespace {

std::string pod_template(const char* app, int image) {
    return fmt::format(
        "{{metadata: {{labels: {{app: {0}}}}}, spec: {{containers: [{{name: {0}, image: \"local/{0}:1.{1}\"}}]}}}}",
        app, image);
}

// Its second hand quotes, and puts `data` first.
std::string config_map_text(bool respelt) {
    if (respelt)
        return "data: {'mode': \"prod\", size: '5'}\nkind: ConfigMap\nmetadata:\n  name: web\napiVersion: v1\n";
    return "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: web}\ndata:\n  mode: prod\n  size: \"5\"\n";
}

std::string secret_text(const Content& content) {
    return fmt::format("apiVersion: v1\nkind: Secret\nmetadata: {{name: web}}\nstringData: {{password: {}}}\n",
                       secret_value("file", content.password));
}

std::string service_text(bool respelt) {
    return fmt::format("apiVersion: v1\nkind: Service\nmetadata: {{name: web}}\n"
                       "spec:\n  selector: {{app: web}}\n  ports: [{{port: 80, targetPort: 8080{}}}]\n",
                       respelt ? ", protocol: TCP" : "");
}

std::string stateful_set_text(const Content& content) {
    return fmt::format("apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {{name: db}}\nspec:\n  serviceName: db\n"
                       "  replicas: 2\n  selector: {{matchLabels: {{app: db}}}}\n  template: {}\n",
                       pod_template("db", content.image));
}

std::string cron_job_text() {
    return fmt::format("apiVersion: batch/v1\nkind: CronJob\nmetadata: {{name: nightly}}\nspec:\n"
                       "  schedule: \"5 4 * * *\"\n  jobTemplate:\n    spec:\n      template: "
                       "{{spec: {{restartPolicy: Never, containers: [{{name: job, image: \"local/job:1.0\"}}]}}}}\n");
}

std::string cluster_role_text(int parcel) {
    return fmt::format(
        "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata: {{name: web-{0}}}\n"
        "rules: [{{apiGroups: [\"\"], resources: [nodes], verbs: [get, list]}}]\n---\n"
        "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRoleBinding\nmetadata: {{name: web-{0}}}\n"
        "roleRef: {{apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: web-{0}}}\n"
        "subjects: [{{kind: Group, apiGroup: rbac.authorization.k8s.io, name: watchers}}]\n",
        parcel);
}

std::string custom_text() {
    return "apiVersion: walks.example.test/v1\nkind: Greeting\nmetadata: {name: web}\nspec: {text: hello, times: [1, "
           "2]}\n";
}

std::string autoscaler_text() {
    return "apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {name: web}\nspec:\n"
           "  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}\n  minReplicas: 3\n  maxReplicas: 5\n";
}

std::string text_of(int one, const Content& content) {
    switch (one) {
    case piece::config_map:
        return config_map_text(content.respelt);
    case piece::secret:
        return secret_text(content);
    case piece::service:
        return service_text(content.respelt);
    case piece::stateful_set:
        return stateful_set_text(content);
    case piece::cron_job:
        return cron_job_text();
    case piece::cluster_role:
        return cluster_role_text(content.parcel);
    case piece::custom:
        return custom_text();
    default:
        return autoscaler_text();
    }
}

} // namespace

std::string pieces_text(const Content& content) {
    std::string text;
    for (const int one : piece::all) {
        if ((content.pieces & one) != 0) text += "---\n" + text_of(one, content);
    }
    return text;
}

PieceName name_of_piece(int one, const Content& content) {
    switch (one) {
    case piece::config_map:
        return {"ConfigMap", "v1", "web"};
    case piece::secret:
        return {"Secret", "v1", "web"};
    case piece::service:
        return {"Service", "v1", "web"};
    case piece::stateful_set:
        return {"StatefulSet", "apps/v1", "db"};
    case piece::cron_job:
        return {"CronJob", "batch/v1", "nightly"};
    case piece::cluster_role:
        return {"ClusterRole", "rbac.authorization.k8s.io/v1", fmt::format("web-{}", content.parcel)};
    case piece::custom:
        return {"Greeting", "walks.example.test/v1", "web"};
    case piece::autoscaler:
        return {"HorizontalPodAutoscaler", "autoscaling/v2", "web"};
    default:
        throw std::runtime_error(fmt::format("no piece {}", one));
    }
}

} // namespace mooring::walks
