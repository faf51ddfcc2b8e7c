#include "cli/verify.hpp"

#include "base/text.hpp"
#include "cli/exit_code.hpp"
#include "cli/ledger_file.hpp"
#include "cli/period.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <fmt/format.h>
#include <ostream>

namespace mooring::cli {
namespace {

class Verify final : public Command {
  public:
    std::string_view name() const override { return "verify"; }
    std::string_view summary() const override { return "Prove that the ledger was not edited"; }
    std::string_view examples() const override {
        return "  mooring verify --ledger /var/lib/mooring/ledger.db\n"
               "  mooring verify --from 2026-10-01 --to 2026-11-01\n"
               "  mooring verify --has \"$(jq -r .chain.head compliance.json)\"    # and the run with which that "
               "report ends\n\n"
               "Exit codes: 0 proven, 1 broken (the first broken run is named), 65 no ledger.";
    }
    void declare(CLI::App& app) override {
        app.add_option("--from", from_, "Only runs from this date or time (UTC) on")->type_name("DATE");
        app.add_option("--to", to_, "Only runs before this date or time (UTC)")->type_name("DATE");
        app.add_option("--has", has_, "Also prove that the run of this hash is there")->type_name("HASH");
        settings_.declare(app, {"--format"});
    }

    int run(Console& console) override {
        const auto period = parse_period(from_, to_);
        if (!period) return usage_error(console, name(), period.error().message);
        auto ledger = open_ledger(settings_, ledger::Access::read_only, console);
        if (!ledger) return ledger_failure(console, name(), ledger.error());
        const auto found = (*ledger)->verify(*period);
        if (!found) return ledger_failure(console, name(), found.error());
        console.out << verification_text(*found);
        if (!found->proven()) return exit_failure;
        return has_.empty() ? exit_ok : find(**ledger, *period, console);
    }

  private:
    int find(ledger::Ledger& ledger, ledger::Period period, Console& console) const {
        const auto runs = ledger.runs(period);
        if (!runs) return ledger_failure(console, name(), runs.error());
        const auto run = std::ranges::find(*runs, to_lower(has_), &ledger::Run::hash);
        if (run == runs->end())
            return failure(console, name(), "no run has the hash " + printable(has_, 80), exit_failure);
        console.out << fmt::format("run {} of {} has the hash {}\n", run->number, format_utc(run->started_at),
                                   run->hash);
        return exit_ok;
    }

    std::string from_;
    std::string to_;
    std::string has_;
    SettingFlags settings_;
};

std::string beginning_words(const ledger::Verification& found) {
    std::string out;
    if (!found.origin.set_aside.empty()) {
        out += fmt::format("The chain begins anew on {}: the ledger before it was damaged ({}) and set aside as {}.\n",
                           format_utc(found.origin.at), printable(found.origin.reason), found.origin.set_aside);
    }
    if (found.checkpoint) {
        out += fmt::format("Runs up to {} ({}) were pruned on {}; a checkpoint stands for them.\n",
                           found.checkpoint->last_pruned, format_utc(found.checkpoint->last_started_at),
                           format_utc(found.checkpoint->pruned_at));
    }
    return out;
}

} // namespace

std::string verification_text(const ledger::Verification& found) {
    std::string out = beginning_words(found);
    if (found.proven() && found.runs == 0) return out + "No run in that time; nothing to prove.\n";
    if (found.proven()) {
        return out + fmt::format("Proven: runs {} to {}, {} in all.\nhash of run {}: {}\n", found.first, found.last,
                                 found.runs, found.last, found.head);
    }
    out += fmt::format("BROKEN at run {}: {}.\n", found.broken.value_or(0), found.problem);
    if (found.runs > 0) out += fmt::format("Runs {} to {} before it are proven.\n", found.first, found.last);
    return out + "What comes after it is not evidence. A backup from before shows what was there.\n";
}

std::unique_ptr<Command> make_verify_command() { return std::make_unique<Verify>(); }

} // namespace mooring::cli
