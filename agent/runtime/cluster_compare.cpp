// Each declared object against what the cluster holds (kubernetes.md §7.3 to §7.5).
#include "base/secret.hpp"
#include "base/text.hpp"
#include "compare/parts.hpp"
#include "runtime/cluster.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <iterator>
#include <map>

namespace mooring::runtime {
namespace {

using compare::KnownSecrets;
using kubernetes::Difference;
using kubernetes::Live;

constexpr std::size_t most_path_bytes = 400;
constexpr std::size_t most_value_bytes = 300;
constexpr std::size_t most_set_by_hand = 20;
constexpr std::size_t most_unread = 20;

// By the server's clock, where an answer told it.
UnixSeconds server_time(const ClusterStack& stack) {
    UnixSeconds newest = 0;
    for (const auto& [path, list] : cluster_of(stack).lists)
        newest = std::max(newest, list.reply.server_date.value_or(0));
    return newest != 0 ? newest : stack.server.now;
}

std::string by_whom(const std::string& manager) {
    if (manager == "unknown") return "a program without a name (Portainer's own pages, for example)";
    return printable(manager, 120);
}

std::string was_set(const std::string& path, const kubernetes::Holder& by) {
    return fmt::format("{} was set by {} at {}", path, by_whom(by.manager), printable(by.time, 40));
}

class ClusterComparison {
  public:
    ClusterComparison(const Row& row, const StackRecord& record, const ClusterStack& stack, const JudgeOptions& options)
        : desired_(*row.stack), record_(record), stack_(stack), options_(options), secrets_(desired_, &record),
          now_(server_time(stack)), names_(names_of(stack)) {
        if (stack.is_declared) content_ = std::get_if<DesiredContent>(&desired_.source);
    }

    Comparison run() && {
        const std::vector<Seen> all = see_all(stack_);
        out_.inspected = cluster_replies(stack_);
        for (const Seen& seen : all) kubernetes::learn_secrets(*seen.object, known_);
        std::ranges::sort(known_);
        known_.erase(std::ranges::unique(known_).begin(), known_.end());
        for (const Seen& seen : all) compare_one(seen);
        if (record_.additional_files.empty())
            std::ranges::move(left_behind(stack_, record_, all), std::back_inserter(out_.notes));
        else
            out_.notes.emplace_back("what the stack's additional files declare was not read, so what of it runs was "
                                    "not compared");
        shorten_unread();
        compare::sort_changes(out_.changes);
        return std::move(out_);
    }

  private:
    void compare_one(const Seen& seen) {
        line_ = seen.object->line;
        const std::string& name = names_.at(seen.object);
        switch (seen.sight) {
        case ObjectSight::absent:
            return say_absent(seen, name);
        case ObjectSight::found:
            return compare_found(seen, name);
        case ObjectSight::unread:
            return not_read(name, *seen.replies.back());
        case ObjectSight::unclear:
            out_.errors.push_back(fmt::format("runtime: {}: {}", name, seen.why));
            return;
        case ObjectSight::unasked:
            out_.errors.push_back(fmt::format("runtime: {} was not asked for", name));
            return;
        }
    }

    void not_read(const std::string& name, const Reply& reply) {
        if (std::ranges::find(out_.unread, name) == out_.unread.end()) out_.unread.push_back(name);
        if (!out_.refusal) out_.refusal = reply;
        if (std::ranges::find(out_.inspected, &reply) == out_.inspected.end()) out_.inspected.push_back(&reply);
    }

    // Which resources, beside the word that says what of the stack; a long list is cut.
    void shorten_unread() {
        if (out_.unread.empty()) return;
        if (out_.unread.size() > most_unread) {
            const std::size_t more = out_.unread.size() - most_unread;
            out_.unread.resize(most_unread);
            out_.unread.push_back(fmt::format("{} more objects", more));
        }
        out_.unread.insert(out_.unread.begin(), "runtime");
    }

    // The line of the declared file: the value's, else the object's; of the manifest, if the server has another file.
    SourceLocation place(std::uint32_t line) const {
        if (content_ == nullptr) return compare::manifest_line(desired_, 0);
        return {.file = content_->file, .line = content_->line - 1 + (line != 0 ? line : line_), .column = 0};
    }

    void add_change(Subject subject, const std::string& name, std::string path, std::optional<std::string> desired,
                    std::optional<std::string> actual, std::uint32_t line = 0) {
        out_.changes.push_back(compare::change_at(Plane::runtime, subject, std::move(path), std::move(desired),
                                                  std::move(actual), place(line)));
        out_.changes.back().key = name;
    }

    void say_absent(const Seen& seen, const std::string& name) {
        const bool ends_by_itself = seen.object->key.kind == "Job" && seen.why.empty() &&
                                    kubernetes::at(seen.object->tree, {"spec", "ttlSecondsAfterFinished"}) != nullptr;
        if (ends_by_itself) {
            out_.notes.push_back(name + " is not there, as is usual once it has ended (`ttlSecondsAfterFinished`)");
            return;
        }
        add_change(Subject::object_gone, name, name, "present", seen.why.empty() ? "gone" : "gone: " + seen.why);
    }

    void compare_found(const Seen& seen, const std::string& name) {
        if (seen.item->deleting) return add_change(Subject::object_deleting, name, name, "present", "being deleted");
        say_holder(*seen.item, name);
        const auto live = kubernetes::read_live(seen.item->json, seen.object->api_version, seen.object->key.kind);
        if (!live) {
            out_.errors.push_back(fmt::format("runtime: {} cannot be read: {}", name, live.error()));
            return;
        }
        compare_fields(seen, name, *live);
        compare_health(seen, name, *live);
    }

    void say_holder(const kubernetes::Item& item, const std::string& name) {
        const auto id = holder_id(item);
        if (!id || *id == record_.id) return;
        const std::string own = fmt::format("stack {}", record_.id);
        const auto& holders = cluster_of(stack_).holders;
        const auto answer = holders.find(*id);
        if (answer == holders.end()) {
            out_.errors.push_back(fmt::format("runtime: who holds {} was not asked", name));
        } else if (answer->second.value) {
            add_change(Subject::object_held, name, name, own, fmt::format("deployed last by stack {}", *id));
        } else if (answer->second.reply.outcome == Outcome::stack_gone) {
            add_change(Subject::object_held, name, name, own, fmt::format("left by stack {}, which was removed", *id));
        } else {
            not_read(name, answer->second.reply);
        }
    }

    void compare_fields(const Seen& seen, const std::string& name, const Live& live) {
        const bool scaled = replicas_differ(*seen.object, live);
        if (scaled && !knows_autoscalers(seen.namespace_)) {
            const auto& lists = cluster_of(stack_).lists;
            const auto asked = lists.find(autoscalers_question(stack_, seen.namespace_).what);
            if (asked == lists.end())
                out_.errors.push_back("runtime: what scales " + name + " was not asked");
            else
                not_read(name, asked->second.reply);
        }
        const auto scalers = scaled ? autoscalers_of(stack_, seen.namespace_) : std::vector<kubernetes::Autoscaler>{};
        kubernetes::LiveComparison compared = kubernetes::compare_live(*seen.object, live, scalers);
        for (const Difference& one : compared.differences) {
            if (scaled && one.path == "spec.replicas" && !knows_autoscalers(seen.namespace_)) continue;
            say_difference(name, one);
        }
        for (const auto& one : compared.staying)
            out_.notes.push_back(fmt::format("{} is declared no more; it stays, because {} holds it, too",
                                             path_text(name, one.path), by_whom(one.holder.manager)));
        const bool is_held = kubernetes::holder_of_replicas(*seen.object, live, scalers) != nullptr;
        say_stopped(seen, name, live, is_held || (scaled && !knows_autoscalers(seen.namespace_)), compared);
        for (const auto& one : compared.undeclared) say_undeclared(name, one);
        if (compared.applied_by == kubernetes::AppliedBy::nobody && seen.item->stack_id.empty())
            out_.notes.push_back(name + " is there, and says nothing of having been deployed by Portainer");
    }

    bool knows_autoscalers(const std::string& name_space) const {
        return items_of(stack_, autoscalers_question(stack_, name_space).what) != nullptr;
    }

    // A member of a set stands in its path.
    std::string path_text(const std::string& name, const std::string& path) {
        if (path.empty()) return printable(name, most_path_bytes);
        std::string shown = path;
        if (path.ends_with(']'))
            shown = looks_too_often() ? path.substr(0, path.find('[')) + "[***]" : kubernetes::hide_known(path, known_);
        return printable(name + ":" + shown, most_path_bytes);
    }

    std::optional<std::string> side(const std::optional<std::string>& value, bool shown) const {
        if (!value) return std::nullopt;
        return shown ? printable(*value) : std::string();
    }

    void say_difference(const std::string& name, const Difference& one) {
        const std::string path = path_text(name, one.path);
        if (!one.autoscaler.empty()) {
            out_.notes.push_back(
                fmt::format("{}: {} is declared, and the autoscaler {} holds it at {}; leave it out of "
                            "the file, or each deployment sets it back",
                            path, printable(one.desired.value_or("none"), 40), printable(one.autoscaler, 253),
                            printable(one.actual.value_or("none"), 40)));
            return;
        }
        const bool secret = one.secret || is_known(one.desired.value_or("")) || is_known(one.actual.value_or(""));
        const bool shown = !secret || options_.show_values;
        add_change(Subject::object_differs, name, path, side(one.desired, shown), side(one.actual, shown), one.line);
        out_.changes.back().secret = secret;
        if (secret)
            out_.changes.back().secret_digest = compare::digest_of_secret(options_.digest, one.desired, one.actual);
        say_who(path, one);
    }

    // A bound on the work of one check; beyond it nothing is shown.
    bool looks_too_often() {
        constexpr std::size_t most_looks = 20'000'000;
        looks_ += known_.size();
        return looks_ > most_looks;
    }

    bool is_known(std::string_view shown) {
        return looks_too_often() || secrets_.stand_in(shown) || kubernetes::repeats_secret(shown, known_);
    }

    void say_who(const std::string& path, const Difference& one) {
        if (one.what == kubernetes::What::dropped) {
            out_.notes.push_back(path + " was deployed once and is declared no more; the cluster still holds it");
        } else if (one.held_by && one.held_by->manager != "portainer") {
            out_.notes.push_back(was_set(path, *one.held_by));
        }
    }

    // What stands still is never in sync. Where the field is not Portainer's, no deployment sets it back.
    void say_stopped(const Seen& seen, const std::string& name, const Live& live, bool is_held,
                     kubernetes::LiveComparison& compared) {
        for (const Stop& stop : stops_of(*seen.object, live)) {
            if (is_held && stop.field == "replicas") continue;
            const auto is_it = [path = fmt::format("spec.{}", stop.field)](const auto& one) {
                return one.path == path;
            };
            const std::string path = fmt::format("{}:spec.{}", name, stop.field);
            const auto by_hand = std::ranges::find_if(compared.undeclared, is_it);
            if (std::ranges::none_of(compared.differences, is_it)) {
                add_change(Subject::object_unready, name, path, std::string(stop.usual), std::string(stop.stopped));
                if (by_hand != compared.undeclared.end()) out_.notes.push_back(was_set(path, by_hand->holder));
            }
            if (by_hand != compared.undeclared.end()) compared.undeclared.erase(by_hand);
        }
    }

    void say_undeclared(const std::string& name, const kubernetes::Undeclared& one) {
        const std::string path = path_text(name, one.path);
        const bool secret = one.secret || is_known(one.value);
        if (desired_.policy.strict) {
            const bool shown = !secret || options_.show_values;
            add_change(Subject::object_undeclared, name, path, std::nullopt, side(one.value, shown));
            out_.changes.back().secret = secret;
            if (secret)
                out_.changes.back().secret_digest = compare::digest_of_secret(options_.digest, std::nullopt, one.value);
            out_.notes.push_back(was_set(path, one.holder));
            return;
        }
        if (++undeclared_ > most_set_by_hand) return;
        if (undeclared_ == most_set_by_hand)
            out_.notes.emplace_back("more values that nobody declares were set by hand; they are not listed");
        else
            out_.notes.push_back(was_set(fmt::format("{}{} is declared nowhere; it", path,
                                                     secret ? "" : " (" + printable(one.value, most_value_bytes) + ")"),
                                         one.holder));
    }

    void compare_health(const Seen& seen, const std::string& name, const Live& live) {
        Health health = health_of(live, now_);
        if (!health.note.empty()) out_.notes.push_back(fmt::format("{}: {}", name, health.note));
        say_last_job(seen, name, live);
        if (health.state == Health::State::well) return;
        if (live.key.kind == "PersistentVolumeClaim" && waits_for_its_first_pod(stack_, seen, live)) {
            out_.notes.push_back(name + " is not bound yet: its storage class waits for a pod that uses it");
            return;
        }
        add_pods_reasons(seen, name, live, health);
        std::string actual = health.actual;
        if (!health.reasons.empty()) {
            std::string why;
            for (const std::string& reason : health.reasons) why += (why.empty() ? "" : "; ") + reason;
            actual += " (" + secrets_.mask(why) + ")";
        }
        if (health.state == Health::State::failed)
            return add_change(Subject::object_unready, name, name + ":" + health.what, health.desired, actual);
        std::string text = fmt::format("{}: {} {}, {} wanted", name, health.what, actual, health.desired);
        if (health.deadline != 0) text += fmt::format(" (it has until {})", format_utc(health.deadline));
        out_.rolling.push_back(std::move(text));
    }

    // kubernetes.md §7.4: what a CronJob starts fails without it.
    void say_last_job(const Seen& seen, const std::string& name, const Live& live) {
        if (live.key.kind != "CronJob" || live.key.group != "batch") return;
        const auto& lists = cluster_of(stack_).lists;
        const auto jobs = lists.find(jobs_question(stack_, seen.namespace_).what);
        if (jobs == lists.end()) return;
        const std::string failure = failure_of_last_job(live, jobs->second.items);
        if (!jobs->second.reply.ok())
            out_.notes.push_back(name + ": what its last job came to could not be read: its jobs were not shown");
        else if (!failure.empty())
            out_.notes.push_back(fmt::format("{}: its last job {}", name, failure));
    }

    void add_pods_reasons(const Seen& seen, const std::string& name, const Live& live, Health& health) {
        const auto& lists = cluster_of(stack_).lists;
        const auto pods = lists.find(pods_question(seen.namespace_).what);
        if (pods == lists.end()) return;
        if (!pods->second.reply.ok()) {
            out_.notes.push_back(fmt::format("why {} is not ready could not be read: its pods were not shown", name));
            return;
        }
        PodReasons reasons = pod_reasons(live, pods->second.items);
        if (reasons.hopeless && health.deadline != 0) health.state = Health::State::failed;
        std::ranges::move(reasons.texts, std::back_inserter(health.reasons));
    }

    const DesiredStack& desired_;
    const StackRecord& record_;
    const ClusterStack& stack_;
    const JudgeOptions& options_;
    const KnownSecrets secrets_;
    std::vector<std::string> known_; // of the declared Secrets
    UnixSeconds now_;
    const std::map<const kubernetes::Object*, std::string> names_;
    std::size_t undeclared_ = 0;
    std::size_t looks_ = 0;                   // values x known_
    const DesiredContent* content_ = nullptr; // the declared file, if the server has the same
    std::uint32_t line_ = 0;                  // of the object that is compared
    Comparison out_;
};

} // namespace

Comparison compare_cluster(const Row& row, const StackRecord& record, const ClusterStack& stack,
                           const JudgeOptions& options) {
    return ClusterComparison(row, record, stack, options).run();
}

} // namespace mooring::runtime
