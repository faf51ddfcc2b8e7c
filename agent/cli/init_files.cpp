#include "cli/init_files.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace mooring::cli {
namespace {

namespace fs = std::filesystem;

// A YAML scalar that means this text, whatever is in it.
std::string in_yaml(const std::string& text) { return nlohmann::json(text).dump(); }

std::string as_seen_from(const fs::path& file, const fs::path& folder, const fs::path& here) {
    const fs::path absolute = (here / file).lexically_normal();
    fs::path inside = absolute.lexically_relative((here / folder / "").lexically_normal());
    const bool outside = inside.empty() || *inside.begin() == "..";
    return outside ? absolute.string() : inside.string();
}

} // namespace

std::string first_configuration(const InitWishes& wishes, const fs::path& folder, const fs::path& here) {
    const std::string pin =
        wishes.pin.empty() ? "      # tls: {pin: sha256/...}          # or its key itself; `mooring doctor` prints it\n"
                           : fmt::format("      tls: {{pin: {}}}\n", in_yaml(wishes.pin));
    return fmt::format(
        R"(# The configuration of Mooring. `mooring config` prints what counts, `mooring doctor` tries it.
# Every key: `mooring schema agent`. Paths are relative to this file.
apiVersion: mooring/v1
kind: Agent
spec:
  servers:
    - name: main
      url: {}
      credential: {{file: {}}}   # the access token is in that file, and never in this one
      # tls: {{ca: portainer.pem}}        # where this machine does not trust the server's certificate
{}  manifests: manifests
  # remember: memory.json             # what was seen once turns a later refusal into proof
)",
        in_yaml(wishes.url), in_yaml(as_seen_from(wishes.token_file, folder, here)), pin);
}

std::string first_manifest() {
    return R"(# What your stacks should be. `mooring validate` finds every mistake without a server, `mooring check` compares.
#
# To begin with, every stack that this token sees is reported as `extra`: declared nowhere. Declare them one after the
# other, here or in files beside this one, and narrow the scope to what you manage.
apiVersion: mooring/v1
kind: Scope
metadata: {name: everything}
spec: {}
# spec:
#   environments: [production]
#   except: [scratch-*]

# A stack, to be copied:
# ---
# apiVersion: mooring/v1
# kind: Stack
# metadata: {name: wordpress}
# spec:
#   environment: production
#   compose: {file: wordpress/compose.yaml}     # beside this file
#   env:                                        # left out: not compared
#     WORDPRESS_DB_PASSWORD: {fromFile: secrets/db}
)";
}

} // namespace mooring::cli
