// Opening the ledger: what the file is, whether it is whole, and what becomes of it if not.
#include "ledger/database.hpp"
#include "ledger/ledger.hpp"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <fmt/format.h>
#include <fstream>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace mooring::ledger {
namespace {

namespace fs = std::filesystem;

constexpr std::array<std::string_view, 3> companions{"", "-wal", "-shm"}; // of one SQLite database

enum class Kind {
    empty, // no tables: a new file
    ledger,
    foreign, // another program's database
    newer,   // written by a newer Mooring
    damaged,
    unavailable, // locked, unreadable, ...
};

// True too when nobody may say: then opening it fails, and says why.
bool is_there(const fs::path& file) {
    std::error_code failed;
    return fs::exists(file, failed) || failed;
}

struct Found {
    Kind kind = Kind::unavailable;
    std::string why; // of damage
    Error error;     // of unavailable
};

// Every ledger has these since its first step; an id alone can stand in any file.
bool has_our_tables(Database& database) {
    return database.number("SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name IN ('origin', 'texts', "
                           "'runs', 'stacks', 'states', 'spells', 'checkpoints')") == 7;
}

Kind kind_of(Database& database) {
    const std::int64_t application = database.number("PRAGMA application_id");
    const std::int64_t tables = database.number("SELECT count(*) FROM sqlite_master");
    if (tables == 0 && (application == 0 || application == application_id)) return Kind::empty;
    if (application != application_id || !has_our_tables(database)) return Kind::foreign;
    return database.number("PRAGMA user_version") > newest_schema() ? Kind::newer : Kind::ledger;
}

Found look_into(Database& database) {
    Found found;
    found.kind = kind_of(database);
    if (found.kind == Kind::ledger) {
        found.why = database.text("PRAGMA quick_check(1)");
        if (found.why != "ok") found.kind = Kind::damaged;
    }
    const Condition condition = database.condition();
    if (!database.failed()) return found;
    found.error = database.outcome().error();
    found.kind = condition == Condition::damaged ? Kind::damaged : Kind::unavailable;
    if (condition == Condition::damaged) found.why = found.error.message;
    return found;
}

// What the first bytes of a file say (sqlite.org/fileformat.html §1.3): only what begins as a ledger may be called a
// damaged one, and set aside.
enum class Beginning {
    nothing, // no byte, or nobody may read it: opening it says why
    memory,  // a memory of --remember, which a ledger can take over but not be
    ledger,  // an SQLite database with our application id
    sqlite,  // another one, or one that says nothing of itself yet
    other,
    no_file, // a folder, a pipe, a device
};

Beginning beginning_of(const fs::path& file) {
    constexpr std::string_view magic("SQLite format 3\0", 16); // with its NUL
    constexpr std::size_t id_at = 68;
    std::error_code failed;
    if (const auto about = fs::status(file, failed); fs::exists(about) && !fs::is_regular_file(about))
        return Beginning::no_file;
    std::ifstream in(file, std::ios::binary);
    std::string head(id_at + 4, '\0');
    in.read(head.data(), static_cast<std::streamsize>(head.size()));
    head.resize(static_cast<std::size_t>(in.gcount()));
    if (head.empty()) return Beginning::nothing;
    if (!head.starts_with(magic)) {
        const std::size_t first = head.find_first_not_of(" \t\r\n");
        return first != std::string::npos && head[first] == '{' ? Beginning::memory : Beginning::other;
    }
    std::int64_t id = 0;
    for (std::size_t i = id_at; i < head.size(); ++i) id = id * 256 + static_cast<unsigned char>(head[i]);
    return head.size() == id_at + 4 && id == application_id ? Beginning::ledger : Beginning::sqlite;
}

std::unexpected<Error> unusable(const fs::path& file, std::string_view why, std::string cure) {
    return fail(ErrorKind::invalid_input, fmt::format("{} cannot be used as a ledger: {}", file.string(), why),
                std::move(cure));
}

// What no way of opening puts right; the file stays as it is.
Result<void> refuse(const fs::path& file, const Found& found) {
    switch (found.kind) {
    case Kind::foreign:
        return unusable(file, "it is a database of another program", "Name another file.");
    case Kind::newer:
        return unusable(file, "it was written by a newer Mooring", "Use that version, or name another file.");
    case Kind::unavailable:
        return std::unexpected(found.error);
    default:
        return {};
    }
}

// A file that does not even begin as a database is somebody's: it is neither opened nor touched.
Result<void> refuse_other_files(const fs::path& file, Beginning beginning) {
    switch (beginning) {
    case Beginning::memory:
        return unusable(file, "it is a memory file of --remember or another JSON file",
                        fmt::format("Name a new file; `--remember {}` beside it takes over a memory.", file.string()));
    case Beginning::other:
        return unusable(file, "it is not a ledger", "It was left as it is. Name another file.");
    case Beginning::no_file:
        return unusable(file, "it is not a regular file", "Name another file.");
    default:
        return {};
    }
}

// Owner-only from the beginning; SQLite gives its companions the same mode. True: it was made.
Result<bool> make_private(const fs::path& file) {
    const int made = ::open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (made >= 0) ::close(made);
    if (made >= 0 || errno == EEXIST) return made >= 0;
    return fail(ErrorKind::io,
                fmt::format("the ledger {} cannot be made: {}", file.string(), std::generic_category().message(errno)),
                "Give this user the right to write the folder.");
}

std::string compact_utc(UnixSeconds at) {
    std::string text = format_utc(at);
    std::erase_if(text, [](char c) { return c == '-' || c == ':'; });
    return text;
}

// Renames the file and its companions. Returns the new name.
Result<fs::path> set_aside(const fs::path& file, UnixSeconds now) {
    const std::string name = fmt::format("{}.damaged-{}", file.string(), compact_utc(now));
    std::string free = name;
    std::error_code failed;
    for (int i = 2; fs::exists(free, failed) && i < 100; ++i) free = fmt::format("{}-{}", name, i);
    for (const std::string_view companion : companions) {
        const fs::path from = file.string() + std::string(companion);
        if (!fs::exists(from, failed)) continue;
        fs::rename(from, free + std::string(companion), failed);
        if (!failed) continue;
        return fail(
            ErrorKind::io,
            fmt::format("the ledger {} is damaged and cannot be set aside: {}", file.string(), failed.message()),
            "Give this user the right to write the folder, or move the file away.");
    }
    return fs::path(free);
}

// Tables, and how the chain begins.
Result<void> begin_chain(Database& database, const LedgerStart& origin) {
    // Small pages: what a run costs is the pages it touches, three when nothing changed. The file itself says from the
    // beginning on what it is, not only its log.
    database.execute(
        fmt::format("PRAGMA page_size = 2048; PRAGMA application_id = {}; PRAGMA journal_mode = WAL", application_id));
    Transaction transaction(database, Transaction::Kind::write);
    migrate(database);
    if (database.number("SELECT count(*) FROM origin") == 0) { // another process may have been first
        Statement(database, "INSERT INTO origin VALUES (?, ?, ?)")
            .bind(1, origin.at)
            .bind(2, origin.reason)
            .bind(3, origin.set_aside)
            .run();
    }
    return transaction.commit();
}

// The steps that a file of an older Mooring lacks.
Result<void> bring_up_to_date(Database& database) {
    Transaction transaction(database, Transaction::Kind::write);
    migrate(database);
    return transaction.commit();
}

Result<void> set_up(Database& database, const OpenOptions& options) {
    // A small cache of pages: recording touches few of them, and an agent must not grow by what it once looked at.
    database.execute("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -256");
    if (options.most_pages > 0) database.execute(fmt::format("PRAGMA max_page_count = {}", options.most_pages));
    return database.outcome();
}

Diagnostic told_of(const fs::path& file, const LedgerStart& origin) {
    return remark(
        file, "ledger-set-aside",
        fmt::format("the ledger {} was damaged ({}); it was set aside as {}, and a new chain begins here",
                    file.string(), origin.reason, origin.set_aside),
        "The new one remembers nothing, so that `denied` and `missing` can read `not_visible` until the stacks "
        "are seen again. To go back, end Mooring and put a backup in its place.");
}

class Opening {
  public:
    Opening(const fs::path& file, const OpenOptions& options) : file_(file), options_(options) {}

    Result<Opened> open_for_writing();
    Result<Opened> open_for_reading();

  private:
    Result<Found> find();
    Result<Found> begin_anew(const Found& found);
    Result<Opened> finish();

    const fs::path& file_;
    const OpenOptions& options_;
    std::unique_ptr<Database> database_ = std::make_unique<Database>();
    Opened opened_;
};

// The file as it is; one that is not there is made first.
Result<Found> Opening::find() {
    const Beginning beginning = beginning_of(file_);
    if (Result<void> fine = refuse_other_files(file_, beginning); !fine) return std::unexpected(fine.error());
    const Result<bool> made = make_private(file_);
    if (!made) return std::unexpected(made.error());
    database_->open(file_, Database::Open::write);
    Found found = look_into(*database_);
    if (found.kind == Kind::damaged && beginning == Beginning::sqlite) found.kind = Kind::foreign;
    if (Result<void> fine = refuse(file_, found); !fine) return std::unexpected(fine.error());
    // A ledger that lost all its pages looks like a new one; its key tells them apart.
    if (found.kind == Kind::empty && !*made && is_there(key_path(file_))) {
        found.kind = Kind::damaged;
        found.why = "it is empty";
    }
    return found;
}

Result<Found> Opening::begin_anew(const Found& found) {
    LedgerStart origin{.at = options_.now, .reason = {}, .set_aside = {}};
    if (found.kind == Kind::damaged) {
        database_->close();
        const Result<fs::path> aside = set_aside(file_, options_.now);
        if (!aside) return std::unexpected(aside.error());
        origin.reason = found.why;
        origin.set_aside = aside->string();
        opened_.diagnostics.push_back(told_of(file_, origin));
        if (Result<bool> made = make_private(file_); !made) return std::unexpected(made.error());
        database_->open(file_, Database::Open::write);
    }
    if (Result<void> begun = begin_chain(*database_, origin); !begun) return std::unexpected(begun.error());
    opened_.created = true;
    return Found{.kind = Kind::ledger};
}

Result<Opened> Opening::finish() {
    Result<LoadedKey> key = load_key(key_path(file_), "ledger", !opened_.created);
    if (!key) return std::unexpected(key.error());
    std::ranges::move(key->diagnostics, std::back_inserter(opened_.diagnostics));
    // Digests that were made with a key that is lost stay: under another key nothing is equal to them.
    if (Result<void> done = database_->outcome(); !done) return std::unexpected(done.error());
    opened_.ledger = std::make_unique<SqliteLedger>(std::move(database_), std::move(key->key));
    return std::move(opened_);
}

Result<Opened> Opening::open_for_writing() {
    Result<Found> found = find();
    if (!found) return std::unexpected(found.error());
    if (found->kind != Kind::ledger) found = begin_anew(*found);
    if (!found) return std::unexpected(found.error());
    if (database_->number("PRAGMA user_version") != newest_schema()) {
        if (Result<void> done = bring_up_to_date(*database_); !done) return std::unexpected(done.error());
    }
    if (Result<void> ready = set_up(*database_, options_); !ready) return std::unexpected(ready.error());
    return finish();
}

Result<Opened> Opening::open_for_reading() {
    if (!is_there(file_)) return fail(ErrorKind::not_found, fmt::format("there is no ledger {}", file_.string()));
    const Beginning beginning = beginning_of(file_);
    if (Result<void> fine = refuse_other_files(file_, beginning); !fine) return std::unexpected(fine.error());
    database_->open(file_, Database::Open::read_only);
    Found found = look_into(*database_);
    // A copy in a folder that cannot be written: SQLite wants to make companions there, unless nobody writes the file.
    if (found.kind == Kind::unavailable && !is_there(file_.string() + "-wal")) {
        database_ = std::make_unique<Database>();
        database_->open(file_, Database::Open::unchanging);
        found = look_into(*database_);
    }
    if (found.kind == Kind::damaged && beginning == Beginning::sqlite) found.kind = Kind::foreign;
    if (Result<void> fine = refuse(file_, found); !fine) return std::unexpected(fine.error());
    if (found.kind == Kind::empty) return unusable(file_, "it is empty", "Nothing was recorded in it yet.");
    if (found.kind == Kind::damaged)
        return unusable(file_, "it is damaged: " + found.why, "Use a backup of it instead.");
    Result<LoadedKey> key = read_key(key_path(file_), "ledger");
    if (!key) return std::unexpected(key.error());
    opened_.diagnostics = std::move(key->diagnostics);
    opened_.ledger = std::make_unique<SqliteLedger>(std::move(database_), std::move(key->key));
    return std::move(opened_);
}

} // namespace

Result<Opened> open_ledger(const std::filesystem::path& file, const OpenOptions& options) {
    Opening opening(file, options);
    Result<Opened> opened = options.access == Access::write ? opening.open_for_writing() : opening.open_for_reading();
    if (!opened) return while_doing("opening the ledger", std::move(opened.error()));
    return opened;
}

} // namespace mooring::ledger
