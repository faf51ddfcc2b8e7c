// portainer-double: the stand-in server as a program. Prints one JSON line with its addresses, serves until SIGTERM or
// SIGINT.
#include "base/file.hpp"
#include "portainer_double/double.hpp"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <csignal>
#include <iostream>

using namespace portainer_double;

namespace {

void wait_for_signal() {
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGINT);
    int caught = 0;
    sigwait(&signals, &caught);
}

void block_signals() { // before any thread starts, so that only wait_for_signal gets them
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGINT);
    pthread_sigmask(SIG_BLOCK, &signals, nullptr);
}

int run(Options options, const std::string& seed_file) {
    if (!seed_file.empty()) {
        const auto text = mooring::read_file(seed_file, 256U << 20U);
        if (!text) {
            std::cerr << "portainer-double: " << text.error().message << "\n";
            return 1;
        }
        options.seed = *text;
    }
    try {
        Double server(options);
        server.start();
        const nlohmann::ordered_json line{
            {"url", server.url()}, {"control", server.control_url()}, {"version", to_string(options.version)}};
        std::cout << line.dump() << std::endl;
        wait_for_signal();
    } catch (const std::exception& error) {
        std::cerr << "portainer-double: " << error.what() << "\n";
        return 1;
    }
    return 0;
}

} // namespace

int main(int count, char** arguments) {
    block_signals();
    CLI::App app{"A stand-in Portainer for tests and demonstrations"};
    Options options;
    std::string version(to_string(options.version));
    std::string seed_file;
    std::vector<std::string> tls;
    app.add_option("--version", version, "Server to stand in for")
        ->check(CLI::IsMember({"2.23.0", "2.33.0-rc1", "2.39.0", "2.43.0"}));
    app.add_option("--listen", options.listen, "HOST:PORT (port 0: any free one) or unix:/path");
    app.add_option("--control-listen", options.control_listen, "HOST:PORT of the control plane");
    app.add_option("--seed", seed_file, "JSON file with the world to start with")->check(CLI::ExistingFile);
    app.add_option("--base-url", options.base_url, "Path prefix, as in /portainer");
    app.add_option("--tls", tls, "Certificate and key, PEM files")->expected(2);
    CLI11_PARSE(app, count, arguments);
    options.version = parse_version(version).value_or(options.version);
    if (tls.size() == 2) {
        options.tls_certificate = tls[0];
        options.tls_key = tls[1];
    }
    return run(options, seed_file);
}
