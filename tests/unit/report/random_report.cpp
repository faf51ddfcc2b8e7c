#include "random_report.hpp"

#include <array>
#include <fmt/format.h>
#include <random>

namespace mooring::report {
namespace {

// What names, paths, values and messages may hold to break out of a form.
constexpr std::string_view hostile[] = {"</details></td>",
                                        "<script>alert(1)</script>",
                                        "<!-- ",
                                        "| a | b |",
                                        "a|b\\|c",
                                        "`",
                                        "``` x",
                                        "@org/team",
                                        "alice@example.test",
                                        "[x](http://evil.test)",
                                        "![i](http://evil.test/i.png)",
                                        "www.evil.test",
                                        "]]>",
                                        "<![CDATA[",
                                        "\x1b[31mred",
                                        "\x1b]0;title\x07",
                                        "\xC2\x9B;31m",
                                        "\xE2\x80\xAE reversed",
                                        "=cmd|' /C calc'!A0",
                                        "+1+1",
                                        "-2+3",
                                        "@SUM(A1)",
                                        "::error file=x::oops",
                                        "%0A::warning::x",
                                        "##[add-mask]x",
                                        "{0} {1}",
                                        "${VAR:-x}",
                                        "a,b:c;d",
                                        "line\r\nbreak",
                                        "\ttab",
                                        "say \"it\"",
                                        "it's",
                                        "\xFF\xFE",
                                        "\xEF\xBF\xBE",
                                        "&lt;b&gt; &#60;",
                                        "# heading",
                                        "- item",
                                        "1. first",
                                        "> quote",
                                        "---",
                                        "***",
                                        "\\",
                                        "$x^2$",
                                        ":tada:",
                                        "/close",
                                        "~~gone~~",
                                        "#12 !3 %4",
                                        "\xE6\x97\xA5\xE6\x9C\xAC\xE8\xAA\x9E",
                                        " ",
                                        ""};

class Maker {
  public:
    Maker(std::uint32_t seed, char salt) : seed_(seed), salt_(salt), chance_(seed) {}

    RandomReport make() {
        Report& report = out_.report;
        report.run_id = fmt::format("{:08x}", seed_);
        report.started_at = 1795000000 + seed_;
        report.finished_at = report.started_at + up_to(100);
        report.mooring_version = "0.1.0";
        add_servers();
        const std::size_t stacks = up_to(40);
        for (std::size_t i = 0; i < stacks; ++i) report.stacks.push_back(stack(i));
        for (std::size_t i = up_to(5); i > 0; --i) report.diagnostics.push_back(diagnostic());
        summarise();
        end();
        return std::move(out_);
    }

  private:
    std::size_t up_to(std::size_t most) { return std::uniform_int_distribution<std::size_t>(0, most)(chance_); }
    bool one_in(std::size_t n) { return up_to(n - 1) == 0; }

    template <typename Options>
    auto any(const Options& options) {
        return options[up_to(std::size(options) - 1)];
    }

    std::string text() {
        std::string out;
        for (std::size_t pieces = 1 + up_to(3); pieces > 0; --pieces) {
            if (one_in(40)) out += std::string(up_to(3000), 'x');
            out += one_in(2) ? std::string(any(hostile)) : fmt::format("word{}", up_to(99));
        }
        return out;
    }

    std::string secret() {
        out_.secrets.push_back(fmt::format("S3cr3t{}{:08x}{:04}", salt_, seed_, out_.secrets.size()));
        return out_.secrets.back();
    }

    SourceLocation where() {
        if (one_in(6)) return {};
        return {.file = "manifests/" + text(), .line = up_to(50), .column = up_to(9)};
    }

    void add_servers() {
        for (std::size_t i = 0; i <= up_to(2); ++i) {
            ServerResult server;
            server.name = fmt::format("server{}{}", i, one_in(3) ? text() : "");
            server.url = "https://portainer.example.test/" + text();
            server.version = one_in(3) ? "" : "2.23.0";
            if (!one_in(3)) server.identity = Identity{.id = 2, .username = text(), .role = 2};
            if (one_in(5)) {
                server.error = text() + "e";
                server.exit_code = 69;
            }
            out_.report.servers.push_back(server);
        }
    }

    Change change(bool waived) {
        constexpr std::array planes{Plane::record, Plane::content, Plane::runtime, Plane::git};
        Change out;
        out.plane = any(planes);
        out.path = text();
        out.secret = one_in(3);
        if (!one_in(5)) out.desired = out.secret ? secret() : text();
        if (!one_in(5)) out.actual = out.secret ? secret() : text();
        if (waived) out.waiver = waiver();
        out.where = where();
        return out;
    }

    std::string waiver() {
        AcceptedWaiver known{
            .name = text(), .owner = text(), .reason = text(), .approver = text(), .until = 1800000000};
        if (!one_in(4)) out_.report.waivers.push_back(known);
        return known.name;
    }

    Evidence request() {
        constexpr std::array statuses{0, 200, 403, 404, 500};
        return {.method = "GET", .target = "/api/stacks/" + text(), .status = any(statuses), .message = text()};
    }

    // What the judge guarantees: drifted has an unwaived change; in_sync has waived ones only.
    StackResult stack(std::size_t number) {
        StackResult out;
        out.verdict = any(all_verdicts);
        out.name = fmt::format("{}{}", text(), number);
        out.server = any(out_.report.servers).name;
        if (!one_in(3)) out.environment_id = static_cast<EnvironmentId>(up_to(99));
        out.environment_name = one_in(4) ? "" : text();
        out.where = where();
        out.message = one_in(4) ? "" : text();
        out.remedy = one_in(2) ? "" : text();
        out.runtime_asked = !one_in(5);
        for (std::size_t i = up_to(2); i > 0; --i) out.notes.push_back(text());
        for (std::size_t i = up_to(4); i > 0; --i) out.evidence.push_back(request());
        for (std::size_t i = up_to(2); i > 0; --i) out.probes.push_back(request());
        add_changes(out);
        return out;
    }

    void add_changes(StackResult& stack) {
        const bool accepts = one_in(3);
        const bool whole = stack.verdict == Verdict::missing || stack.verdict == Verdict::extra;
        if (whole || stack.verdict == Verdict::suspended || stack.verdict == Verdict::deleted) {
            stack.waived = whole && accepts;
            if (stack.waived) stack.waivers = {waiver()};
            return;
        }
        if (stack.verdict == Verdict::in_sync && !accepts) return;
        for (std::size_t i = up_to(4) + (stack.verdict == Verdict::in_sync ? 1 : 0); i > 0; --i)
            stack.changes.push_back(change(stack.verdict == Verdict::in_sync || one_in(4)));
        if (stack.verdict == Verdict::drifted) stack.changes.push_back(change(false));
        stack.waived = stack.verdict == Verdict::in_sync;
        for (const Change& one : stack.changes) {
            if (!one.waiver.empty()) stack.waivers.push_back(one.waiver);
        }
    }

    Diagnostic diagnostic() {
        constexpr std::array severities{Severity::note, Severity::warning, Severity::error};
        return {.severity = any(severities),
                .code = "unknown-key",
                .message = text(),
                .suggestion = one_in(2) ? "" : text(),
                .where = where(),
                .server = one_in(2) ? "" : text()};
    }

    void summarise() {
        Summary& summary = out_.report.summary;
        for (const Verdict verdict : all_verdicts) summary.verdicts[verdict] = 0;
        for (const StackResult& stack : out_.report.stacks) {
            ++summary.verdicts[stack.verdict];
            if (stack.verdict != Verdict::extra) ++summary.declared;
            if (stack.verdict == Verdict::in_sync && stack.waived) ++summary.in_sync_waived;
            if (stack.verdict == Verdict::in_sync && !stack.runtime_asked) ++summary.in_sync_runtime_not_asked;
        }
        summary.coverage = 0.5;
        if (!one_in(5)) summary.score = 0.25;
    }

    void end() {
        constexpr std::array codes{0, 1, 2, 3, 4, 64, 65, 69, 70, 77, 130};
        out_.report.exit_code = any(codes);
        out_.report.partial = out_.report.exit_code == 130;
    }

    std::uint32_t seed_;
    char salt_;
    std::mt19937 chance_;
    RandomReport out_;
};

} // namespace

RandomReport random_report(std::uint32_t seed, char salt) { return Maker(seed, salt).make(); }

} // namespace mooring::report
