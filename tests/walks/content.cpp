#include "walks/content.hpp"

#include <fmt/format.h>

namespace mooring::walks {
namespace {

// What a job alone says of itself.
const char* mark_of(Extra extra) {
    if (extra == Extra::marked_job) return "    x-mooring: {job: true}\n";
    return extra == Extra::mode_job ? "    deploy: {mode: replicated-job}\n" : "";
}

std::string job_text(const std::string& image, const std::string& password, const Content& content) {
    if (content.respelt) {
        return fmt::format("# the same by another hand\nservices:\n  job:\n    environment: ['DB_PASSWORD={}']\n"
                           "    image: '{}'\n{}",
                           password, image, mark_of(content.extra));
    }
    return fmt::format("services:\n  job:\n    image: {}\n{}    environment:\n      DB_PASSWORD: {}\n", image,
                       mark_of(content.extra), password);
}

// The third service, as the first hand writes it, and what web says of it.
struct Third {
    std::string of_web;
    std::string text;
};

Third third_of(Extra extra) {
    const auto service = [extra](const char* rest) {
        return fmt::format("  {}:\n    image: local/web:1.0\n{}", name_of(extra), rest);
    };
    switch (extra) {
    case Extra::none:
        return {};
    case Extra::marked_job:
        return {.of_web = {}, .text = service("    x-mooring: {job: true}\n")};
    case Extra::awaited_job:
        return {.of_web = "    depends_on: {job: {condition: service_completed_successfully}}\n", .text = service("")};
    case Extra::mode_job:
        return {.of_web = {}, .text = service("    deploy: {mode: replicated-job}\n")};
    case Extra::profiled:
        return {.of_web = {}, .text = service("    profiles: [debug]\n")};
    case Extra::spare:
        return {.of_web = {}, .text = service("    deploy: {replicas: 0}\n")};
    default:
        return {.of_web = {}, .text = service("")};
    }
}

std::string plain_text(const std::string& image, const std::string& password, const Third& third) {
    return fmt::format("services:\n"
                       "  web:\n"
                       "    image: {}\n"
                       "    ports: [\"8080:80\"]\n"
                       "{}"
                       "    environment:\n"
                       "      MODE: prod\n"
                       "      DB_PASSWORD: {}\n"
                       "  db:\n"
                       "    image: local/db:16\n{}",
                       image, third.of_web, password, third.text);
}

std::string respelt_text(const std::string& image, const std::string& password, const Third& third) {
    return fmt::format("# the same by another hand\n"
                       "version: \"3.8\"\n"
                       "services:\n{}"
                       "  db: {{image: \"local/db:16\"}}\n"
                       "  web:\n"
                       "    environment:\n"
                       "      - 'DB_PASSWORD={}'\n"
                       "      - MODE=prod\n"
                       "    ports:\n"
                       "      - target: 80\n"
                       "        published: \"8080\"\n"
                       "{}"
                       "    image: '{}'\n",
                       third.text, password, third.of_web, image);
}

std::string kubernetes_text(const std::string& image, bool respelt) {
    if (respelt) {
        return fmt::format("# by another hand\nkind: Deployment\napiVersion: apps/v1\nmetadata: {{name: web}}\nspec:\n"
                           "  template:\n    metadata: {{labels: {{app: web}}}}\n"
                           "    spec: {{containers: [{{image: '{}', name: web}}]}}\n"
                           "  selector: {{matchLabels: {{app: web}}}}\n  replicas: 2\n",
                           image);
    }
    return fmt::format("apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: web\nspec:\n  replicas: 2\n"
                       "  selector:\n    matchLabels: {{app: web}}\n  template:\n    metadata:\n"
                       "      labels: {{app: web}}\n    spec:\n      containers:\n        - name: web\n"
                       "          image: {}\n",
                       image);
}

} // namespace

std::string secret_value(const char* what, int variant) { return fmt::format("{}-{}-{}", secret_mark, what, variant); }

std::string file_text(Kind kind, const Content& content) {
    const std::string image = fmt::format("local/web:1.{}", content.image);
    if (kind == Kind::kubernetes) return kubernetes_text(image, content.respelt) + pieces_text(content);
    if (content.broken) return "services: [\n  web: " + secret_value("broken", content.password) + "\n";
    const std::string password = secret_value("file", content.password);
    if (content.alone) return job_text(image, password, content);
    const Third third = third_of(content.extra);
    return content.respelt ? respelt_text(image, password, third) : plain_text(image, password, third);
}

std::string other_image_text(Kind kind, const Content& content) {
    Content other = content;
    other.image = 77;
    return file_text(kind, other);
}

std::string name_of(Extra extra) {
    switch (extra) {
    case Extra::none:
        return {};
    case Extra::profiled:
        return "debug";
    case Extra::spare:
        return "spare";
    default:
        return "job";
    }
}

} // namespace mooring::walks
