// SPDX-License-Identifier: Apache-2.0
// The table over a folder of hand-made files (tests/fixtures/make_proc.py).
#include "allocation_count.hpp"
#include "reeve/os/process_table.hpp"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <map>
#include <unistd.h>

namespace {

using namespace reeve::os;
using enum process_field;

class recorded_processes : public testing::Test {
 protected:
  static std::string root() { return REEVE_SOURCE_DIR "/tests/fixtures/proc"; }

  void SetUp() override {
    auto created = process_table::create({.proc_root = root()});
    ASSERT_TRUE(created) << created.error().message;
    table_ = std::move(*created);
    read(all_process_fields);
  }

  void read(process_fields wanted) {
    ASSERT_TRUE(table_->read(wanted, rows_));
    by_pid_.clear();
    for (const auto& row : rows_.rows)
      EXPECT_TRUE(by_pid_.emplace(row.id.pid, &row).second) << row.id.pid;
  }

  const process_row& at(std::uint32_t pid) const { return *by_pid_.at(pid); }
  std::string name(std::uint32_t pid) const { return std::string(rows_.view(at(pid).name)); }
  std::string command(std::uint32_t pid) const { return std::string(rows_.view(at(pid).command_line)); }

  std::unique_ptr<process_table> table_;
  process_rows rows_;
  std::map<std::uint32_t, const process_row*> by_pid_;
};

TEST_F(recorded_processes, lists_every_process_once_and_nothing_else) {
  std::vector<std::uint32_t> pids;
  for (const auto& [pid, row] : by_pid_)
    pids.push_back(pid);
  EXPECT_THAT(pids,
              testing::ElementsAre(1, 2, 77, 300, 301, 302, 303, 304, 313, 314, 315, 316, 317, 2147483650));
}

TEST_F(recorded_processes, reads_every_field) {
  const process_row& row = at(300);
  EXPECT_EQ(row.present, all_process_fields);
  EXPECT_EQ(row.id.start, 5000u);
  EXPECT_EQ(name(300), "a) b (c");
  EXPECT_EQ(command(300), "prog");
  EXPECT_EQ(rows_.view(row.executable), "/usr/bin/prog");
  EXPECT_EQ(row.ppid, 1u);
  EXPECT_EQ(row.flags, 0u);
  EXPECT_EQ(row.state, process_state::sleeping);
  const auto tick_ns = 1'000'000'000u / static_cast<std::uint64_t>(::sysconf(_SC_CLK_TCK));
  const auto page = static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
  EXPECT_EQ(row.cpu_user_ns, 250 * tick_ns);
  EXPECT_EQ(row.cpu_system_ns, 130 * tick_ns);
  EXPECT_EQ(row.resident_bytes, 600 * page);
  EXPECT_EQ(row.private_bytes, 400 * page);
  EXPECT_EQ(row.virtual_bytes, 10485760u);
  EXPECT_EQ(row.swap_bytes, 12u * 1024);
  EXPECT_EQ(row.threads, 1u);
  EXPECT_EQ(row.open_handles, 3u);
  EXPECT_EQ(row.open_handles_limit, 1024u);
  EXPECT_EQ(row.io_read_bytes, 4096u);
  EXPECT_EQ(row.io_write_bytes, 8192u);
  EXPECT_EQ(row.minor_faults, 120u);
  EXPECT_EQ(row.major_faults, 3u);
  EXPECT_EQ(row.voluntary_switches, 41u);
  EXPECT_EQ(row.involuntary_switches, 5u);
  EXPECT_EQ(row.start_unix_ns, 1'700'000'000'000'000'000 + static_cast<std::int64_t>(5000 * tick_ns));
}

TEST_F(recorded_processes, gives_only_what_was_asked_for) {
  read(static_cast<process_fields>(cpu));
  for (const auto& row : rows_.rows)
    EXPECT_EQ(row.present, static_cast<process_fields>(cpu));
  EXPECT_EQ(name(300), "a) b (c");
  read(0);
  for (const auto& row : rows_.rows)
    EXPECT_EQ(row.present, 0u);
}

TEST_F(recorded_processes, a_kernel_thread_has_no_program_and_no_memory) {
  for (const std::uint32_t pid : {2u, 77u}) {
    EXPECT_EQ(at(pid).flags, process_row::kernel_thread);
    EXPECT_EQ(at(pid).present, all_process_fields & ~(executable | command_line)) << pid;
    EXPECT_EQ(at(pid).private_bytes, 0u);
    EXPECT_EQ(at(pid).swap_bytes, 0u);
  }
  EXPECT_EQ(at(77).state, process_state::idle);
  EXPECT_EQ(name(77), "kworker/0:1H-kblockd");
}

TEST_F(recorded_processes, a_zombie_has_no_command_line) {
  EXPECT_EQ(at(301).state, process_state::zombie);
  EXPECT_FALSE(has(at(301).present, command_line));
  EXPECT_FALSE(has(at(301).present, executable));
}

TEST_F(recorded_processes, a_process_whose_main_thread_ended_is_read_from_a_living_one) {
  const process_row& row = at(304);
  EXPECT_EQ(row.state, process_state::waiting);
  EXPECT_EQ(row.threads, 3u);
  EXPECT_EQ(row.open_handles, 5u);
  EXPECT_EQ(command(304), "threads run on");
  EXPECT_GT(row.resident_bytes, 0u);
  EXPECT_EQ(row.virtual_bytes, 10485760u);
}

TEST_F(recorded_processes, names_and_arguments_are_raw_bytes) {
  EXPECT_EQ(name(302), "new\nline R 7");
  EXPECT_EQ(at(302).ppid, 1u);
  EXPECT_EQ(command(302), "two words here  last");
  EXPECT_EQ(name(303), "gr\u00fc\u00dfe\xff\xc3");
  EXPECT_EQ(command(303), "\xff\xfe");
}

TEST_F(recorded_processes, numbers_beyond_the_usual) {
  EXPECT_EQ(at(2147483650).ppid, 2147483649u);
  EXPECT_EQ(at(317).id.start, 4294967296123u);
  EXPECT_EQ(at(317).private_bytes, 0u); // counters that are batched may show more shared than resident pages
  EXPECT_EQ(at(315).open_handles_limit, UINT64_MAX);
}

TEST_F(recorded_processes, an_old_kernel_tells_less) {
  EXPECT_FALSE(has(at(314).present, resident_memory) && !has(at(314).present, private_memory));
  EXPECT_FALSE(has(at(314).present, virtual_memory));
  EXPECT_EQ(at(314).id.start, 5000u);
}

TEST_F(recorded_processes, empty_and_long_command_lines) {
  EXPECT_TRUE(has(at(315).present, command_line));
  EXPECT_EQ(command(315), "");
  EXPECT_EQ(rows_.view(at(315).executable), "/opt/app/server");
  EXPECT_EQ(command(316), std::string(4000, 'x') + " " + std::string(95, 'y'));
}

TEST_F(recorded_processes, what_cannot_be_read_is_absent_and_counted) {
  const process_fields missing =
      command_line | private_memory | swap_memory | open_handles | open_handles_limit | io | context_switches;
  EXPECT_EQ(at(313).present, all_process_fields & ~(missing | executable));
  // 310 and 311 have no readable stat; 304's folder has no file that a living thread's folder lacks.
  EXPECT_EQ(rows_.unreadable[static_cast<std::size_t>(unreadable_reason::failed)], 7u + 2u);
  EXPECT_EQ(rows_.unreadable[static_cast<std::size_t>(unreadable_reason::access_denied)], 0u);
  read(static_cast<process_fields>(cpu));
  EXPECT_EQ(rows_.unreadable[static_cast<std::size_t>(unreadable_reason::failed)], 2u);
}

TEST_F(recorded_processes, a_reading_of_known_processes_allocates_nothing) {
  for (int i = 0; i < 17; ++i) // once around the rotation of cached texts
    ASSERT_TRUE(table_->read(all_process_fields, rows_));
  for (int i = 0; i < 17; ++i) {
    const std::uint64_t before = reeve::os::live::allocations();
    const bool ok = table_->read(all_process_fields, rows_).has_value();
    EXPECT_EQ(reeve::os::live::allocations() - before, 0u);
    EXPECT_TRUE(ok);
  }
}

TEST_F(recorded_processes, short_lived_ones_cannot_be_watched_in_a_recording) {
  EXPECT_EQ(table_->short_lived_unavailable(), "");
  auto watching = process_table::create({.proc_root = root(), .watch_short_lived = true});
  ASSERT_TRUE(watching);
  EXPECT_NE((*watching)->short_lived_unavailable(), "");
  EXPECT_EQ((*watching)->backend(), "procfs");
}

// A folder that changes between readings.
class changing_process : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = testing::TempDir() + "reeve_proc_XXXXXX";
    ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
    root_ = pattern;
    std::filesystem::copy(REEVE_SOURCE_DIR "/tests/fixtures/proc/300", root_ / "300",
                          std::filesystem::copy_options::recursive |
                              std::filesystem::copy_options::copy_symlinks);
    auto created = process_table::create({.proc_root = root_.string()});
    ASSERT_TRUE(created) << created.error().message;
    table_ = std::move(*created);
  }
  void TearDown() override { std::filesystem::remove_all(root_); }

  void write(const char* file, std::string_view content) {
    std::ofstream(root_ / "300" / file, std::ios::binary | std::ios::trunc) << content;
  }
  std::string stat_with(const std::string& name, int start, const std::string& stack) {
    return "300 (" + name + ") S 1 1 1 0 -1 0 1 0 1 0 1 1 0 0 20 0 1 0 " + std::to_string(start) +
           " 4096 1 9 1 1 " + stack + " 0\n";
  }
  std::string command_after_reading() {
    EXPECT_TRUE(table_->read(all_process_fields, rows_));
    return rows_.rows.size() == 1 ? std::string(rows_.view(rows_.rows[0].command_line)) : "?";
  }
  void settle() {
    for (int i = 0; i < 3; ++i)
      command_after_reading();
  }

  std::filesystem::path root_;
  std::unique_ptr<process_table> table_;
  process_rows rows_;
};

TEST_F(changing_process, a_new_name_or_stack_makes_texts_be_read_again) {
  write("stat", stat_with("one", 5000, "77"));
  settle();
  write("cmdline", "new arguments");
  write("stat", stat_with("two", 5000, "77"));
  EXPECT_EQ(command_after_reading(), "new arguments");
  settle();
  write("cmdline", "newer");
  write("stat", stat_with("two", 5000, "88"));
  EXPECT_EQ(command_after_reading(), "newer");
}

TEST_F(changing_process, a_change_seen_while_texts_were_not_wanted_is_not_forgotten) {
  write("stat", stat_with("one", 5000, "77"));
  settle();
  write("cmdline", "new arguments");
  write("stat", stat_with("two", 5000, "77"));
  ASSERT_TRUE(table_->read(static_cast<process_fields>(cpu), rows_));
  EXPECT_EQ(command_after_reading(), "new arguments");
}

TEST_F(changing_process, a_changed_title_shows_within_sixteen_readings) {
  settle();
  write("cmdline", "a new title");
  int readings = 1;
  while (command_after_reading() != "a new title")
    ASSERT_LT(++readings, 17);
}

TEST_F(changing_process, a_reused_pid_is_another_process) {
  write("stat", stat_with("one", 5000, "77"));
  settle();
  write("cmdline", "another");
  write("stat", stat_with("one", 5001, "77"));
  EXPECT_EQ(command_after_reading(), "another");
  EXPECT_EQ(rows_.rows[0].id, (reeve::process_id{300, 5001}));
}

TEST_F(changing_process, a_process_that_vanished_is_left_out) {
  settle();
  std::filesystem::remove(root_ / "300/stat");
  ASSERT_TRUE(table_->read(all_process_fields, rows_));
  EXPECT_TRUE(rows_.rows.empty());
  EXPECT_EQ(rows_.unreadable, (std::array<std::uint64_t, unreadable_reasons>{}));
}

TEST(process_table, needs_its_folder) {
  const auto table = process_table::create({.proc_root = "/nonexistent/proc"});
  ASSERT_FALSE(table);
  EXPECT_EQ(table.error().code, reeve::errc::not_found);
  EXPECT_THAT(table.error().message, testing::HasSubstr("/nonexistent/proc"));
}

TEST(names, are_stable) {
  EXPECT_STREQ(name_of(process_state::waiting), "waiting");
  EXPECT_STREQ(name_of(process_state::zombie), "zombie");
  EXPECT_STREQ(name_of(unreadable_reason::access_denied), "access_denied");
  EXPECT_STREQ(name_of(unreadable_reason::failed), "failed");
}

} // namespace
