#include "unit/portainer_double/asking.hpp"

#include "support/certificates.hpp"

#include <gtest/gtest.h>
#include <openssl/pem.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

using namespace portainer_double;
using namespace portainer_double::test;

namespace {

class Folder {
  public:
    Folder() {
        std::string name = std::filesystem::temp_directory_path() / "double-XXXXXX";
        path_ = ::mkdtemp(name.data());
    }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;
    ~Folder() { std::filesystem::remove_all(path_); }
    std::string file(const std::string& name) const { return path_ / name; }

  private:
    std::filesystem::path path_;
};

std::string ask_unix_socket(const std::string& path, const std::string& text) {
    const int fd = ::socket(AF_UNIX, SOCK_STREAM, 0);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path.copy(address.sun_path, sizeof address.sun_path - 1);
    std::string answer;
    if (::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0 &&
        ::write(fd, text.data(), text.size()) > 0) {
        char buffer[4096];
        for (ssize_t got = 0; (got = ::read(fd, buffer, sizeof buffer)) > 0;)
            answer.append(buffer, static_cast<std::size_t>(got));
    }
    ::close(fd);
    return answer;
}

} // namespace

TEST(Server, LivesBelowItsBasePath) {
    Asking asking(Options{.base_url = "/portainer"});
    EXPECT_EQ(asking.get("/api/status").status, 200);
    contract::Client without(asking.server.url().substr(0, asking.server.url().find("/portainer")));
    EXPECT_EQ(without.send({.method = "GET", .target = "/api/status", .headers = {}, .body = {}}).status, 404);
}

TEST(Server, SpeaksTls) {
    const Folder folder;
    const mooring::test::Certificate certificate({});
    std::ofstream(folder.file("cert.pem")) << certificate.pem();
    std::FILE* key = std::fopen(folder.file("key.pem").c_str(), "w");
    PEM_write_PrivateKey(key, certificate.key(), nullptr, nullptr, 0, nullptr, nullptr);
    std::fclose(key);
    Asking asking(Options{.tls_certificate = folder.file("cert.pem"), .tls_key = folder.file("key.pem")});
    EXPECT_TRUE(asking.server.url().starts_with("https://"));
    EXPECT_EQ(asking.get("/api/status").status, 200);
}

TEST(Server, ListensOnAUnixSocket) {
    const Folder folder;
    Double server({.listen = "unix:" + folder.file("api.sock")});
    server.start();
    const std::string answer =
        ask_unix_socket(folder.file("api.sock"), "GET /api/status HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    EXPECT_TRUE(answer.starts_with("HTTP/1.1 200 OK\r\n")) << answer;
}

TEST(Server, CountsRequestsByRoute) {
    Asking asking;
    asking.get("/api/stacks/1/file");
    asking.get("/api/stacks/2/file");
    asking.get("/api/endpoints/1/docker/containers/shop-web-1/json");
    const RequestCount counts = asking.server.requests();
    EXPECT_EQ(counts.by_route.at("GET /api/stacks/{}/file"), 2U);
    EXPECT_EQ(counts.by_route.at("GET /api/endpoints/{}/docker/containers/{}/json"), 1U);
    EXPECT_EQ(counts.total, 3U);
    asking.server.reset_requests();
    EXPECT_EQ(asking.server.requests().total, 0U);
}

TEST(Server, ACachedAnswerEndsWithTheNextChange) {
    Asking asking(Version::v2_43_0,
                  R"({"users":[{"username":"admin","token":"ptr_admin"}],"generate":{"stacks":100,"bytes":200}})");
    EXPECT_EQ(asking.get("/api/stacks").json->size(), 100U);
    EXPECT_EQ(asking.get("/api/stacks").json->size(), 100U);
    asking.ask("DELETE", "/api/stacks/5?endpointId=1");
    EXPECT_EQ(asking.get("/api/stacks").json->size(), 99U);
    asking.server.world()->remove_stack(6);
    EXPECT_EQ(asking.get("/api/stacks").json->size(), 98U);
}

TEST(Control, ANewDatabaseHasAnotherInstanceId) {
    Asking asking;
    const std::string before = (*asking.get("/api/status").json)["InstanceID"];
    EXPECT_EQ(
        asking.tell("/database", R"({"kind": "new", "seed": {"users": [{"username": "admin", "token": "ptr_admin"}]}})")
            .status,
        200);
    EXPECT_NE((*asking.get("/api/status").json)["InstanceID"], before);
    EXPECT_EQ(asking.get("/api/stacks").json->size(), 0U);
}

TEST(Control, AnOldBackupCountsIdsBack) {
    Asking asking;
    const auto status = asking.get("/api/status").json;
    asking.tell("/database", R"({"kind": "backup", "stack": 1})");
    EXPECT_EQ(asking.get("/api/status").json, status);
    EXPECT_EQ(asking.get("/api/stacks/2").status, 404);
    const auto made = asking.ask("POST", "/api/stacks/create/standalone/string?endpointId=1", "admin",
                                 R"({"Name":"again","StackFileContent":"services: {a: {image: b}}"})");
    EXPECT_EQ((*made.json)["Id"], 2);
}

TEST(Control, MovesTheClockOfAnswersAndRecords) {
    Asking asking;
    asking.tell("/clock", R"({"fixed": 1795483917})");
    EXPECT_EQ(asking.get("/api/status").headers.at("date"), "Tue, 24 Nov 2026 01:31:57 GMT");
}

TEST(Control, RevokesAccessAndPutsContainersIntoStates) {
    Asking asking;
    EXPECT_EQ(asking.get("/api/endpoints/1", "alice").status, 200);
    asking.tell("/access", R"({"environment": 1, "users": []})");
    EXPECT_EQ(asking.get("/api/endpoints/1", "alice").status, 403);
    asking.tell("/container",
                R"({"environment": 1, "project": "shop", "service": "web", "state": "exited", "exitCode": 3})");
    const auto container = asking.get("/api/endpoints/1/docker/containers/shop-web-1/json").json;
    EXPECT_EQ((*container)["State"]["ExitCode"], 3);
    EXPECT_EQ(asking.tell("/container", R"({"environment": 1, "project": "nobody", "state": "exited"})").status, 400);
}

TEST(Control, IsNeverBelowTheApi) {
    Asking asking;
    EXPECT_EQ(asking.ask("POST", "/api/faults", "admin", "{}").status, 404);
    EXPECT_EQ(asking.tell("/api/stacks", "{}").status, 404);
}

TEST(Orphans, AreListedAndRefusedById) {
    Asking asking;
    asking.ask("DELETE", "/api/endpoints/1");
    EXPECT_EQ(asking.get("/api/stacks", "alice").json->size(), 1U);
    EXPECT_EQ(asking.get("/api/stacks/1", "alice").status, 404);
    EXPECT_TRUE((*asking.get("/api/stacks/1").json)["ResourceControl"].is_null());
    EXPECT_EQ(asking.ask("DELETE", "/api/stacks/1?endpointId=1").status, 404);
}
