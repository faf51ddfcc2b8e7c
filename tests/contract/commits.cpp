// What became of the Git repositories of Kubernetes stacks between the lines: their commits are in none, but what was
// cloned is read afterwards.
#include "contract/course.hpp"
#include "contract/lines.hpp"

#include <optional>
#include <utility>

namespace contract {
namespace {

struct Tracked { // a Git stack as the lines up to here show it
    std::string url;
    std::string path;
    std::string commit; // that it last deployed, "" if no line tells
};

std::string bare_url(std::string url) {
    if (url.ends_with(".git")) url.resize(url.size() - 4);
    return url;
}

bool is_kubernetes_stack(const Json& object) { return is_stack(object) && object.value("Type", Json()) == 3; }

std::string commit_shown(const Json& record) {
    const Json git = record.value("GitConfig", Json());
    return git.is_object() ? text_of(git, "ConfigHash") : std::string();
}

// A line that clones: the stack that it does so for; nullopt for any other.
std::optional<Number> redeployed(const Line& line) {
    if (line.request.method != "PUT" || (line.response.status != 200 && line.response.status != 500)) return {};
    return number_in(path_of(line), "/api/stacks/", "/git/redeploy");
}

std::string file_read(const Line& line, Number stack) {
    const auto reader = number_in(path_of(line), "/api/stacks/", "/file");
    if (reader != stack || !succeeded(line) || !line.response.json || !line.response.json->is_object()) return {};
    return text_of(*line.response.json, "StackFileContent");
}

class Repositories {
  public:
    Repositories(const std::vector<const Line*>& lines, std::vector<Moment>& course,
                 std::map<std::string, Repository> start)
        : lines_(lines), course_(course), state_(std::move(start)) {}

    void tell() {
        for (std::size_t i = 0; i < lines_.size(); ++i) {
            if (const auto stack = redeployed(*lines_[i]); stack && tracked_.contains(*stack)) clone_at(i, *stack);
            for (const Json* object : objects_of(lines_[i]->response)) {
                if (is_kubernetes_stack(*object)) look_at(i, *object);
            }
        }
    }

  private:
    const std::vector<const Line*>& lines_;
    std::vector<Moment>& course_;
    std::map<std::string, Repository> state_;
    std::map<Number, Tracked> tracked_;
    int unnamed_ = 0; // commits that no line names

    // The file that the next reading of it shows, before the stack clones again.
    std::string next_file(std::size_t from, Number stack) const {
        for (std::size_t i = from; i < lines_.size(); ++i) {
            if (i > from && redeployed(*lines_[i]) == stack) break;
            if (std::string file = file_read(*lines_[i], stack); !file.empty()) return file;
        }
        return {};
    }

    void move_to(std::size_t at, const Tracked& stack, const std::string& commit, const std::string& file) {
        Repository& repository = state_[stack.url];
        const bool same =
            (commit.empty() || repository.commit == commit) && (file.empty() || repository.files[stack.path] == file);
        if (same) return;
        repository.commit = commit;
        if (commit.empty()) { // a name of the right form
            const std::string number = std::to_string(++unnamed_);
            repository.commit = std::string(40 - number.size(), '0') + number;
        }
        if (!file.empty()) repository.files[stack.path] = file;
        course_[at].repositories[stack.url] = repository;
    }

    void clone_at(std::size_t at, Number stack) {
        std::string commit;
        for (const Json* object : objects_of(lines_[at]->response)) {
            if (is_kubernetes_stack(*object)) commit = commit_shown(*object);
        }
        move_to(at, tracked_[stack], commit, next_file(at + 1, stack));
        if (!commit.empty()) tracked_[stack].commit = commit;
    }

    // A new stack, or another commit than before: unless it failed to deploy, which takes the old one back, something
    // polled.
    void look_at(std::size_t at, const Json& record) {
        const std::string commit = commit_shown(record);
        if (commit.empty()) return;
        const Number id = id_of(record);
        const Json& git = record["GitConfig"];
        const auto [entry, is_new] = tracked_.try_emplace(id);
        Tracked& stack = entry->second;
        stack.url = bare_url(text_of(git, "URL"));
        stack.path = text_of(git, "ConfigFilePath");
        const std::string before = std::exchange(stack.commit, commit);
        if (is_new) {
            const std::size_t made = at > 0 && creates(*lines_[at - 1]) ? at - 1 : at;
            move_to(made, stack, commit, next_file(at, id));
        } else if (before != commit && record.value("Status", Json()) != 4 && !redeployed(*lines_[at])) {
            move_to(at, stack, commit, next_file(at, id));
            course_[at].polled.insert(id);
        }
    }

    static bool creates(const Line& line) {
        return line.request.method == "POST" && path_of(line) == "/api/stacks/create/kubernetes/repository";
    }
};

} // namespace

void tell_commits(const std::vector<const Line*>& lines, const std::map<std::string, Repository>& start,
                  std::vector<Moment>& course) {
    Repositories(lines, course, start).tell();
}

} // namespace contract
