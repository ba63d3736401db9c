// SPDX-License-Identifier: Apache-2.0
// The table over this machine's processes: the test's own and children it makes.
#include "live_process.hpp"
#include "parse/proc_pid.hpp"

#include <chrono>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <gmock/gmock.h>
#include <iterator>
#include <pwd.h>
#include <set>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <thread>

namespace {

using namespace reeve::os;
using namespace reeve::os::live;
using enum process_field;

std::string file_text(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

class live_processes : public testing::Test {
 protected:
  void SetUp() override {
    auto created = process_table::create();
    ASSERT_TRUE(created) << created.error().message;
    table_ = std::move(*created);
  }

  // The row of that process in a new reading.
  const process_row* read(std::uint32_t pid, process_fields wanted = all_process_fields) {
    const auto ok = table_->read(wanted, rows_);
    EXPECT_TRUE(ok) << ok.error().message;
    return find(rows_, pid);
  }
  const process_row& read_self(process_fields wanted = all_process_fields) {
    const process_row* row = read(static_cast<std::uint32_t>(::getpid()), wanted);
    if (!row) throw std::runtime_error("the test does not see itself");
    return *row;
  }
  std::string text(text_ref ref) const { return std::string(rows_.view(ref)); }

  std::unique_ptr<process_table> table_;
  process_rows rows_;
};

TEST_F(live_processes, shows_this_process_as_it_is) {
  const process_row& row = read_self();
  EXPECT_EQ(row.present, all_process_fields);
  EXPECT_EQ(text(row.executable), std::filesystem::read_symlink("/proc/self/exe"));
  EXPECT_THAT(text(row.command_line), testing::HasSubstr("os_process_table_test"));
  EXPECT_EQ(text(row.name), "os_process_tabl");
  EXPECT_EQ(row.ppid, static_cast<std::uint32_t>(::getppid()));
  EXPECT_EQ(row.flags, 0u);
  EXPECT_EQ(row.state, process_state::running);
  const passwd* account = ::getpwuid(::geteuid());
  EXPECT_EQ(text(row.user), account ? account->pw_name : std::to_string(::geteuid()));
  EXPECT_GE(row.resident_bytes, row.private_bytes);
  EXPECT_GE(row.virtual_bytes, row.resident_bytes);
  EXPECT_GE(row.threads, 1u);

  const auto now = std::chrono::duration_cast<std::chrono::nanoseconds>(
                       std::chrono::system_clock::now().time_since_epoch())
                       .count();
  EXPECT_LE(row.start_unix_ns, now);
  EXPECT_GT(row.start_unix_ns, now - 3'600'000'000'000); // a test program does not run for an hour
  const std::int64_t first = row.start_unix_ns;
  EXPECT_EQ(read_self().start_unix_ns, first);
}

TEST_F(live_processes, each_identity_is_listed_once) {
  ASSERT_TRUE(table_->read(0, rows_));
  std::set<reeve::process_id> ids;
  for (const auto& row : rows_.rows)
    EXPECT_TRUE(ids.insert(row.id).second) << row.id.pid;
  EXPECT_GT(ids.size(), 1u);
}

TEST_F(live_processes, processor_time_grows) {
  const process_row& before = read_self();
  const std::uint64_t used = before.cpu_user_ns + before.cpu_system_ns;
  const std::clock_t start = std::clock();
  while (std::clock() - start < CLOCKS_PER_SEC / 10) {
  }
  const process_row& after = read_self();
  EXPECT_GE(after.cpu_user_ns + after.cpu_system_ns, used + 80'000'000); // counted in ticks of 10 ms
  EXPECT_LE(after.cpu_user_ns + after.cpu_system_ns,
            static_cast<std::uint64_t>(std::clock()) * (1'000'000'000 / CLOCKS_PER_SEC) + 20'000'000);
}

TEST_F(live_processes, descriptors_are_counted) {
  const std::uint64_t before = read_self().open_handles;
  std::vector<unique_fd> more;
  for (int i = 0; i < 50; ++i)
    more.emplace_back(::open("/dev/null", O_RDONLY | O_CLOEXEC));
  EXPECT_EQ(read_self().open_handles, before + 50);
  more.clear();
  EXPECT_EQ(read_self().open_handles, before);
  const auto listed = std::distance(std::filesystem::directory_iterator("/proc/self/fd"), {});
  EXPECT_EQ(static_cast<std::uint64_t>(listed), before + 1); // the listing's own
}

TEST_F(live_processes, the_soft_limit_of_descriptors_follows_a_change) {
  rlimit limit{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &limit), 0);
  EXPECT_EQ(read_self().open_handles_limit, limit.rlim_cur);
  const rlimit lower{limit.rlim_cur - 1, limit.rlim_max};
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &lower), 0);
  EXPECT_EQ(read_self().open_handles_limit, limit.rlim_cur - 1);
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &limit), 0);
}

TEST_F(live_processes, threads_are_counted) {
  signal_line first_go, second_go;
  std::thread first([&] { first_go.wait(); }); // a sanitizer starts a thread of its own with the first
  const std::uint64_t before = read_self().threads;
  std::thread second([&] { second_go.wait(); });
  EXPECT_EQ(read_self().threads, before + 1);
  first_go.send();
  second_go.send();
  first.join();
  second.join();
}

TEST_F(live_processes, memory_and_faults_grow) {
  constexpr std::size_t bytes = 32u << 20;
  const process_row before = read_self();
  void* memory = ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  ASSERT_NE(memory, MAP_FAILED);
  ::madvise(memory, bytes, MADV_NOHUGEPAGE);
  const std::size_t page = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
  for (std::size_t at = 0; at < bytes; at += page)
    static_cast<volatile char*>(memory)[at] = 1;
  const process_row after = read_self();
  EXPECT_GE(after.minor_faults, before.minor_faults + bytes / page);
  EXPECT_GE(after.private_bytes, before.private_bytes + bytes * 9 / 10); // the kernel batches its counters
  EXPECT_GE(after.resident_bytes, before.resident_bytes + bytes * 9 / 10);
  EXPECT_GE(after.virtual_bytes, before.virtual_bytes + bytes);
  ::munmap(memory, bytes);
}

TEST_F(live_processes, io_is_what_the_kernel_counts) {
  const std::string path = testing::TempDir() + "reeve_io_" + std::to_string(::getpid());
  const auto own = [] { return *parse::parse_io(file_text("/proc/self/io")); };
  const auto before = own();
  std::ofstream(path, std::ios::binary) << std::string(1 << 20, 'x') << std::flush;
  const process_row row = read_self();
  const auto after = own();
  std::filesystem::remove(path);
  EXPECT_GE(row.io_write_bytes, before.write_bytes);
  EXPECT_LE(row.io_write_bytes, after.write_bytes);
  EXPECT_GE(row.io_read_bytes, before.read_bytes);
  EXPECT_LE(row.io_read_bytes, after.read_bytes);
}

// One switch of this thread for each round at least.
void switch_often(int rounds) {
  signal_line there, back;
  std::thread other([&] {
    for (int i = 0; i < rounds; ++i) {
      there.wait();
      back.send();
    }
  });
  for (int i = 0; i < rounds; ++i) {
    there.send();
    back.wait();
  }
  other.join();
}

TEST_F(live_processes, context_switches_grow_and_never_fall) {
  std::uint64_t last = read_self().voluntary_switches;
  const std::uint64_t first = last;
  for (int i = 0; i < 5; ++i) {
    switch_often(100); // with a thread that ends: what the kernel sums over living threads falls
    const std::uint64_t now = read_self().voluntary_switches;
    EXPECT_GE(now, last);
    last = now;
  }
  EXPECT_GE(last, first + 100);
}

TEST_F(live_processes, switches_of_all_threads_are_counted_where_permitted) {
  if (::geteuid() != 0) GTEST_SKIP() << "taskstats wants CAP_NET_ADMIN";
  signal_line ready, go;
  child threads(
      [&] { // a process in which no thread has ended yet: kernels differ in whether those still count
        std::thread other([&] {
          for (int i = 0; i < 300; ++i) {
            timespec moment{0, 1000};
            ::nanosleep(&moment, nullptr); // one voluntary switch
          }
          ready.send();
          go.wait();
        });
        other.join();
      });
  ASSERT_TRUE(ready.wait());
  const auto sum = [&] {
    std::uint64_t total = 0;
    for (const auto& task :
         std::filesystem::directory_iterator("/proc/" + std::to_string(threads.pid()) + "/task"))
      total += parse::parse_status(file_text(task.path() / "status")).voluntary_switches.value_or(0);
    return total;
  };
  const std::uint64_t before = sum();
  const process_row* row = read(threads.pid());
  ASSERT_NE(row, nullptr);
  EXPECT_GE(row->voluntary_switches, before);
  EXPECT_LE(row->voluntary_switches, sum());
  EXPECT_GE(row->voluntary_switches, 300u);
}

TEST_F(live_processes, a_child_appears_and_vanishes) {
  signal_line go;
  child sleeper([&] { go.wait(); });
  const process_row* row = read(sleeper.pid());
  ASSERT_NE(row, nullptr);
  EXPECT_EQ(row->ppid, static_cast<std::uint32_t>(::getpid()));
  EXPECT_EQ(text(row->name), "os_process_tabl");
  EXPECT_THAT(text(row->command_line), testing::HasSubstr("os_process_table_test"));
  const std::string user_name = text(row->user);
  const std::int64_t start = row->start_unix_ns;
  const process_row& self = read_self();
  EXPECT_EQ(text(self.user), user_name);
  EXPECT_GE(start, self.start_unix_ns);

  const std::uint32_t pid = sleeper.pid();
  sleeper.kill();
  sleeper.wait_until_zombie();
  row = read(pid);
  ASSERT_NE(row, nullptr);
  EXPECT_EQ(row->state, process_state::zombie);
  EXPECT_FALSE(has(row->present, command_line));
  sleeper.reap();
  EXPECT_EQ(read(pid), nullptr);
}

TEST_F(live_processes, a_new_name_shows_in_the_next_reading) {
  signal_line rename, renamed, go;
  child sleeper([&] {
    rename.wait();
    ::prctl(PR_SET_NAME, "a) b (c");
    renamed.send();
    go.wait();
  });
  for (int i = 0; i < 4; ++i)
    ASSERT_NE(read(sleeper.pid()), nullptr);
  rename.send();
  ASSERT_TRUE(renamed.wait());
  const process_row* row = read(sleeper.pid());
  ASSERT_NE(row, nullptr);
  EXPECT_EQ(text(row->name), "a) b (c");
}

TEST_F(live_processes, exec_keeps_the_identity_and_changes_the_face) {
  signal_line start, executed, input;
  child runner([&] {
    start.wait();
    ::dup2(input.reading(), 0); // cat waits for its input, which never comes
    ::execl("/bin/cat", "cat", "-u", static_cast<char*>(nullptr));
  });
  executed.close_writing(); // the child's end closes with the exec
  for (int i = 0; i < 4; ++i)
    ASSERT_NE(read(runner.pid()), nullptr);
  const reeve::process_id id = read(runner.pid())->id;
  start.send();
  ASSERT_TRUE(executed.wait());
  const process_row* row = read(runner.pid());
  ASSERT_NE(row, nullptr);
  EXPECT_EQ(row->id, id);
  EXPECT_EQ(text(row->name), "cat");
  EXPECT_EQ(text(row->command_line), "cat -u");
  EXPECT_THAT(text(row->executable), testing::EndsWith("cat"));
}

TEST_F(live_processes, a_process_lives_on_without_its_main_thread) {
  signal_line go;
  child threads([&] {
    static const signal_line* line;
    line = &go;
    std::thread([] {
      line->wait();
      ::_exit(0);
    }).detach();
    ::syscall(SYS_exit, 0); // this thread alone
  });
  const std::string stat = "/proc/" + std::to_string(threads.pid()) + "/stat";
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(10);
  while (parse::parse_stat(file_text(stat))->state != 'Z' && std::chrono::steady_clock::now() < deadline)
    std::this_thread::yield();
  const process_row* row = read(threads.pid());
  ASSERT_NE(row, nullptr);
  EXPECT_NE(row->state, process_state::zombie);
  EXPECT_EQ(row->threads, parse::parse_stat(file_text(stat))->threads);
  EXPECT_GE(row->threads, 2u);
  EXPECT_GT(row->resident_bytes, 0u);
  EXPECT_GE(row->open_handles, 4u);
  EXPECT_THAT(text(row->command_line), testing::HasSubstr("os_process_table_test"));
}

// A process that did nothing keeps its counters without being read; one that did something must not.
TEST_F(live_processes, a_process_that_slept_is_read_again_once_it_acted) {
  signal_line act, acted, go;
  child sleeper([&] {
    for (;;) {
      act.wait();
      (void)::open("/dev/null", O_RDONLY | O_CLOEXEC);
      acted.send();
    }
  });
  std::uint64_t open = 0;
  for (int i = 0; i < 4; ++i)
    open = read(sleeper.pid())->open_handles;
  for (int i = 0; i < 40; ++i) {
    if (i % 3 == 0) {
      act.send();
      ASSERT_TRUE(acted.wait());
      ++open;
      if (i % 2 == 0)
        read(sleeper.pid(), static_cast<process_fields>(context_switches)); // sees it act, reads no more
    }
    ASSERT_EQ(read(sleeper.pid())->open_handles, open) << i;
  }
}

} // namespace
