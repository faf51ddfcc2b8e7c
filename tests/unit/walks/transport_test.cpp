// A transport that fails: which verdict, in which words, with how much memory and how late. Every fault once where it
// takes the whole server (the list) and once where it takes one stack (its file). The quick ones are in the generated
// walks too.
#include "support/certificates.hpp"
#include "transport_fixture.hpp"

#include <filesystem>
#include <fmt/format.h>
#include <fstream>
#include <gtest/gtest.h>
#include <ostream>
#include <thread>
#include <unistd.h>
#include <vector>

namespace mooring::test {

// How gtest shows which fault it was.
static void PrintTo(const Broken& broken, std::ostream* out) { *out << broken.name; }

namespace {

// Sends until the client has had enough, at most `most` bytes.
void send_until_refused(Peer& peer, std::string_view piece, std::size_t most) {
    for (std::size_t sent = 0; sent < most && peer.send(piece); sent += piece.size()) {
    }
}

constexpr std::size_t gibibyte = std::size_t{1} << 30U;

bool begin_json(Peer& peer, std::string_view length, std::string_view opening) {
    return peer.send(fmt::format("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n{}\r\n\r\n{}", length, opening));
}

void reset_in_the_body(Peer& peer, std::string_view opening) {
    begin_json(peer, "Content-Length: 1000", opening);
    peer.reset();
}

void announce_a_gibibyte(Peer& peer, std::string_view opening) {
    begin_json(peer, "Content-Length: 1073741824", opening);
    send_until_refused(peer, std::string(65536, ' '), gibibyte);
}

void send_an_endless_body(Peer& peer, std::string_view opening) {
    begin_json(peer, "Transfer-Encoding: chunked", fmt::format("{:x}\r\n{}\r\n", opening.size(), opening));
    send_until_refused(peer, "10000\r\n" + std::string(65536, ' ') + "\r\n", gibibyte);
}

void send_endless_headers(Peer& peer, std::string_view /*opening*/) {
    peer.send("HTTP/1.1 200 OK\r\n");
    send_until_refused(peer, "X-More: " + std::string(1000, 'x') + "\r\n", gibibyte);
}

void send_a_key_twice(Peer& peer, std::string_view opening) {
    const bool file = opening.starts_with("{");
    peer.json(file ? R"({"StackFileContent":"a","StackFileContent":"services: {}"})"
                   : R"([{"Id":11,"Name":"shop","Name":"blog","EndpointId":1}])");
}

// A byte now and then, for a minute at most.
void drip(Peer& peer, std::string_view opening) {
    begin_json(peer, "Content-Length: 100000", opening);
    for (int i = 0; i < 3000 && peer.send(" "); ++i) std::this_thread::sleep_for(std::chrono::milliseconds(20));
}

const std::vector<Broken>& breaks() {
    static const std::vector<Broken> all{
        {"ResetInTheBody", "connection", reset_in_the_body},
        {"CutInTheBody", "connection",
         [](Peer& peer, std::string_view opening) { begin_json(peer, "Content-Length: 1000", opening); }},
        {"BadGateway", "502",
         [](Peer& peer, std::string_view) { peer.answer(502, "text/html", "<html><h1>502 Bad Gateway</h1></html>"); }},
        {"HtmlWith200", "text/html",
         [](Peer& peer, std::string_view) { peer.answer(200, "text/html", "<html>Log in</html>"); }},
        {"TruncatedJson", "not JSON", [](Peer& peer, std::string_view opening) { peer.json(opening); }},
        {"DuplicateKeys", "twice", send_a_key_twice},
        {"AGibibyteAnnounced", "longer than", announce_a_gibibyte},
        {"AnEndlessBody", "longer than", send_an_endless_body},
        {"EndlessHeaders", "header", send_endless_headers},
    };
    return all;
}

class Transport : public testing::TestWithParam<Broken> {};

constexpr std::size_t most_megabytes = 128; // of 1024 that are sent; sanitizers hold back what was freed

TEST_P(Transport, TakesTheServerWithItsList) {
    const Broken& broken = GetParam();
    RawServer server(server_with(broken, list_of_stacks));
    const Checked checked = check_both(server.url(), std::chrono::seconds(60));
    expect_server_unreachable(checked, broken.words);
    EXPECT_LT(checked.megabytes, most_megabytes);
}

TEST_P(Transport, TakesOneStackWithItsFile) {
    const Broken& broken = GetParam();
    RawServer server(server_with(broken, file_of_shop));
    const Checked checked = check_both(server.url(), std::chrono::seconds(60));
    expect_stack_unreachable(checked, broken.words);
    EXPECT_LT(checked.megabytes, most_megabytes);
}

INSTANTIATE_TEST_SUITE_P(Faults, Transport, testing::ValuesIn(breaks()),
                         [](const auto& fault) { return fault.param.name; });

// The bound is wide because a busy machine must not fail a test; the ratio is printed for whoever wants to know.
void expect_deadline_kept(const Checked& checked, double deadline) {
    fmt::print("deadline {} s, kept after {:.2f} s: ratio {:.3f}\n", deadline, checked.seconds,
               checked.seconds / deadline);
    EXPECT_GE(checked.seconds, deadline * 0.99);
    EXPECT_LT(checked.seconds, deadline * 15);
}

TEST(TransportDeadline, EndsAListThatDrips) {
    const Broken broken{"Drip", "deadline", drip};
    RawServer server(server_with(broken, list_of_stacks));
    const Checked checked = check_both(server.url(), std::chrono::seconds(1));
    expect_server_unreachable(checked, "time");
    expect_deadline_kept(checked, 1);
}

TEST(TransportDeadline, EndsAServerThatSaysNothing) {
    const Broken broken{"Silence", "deadline", [](Peer& peer, std::string_view) { peer.wait_for_the_end(); }};
    RawServer server(server_with(broken, list_of_stacks));
    const Checked checked = check_both(server.url(), std::chrono::seconds(1));
    expect_server_unreachable(checked, "time");
    expect_deadline_kept(checked, 1);
}

TEST(TransportDeadline, OfAFileThatDripsTakesWhatCouldNotBeReadAlone) {
    const Broken broken{"Drip", "deadline", drip};
    RawServer server(server_with(broken, file_of_shop));
    const Checked checked = check_both(server.url(), std::chrono::seconds(2));
    expect_stack_unreachable(checked, "time");
    expect_deadline_kept(checked, 2);
}

TEST(TransportRefused, IsUnreachable) {
    const Checked checked = check_both(fmt::format("http://127.0.0.1:{}", closed_port()), std::chrono::seconds(60));
    expect_server_unreachable(checked, "refused");
}

// Each certificate is signed by the authority that is trusted, but for the first.
class TransportTls : public testing::Test {
  protected:
    Certificate authority_{{.common_name = "authority", .authority = true}};
    std::filesystem::path ca_file_ = std::filesystem::path(testing::TempDir()) / fmt::format("walks-{}.pem", getpid());

    void SetUp() override { std::ofstream(ca_file_) << authority_.pem(); }
    void TearDown() override { std::filesystem::remove(ca_file_); }

    void expect_refused(const Certificate& certificate, const std::string& words) {
        const Broken nothing{"Nothing", "", [](Peer&, std::string_view) {}};
        RawServer server(server_with(nothing, "-"), {.certificate = &certificate});
        const Checked checked = check_both(server.url(), std::chrono::seconds(60), ca_file_);
        expect_server_unreachable(checked, words);
        EXPECT_TRUE(server.requests().empty()); // the token was not sent
    }
};

TEST_F(TransportTls, IsReadWithARightCertificate) {
    const Certificate right({}, &authority_);
    const Broken nothing{"Nothing", "", [](Peer&, std::string_view) {}};
    RawServer server(server_with(nothing, "-"), {.certificate = &right});
    EXPECT_EQ(check_both(server.url(), std::chrono::seconds(60), ca_file_).report.exit_code, 0);
}

TEST_F(TransportTls, RefusesAWrongCertificate) { expect_refused(Certificate(CertificateWish{}), "certificate"); }

TEST_F(TransportTls, RefusesAnExpiredCertificate) {
    expect_refused(Certificate({.valid_from = -7200, .valid_until = -3600}, &authority_), "expired");
}

TEST_F(TransportTls, RefusesAnotherName) {
    expect_refused(
        Certificate({.common_name = "other.example.test", .alternative_names = "DNS:other.example.test"}, &authority_),
        "address mismatch");
}

} // namespace
} // namespace mooring::test
