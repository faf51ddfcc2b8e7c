// Name, connection, proxy and certificate: where the way ends, and what to put into the configuration.
#include "facts.hpp"

#include <gtest/gtest.h>

namespace mooring::doctor {
namespace {

ServerTrial ended_at(net::Stage stage, bool resolved = true) {
    ServerTrial facts{.name = "main", .url = "https://portainer.example.org", .has_token = true};
    facts.inspection = net::Inspection{.encrypted = true,
                                       .target = "portainer.example.org:443",
                                       .host = "portainer.example.org",
                                       .trouble = net::Trouble{.stage = stage, .message = "it went wrong"}};
    if (resolved) facts.inspection->addresses = {"10.0.0.7"};
    return facts;
}

TEST(Way, EndsWhereItEnded) {
    const std::vector<std::tuple<net::Stage, bool, std::string>> table{
        {net::Stage::resolve, false, "name"},      {net::Stage::timeout, false, "name"},
        {net::Stage::connect, true, "connection"}, {net::Stage::timeout, true, "connection"},
        {net::Stage::proxy, true, "proxy"},        {net::Stage::tls, true, "tls"}};
    for (const auto& [stage, resolved, check] : table) {
        const Diagnosis diagnosis = of(ended_at(stage, resolved));
        const Symptom& last = diagnosis.findings.back();
        EXPECT_EQ(last.check, check);
        EXPECT_EQ(last.level, Level::fail);
        EXPECT_EQ(last.exit_code, 69);
        EXPECT_NE(last.remedy, "");
    }
}

TEST(Way, SettingsThatNoConnectionCanBeMadeOfAreInvalid) {
    ServerTrial facts{.name = "main", .unusable = "cannot read the CA file ca.pem"};
    const Symptom finding = find(of(facts), "connection");
    EXPECT_EQ(finding.exit_code, 65);
    EXPECT_TRUE(finding.message.contains("ca.pem"));
}

TEST(Way, PlainHttpIsAWarningUnlessItStaysOnThisMachine) {
    ServerTrial facts = good_server(1);
    facts.inspection->encrypted = false;
    facts.inspection->tls.reset();
    EXPECT_EQ(find(of(facts), "tls").level, Level::warn);
    facts.inspection->addresses = {"127.0.0.1", "::1"};
    EXPECT_EQ(find(of(facts), "tls").level, Level::ok);
    facts.inspection->host = "";
    facts.inspection->addresses.clear();
    EXPECT_EQ(find(of(facts), "tls").level, Level::ok);
}

// A certificate as `spoil` leaves it, refused by the verifying connection.
Symptom refused(const std::function<void(ServerTrial&, net::ShownTls&)>& spoil) {
    ServerTrial facts = good_server(1);
    spoil(facts, *facts.inspection->tls);
    facts.known.status = {.reply = {.outcome = Outcome::unavailable, .failure = Failure::tls, .message = "no TLS"}};
    return find(of(facts), "tls");
}

TEST(Certificate, ASelfSignedOneComesWithItsPinAndTheWayToItsFile) {
    const Symptom finding = refused([](auto&, net::ShownTls& tls) { tls.untrusted = "self-signed certificate"; });
    EXPECT_EQ(finding.level, Level::fail);
    EXPECT_EQ(finding.exit_code, 69);
    EXPECT_TRUE(finding.message.contains("signed by itself")) << finding.message;
    EXPECT_TRUE(finding.remedy.contains("`tls: {pin: sha256/47DEQ")) << finding.remedy;
    EXPECT_TRUE(finding.remedy.contains("`tls: {ca: portainer.pem}`")) << finding.remedy;
    EXPECT_TRUE(finding.remedy.contains("openssl s_client -connect portainer.example.org:443")) << finding.remedy;
    EXPECT_EQ(finding.pin, certificate().pin);
    ASSERT_TRUE(finding.certificate);
}

TEST(Certificate, OneOfAnUnknownAuthorityNamesIt) {
    const Symptom finding = refused([](auto&, net::ShownTls& tls) {
        tls.untrusted = "unable to get local issuer certificate";
        tls.chain[0].self_signed = false;
        tls.chain[0].issuer = "CN=Our CA";
    });
    EXPECT_TRUE(finding.remedy.contains("Give the PEM file of CN=Our CA as `tls: {ca: FILE}`")) << finding.remedy;
}

TEST(Certificate, EveryProblemIsSaidNotOnlyTheFirst) {
    const Symptom finding = refused([](auto&, net::ShownTls& tls) {
        tls.untrusted = "self-signed certificate";
        tls.name_matches = false;
        tls.chain[0].until = now - day;
    });
    for (const std::string_view part : {"signed by itself", "not for portainer.example.org", "has expired"})
        EXPECT_TRUE(finding.message.contains(part)) << finding.message;
    EXPECT_TRUE(finding.remedy.contains("pin:"));
    EXPECT_FALSE(finding.remedy.contains("ca:")) << "with it name and dates would still be wrong: " << finding.remedy;
}

TEST(Certificate, OneThatIsNotValidYetPointsAtTheClock) {
    const Symptom finding = refused([](auto&, net::ShownTls& tls) { tls.chain[0].from = now + day; });
    EXPECT_TRUE(finding.remedy.contains("clock")) << finding.remedy;
}

TEST(Certificate, AnotherKeyThanThePinnedIsAWarningAboutSomebodyInBetween) {
    const Symptom finding = refused([](ServerTrial& facts, auto&) { facts.trust.pin = "sha256/x"; });
    EXPECT_TRUE(finding.message.contains("not the pinned one"));
    EXPECT_TRUE(finding.remedy.contains("somebody may be in between"));
}

// With an authority and a pin, a refusal need not be about the key.
TEST(Certificate, ThePinnedKeyIsNotCalledAnotherBecauseItsAuthorityIsUnknown) {
    for (const std::string pin : {"sha256/47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=",
                                  "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}) {
        const Symptom finding = refused([&](ServerTrial& facts, net::ShownTls& tls) {
            facts.trust.pin = pin;
            facts.trust.ca_file = "ca.pem";
            tls.untrusted = "self-signed certificate";
        });
        EXPECT_FALSE(finding.message.contains("not the pinned one")) << finding.message;
        EXPECT_TRUE(finding.message.contains("not by an authority that this machine trusts")) << finding.message;
    }
}

TEST(Certificate, OneThatExpiresSoonIsAWarning) {
    ServerTrial facts = good_server(1);
    EXPECT_TRUE(find(of(facts), "tls").message.contains("expires in 100 days"));
    facts.inspection->tls->chain[0].until = now + 20 * day;
    EXPECT_EQ(find(of(facts), "tls").level, Level::warn);
    EXPECT_TRUE(find(of(facts), "tls").message.contains("expires in 20 days"));
    facts.trust.pin = "sha256/x"; // a pin stands for the dates
    EXPECT_EQ(find(of(facts), "tls").level, Level::ok);
}

TEST(Certificate, SkippedVerificationShouts) {
    ServerTrial facts = good_server(1);
    facts.trust.insecure_skip_verify = true;
    EXPECT_EQ(find(of(facts), "tls").level, Level::warn);
    EXPECT_TRUE(find(of(facts), "tls").message.contains("can read the token"));
}

} // namespace
} // namespace mooring::doctor
