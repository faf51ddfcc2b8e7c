#include "report/formats.hpp"

#include "base/text.hpp"
#include "report/layout.hpp"
#include "report/wording.hpp"
#include "words/words.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <vector>

namespace mooring::report {
namespace {

constexpr std::size_t kept_for_the_end = 800; // the note of what was cut, and the footer

// Collects text up to a limit, and says what did not fit.
class Page {
  public:
    explicit Page(std::size_t limit) : limit_(limit - kept_for_the_end) {}

    void add(std::string_view text) { out_ += text; }

    // Those of `blocks` that fit while the page is at most `percent` full, between `before` and `after`; without any
    // block nothing. The rest is counted as `what`.
    void add(std::string_view before, const std::vector<std::string>& blocks, std::string_view after,
             std::size_t percent, std::string_view what) {
        if (blocks.empty()) return;
        const std::size_t most = limit_ * percent / 100;
        std::size_t used = out_.size() + before.size() + after.size();
        std::size_t fit = 0;
        std::string text;
        while (fit < blocks.size() && used + blocks[fit].size() <= most) {
            used += blocks[fit].size();
            text += blocks[fit++];
        }
        if (fit > 0) out_.append(before).append(text).append(after);
        if (fit < blocks.size()) cut_.push_back(fmt::format("{} of {} {}", blocks.size() - fit, blocks.size(), what));
    }

    std::string finish(std::string_view footer) && {
        if (!cut_.empty()) {
            out_ +=
                fmt::format("**Cut to fit a comment:** not shown are {}. The counts above are complete; the text and "
                            "JSON forms have everything.\n\n",
                            join(cut_, ", "));
        }
        return std::move(out_.append(footer));
    }

  private:
    std::size_t limit_;
    std::string out_;
    std::vector<std::string> cut_;
};

// Nothing was asked of anybody: the manifests, the configuration or the command line are wrong.
bool is_unread(const Report& report) {
    return report.servers.empty() && report.stacks.empty() && report.exit_code != 0;
}

std::string title(const Report& report) {
    if (is_unread(report))
        return fmt::format("### Mooring: {}\n\nNothing was read · exit {}\n\n", prose(explain_exit(report)),
                           report.exit_code);
    std::vector<std::string> counts;
    for (const Verdict verdict : headline_verdicts(report.summary))
        counts.push_back("**" + count_words(report.summary, verdict) + "**");
    return fmt::format("### Mooring: {}\n\n{}\n<br>{} · exit {}\n\n", prose(explain_exit(report)), join(counts, " · "),
                       join(share_words(report), " · "), report.exit_code);
}

std::string server_line(const ServerResult& server) {
    std::string out = fmt::format("- {} {}", code_span(server.name), code_span(server.url));
    if (!server.version.empty()) out += " " + prose(server.version);
    if (server.identity) {
        out += fmt::format(" as {} ({}, list {})", code_span(server.identity->username),
                           words::role_name(server.identity->role), words::list_word(server));
    }
    if (!server.error.empty()) out += "<br>**Not judged:** " + prose(printable(server.error, 600));
    return out + "\n";
}

std::string remark_line(const Diagnostic& one) {
    std::string about = place(one.where, true);
    if (about.empty()) about = one.server;
    return fmt::format("- **{}** {}{}\n", to_string(one.severity), about.empty() ? "" : code_span(about) + " ",
                       prose(remark(one)));
}

std::string footer(const Report& report) {
    const bool changes =
        std::ranges::any_of(report.stacks, [](const StackResult& stack) { return !stack.changes.empty(); });
    return fmt::format("<sub>Mooring {}, {}{}{}.{}</sub>\n", prose(report.mooring_version),
                       report.run_id.empty() ? "" : "run " + prose(report.run_id) + ", ",
                       format_utc(report.finished_at), report.partial ? ", interrupted" : "",
                       changes ? " Changes read desired → actual." : "");
}

bool is_plainly_in_sync(const StackResult& stack) {
    return words::standing_of(stack) == words::Standing::good && words::undeclared_values(stack) == 0;
}

// What is not plainly in sync, in the order of the headline.
std::vector<const StackResult*> listed(const Report& report) {
    std::vector<const StackResult*> out;
    std::vector<Verdict> order(listed_verdicts.begin(), listed_verdicts.end());
    order.push_back(Verdict::in_sync);
    for (const Verdict verdict : order) {
        for (const StackResult& stack : report.stacks) {
            if (stack.verdict == verdict && !is_plainly_in_sync(stack)) out.push_back(&stack);
        }
    }
    return out;
}

void add_stacks(Page& page, const Report& report) {
    const bool with_server = report.servers.size() > 1;
    std::vector<std::string> rows;
    std::vector<std::string> blocks;
    const std::vector<const StackResult*> stacks = listed(report);
    for (const StackResult* stack : stacks)
        rows.push_back(markdown_row(*stack, with_server, stack_url(report, *stack)));
    for (const auto& group : alike(stacks)) blocks.push_back(markdown_block(report, group, with_server));
    page.add(markdown_table_head(with_server), rows, "\n", 45, "rows");
    page.add("", blocks, "", 85, "details");
}

std::vector<std::string> in_sync_names(const Report& report) {
    std::vector<std::string> out;
    for (const StackResult& stack : report.stacks) {
        if (!is_plainly_in_sync(stack)) continue;
        out.push_back(fmt::format("{}{}\n", code_span(words::stack_name(stack, report.servers.size() > 1)),
                                  words::qualification(stack)));
    }
    return out;
}

} // namespace

std::string to_markdown(const Report& report, std::size_t limit) {
    Page page(std::max<std::size_t>(limit, 5'000));
    page.add(title(report));
    std::vector<std::string> servers;
    servers.reserve(report.servers.size());
    for (const ServerResult& server : report.servers) servers.push_back(server_line(server));
    page.add("", servers, "\n", 20, "servers");
    std::vector<std::string> errors; // they stand in the open: what they are about was not judged
    std::vector<std::string> remarks;
    for (const Diagnostic& one : report.diagnostics)
        (one.severity == Severity::error ? errors : remarks).push_back(remark_line(one));
    page.add("", errors, "\n", 35, "errors");
    add_stacks(page, report);
    page.add(markdown_fold(words::counted(remarks.size(), "remark")), remarks, "\n</details>\n\n", 93, "remarks");
    const std::vector<std::string> names = in_sync_names(report);
    page.add(markdown_fold(fmt::format("{} in sync", names.size())), names, "\n</details>\n\n", 100, "names in sync");
    return std::move(page).finish(footer(report));
}

} // namespace mooring::report
