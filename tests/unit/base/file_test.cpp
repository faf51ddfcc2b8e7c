#include "base/file.hpp"

#include <array>
#include <cstdlib>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <string>
#include <sys/stat.h>
#include <unistd.h>

namespace mooring {
namespace {

namespace fs = std::filesystem;

class File : public testing::Test {
  protected:
    File() {
        std::string pattern = (fs::temp_directory_path() / "mooring-file-XXXXXX").string();
        folder_ = ::mkdtemp(pattern.data());
    }
    ~File() override { fs::remove_all(folder_); }
    fs::path folder_;
};

// Whoever names /dev/null or a pipe does not want a file in its place, least of all as root.
TEST_F(File, ADeviceOrAPipeIsWrittenAndNeverReplaced) {
    const std::filesystem::path link = folder_ / "null";
    std::filesystem::create_symlink("/dev/null", link);
    EXPECT_TRUE(write_file_atomically(link, "bytes"));
    EXPECT_TRUE(std::filesystem::is_symlink(link));
    const std::filesystem::path pipe = folder_ / "pipe";
    ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
    const int reader = ::open(pipe.c_str(), O_RDONLY | O_NONBLOCK);
    EXPECT_TRUE(write_file_atomically(pipe, "bytes"));
    std::array<char, 8> got{};
    EXPECT_EQ(::read(reader, got.data(), got.size()), 5);
    ::close(reader);
    EXPECT_TRUE(std::filesystem::is_fifo(pipe));
    const std::filesystem::path shared = "/dev/shm/mooring-file-test-" + std::to_string(::getpid());
    if (write_file_atomically(shared, "old and longer")) { // a file below /dev is a file
        EXPECT_TRUE(write_file_atomically(shared, "new"));
        EXPECT_EQ(*read_file(shared, 100), "new");
        std::filesystem::remove(shared);
    }
    if (std::filesystem::is_character_file("/dev/full")) {
        EXPECT_FALSE(write_file_atomically("/dev/full", "bytes"));
        EXPECT_TRUE(std::filesystem::is_character_file("/dev/full"));
    }
}

TEST_F(File, GivesBackEveryByteOfWhatWasWritten) {
    for (const std::size_t size : {0UL, 1UL, 4095UL, 4096UL, 4097UL, 300'000UL}) {
        std::string bytes(size, 'x');
        for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<char>(i * 31);
        ASSERT_TRUE(write_file_atomically(folder_ / "f", bytes));
        EXPECT_EQ(read_file(folder_ / "f", 1U << 20U).value(), bytes);
    }
}

TEST_F(File, RefusesMoreThanTheLimitAndTakesTheLimitItself) {
    ASSERT_TRUE(write_file_atomically(folder_ / "f", "12345"));
    EXPECT_EQ(read_file(folder_ / "f", 5).value(), "12345");
    EXPECT_EQ(read_file(folder_ / "f", 4).error().kind, ErrorKind::limit);
}

TEST_F(File, ReadsWhatHasNoSizeUntilItEnds) {
    const auto status = read_file("/proc/self/status", 1U << 20U);
    ASSERT_TRUE(status);
    EXPECT_TRUE(status->contains("Pid:"));
    EXPECT_EQ(read_file("/proc/self/status", 10).error().kind, ErrorKind::limit);
}

TEST_F(File, SaysWhatIsWrong) {
    EXPECT_EQ(read_file(folder_ / "none", 10).error().kind, ErrorKind::not_found);
    EXPECT_EQ(read_file(folder_, 10).error().message, "cannot read " + folder_.string() + ": it is a folder");
    EXPECT_EQ(read_file("/dev/zero", 10).error().kind, ErrorKind::io);
}

TEST_F(File, IsReplacedWholeWithTheWantedPermissions) {
    ::umask(022);
    ASSERT_TRUE(write_file_atomically(folder_ / "f", "old", 0600));
    ASSERT_TRUE(write_file_atomically(folder_ / "f", "new", 0640));
    struct stat about{};
    ASSERT_EQ(::stat((folder_ / "f").c_str(), &about), 0);
    EXPECT_EQ(about.st_mode & 0777U, 0640U);
    EXPECT_EQ(read_file(folder_ / "f", 10).value(), "new");
}

// Whoever sets one wants it for every file, and for reports that name hosts and stacks most of all.
TEST_F(File, TheUmaskTakesWhatItTakesOfAnyFile) {
    const mode_t before = ::umask(077);
    EXPECT_TRUE(write_file_atomically(folder_ / "f", "bytes"));
    ::umask(before);
    struct stat about{};
    ASSERT_EQ(::stat((folder_ / "f").c_str(), &about), 0);
    EXPECT_EQ(about.st_mode & 0777U, 0600U);
}

TEST_F(File, AFailedWriteLeavesNoNeighbourBehind) {
    fs::create_directory(folder_ / "d");
    EXPECT_FALSE(write_file_atomically(folder_ / "d", "x")) << "a folder cannot be replaced by a file";
    EXPECT_EQ(std::distance(fs::directory_iterator(folder_), fs::directory_iterator()), 1);
}

TEST(RealPath, OfAFileIsItsNameWhereTheFolderOfTheProcessIsGone) {
    const std::filesystem::path before = std::filesystem::current_path();
    std::string folder = std::filesystem::temp_directory_path() / "mooring-gone-XXXXXX";
    ASSERT_NE(::mkdtemp(folder.data()), nullptr);
    std::filesystem::current_path(folder);
    std::filesystem::remove(folder);
    const auto one = real_path("one/../two");
    const auto from_the_root = real_path("/proc/../proc");
    std::filesystem::current_path(before);
    EXPECT_EQ(one, "two");
    EXPECT_EQ(from_the_root, "/proc");
}

} // namespace
} // namespace mooring
