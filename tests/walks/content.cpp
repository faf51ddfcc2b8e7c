#include "walks/content.hpp"

#include <fmt/format.h>

namespace mooring::walks {
namespace {

std::string plain_text(const std::string& image, const std::string& password) {
    return fmt::format("services:\n"
                       "  web:\n"
                       "    image: {}\n"
                       "    ports: [\"8080:80\"]\n"
                       "    environment:\n"
                       "      MODE: prod\n"
                       "      DB_PASSWORD: {}\n"
                       "  db:\n"
                       "    image: local/db:16\n",
                       image, password);
}

std::string respelt_text(const std::string& image, const std::string& password) {
    return fmt::format("# the same by another hand\n"
                       "version: \"3.8\"\n"
                       "services:\n"
                       "  db: {{image: \"local/db:16\"}}\n"
                       "  web:\n"
                       "    environment:\n"
                       "      - 'DB_PASSWORD={}'\n"
                       "      - MODE=prod\n"
                       "    ports:\n"
                       "      - target: 80\n"
                       "        published: \"8080\"\n"
                       "    image: '{}'\n",
                       password, image);
}

std::string kubernetes_text(const std::string& image, bool respelt) {
    return fmt::format("{}apiVersion: v1\nkind: Pod\nmetadata:\n  name: web\nspec:\n  containers:\n    - name: web\n"
                       "      image: {}\n",
                       respelt ? "# by another hand\n" : "", image);
}

} // namespace

std::string secret_value(const char* what, int variant) { return fmt::format("{}-{}-{}", secret_mark, what, variant); }

std::string file_text(Kind kind, const Content& content) {
    const std::string image = fmt::format("local/web:1.{}", content.image);
    if (kind == Kind::kubernetes) return kubernetes_text(image, content.respelt);
    if (content.broken) return "services: [\n  web: " + secret_value("broken", content.password) + "\n";
    const std::string password = secret_value("file", content.password);
    return content.respelt ? respelt_text(image, password) : plain_text(image, password);
}

std::string other_image_text(Kind kind) { return file_text(kind, {.image = 77}); }

} // namespace mooring::walks
