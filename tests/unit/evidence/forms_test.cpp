// The forms: the same bytes for the same material, nothing unescaped, nothing from elsewhere, no secret.
#include "sample_material.hpp"

#include "evidence/assessment.hpp"
#include "evidence/document.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace mooring::evidence {
namespace {

constexpr const char* hostile = "<script>alert(1)</script> | `x` =cmd() \"q\" & \x1b[31m\n# h";

Material with_everything() {
    Material material = hourly(48);
    add(material, "blog", Verdict::in_sync, 0, 9);
    add(material, "blog", Verdict::drifted, 10, 12);
    add(material, "blog", Verdict::in_sync, 13, 47);
    StackResult& denied = add(material, "shop", Verdict::denied, 0, 47);
    denied.cause = Cause::resource_control;
    denied.message = hostile;
    denied.remedy = hostile;
    StackResult& secret = add(material, hostile, Verdict::drifted, 3, 47);
    Change change;
    change.path = "env.DB_PASSWORD";
    change.secret = true;
    change.desired = "e2e-secret-desired";
    change.actual = "e2e-secret-actual";
    secret.changes.push_back(change);
    Waiver waiver{.name = hostile,
                  .server = "*",
                  .environment = "*",
                  .stack = "*",
                  .path = hostile,
                  .owner = hostile,
                  .reason = hostile,
                  .approver = hostile,
                  .from = begin,
                  .until = begin + 5 * hour,
                  .where = {}};
    const auto waivers = std::make_shared<const std::vector<Waiver>>(1, waiver);
    for (auto& run : material.runs) run.waivers = waivers;
    material.controls = {.catalogue = hostile,
                         .controls = {{.id = "CM-3", .title = hostile, .statement = hostile, .sections = {"changes"}}}};
    LogEntry intent;
    intent.number = 1;
    intent.at = begin + hour;
    intent.by = hostile;
    intent.stack = {.server = "main", .environment = 1, .environment_name = hostile, .name = hostile, .id = 1};
    intent.intent = {.action = hostile, .user = hostile, .changes = {hostile}};
    LogEntry quarantine = intent;
    quarantine.number = 2;
    quarantine.kind = LogKind::quarantined;
    quarantine.halt = {.code = hostile, .message = hostile, .field = hostile};
    material.log = {intent, quarantine};
    material.runs.erase(material.runs.begin() + 20, material.runs.begin() + 30);
    return material;
}

TEST(Forms, TheSameMaterialGivesTheSameBytes) {
    for (const Form form : {Form::html, Form::json, Form::csv, Form::markdown}) {
        const std::string once = render(assess(with_everything()), form);
        EXPECT_EQ(once, render(assess(with_everything()), form)) << to_string(form);
        EXPECT_TRUE(once.ends_with('\n'));
        EXPECT_EQ(once.find("e2e-secret"), std::string::npos) << to_string(form);
        EXPECT_EQ(once.find('\x1b'), std::string::npos) << to_string(form);
        if (form == Form::html || form == Form::markdown) {
            EXPECT_EQ(once.find("<script"), std::string::npos) << to_string(form);
        }
        EXPECT_EQ(parse_form(to_string(form)), form);
    }
}

TEST(Forms, TheHtmlIsOneFileThatLoadsAndRunsNothing) {
    const std::string page = to_html(assess(with_everything()));
    EXPECT_NE(page.find("&lt;script&gt;"), std::string::npos);
    EXPECT_NE(page.find("default-src 'none'"), std::string::npos);
    for (const char* outside : {"src=", "http-equiv=\"refresh", "@import", "url(", "<link", "onload", "javascript:"}) {
        EXPECT_EQ(page.find(outside), std::string::npos) << outside;
    }
    for (const std::string& id : section_ids())
        EXPECT_NE(page.find("<section id=\"" + id + "\""), std::string::npos) << id;
    EXPECT_LT(page.find("<section id=\"coverage\""), page.find("<section id=\"score\"")) << "coverage before the score";
    EXPECT_NE(page.find("table-header-group"), std::string::npos);
    EXPECT_NE(page.find("break-before: page"), std::string::npos);
}

// What scrolls sideways must be reachable without a mouse, and have a name.
TEST(Forms, EveryTableThatScrollsCanBeReachedByTheKeyboard) {
    const std::string page = to_html(assess(with_everything()));
    std::size_t tables = 0;
    for (std::size_t at = page.find("<table>"); at != std::string::npos; at = page.find("<table>", at + 1)) {
        ++tables;
        const std::size_t open = page.rfind('<', at - 1);
        const std::string wrapper = page.substr(open, at - open);
        EXPECT_TRUE(wrapper.starts_with("<div class=\"wide\" role=\"region\" tabindex=\"0\" aria-label=\"")) << wrapper;
        EXPECT_EQ(wrapper.find("aria-label=\"\""), std::string::npos) << wrapper;
    }
    EXPECT_GT(tables, 5U);
    EXPECT_LT(page.find("<dl>"), page.find("</header>")) << "nothing stands outside of a landmark";
    EXPECT_EQ(page.find("unread-"), std::string::npos) << "no internal ids";
}

TEST(Forms, TheJsonSaysWhatTheAssessmentSays) {
    const auto json = nlohmann::json::parse(to_json(assess(with_everything())));
    EXPECT_EQ(json["scope"]["from"], "2026-10-01T00:00:00Z");
    EXPECT_EQ(json["observation"]["runs"], 38);
    EXPECT_EQ(json["stacks"].size(), 3U);
    EXPECT_EQ(json["stacks"][0]["episodes"][0]["end"], "repaired");
    EXPECT_EQ(json["stacks"][0]["episodes"][0]["secondsToRepair"], 3 * hour);
    EXPECT_EQ(json["stacks"][1]["unseen"][0]["cause"], "resource_control");
    EXPECT_EQ(json["gaps"].size(), 1U);
    EXPECT_EQ(json["waivers"][0]["state"], "expired");
    EXPECT_TRUE(json["chain"]["proven"]);
}

// What `mooring verify` knows of a ledger the report says, too.
TEST(Forms, TheChainSaysHowTheLedgerBeganAndWhetherItsMemoryIsProven) {
    Material material = with_everything();
    material.verification.origin = {.at = begin, .reason = "damaged", .set_aside = "ledger.db.damaged-1"};
    material.verification.memory_proven = {"main"};
    material.verification.memory_unproven = {"branch"};
    material.verification.origin_proven = false;
    const auto chain = nlohmann::json::parse(to_json(assess(material)))["chain"];
    EXPECT_EQ(chain["origin"]["at"], "2026-10-01T00:00:00Z");
    EXPECT_EQ(chain["origin"]["reason"], "damaged");
    EXPECT_EQ(chain["origin"]["setAside"], chain["setAside"]);
    EXPECT_FALSE(chain["origin"]["proven"]);
    EXPECT_EQ(chain["memory"]["proven"], nlohmann::json::array({"main"}));
    EXPECT_EQ(chain["memory"]["unproven"], nlohmann::json::array({"branch"}));
    const std::string page = to_html(assess(material));
    EXPECT_NE(page.find("what their newest runs left: main."), std::string::npos);
    EXPECT_NE(page.find("remembered of branch is not proven"), std::string::npos);
    EXPECT_NE(page.find("does not prove how the ledger began"), std::string::npos);
    material.verification.problem = "edited";
    material.verification.origin_proven = true;
    EXPECT_FALSE(nlohmann::json::parse(to_json(assess(material)))["chain"]["origin"]["proven"]);
}

TEST(Forms, AHeadingNamesWhoseReportItIsAndIsTextOnly) {
    Material material = with_everything();
    const std::string plain = to_html(assess(material));
    EXPECT_NE(plain.find("<h1>Compliance report</h1>"), std::string::npos);
    material.heading = {.title = "Change <b>control</b>", .organisation = "Example & Sons", .author = "alice"};
    const std::string page = to_html(assess(material));
    EXPECT_NE(page.find("<h1>Change &lt;b&gt;control&lt;/b&gt;</h1>"), std::string::npos);
    EXPECT_NE(page.find("<p>Compliance report of Portainer stacks, "), std::string::npos);
    EXPECT_NE(page.find("<p>Example &amp; Sons, prepared by alice</p>"), std::string::npos);
    EXPECT_NE(to_markdown(assess(material)).find("prepared by alice"), std::string::npos);
    const auto json = nlohmann::json::parse(to_json(assess(material)));
    EXPECT_EQ(json["heading"]["organisation"], "Example & Sons");
    EXPECT_NE(page.find("counter(page)"), std::string::npos) << "pages are numbered in print";
}

TEST(Forms, NamesAndAddressesInMarkdownCanBeSearchedAsPlainText) {
    Material material = hourly(4);
    add(material, "pay#3", Verdict::drifted, 0, 3);
    const std::string text = to_markdown(assess(material));
    EXPECT_NE(text.find("| `pay#3/production@main` |"), std::string::npos) << text;
    EXPECT_NE(text.find("| `https://portainer.example.test` |"), std::string::npos) << text;
    const std::string hostile = to_markdown(assess(with_everything()));
    EXPECT_EQ(hostile.find("`<"), std::string::npos) << hostile;
}

// Where no run announced the next one another limit holds, and the report says which.
TEST(Forms, TheLimitThatWasUsedIsSaid) {
    Material material = hourly(6);
    add(material, "blog", Verdict::in_sync, 0, 5);
    const std::string announced = to_markdown(assess(material));
    EXPECT_NE(announced.find("at most for twice the time in which that was due; the rest"), std::string::npos);
    EXPECT_EQ(announced.find("max-gap"), std::string::npos);
    material.runs.back().next_due.reset();
    const std::string once = to_markdown(assess(material));
    EXPECT_NE(once.find("that was due, or for 1 d 1 h ("), std::string::npos) << once;
    EXPECT_NE(once.find("where a run announced no next one"), std::string::npos) << once;
    for (ledger::Run& run : material.runs) run.next_due.reset();
    material.max_gap = std::chrono::hours(3);
    const std::string never = to_markdown(assess(material));
    EXPECT_NE(never.find("at most for 3 h ("), std::string::npos) << never;
    EXPECT_EQ(never.find("for twice the time"), std::string::npos) << never;
}

TEST(Forms, AReportWithoutARunDoesNotSayThatAllCouldBeRead) {
    Material none = hourly(5);
    none.runs.clear();
    const std::string text = to_markdown(assess(none));
    std::size_t told = 0;
    for (std::size_t at = text.find("Nothing was read in this period."); at != std::string::npos;
         at = text.find("Nothing was read in this period.", at + 1))
        ++told;
    EXPECT_EQ(told, 2U) << text;
    EXPECT_EQ(text.find("Every stack could be read"), std::string::npos);
    EXPECT_EQ(text.find("No difference was seen"), std::string::npos);
}

// Deleted lowers coverage: who looks for what could not be seen finds it there, too.
TEST(Forms, ADeletedStackStandsAmongWhatCouldNotBeSeen) {
    Material material = hourly(6);
    add(material, "blog", Verdict::in_sync, 0, 2);
    add(material, "blog", Verdict::deleted, 3, 5);
    const std::string page = to_html(assess(material));
    const std::string section = page.substr(page.find("<section id=\"unread\""));
    EXPECT_LT(section.find("whether something hidden took its place"), section.find("</section>"));
    EXPECT_NE(section.find("ongoing"), std::string::npos);
    EXPECT_NE(page.find("<section id=\"changes\""), std::string::npos);
}

TEST(Forms, ACsvRecordHasElevenCells) {
    const std::string csv = to_csv(assess(with_everything()));
    EXPECT_TRUE(csv.starts_with("row,subject,server,environment,what,from,to,seconds,outcome,text,cure\r\n"));
    EXPECT_NE(
        csv.find("\r\nepisode,blog,main,production,drifted,2026-10-01T10:00:00Z,2026-10-01T13:00:00Z,10800,repaired,"),
        std::string::npos)
        << csv;
}

TEST(Controls, AreReadStrictly) {
    const auto read = [](const std::string& controls) {
        const auto map = read_controls(
            "apiVersion: mooring/v1\nkind: Controls\nspec:\n  catalogue: NIST\n  controls:\n" + controls, "c.yaml");
        return map ? "ok " + std::to_string(map->controls.size()) : map.error().message;
    };
    EXPECT_EQ(read("    - {id: CM-2, title: Baseline, sections: [stacks, scope]}\n"), "ok 1");
    EXPECT_EQ(read("    - {id: CM-2, title: Baseline, sections: [stack]}\n"),
              "c.yaml:6: no section `stack`; did you mean `stacks`?");
    EXPECT_EQ(read("    - {id: CM-2, title: B, sections: [], x: 1}\n"), "c.yaml:6: unknown key `x`");
    EXPECT_EQ(read("    - {id: A, title: B, sections: []}\n    - {id: A, title: B, sections: []}\n"),
              "c.yaml:7: the control `A` is there twice");
    EXPECT_EQ(read("    - {title: B, sections: []}\n"), "c.yaml:6: `id` is missing");
}

} // namespace
} // namespace mooring::evidence
