// One manifest in a folder with a compose file and a secret: every remark is one harmless line that holds no secret.
#include "fuzz/target.hpp"
#include "manifest/decode.hpp"
#include "unit/manifest/temporary_folder.hpp"

namespace mooring::fuzz {
namespace {

constexpr std::string_view secret = "kE9-never-shown";

struct Folder {
    manifest::TemporaryFolder files;
    manifest::LoadOptions options;

    Folder() {
        files.write("wordpress/compose.yaml", "services: {web: {image: nginx}}\n");
        files.write("secrets/db", secret);
        options.root = files.path();
        options.servers = {"main", "other"};
        options.variables = Variables({{"DB_PASSWORD", Secret(std::string(secret))},
                                       {"CREDENTIALS_DIRECTORY", Secret((files / "secrets").string())}});
        options.limits.yaml = {.bytes = 1U << 16U, .depth = 30, .expanded_nodes = 5'000, .documents = 50};
    }
};

void check(const Diagnostic& remark) {
    for (const std::string& text : {remark.message, remark.suggestion}) {
        require(is_harmless(text), "a remark is one line", text);
        require(!text.contains(secret), "a remark holds no secret", text);
    }
    require(!remark.message.empty() && !remark.code.empty(), "a remark says what it is about");
}

} // namespace

void run(std::string_view input) {
    if (input.contains(secret)) return;
    static const Folder folder;
    folder.files.write("stack.yaml", input);
    const Desired desired = manifest::load(folder.options);
    for (const Diagnostic& remark : desired.diagnostics) check(remark);
    require(desired.complete != has_errors(desired.diagnostics), "complete is what has no errors");
    for (const DesiredStack& stack : desired.stacks) require(!stack.name.empty(), "a stack has a name");
}

} // namespace mooring::fuzz
