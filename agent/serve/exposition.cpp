#include "serve/metrics.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <fmt/format.h>
#include <utility>

namespace mooring::serve {
namespace {

constexpr std::string_view to_word(MetricType type) {
    switch (type) {
    case MetricType::counter:
        return "counter";
    case MetricType::histogram:
        return "histogram";
    case MetricType::gauge:
        break;
    }
    return "gauge";
}

// In HELP a backslash and a line end, in a label's value a double quote as well.
std::string escaped(std::string_view text, bool in_quotes) {
    std::string out;
    for (const char c : text) {
        if (c == '\\')
            out += "\\\\";
        else if (c == '\n')
            out += "\\n";
        else if (c == '"' && in_quotes)
            out += "\\\"";
        else
            out += c;
    }
    return out;
}

// The shortest that is read as the same number.
std::string number(double value) {
    if (std::isnan(value)) return "NaN";
    if (std::isinf(value)) return value > 0 ? "+Inf" : "-Inf";
    return fmt::format("{}", value);
}

} // namespace

void Exposition::head(std::string_view name, std::string_view help, MetricType type) {
    if (name_ == name) return;
    name_ = name;
    text_ += fmt::format("# HELP {} {}\n# TYPE {} {}\n", name, escaped(help, false), name, to_word(type));
}

void Exposition::line(std::string_view name, std::string_view suffix, const Labels& labels, std::string_view bound,
                      double value) {
    std::string inside;
    const auto add_label = [&](std::string_view label, std::string_view text) {
        inside += fmt::format("{}{}=\"{}\"", inside.empty() ? "" : ",", label, escaped(text, true));
    };
    for (const auto& [label, text] : labels) add_label(label, text);
    if (!bound.empty()) add_label("le", bound);
    text_ += fmt::format("{}{}{} {}\n", name, suffix, inside.empty() ? "" : "{" + inside + "}", number(value));
}

void Exposition::add(std::string_view name, std::string_view help, const Labels& labels, double value,
                     MetricType type) {
    head(name, help, type);
    line(name, "", labels, "", value);
}

void Exposition::add(std::string_view name, std::string_view help, const Labels& labels,
                     const std::vector<double>& bounds, const HistogramValue& value) {
    head(name, help, MetricType::histogram);
    std::uint64_t below = 0;
    for (std::size_t i = 0; i < value.buckets.size(); ++i) {
        below += value.buckets[i];
        line(name, "_bucket", labels, i < bounds.size() ? number(bounds[i]) : "+Inf", static_cast<double>(below));
    }
    line(name, "_sum", labels, "", value.sum);
    line(name, "_count", labels, "", static_cast<double>(below));
}

void CounterFamily::increment(Labels labels) {
    std::ranges::sort(labels);
    ++values_[std::move(labels)];
}

void CounterFamily::write(Exposition& out) const {
    for (const auto& [labels, value] : values_)
        out.add(name_, help_, labels, static_cast<double>(value), MetricType::counter);
}

void HistogramFamily::observe(Labels labels, double value) {
    std::ranges::sort(labels);
    HistogramValue& one = values_[std::move(labels)];
    one.buckets.resize(bounds_.size() + 1);
    const auto bound = std::ranges::lower_bound(bounds_, value); // `le`: a bound belongs to its own bucket
    ++one.buckets[static_cast<std::size_t>(bound - bounds_.begin())];
    one.sum += value;
}

void HistogramFamily::write(Exposition& out) const {
    for (const auto& [labels, value] : values_) out.add(name_, help_, labels, bounds_, value);
}

namespace {

using portainer::Api;
using portainer::Awaitable;

class MeasuredApi final : public Api {
  public:
    MeasuredApi(std::unique_ptr<Api> api, OnCall on_call) : api_(std::move(api)), on_call_(std::move(on_call)) {}

    Awaitable<Answer<ServerStatus>> status() override { return told(api_->status()); }
    Awaitable<Answer<Identity>> identity() override { return told(api_->identity()); }
    Awaitable<Answer<std::vector<Environment>>> environments() override { return told(api_->environments()); }
    Awaitable<Answer<Environment>> environment(EnvironmentId id) override { return told(api_->environment(id)); }
    Awaitable<Answer<std::vector<StackRecord>>> stacks() override { return told(api_->stacks()); }
    Awaitable<Answer<StackRecord>> stack(StackId id) override { return told(api_->stack(id)); }
    Awaitable<Answer<std::string>> stack_file(StackId id) override { return told(api_->stack_file(id)); }
    Awaitable<Answer<std::vector<Container>>> containers(EnvironmentId id) override {
        return told(api_->containers(id));
    }
    Awaitable<Answer<std::vector<SwarmService>>> services(EnvironmentId id) override {
        return told(api_->services(id));
    }
    Awaitable<Answer<std::vector<SwarmTask>>> tasks(EnvironmentId id) override { return told(api_->tasks(id)); }
    Awaitable<Answer<std::vector<Registry>>> registries(EnvironmentId id) override {
        return told(api_->registries(id));
    }
    Awaitable<Answer<Engine>> engine(EnvironmentId id) override { return told(api_->engine(id)); }
    Awaitable<Answer<std::vector<DockerImage>>> images(EnvironmentId id) override { return told(api_->images(id)); }
    Awaitable<Answer<ContainerDetail>> container(EnvironmentId id, std::string name) override {
        return told(api_->container(id, std::move(name)));
    }
    Awaitable<Reply> docker_object(EnvironmentId id, DockerKind kind, std::string name) override {
        return told_reply(api_->docker_object(id, kind, std::move(name)));
    }
    Awaitable<Answer<std::string>> kubernetes(EnvironmentId id, std::string path) override {
        return told(api_->kubernetes(id, std::move(path)));
    }
    Awaitable<Reply> settings() override { return told_reply(api_->settings()); }
    Awaitable<Answer<std::vector<NamedId>>> users() override { return told(api_->users()); }
    Awaitable<Answer<std::vector<NamedId>>> teams() override { return told(api_->teams()); }
    Awaitable<Answer<std::vector<NamedId>>> tags() override { return told(api_->tags()); }
    Awaitable<Answer<std::vector<NamedId>>> groups() override { return told(api_->groups()); }

  private:
    template <typename T>
    Awaitable<Answer<T>> told(Awaitable<Answer<T>> call) {
        const auto began = std::chrono::steady_clock::now();
        Answer<T> answer = co_await std::move(call);
        tell(answer.reply, began);
        co_return answer;
    }

    Awaitable<Reply> told_reply(Awaitable<Reply> call) {
        const auto began = std::chrono::steady_clock::now();
        Reply reply = co_await std::move(call);
        tell(reply, began);
        co_return reply;
    }

    void tell(const Reply& reply, std::chrono::steady_clock::time_point began) const {
        on_call_(reply.call, reply.status, std::chrono::steady_clock::now() - began);
    }

    std::unique_ptr<Api> api_;
    OnCall on_call_;
};

} // namespace

std::string_view to_word(Call call) {
    constexpr std::array<std::string_view, 17> words{
        "status",     "identity",    "environments",  "environment",   "stacks",     "stack",
        "stack_file", "docker_list", "docker_images", "docker_object", "kubernetes", "users",
        "teams",      "tags",        "groups",        "settings",      "other"};
    return words.at(static_cast<std::size_t>(call));
}

std::unique_ptr<Api> measure(std::unique_ptr<Api> api, OnCall on_call) {
    return std::make_unique<MeasuredApi>(std::move(api), std::move(on_call));
}

} // namespace mooring::serve
