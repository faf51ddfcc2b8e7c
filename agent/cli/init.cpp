#include "cli/commands.hpp"

#include "base/file.hpp"
#include "base/text.hpp"
#include "cli/console.hpp"
#include "cli/load_run.hpp"
#include "cli/output.hpp"
#include "manifest/decode.hpp"
#include "net/message.hpp"
#include "net/tls.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <filesystem>
#include <fmt/format.h>
#include <fstream>
#include <nlohmann/json.hpp>
#include <ostream>

namespace mooring::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t largest_token = 65'536;
constexpr int most_questions = 3; // times that one thing is asked

// What is wrong with an answer; "" if nothing.
std::string wrong_url(const std::string& url) {
    const auto origin = net::parse_origin(url);
    return origin ? "" : origin.error().message + ": " + origin.error().detail;
}

std::string wrong_token_file(const std::string& file) {
    if (file.starts_with("ptr_")) return "this looks like the token itself: give the name of a file that holds it";
    const auto token = read_file(file, largest_token);
    if (token) return trim(*token).empty() ? fmt::format("{} is empty", printable(file)) : "";
    return printable(token.error().message) +
           "; make it with `umask 077; cat >FILE`, and paste the token (Portainer: My account > Access tokens)";
}

// A file that was not there: whoever came first keeps what he wrote.
Result<void> write_new(const fs::path& file, const std::string& text) {
    std::ofstream out(file, std::ios::binary | std::ios::noreplace);
    out << text << std::flush;
    if (!out) return fail(ErrorKind::io, fmt::format("cannot write {}", printable(file.string())));
    return {};
}

class Init final : public Command {
  public:
    explicit Init(doctor::Outside outside) : outside_(std::move(outside)) {}

    std::string_view name() const override { return "init"; }
    std::string_view summary() const override { return "Write a configuration and a first manifest, and try them"; }
    std::string_view examples() const override {
        return "  mooring init monitoring --url https://portainer.example.org --token-file token\n"
               "  mooring init . --url https://portainer.example.org:9443 --token-file token\n\n"
               "What is not given is asked, on a terminal. Nothing that is there is overwritten.\n"
               "Exit codes: those of `mooring doctor`, which runs at the end; 1 nothing was written.";
    }
    void declare(CLI::App& app) override {
        app.add_option("DIR", folder_, "The folder to write into; made if it is not there")->required()->type_name("");
        app.add_option("--url", wishes_.url, "Address of the Portainer server")->type_name("URL");
        app.add_option("--token-file", token_file_, "File with the access token, readable by you alone")
            ->type_name("FILE");
        app.add_option("--pin", wishes_.pin, "Trust the server's public key with this digest")->type_name("SHA256");
    }
    int run(Console& console) override;

  private:
    using Check = std::string (*)(const std::string&);
    // The given value, or one that is asked for; an error (usage, io) where none will do.
    static Result<std::string> take(std::string given, std::string_view flag, std::string_view question, Check wrong,
                                    Console& console);
    int write(Console& console);
    int try_out(Console& console);

    doctor::Outside outside_;
    std::string folder_;
    std::string token_file_;
    InitWishes wishes_;
};

Result<std::string> Init::take(std::string given, std::string_view flag, std::string_view question, Check wrong,
                               Console& console) {
    if (!given.empty()) {
        if (const std::string problem = wrong(given); !problem.empty())
            return fail(ErrorKind::usage, fmt::format("{}: {}", flag, problem));
        return given;
    }
    if (!console.in_is_terminal || !console.out_is_terminal)
        return fail(ErrorKind::usage, "there is no terminal to ask on: give --url URL and --token-file FILE");
    for (int i = 0; i < most_questions; ++i) {
        console.out << question << std::flush;
        std::string answer;
        if (!std::getline(console.in, answer)) break;
        answer = std::string(trim(answer));
        const std::string problem = answer.empty() ? "something is needed here" : wrong(answer);
        if (problem.empty()) return answer;
        console.out << "  " << problem << "\n";
    }
    return fail(ErrorKind::io, "nothing was written");
}

bool declares(const yaml::Node& document) {
    constexpr std::array<std::string_view, 4> kinds{"Stack", "Scope", "Waiver", "Defaults"};
    const yaml::Node* kind = document.kind == yaml::Kind::mapping ? document.find("kind") : nullptr;
    return kind != nullptr && std::ranges::find(kinds, kind->text) != kinds.end() &&
           manifest::classify(document) == manifest::DocumentKind::manifest;
}

// A file in the folder itself that holds manifests; "" if there is none.
std::string manifest_beside(const fs::path& folder) {
    constexpr std::size_t most_bytes = std::size_t{1} << 20U;
    std::error_code ignored;
    std::vector<std::string> found;
    for (const fs::directory_entry& entry : fs::directory_iterator(folder, ignored)) {
        const fs::path extension = entry.path().extension();
        if ((extension != ".yaml" && extension != ".yml") || !entry.is_regular_file(ignored)) continue;
        const auto text = read_file(entry.path(), most_bytes);
        const auto documents = yaml::parse(text ? *text : std::string());
        if (documents && std::ranges::any_of(*documents, declares)) found.push_back(entry.path().filename().string());
    }
    std::ranges::sort(found);
    return found.empty() ? std::string() : found.front();
}

int Init::run(Console& console) {
    const fs::path configuration = fs::path(folder_) / "mooring.yaml";
    std::error_code ignored;
    if (fs::exists(fs::symlink_status(configuration, ignored))) {
        const std::string shown = printable(configuration.string());
        return failure(console, name(),
                       fmt::format("{} is there already, and nothing is overwritten; `mooring doctor --config {}` says "
                                   "whether it works",
                                   shown, shown),
                       exit_failure);
    }
    if (const std::string found = manifest_beside(folder_); !found.empty()) {
        return failure(console, name(),
                       fmt::format("{} holds manifests already ({}), and a mooring.yaml there would take them out of "
                                   "sight: its manifests are in {}. Name the folder above, or move them there first",
                                   printable(folder_), printable(found),
                                   printable((fs::path(folder_) / "manifests").lexically_normal().string())),
                       exit_failure);
    }
    if (const auto pin = net::parse_pin(wishes_.pin); !pin)
        return usage_error(console, name(), "--pin: " + pin.error().message + ": " + pin.error().detail);
    auto url = take(wishes_.url, "--url", "Address of Portainer (https://...): ", wrong_url, console);
    if (!url && url.error().kind == ErrorKind::usage) return usage_error(console, name(), url.error().message);
    if (!url) return failure(console, name(), url.error().message, exit_failure);
    auto file = take(token_file_, "--token-file", "File with the access token: ", wrong_token_file, console);
    if (!file && file.error().kind == ErrorKind::usage) return usage_error(console, name(), file.error().message);
    if (!file) return failure(console, name(), file.error().message, exit_failure);
    wishes_.url = std::move(*url);
    wishes_.token_file = std::move(*file);
    const int code = write(console);
    return code == exit_ok ? try_out(console) : code;
}

int Init::write(Console& console) {
    const fs::path folder(folder_);
    const fs::path manifests = folder / "manifests";
    std::error_code code;
    const bool has_manifests = fs::exists(manifests, code) && !fs::is_empty(manifests, code);
    fs::create_directories(manifests, code);
    if (code)
        return failure(console, name(),
                       fmt::format("cannot make {}: {}", printable(manifests.string()), code.message()), exit_failure);
    const auto configured =
        write_new(folder / "mooring.yaml", first_configuration(wishes_, folder, fs::current_path(code)));
    if (!configured) return failure(console, name(), configured.error().message, exit_failure);
    console.out << "wrote " << printable((folder / "mooring.yaml").string()) << "\n";
    if (has_manifests) {
        console.out << printable(manifests.string()) << " is there already and stays as it is\n";
        return exit_ok;
    }
    const auto written = write_new(manifests / "first.yaml", first_manifest());
    if (!written) return failure(console, name(), written.error().message, exit_failure);
    console.out << "wrote " << printable((manifests / "first.yaml").string()) << "\n";
    return exit_ok;
}

int Init::try_out(Console& console) {
    config::Overrides overrides;
    overrides.config = (fs::path(folder_) / "mooring.yaml").lexically_normal();
    config::Loaded loaded = config::load(overrides, console.variables);
    const config::Config config = loaded.config;
    console.out << "\n" << std::flush;
    const int code = write_diagnosis(visit(std::move(loaded), outside_, console), config, console);
    const std::string folder = printable(fs::path(folder_).lexically_normal().string());
    const bool is_here = overrides.config == "mooring.yaml";
    if (code != exit_ok) {
        console.out << "\nNext: fix what fails, then `mooring doctor" << (is_here ? "" : " " + folder) << "`\n";
        return code;
    }
    console.out << "\nNext:\n";
    if (!is_here) console.out << "  cd " << folder << "\n";
    console.out << "  mooring list              # what is there\n"
                   "  mooring check             # the first manifest declares nothing: every stack is `extra`\n"
                   "  mooring export declared   # manifests of what is there: copy what you want to keep\n";
    return code;
}

} // namespace

std::unique_ptr<Command> make_init_command(doctor::Outside outside) {
    return std::make_unique<Init>(std::move(outside));
}

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
  ledger: ledger.db                   # what checks saw: for reports and proofs, and for adopting and correcting
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
