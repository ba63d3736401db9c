// SPDX-License-Identifier: Apache-2.0
// Descriptors of each kind, opened by the test itself and by children of its.
#include "live_process.hpp"
#include "parse/proc_pid.hpp"
#include "reeve/os/open_files.hpp"
#include "tests/support/temp_dir.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <grp.h>
#include <sstream>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/mman.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <thread>

namespace reeve::os {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

process_id identity_of(std::uint32_t pid) {
  std::ifstream in("/proc/" + std::to_string(pid) + "/stat");
  std::stringstream text;
  text << in.rdbuf();
  const auto stat = parse::parse_stat(text.str());
  return {pid, stat ? stat->start_ticks : 0};
}

process_id self() {
  return identity_of(static_cast<std::uint32_t>(::getpid()));
}

open_files read_of(process_id id, open_files_request wanted = {}) {
  const auto reader = open_files_reader::create();
  if (!reader) throw std::runtime_error(reader.error().message);
  open_files out;
  if (const auto done = (*reader)->read(id, wanted, out); !done)
    throw std::runtime_error(done.error().message);
  return out;
}

class open_files_test : public testing::Test {
 protected:
  void SetUp() override { before_ = read_of(self()); }

  void open(int fd) {
    ASSERT_GE(fd, 0) << errno;
    opened_.emplace_back(fd);
  }
  // How many more of each kind there are now than there were.
  std::map<std::string, std::int64_t> more() const {
    const open_files now = read_of(self());
    std::map<std::string, std::int64_t> out;
    for (std::size_t i = 0; i < handle_kinds; ++i)
      if (now.by_kind[i] != before_.by_kind[i])
        out[name_of(static_cast<handle_kind>(i))] =
            static_cast<std::int64_t>(now.by_kind[i]) - static_cast<std::int64_t>(before_.by_kind[i]);
    return out;
  }

  test::temp_dir folder_;
  std::vector<unique_fd> opened_;
  open_files before_;
};

using counts = std::map<std::string, std::int64_t>;

TEST_F(open_files_test, files_and_folders) {
  const std::string path = (folder_ / "file").string();
  open(::open(path.c_str(), O_CREAT | O_RDWR | O_CLOEXEC, 0600));
  open(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  ::unlink(path.c_str());
  open(::open(path.c_str(), O_CREAT | O_RDWR | O_CLOEXEC, 0600));
  open(::open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  EXPECT_EQ(more(), (counts{{"file", 3}, {"folder", 1}}));
}

TEST_F(open_files_test, sockets_and_pipes) {
  int two[2];
  ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, two), 0);
  open(two[0]);
  open(two[1]);
  open(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  ASSERT_EQ(::pipe2(two, O_CLOEXEC), 0);
  open(two[0]);
  open(two[1]);
  const std::string fifo = (folder_ / "fifo").string();
  ASSERT_EQ(::mkfifo(fifo.c_str(), 0600), 0);
  open(::open(fifo.c_str(), O_RDWR | O_CLOEXEC));
  EXPECT_EQ(more(), (counts{{"socket", 3}, {"pipe", 3}}));
}

TEST_F(open_files_test, events) {
  sigset_t none;
  ::sigemptyset(&none);
  open(::eventfd(0, EFD_CLOEXEC));
  open(::timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC));
  open(::signalfd(-1, &none, SFD_CLOEXEC));
  open(::epoll_create1(EPOLL_CLOEXEC));
  open(::inotify_init1(IN_CLOEXEC));
  EXPECT_EQ(more(), (counts{{"event", 5}}));
}

TEST_F(open_files_test, devices_and_shared_memory) {
  open(::open("/dev/null", O_RDWR | O_CLOEXEC));
  open(::memfd_create("reeve test", MFD_CLOEXEC));
  const std::string name = "/reeve-test-" + std::to_string(::getpid());
  open(::shm_open(name.c_str(), O_CREAT | O_RDWR, 0600));
  EXPECT_EQ(more(), (counts{{"device", 1}, {"shared_memory", 2}}));
  ::shm_unlink(name.c_str());
  EXPECT_EQ(more(), (counts{{"device", 1}, {"shared_memory", 2}})); // its name has gone, it has not
}

TEST_F(open_files_test, targets_are_the_last_ones_of_the_kinds_asked_for) {
  std::vector<std::string> names;
  for (const char* name : {"a", "b", "c"}) {
    names.push_back((folder_ / name).string());
    open(::fcntl(::open(names.back().c_str(), O_CREAT | O_RDWR | O_CLOEXEC, 0600), F_DUPFD_CLOEXEC, 200));
  }
  open(::fcntl(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0), F_DUPFD_CLOEXEC, 210));
  const auto got = read_of(self(), {set_of(handle_kind::file), 2});
  ASSERT_EQ(got.targets.size(), 2u);
  EXPECT_EQ(got.targets[0].name, names[1]);
  EXPECT_EQ(got.targets[1].name, names[2]);
  EXPECT_EQ(got.targets[1].kind, handle_kind::file);
  EXPECT_EQ(got.targets[1].handle, static_cast<std::uint64_t>(opened_[2].get()));
  EXPECT_GE(got.of(handle_kind::socket), 1u); // counted though not asked for
  const auto of_sockets = read_of(self(), {set_of(handle_kind::socket), 1});
  ASSERT_EQ(of_sockets.targets.size(), 1u);
  EXPECT_THAT(of_sockets.targets[0].name, testing::StartsWith("socket:["));
  EXPECT_TRUE(read_of(self()).targets.empty());
}

TEST(open_files_of_others, a_pid_that_another_process_has_is_not_found) {
  const auto reader = open_files_reader::create();
  ASSERT_TRUE(reader);
  process_id other = self();
  ++other.start;
  open_files out;
  EXPECT_EQ((*reader)->read(other, {}, out).error().code, errc::not_found);
}

TEST(open_files_of_others, a_process_that_has_ended_is_not_found) {
  live::signal_line end;
  live::child child([&] { end.wait(); });
  const process_id id = identity_of(child.pid());
  EXPECT_GT(read_of(id).of(handle_kind::pipe), 0u);
  child.kill();
  child.reap();
  const auto reader = open_files_reader::create();
  open_files out;
  EXPECT_EQ((*reader)->read(id, {}, out).error().code, errc::not_found);
}

TEST(open_files_of_others, a_process_whose_main_thread_has_ended_still_has_them) {
  live::signal_line ready, end;
  live::child child([&] {
    std::thread([&] {
      while (true) {
        std::ifstream stat("/proc/self/stat");
        std::string text((std::istreambuf_iterator<char>(stat)), {});
        if (text.find(") Z ") != text.npos) break;
        std::this_thread::yield();
      }
      ready.send();
      end.wait();
      ::_exit(0);
    }).detach();
    ::syscall(SYS_exit, 0); // this thread alone; pthread_exit() would unwind into the test's
  });
  ASSERT_TRUE(ready.wait());
  EXPECT_GE(read_of(identity_of(child.pid())).of(handle_kind::pipe), 4u); // both lines
}

TEST(open_files_of_others, without_rights_the_error_says_what_mends_it) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root can become nobody";
  const process_id root = self();
  live::child nobody([&] {
    if (::setgroups(0, nullptr) != 0 || ::setgid(65534) != 0 || ::setuid(65534) != 0) ::_exit(1);
    const auto reader = open_files_reader::create();
    open_files out;
    if (!reader) ::_exit(2);
    const auto done = (*reader)->read(root, {}, out);
    if (done || done.error().code != errc::access_denied) ::_exit(3);
    if (done.error().message.find("CAP_SYS_PTRACE") == std::string::npos) ::_exit(4);
    const auto gone = (*reader)->read({root.pid, root.start + 1}, {}, out);
    if (gone || gone.error().code != errc::not_found) ::_exit(5);
  });
  EXPECT_EQ(nobody.reap(), 0);
}

// Recorded, since few accounts may open so many.
TEST(open_files_of_many, what_is_beyond_the_bound_is_counted) {
  const test::temp_dir root;
  const auto process = root / "77";
  std::filesystem::create_directories(process / "fd");
  std::ofstream(process / "stat") << "77 (x) S 1 77 77 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 5000 0 0\n";
  for (std::uint64_t i = 0; i < open_files_reader::max_handles + 7; ++i)
    ASSERT_EQ(::symlink("socket:[1]", (process / "fd" / std::to_string(i)).c_str()), 0);
  const auto reader = open_files_reader::create({root.path().string()});
  ASSERT_TRUE(reader) << reader.error().message;
  open_files out;
  const auto done = (*reader)->read({77, 5000}, {all_handle_kinds, 3}, out);
  ASSERT_TRUE(done) << done.error().message;
  EXPECT_EQ(out.of(handle_kind::socket), open_files_reader::max_handles);
  EXPECT_EQ(out.left_out, 7u);
  EXPECT_EQ(out.targets.size(), 3u);
}

} // namespace
} // namespace reeve::os
