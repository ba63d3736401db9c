// SPDX-License-Identifier: Apache-2.0
#include "reeve/os/self_stats.hpp"

#include "posix/unique_fd.hpp"
#include "reeve/os/runtime.hpp"

#include <chrono>
#include <cstdlib>
#include <ctime>
#include <fcntl.h>
#include <filesystem>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>
#include <vector>

namespace {

using namespace reeve::os;

TEST(self_stats, tells_what_this_process_uses) {
  const auto stats = read_self_stats();
  ASSERT_TRUE(stats) << stats.error().message;
  EXPECT_GT(stats->resident_bytes, 0u);
  EXPECT_GT(stats->virtual_bytes, stats->resident_bytes);
  EXPECT_GE(stats->threads, 1u);
  rlimit limit{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &limit), 0);
  EXPECT_EQ(stats->open_handles_limit, limit.rlim_cur);
  const double now =
      std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
  EXPECT_LE(stats->start_unix_seconds, now);
  EXPECT_GT(stats->start_unix_seconds, now - 3600);
}

TEST(self_stats, follows_what_it_does) {
  const auto before = read_self_stats();
  ASSERT_TRUE(before);
  std::vector<unique_fd> more;
  for (int i = 0; i < 10; ++i)
    more.emplace_back(::open("/dev/null", O_RDONLY | O_CLOEXEC));
  const std::clock_t start = std::clock();
  while (std::clock() - start < CLOCKS_PER_SEC / 50) {
  }
  const auto after = read_self_stats();
  ASSERT_TRUE(after);
  EXPECT_EQ(after->open_handles, before->open_handles + 10);
  EXPECT_GE(after->cpu_seconds, before->cpu_seconds + 0.015);
  EXPECT_EQ(after->start_unix_seconds, before->start_unix_seconds);
  const auto listed = std::distance(std::filesystem::directory_iterator("/proc/self/fd"), {});
  EXPECT_EQ(after->open_handles, static_cast<std::uint64_t>(listed) - 1);
}

TEST(runtime, answers) {
  EXPECT_EQ(executable_path(), std::filesystem::read_symlink("/proc/self/exe"));
  EXPECT_EQ(os_name(), "linux");
  int ends[2];
  ASSERT_EQ(::pipe2(ends, O_CLOEXEC), 0);
  const unique_fd reading(ends[0]), writing(ends[1]);
  EXPECT_FALSE(is_terminal(reading.get()));
  EXPECT_FALSE(is_terminal(-1));
  const unique_fd terminal(::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC));
  if (terminal) {
    EXPECT_TRUE(is_terminal(terminal.get()));
  }
  tune_allocator();
  std::vector<char> still_works(5 << 20);
  EXPECT_EQ(still_works.back(), 0);
}

TEST(runtime, folder_of_this_account) {
  if (::geteuid() == 0) {
    EXPECT_EQ(user_runtime_dir(), "/run");
    return;
  }
  ::setenv("XDG_RUNTIME_DIR", "/run/user/7", 1);
  EXPECT_EQ(user_runtime_dir(), "/run/user/7");
  ::setenv("XDG_RUNTIME_DIR", "relative", 1);
  EXPECT_EQ(user_runtime_dir(), "/tmp");
}

} // namespace
