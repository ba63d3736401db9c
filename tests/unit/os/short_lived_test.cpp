// SPDX-License-Identifier: Apache-2.0
#include "live_process.hpp"
#include "parse/proc_pid.hpp"

#include "tests/support/wait_until.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <sys/prctl.h>

namespace {

using namespace reeve::os;
using namespace reeve::os::live;

class short_lived : public testing::Test {
 protected:
  void SetUp() override {
    auto created = process_table::create({.watch_short_lived = true});
    ASSERT_TRUE(created) << created.error().message;
    table_ = std::move(*created);
    if (!table_->short_lived_unavailable().empty()) GTEST_SKIP() << table_->short_lived_unavailable();
    read();
  }

  void read() {
    const auto ok = table_->read(all_process_fields, rows_);
    ASSERT_TRUE(ok) << ok.error().message;
    for (const auto& row : rows_.short_lived) {
      EXPECT_TRUE(seen_.insert(row.id).second) << row.id.pid << " was delivered twice";
      EXPECT_FALSE(listed_.contains(row.id)) << row.id.pid;
      if (row.ppid != static_cast<std::uint32_t>(::getpid())) continue;
      names_[row.id.pid] = rows_.view(row.name);
      executables_[row.id.pid] = rows_.view(row.executable);
    }
    for (const auto& row : rows_.rows)
      listed_.insert(row.id);
  }

  // The kernel queues an exec's message before the exec returns, so a watcher found asleep after that has
  // handled it. The thread may not have its name yet.
  static bool watcher_is_idle() {
    return reeve::test::wait_until(
        [] {
          for (const auto& task : std::filesystem::directory_iterator("/proc/self/task")) {
            std::string name, stat;
            std::getline(std::ifstream(task.path() / "comm"), name);
            std::getline(std::ifstream(task.path() / "stat"), stat);
            const auto read = parse::parse_stat(stat + "\n");
            if (name == "process-events" && read && read->state == 'S') return true;
          }
          return false;
        },
        reeve::test::long_bound);
  }

  std::unique_ptr<process_table> table_;
  process_rows rows_;
  std::set<reeve::process_id> seen_;
  std::set<reeve::process_id> listed_;
  std::map<std::uint32_t, std::string> names_; // of this test's children among the short-lived
  std::map<std::uint32_t, std::string> executables_;
};

TEST_F(short_lived, every_one_of_two_hundred_is_delivered_once) {
  std::set<std::uint32_t> pids;
  for (int i = 0; i < 200; ++i) {
    child quick([] {});
    pids.insert(quick.pid());
    ASSERT_EQ(quick.reap(), 0);
  }
  read();
  for (const std::uint32_t pid : pids)
    EXPECT_TRUE(names_.contains(pid)) << pid;
  EXPECT_EQ(rows_.short_lived_lost_total, 0u);
  for (const auto& [pid, name] : names_)
    EXPECT_EQ(name, "os_process_tabl") << pid; // inherited, there was no exec
  const auto own = std::find_if(rows_.short_lived.begin(), rows_.short_lived.end(),
                                [&](const process_row& row) { return pids.contains(row.id.pid); });
  ASSERT_NE(own, rows_.short_lived.end());
  EXPECT_TRUE(has(own->present, process_field::parent));
  EXPECT_TRUE(has(own->present, process_field::start_time));
  EXPECT_FALSE(has(own->present, process_field::cpu));
  const process_row* self = find(rows_, static_cast<std::uint32_t>(::getpid()));
  ASSERT_NE(self, nullptr);
  EXPECT_GE(own->start_unix_ns, self->start_unix_ns);
  names_.clear();
  read();
  EXPECT_TRUE(names_.empty());
}

TEST_F(short_lived, a_listed_process_is_not_short_lived) {
  signal_line go;
  child listed([&] { go.wait(); });
  const std::uint32_t pid = listed.pid();
  read();
  ASSERT_NE(find(rows_, pid), nullptr);
  listed.kill();
  listed.reap();
  read();
  read();
  EXPECT_FALSE(names_.contains(pid));
}

TEST_F(short_lived, an_unreaped_child_is_listed_instead) {
  child quick([] {});
  quick.wait_until_zombie();
  const std::uint32_t pid = quick.pid();
  read();
  EXPECT_NE(find(rows_, pid), nullptr);
  quick.reap();
  read();
  EXPECT_FALSE(names_.contains(pid));
}

TEST_F(short_lived, a_new_name_is_told_by_the_kernel) {
  child renamed([] { ::prctl(PR_SET_NAME, "quick) (one"); });
  const std::uint32_t pid = renamed.pid();
  ASSERT_EQ(renamed.reap(), 0);
  read();
  ASSERT_TRUE(names_.contains(pid));
  EXPECT_EQ(names_[pid], "quick) (one");
}

// The program is asked for as soon as the kernel tells of the exec. A process that has ended by then keeps
// its parent's name, so this one waits until the watching thread sleeps again with nothing left in its
// socket.
TEST_F(short_lived, an_exec_gives_name_and_executable) {
  signal_line executed, input;
  child runner([&] {
    ::dup2(input.reading(), 0);
    ::execl("/bin/cat", "cat", static_cast<char*>(nullptr));
  });
  const std::uint32_t pid = runner.pid();
  executed.close_writing();
  ASSERT_TRUE(executed.wait());
  ASSERT_TRUE(watcher_is_idle());
  runner.kill();
  runner.reap();
  read();
  ASSERT_TRUE(names_.contains(pid));
  EXPECT_EQ(names_[pid], "cat");
  EXPECT_THAT(executables_[pid], testing::EndsWith("cat"));
}

TEST_F(short_lived, an_overrun_is_counted_and_later_ones_are_delivered) {
  for (int i = 0; i < 9000; ++i) {
    child quick([] {});
    quick.reap();
  }
  read();
  const std::uint64_t lost = rows_.short_lived_lost_total;
  EXPECT_GE(lost, 9000u - 8192u);
  child quick([] {});
  const std::uint32_t pid = quick.pid();
  quick.reap();
  read();
  EXPECT_TRUE(names_.contains(pid));
  EXPECT_EQ(rows_.short_lived_lost_total, lost);
}

TEST(short_lived_watch, starts_and_stops_often) {
  for (int i = 0; i < 20; ++i) {
    auto table = process_table::create({.watch_short_lived = true});
    ASSERT_TRUE(table);
    process_rows rows;
    if (i % 2 == 0) {
      EXPECT_TRUE((*table)->read(all_process_fields, rows));
    }
  }
}

} // namespace
