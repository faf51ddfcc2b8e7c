// What comparing costs beside yaml-cpp's bare event parse of the same texts, interleaved in one process (design §13:
// at most 1.5 times). Prints ratios; a clock decides no test.
#include "compose/compose.hpp"
#include "yaml/parts.hpp"
#include "yaml/quick.hpp"

#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <string>
#include <vector>

namespace {

using Microseconds = std::chrono::duration<double, std::micro>;

// Takes the events and does nothing with them.
class Nothing final : public YAML::EventHandler {
  public:
    void OnDocumentStart(const YAML::Mark& /*mark*/) override {}
    void OnDocumentEnd() override {}
    void OnNull(const YAML::Mark& /*mark*/, YAML::anchor_t /*anchor*/) override {}
    void OnAlias(const YAML::Mark& /*mark*/, YAML::anchor_t /*anchor*/) override {}
    void OnScalar(const YAML::Mark& /*mark*/, const std::string& /*tag*/, YAML::anchor_t /*anchor*/,
                  const std::string& /*value*/) override {}
    void OnSequenceStart(const YAML::Mark& /*mark*/, const std::string& /*tag*/, YAML::anchor_t /*anchor*/,
                         YAML::EmitterStyle::value /*style*/) override {}
    void OnSequenceEnd() override {}
    void OnMapStart(const YAML::Mark& /*mark*/, const std::string& /*tag*/, YAML::anchor_t /*anchor*/,
                    YAML::EmitterStyle::value /*style*/) override {}
    void OnMapEnd() override {}
};

void parse_bare(const std::string& text) {
    std::istringstream stream(text);
    YAML::Parser parser(stream);
    Nothing nothing;
    while (parser.HandleNextDocument(nothing)) {
    }
}

void compare(const std::string& desired, const std::string& actual) {
    const auto left = mooring::compose::load(desired);
    const auto right = mooring::compose::load(actual);
    if (!left || !right || !mooring::compose::compare(*left, *right).empty()) {
        fmt::print(stderr, "the two spellings of one stack do not compare equal\n");
        std::exit(1);
    }
}

// A stack of about 4 KB in a short and in a long spelling. `tail` is put behind both: a tag there takes the text out of
// the reach of the quick reader, so that libyaml reads it.
std::string short_spelling(std::string_view tail) {
    std::string text = "services:\n";
    for (int i = 0; i < 10; ++i) {
        text += fmt::format(
            "  app{0}:\n    image: registry.example.org/team/app{0}:1.{0}\n    restart: unless-stopped\n"
            "    ports: [\"80{0}0:80\", \"84{0}3:443/tcp\"]\n    environment:\n      - LEVEL=info\n      - DB_HOST=db\n"
            "      - DB_PASSWORD=${{DB_PASSWORD}}\n    volumes:\n      - data{0}:/var/lib/app\n      - "
            "./conf{0}:/etc/app:ro\n"
            "    depends_on: [db]\n    stop_grace_period: 1m30s\n    mem_limit: 512m\n    labels:\n      "
            "traefik.enable: true\n",
            i);
    }
    return text + "  db:\n    image: mariadb:11\n    command: --a=1 --b='2 3'\n" + std::string(tail);
}

std::string long_spelling(std::string_view tail) {
    std::string text = "services:\n  db:\n    command: ['--a=1', '--b=2 3']\n    image: 'mariadb:11'\n";
    for (int i = 0; i < 10; ++i) {
        text += fmt::format(
            "  app{0}:\n    labels: [traefik.enable=true]\n    mem_limit: 536870912\n    stop_grace_period: 90s\n"
            "    depends_on:\n      db:\n        condition: service_started\n    volumes:\n"
            "      - {{type: bind, source: ./conf{0}, target: /etc/app, read_only: true, bind: {{create_host_path: "
            "true}}}}\n"
            "      - {{type: volume, source: data{0}, target: /var/lib/app}}\n    environment:\n      LEVEL: info\n"
            "      DB_PASSWORD: $DB_PASSWORD\n      DB_HOST: db\n    ports:\n      - {{target: 443, published: "
            "84{0}3}}\n"
            "      - {{target: 80, published: \"80{0}0\"}}\n    restart: 'unless-stopped'\n"
            "    image: \"registry.example.org/team/app{0}:1.{0}\"\n",
            i);
    }
    return text + std::string(tail);
}

double median(std::vector<double> values) {
    std::ranges::sort(values);
    return values[values.size() / 2];
}

template <typename Work>
double microseconds(Work work) {
    const auto start = std::chrono::steady_clock::now();
    work();
    return Microseconds(std::chrono::steady_clock::now() - start).count();
}

void measure(std::string_view name, const std::string& desired, const std::string& actual) {
    std::vector<double> bare;
    std::vector<double> full;
    for (int i = 0; i < 300; ++i) {
        bare.push_back(microseconds([&] { parse_bare(desired), parse_bare(actual); }));
        full.push_back(microseconds([&] { compare(desired, actual); }));
    }
    fmt::print("{:<22} {:>5} + {:>5} bytes  two bare parses {:>7.0f} us  compare {:>7.0f} us  ratio {:.2f}\n", name,
               desired.size(), actual.size(), median(bare), median(full), median(full) / median(bare));
}

void measure_equal_bytes(const std::string& text) {
    const std::string copy = text;
    constexpr int rounds = 200'000;
    bool equal = true;
    const double spent = microseconds([&] {
        for (int i = 0; i < rounds; ++i) {
            const bool same = text == copy;
            equal = equal && same;
            asm volatile("" ::: "memory"); // the comparison must not be taken out of the loop
        }
    });
    fmt::print("{:<22} {:>5} bytes          {:.0f} a second{}\n", "equal bytes", text.size(), rounds / spent * 1e6,
               equal ? "" : " (differ!)");
}

// Which reader takes the files of a folder: a row of a Markdown table.
int count_readers(const std::filesystem::path& folder) {
    int all = 0;
    int quick = 0;
    int events = 0;
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
        std::ifstream file(entry.path(), std::ios::binary);
        const std::string text(std::istreambuf_iterator<char>(file), {});
        ++all;
        if (mooring::yaml::parse_quickly(text, {}))
            ++quick;
        else if (mooring::yaml::parse_events(text, {}))
            ++events;
    }
    const auto percent = [all](int part) { return 100.0 * part / std::max(1, all); };
    fmt::print("| files that take the fast way | {} of {} | {:.1f} % (quick reader {:.1f} %, libyaml {:.1f} %) |\n",
               quick + events, all, percent(quick + events), percent(quick), percent(events));
    return percent(quick + events) >= 97 ? 0 : 1;
}

} // namespace

int main(int argc, char** argv) {
    if (argc == 3 && std::string_view(argv[1]) == "--readers") return count_readers(argv[2]);
    const std::string anchored = "x-shared: &shared {LEVEL: info}\nvolumes:\n  data0: {}\n";
    const std::string plain = "volumes:\n  data0: {}\n";
    measure("plain", short_spelling(plain), long_spelling(plain));
    const std::string tagged = "x-shared: !!str 5\nvolumes:\n  data0: {}\n";
    measure("with an anchor", short_spelling(anchored), long_spelling(anchored));
    measure("with a tag", short_spelling(tagged), long_spelling(tagged));
    measure_equal_bytes(short_spelling(plain));
    return 0;
}
