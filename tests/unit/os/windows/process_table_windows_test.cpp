// SPDX-License-Identifier: Apache-2.0
#include "reeve/base/strings.hpp"
#include "reeve/os/process_table.hpp"
#include "tests/unit/os/windows/waiting_threads.hpp"
#include "windows/unique_handle.hpp"
#include "windows/utf.hpp"
#include "windows/windows.hpp"

#include <tlhelp32.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace reeve::os {
namespace {

using testing::EndsWith;
using testing::StartsWith;

std::wstring own_path() {
  std::wstring path(4096, L'\0');
  path.resize(GetModuleFileNameW(nullptr, path.data(), static_cast<DWORD>(path.size())));
  return path;
}

// Another source than the one under test.
std::uint32_t parent_by_toolhelp(std::uint32_t pid) {
  const unique_handle snapshot(CreateToolhelp32Snapshot(TH32CS_SNAPPROCESS, 0));
  PROCESSENTRY32W entry{};
  entry.dwSize = sizeof entry;
  for (BOOL more = Process32FirstW(snapshot.get(), &entry); more;
       more = Process32NextW(snapshot.get(), &entry))
    if (entry.th32ProcessID == pid) return entry.th32ParentProcessID;
  return 0;
}

struct toolhelp_entry {
  std::string name;
  std::uint32_t parent = 0;
};
std::map<std::uint32_t, toolhelp_entry> all_by_toolhelp() {
  std::map<std::uint32_t, toolhelp_entry> out;
  const unique_handle snapshot(CreateToolhelp32Snapshot(TH32CS_SNAPPROCESS, 0));
  PROCESSENTRY32W entry{};
  entry.dwSize = sizeof entry;
  for (BOOL more = Process32FirstW(snapshot.get(), &entry); more;
       more = Process32NextW(snapshot.get(), &entry))
    out[entry.th32ProcessID] = {to_utf8(entry.szExeFile), entry.th32ParentProcessID};
  return out;
}

std::uint64_t start_of(HANDLE process) {
  FILETIME created, exited, kernel, user;
  if (!GetProcessTimes(process, &created, &exited, &kernel, &user)) return 0;
  return to_uint64(created);
}

// The child waits on its standard input, whose other end this holds.
class child {
 public:
  explicit child(const std::wstring& arguments) {
    SECURITY_ATTRIBUTES inherit{sizeof inherit, nullptr, TRUE};
    HANDLE read = nullptr, write = nullptr;
    if (!CreatePipe(&read, &write, &inherit, 0)) return;
    const unique_handle input(read);
    input_ = unique_handle(write);
    SetHandleInformation(write, HANDLE_FLAG_INHERIT, 0);
    std::wstring path = own_path();
    path.replace(path.find_last_of(L'\\') + 1, std::wstring::npos, L"waiting_child.exe");
    command_line_ = L'"' + path + L"\" " + arguments;
    STARTUPINFOW startup{};
    startup.cb = sizeof startup;
    startup.dwFlags = STARTF_USESTDHANDLES;
    startup.hStdInput = read;
    startup.hStdOutput = GetStdHandle(STD_OUTPUT_HANDLE);
    startup.hStdError = GetStdHandle(STD_ERROR_HANDLE);
    PROCESS_INFORMATION information{};
    std::wstring line = command_line_;
    if (!CreateProcessW(nullptr, line.data(), nullptr, nullptr, TRUE, 0, nullptr, nullptr, &startup,
                        &information))
      return;
    process_ = unique_handle(information.hProcess);
    CloseHandle(information.hThread);
    id_ = {information.dwProcessId, start_of(process_.get())};
  }
  ~child() { end(); }

  // Asks it to end and waits until it has.
  bool end() {
    input_ = unique_handle();
    if (!process_) return false;
    const bool ended = WaitForSingleObject(process_.get(), 30'000) == WAIT_OBJECT_0;
    if (!ended) TerminateProcess(process_.get(), 1);
    process_ = unique_handle();
    return ended;
  }

  explicit operator bool() const { return static_cast<bool>(process_); }
  process_id id() const { return id_; }
  std::string command_line() const { return to_utf8(command_line_); }

 private:
  std::wstring command_line_;
  unique_handle input_;
  unique_handle process_;
  process_id id_;
};

class process_table_windows : public testing::Test {
 protected:
  void SetUp() override {
    auto created = process_table::create();
    ASSERT_TRUE(created) << created.error().message;
    table = std::move(*created);
  }

  const process_row* read(process_id id, process_fields wanted = all_process_fields) {
    const auto done = table->read(wanted, rows);
    if (!done) {
      ADD_FAILURE() << done.error().message;
      return nullptr;
    }
    for (const process_row& row : rows.rows)
      if (row.id == id) return &row;
    return nullptr;
  }
  const process_row* read_self() { return read(self); }

  process_id self{GetCurrentProcessId(), start_of(GetCurrentProcess())};
  std::unique_ptr<process_table> table;
  process_rows rows;
};

TEST_F(process_table_windows, knows_its_own_process) {
  const process_row* row = read_self();
  ASSERT_NE(row, nullptr);
  EXPECT_EQ(rows.view(row->name), "process_table_windows_test.exe");
  EXPECT_EQ(row->ppid, parent_by_toolhelp(self.pid));
  EXPECT_THAT(std::string(rows.view(row->executable)), EndsWith("process_table_windows_test.exe"));
  EXPECT_EQ(rows.view(row->executable), to_utf8(own_path()));
  EXPECT_EQ(rows.view(row->command_line), to_utf8(GetCommandLineW()));
  EXPECT_GT(row->resident_bytes, 0u);
  EXPECT_GT(row->virtual_bytes, row->resident_bytes);
  EXPECT_GT(row->open_handles, 0u);
  EXPECT_FALSE(has(row->present, process_field::swap_memory));
  EXPECT_FALSE(has(row->present, process_field::open_handles_limit));
  EXPECT_EQ(row->flags, 0u);
  EXPECT_EQ(table->backend(), "ntquery");
}

TEST_F(process_table_windows, names_the_account) {
  wchar_t account[257];
  DWORD length = 257;
  ASSERT_TRUE(GetUserNameW(account, &length));
  const process_row* row = read_self();
  ASSERT_NE(row, nullptr);
  ASSERT_TRUE(has(row->present, process_field::user));
  EXPECT_THAT(std::string(rows.view(row->user)), EndsWith(cat("\\", to_utf8(account))));
}

TEST_F(process_table_windows, lists_each_identity_once_with_a_name) {
  ASSERT_NE(read_self(), nullptr);
  std::set<process_id> seen;
  for (const process_row& row : rows.rows) {
    EXPECT_TRUE(seen.insert(row.id).second) << row.id.pid;
    EXPECT_FALSE(rows.view(row.name).empty()) << row.id.pid;
  }
  EXPECT_GT(seen.size(), 1u);
}

TEST_F(process_table_windows, agrees_with_toolhelp_about_the_tree) {
  child kid(L"");
  ASSERT_TRUE(kid);
  ASSERT_NE(read_self(), nullptr);
  std::set<process_id> before;
  for (const process_row& row : rows.rows)
    before.insert(row.id);
  const auto snapshot = all_by_toolhelp();
  ASSERT_NE(read_self(), nullptr);
  std::size_t compared = 0;
  for (const process_row& row : rows.rows) {
    if (!before.contains(row.id) || row.id.pid == 0)
      continue; // began in between; and toolhelp has its own name for Idle
    const auto found = snapshot.find(row.id.pid);
    ASSERT_NE(found, snapshot.end()) << row.id.pid;
    EXPECT_EQ(rows.view(row.name), found->second.name);
    EXPECT_EQ(row.ppid, found->second.parent) << found->second.name;
    ++compared;
  }
  EXPECT_GE(compared, 3u); // this one, its child and whatever runs beside them
}

// The buffer starts smaller than such a list.
TEST_F(process_table_windows, counts_threads_and_grows_its_buffer) {
  const process_row* row = read_self();
  ASSERT_NE(row, nullptr);
  const std::uint64_t before = row->threads;
  EXPECT_GE(before, 1u);
  constexpr int extra = 250;
  const waiting_threads more(extra);
  auto fresh = process_table::create();
  ASSERT_TRUE(fresh);
  table = std::move(*fresh);
  row = read_self();
  ASSERT_NE(row, nullptr);
  EXPECT_GE(row->threads, before + extra);
}

// Wine 8.0 reports the size of the handle table, which doubles, so a small difference would not show there.
TEST_F(process_table_windows, counts_handles) {
  constexpr std::uint64_t many = 4000;
  const process_row* row = read_self();
  ASSERT_NE(row, nullptr);
  ASSERT_LT(row->open_handles, many);
  std::vector<unique_handle> events;
  for (std::uint64_t i = 0; i < many; ++i)
    events.emplace_back(CreateEventW(nullptr, TRUE, FALSE, nullptr));
  row = read_self();
  ASSERT_NE(row, nullptr);
  EXPECT_GE(row->open_handles, many);
  events.clear();
  row = read_self();
  ASSERT_NE(row, nullptr);
  EXPECT_LT(row->open_handles, many);
}

TEST_F(process_table_windows, reading_again_opens_no_handle_for_good) {
  ASSERT_NE(read_self(), nullptr);
  const process_row* row = read_self();
  ASSERT_NE(row, nullptr);
  const std::uint64_t before = row->open_handles;
  for (int i = 0; i < 600; ++i) {
    auto fresh = process_table::create(); // nothing cached: every process is opened again
    ASSERT_TRUE(fresh);
    table = std::move(*fresh);
    ASSERT_NE(read_self(), nullptr);
  }
  row = read_self();
  ASSERT_NE(row, nullptr);
  EXPECT_LT(row->open_handles, before + 500);
}

TEST_F(process_table_windows, cpu_time_grows_while_it_works) {
  const process_row* row = read_self();
  ASSERT_NE(row, nullptr);
  const std::uint64_t before = row->cpu_user_ns + row->cpu_system_ns;
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(30);
  std::uint64_t now = before;
  volatile std::uint64_t work = 0;
  while (now < before + 50'000'000 && std::chrono::steady_clock::now() < deadline) {
    for (int i = 0; i < 1'000'000; ++i)
      work = work + 1;
    row = read_self();
    ASSERT_NE(row, nullptr);
    EXPECT_GE(row->cpu_user_ns + row->cpu_system_ns, now);
    now = row->cpu_user_ns + row->cpu_system_ns;
  }
  EXPECT_GE(now, before + 50'000'000);
}

TEST_F(process_table_windows, start_time_is_wall_clock) {
  const process_row* row = read_self();
  ASSERT_NE(row, nullptr);
  FILETIME now;
  GetSystemTimeAsFileTime(&now);
  const auto now_100ns = static_cast<std::int64_t>(to_uint64(now));
  const std::int64_t age_100ns = now_100ns - static_cast<std::int64_t>(self.start);
  const auto unix_now = std::chrono::duration_cast<std::chrono::nanoseconds>(
      std::chrono::system_clock::now().time_since_epoch());
  EXPECT_NEAR(static_cast<double>(unix_now.count() - row->start_unix_ns),
              static_cast<double>(age_100ns * 100), 1e9);
}

TEST_F(process_table_windows, a_child_comes_and_goes) {
  child kid(L"--name \"two words\" \u00FC\u4E2D");
  ASSERT_TRUE(kid);
  const process_row* row = read(kid.id());
  ASSERT_NE(row, nullptr);
  EXPECT_EQ(rows.view(row->name), "waiting_child.exe");
  EXPECT_EQ(row->ppid, self.pid);
  EXPECT_EQ(rows.view(row->command_line), kid.command_line());
  EXPECT_THAT(std::string(rows.view(row->executable)), EndsWith("\\waiting_child.exe"));
  EXPECT_FALSE(rows.view(row->user).empty());
  ASSERT_TRUE(kid.end());
  EXPECT_EQ(read(kid.id()), nullptr);
}

TEST_F(process_table_windows, a_long_command_line_is_cut) {
  child kid(std::wstring(20'000, L'\u00FC'));
  ASSERT_TRUE(kid);
  const process_row* row = read(kid.id());
  ASSERT_NE(row, nullptr);
  ASSERT_TRUE(has(row->present, process_field::command_line));
  const std::string line(rows.view(row->command_line));
  EXPECT_LE(line.size(), 4096u);
  EXPECT_GT(line.size(), 4094u);
  EXPECT_THAT(kid.command_line(), StartsWith(line));
}

TEST_F(process_table_windows, a_handle_of_another_identity_is_not_trusted) {
  // The same pid with another start is another process: nothing of the living one may be reported for it.
  const process_row* row = read_self();
  ASSERT_NE(row, nullptr);
  EXPECT_EQ(read({self.pid, self.start + 1}), nullptr);
}

TEST_F(process_table_windows, reads_only_what_was_asked_for) {
  const process_row* row = read(self, static_cast<process_fields>(process_field::threads));
  ASSERT_NE(row, nullptr);
  EXPECT_EQ(row->present, static_cast<process_fields>(process_field::threads));
  EXPECT_TRUE(rows.view(row->command_line).empty());
  row = read_self(); // and what was not asked for before is read now
  ASSERT_NE(row, nullptr);
  EXPECT_TRUE(has(row->present, process_field::command_line));
}

TEST_F(process_table_windows, says_that_it_cannot_see_short_lived_processes) {
  EXPECT_TRUE(table->short_lived_unavailable().empty());
  process_table_options options;
  options.watch_short_lived = true;
  auto watching = process_table::create(options);
  ASSERT_TRUE(watching);
  EXPECT_FALSE((*watching)->short_lived_unavailable().empty());
}

} // namespace
} // namespace reeve::os
