// SPDX-License-Identifier: Apache-2.0
// What a process has open, by kind: this process, before and after it opens one of each more.
#include "reeve/os/open_files.hpp"

#include "tests/support/file_holder.hpp"
#include "tests/support/temp_dir.hpp"
#include "windows/unique_handle.hpp"
#include "windows/windows.hpp"

#include <winsock2.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>

namespace reeve::os {
namespace {

using testing::HasSubstr;

process_id identity(DWORD pid) {
  const unique_handle process(OpenProcess(PROCESS_QUERY_LIMITED_INFORMATION, FALSE, pid));
  FILETIME created{}, exited{}, kernel{}, user{};
  EXPECT_TRUE(GetProcessTimes(process.get(), &created, &exited, &kernel, &user));
  return {pid, to_uint64(created)};
}

class open_files_windows : public testing::Test {
 protected:
  open_files_windows() {
    open_files_options how;
    how.helper_program = std::string(REEVE_BIN_DIR) + "/reeve.exe";
    reader_ = *open_files_reader::create(how);
  }

  open_files read(process_id id, open_files_request wanted = {}) {
    open_files out;
    const auto done = reader_->read(id, wanted, out);
    EXPECT_TRUE(done) << done.error().message;
    return out;
  }
  // Own handles, also those that the helper's pipes need, are the same in both readings.
  open_files read_own(open_files_request wanted = {}) {
    return read(identity(GetCurrentProcessId()), wanted);
  }

  std::unique_ptr<open_files_reader> reader_;
};

TEST_F(open_files_windows, each_kind_is_counted) {
  WSADATA data;
  ASSERT_EQ(WSAStartup(MAKEWORD(2, 2), &data), 0);
  const SOCKET first = socket(AF_INET, SOCK_STREAM, 0); // the first may bring helpers of its own
  const test::temp_dir folder;
  read_own();
  const open_files before = read_own();

  const std::wstring path = (folder / "x").wstring();
  const unique_handle file(CreateFileW(path.c_str(), GENERIC_WRITE, 0, nullptr, CREATE_ALWAYS, 0, nullptr));
  const unique_handle as_folder(CreateFileW(folder.path().wstring().c_str(), FILE_READ_ATTRIBUTES, 7, nullptr,
                                            OPEN_EXISTING, FILE_FLAG_BACKUP_SEMANTICS, nullptr));
  HANDLE read_end = nullptr, write_end = nullptr;
  ASSERT_TRUE(CreatePipe(&read_end, &write_end, nullptr, 0));
  const unique_handle reads(read_end), writes(write_end);
  const SOCKET second = socket(AF_INET, SOCK_DGRAM, 0);
  const unique_handle nul(CreateFileW(L"NUL", GENERIC_READ, 3, nullptr, OPEN_EXISTING, 0, nullptr));
  const unique_handle event(CreateEventW(nullptr, TRUE, FALSE, nullptr));
  const unique_handle mutant(CreateMutexW(nullptr, FALSE, nullptr));
  const unique_handle semaphore(CreateSemaphoreW(nullptr, 0, 1, nullptr));
  const unique_handle section(
      CreateFileMappingW(INVALID_HANDLE_VALUE, nullptr, PAGE_READONLY, 0, 4096, nullptr));
  const unique_handle process(OpenProcess(PROCESS_QUERY_LIMITED_INFORMATION, FALSE, GetCurrentProcessId()));
  const unique_handle thread(OpenThread(THREAD_QUERY_LIMITED_INFORMATION, FALSE, GetCurrentThreadId()));
  const unique_handle job(CreateJobObjectW(nullptr, nullptr));
  HKEY key = nullptr;
  ASSERT_EQ(RegOpenKeyExW(HKEY_LOCAL_MACHINE, L"SYSTEM", 0, KEY_READ, &key), ERROR_SUCCESS);

  const open_files after = read_own();
  const std::map<handle_kind, std::uint64_t> more = {
      {handle_kind::file, 1},          {handle_kind::folder, 1},  {handle_kind::pipe, 2},
      {handle_kind::socket, 1},        {handle_kind::device, 1},  {handle_kind::event, 3},
      {handle_kind::shared_memory, 1}, {handle_kind::process, 1}, {handle_kind::thread, 1},
      {handle_kind::registry_key, 1},  {handle_kind::other, 1},
  };
  ASSERT_EQ(more.size(), handle_kinds);
  for (const auto& [kind, count] : more)
    EXPECT_EQ(after.of(kind) - before.of(kind), count) << name_of(kind);
  EXPECT_EQ(after.left_out, before.left_out);
  RegCloseKey(key);
  closesocket(second);
  closesocket(first);
  WSACleanup();
}

TEST_F(open_files_windows, targets_are_the_highest_of_their_kinds_by_rising_handles) {
  const test::temp_dir folder;
  std::vector<unique_handle> files;
  for (const char* name : {"a", "b", "c"})
    files.emplace_back(
        CreateFileW((folder / name).wstring().c_str(), GENERIC_WRITE, 0, nullptr, CREATE_ALWAYS, 0, nullptr));
  const auto own = read_own({set_of(handle_kind::file), 2});
  ASSERT_EQ(own.targets.size(), 2u);
  EXPECT_LT(own.targets[0].handle, own.targets[1].handle);
  std::vector<std::uint64_t> handles;
  for (const unique_handle& f : files)
    handles.push_back(reinterpret_cast<std::uintptr_t>(f.get()));
  const auto all = read_own({set_of(handle_kind::file), 1000});
  for (std::size_t i = 0; i < files.size(); ++i) {
    const auto target = std::find_if(all.targets.begin(), all.targets.end(),
                                     [&](const open_file& t) { return t.handle == handles[i]; });
    ASSERT_NE(target, all.targets.end());
    EXPECT_TRUE(target->name.ends_with(std::string("\\") + "abc"[i])) << target->name;
  }
  for (const open_file& t : all.targets)
    EXPECT_EQ(t.kind, handle_kind::file);
  EXPECT_EQ(all.targets.size(), all.of(handle_kind::file));
}

TEST_F(open_files_windows, other_objects_have_names_too) {
  HKEY key = nullptr;
  ASSERT_EQ(RegOpenKeyExW(HKEY_LOCAL_MACHINE, L"SOFTWARE", 0, KEY_READ, &key), ERROR_SUCCESS);
  const std::wstring name = L"reeve test " + std::to_wstring(GetCurrentProcessId());
  const unique_handle event(CreateEventW(nullptr, TRUE, FALSE, name.c_str()));
  const unique_handle process(OpenProcess(PROCESS_QUERY_LIMITED_INFORMATION, FALSE, GetCurrentProcessId()));
  const auto own = read_own({all_handle_kinds, 1000});
  const auto name_of_handle = [&](const void* handle) {
    for (const open_file& t : own.targets)
      if (t.handle == reinterpret_cast<std::uintptr_t>(handle)) return t.name;
    return std::string("none");
  };
  EXPECT_THAT(name_of_handle(key),
              testing::AnyOf(testing::EndsWith("\\Software"), testing::EndsWith("\\SOFTWARE")));
  EXPECT_THAT(name_of_handle(event.get()), HasSubstr("reeve test"));
  EXPECT_EQ(name_of_handle(process.get()), "pid " + std::to_string(GetCurrentProcessId()));
  RegCloseKey(key);
}

TEST_F(open_files_windows, another_process_is_looked_into) {
  const test::temp_dir folder;
  const std::string path = (folder / "held.txt").string();
  const test::file_holder holds({"open=" + path, "pipe"});
  const auto seen = read(identity(static_cast<DWORD>(holds.pid())), {set_of(handle_kind::file), 100});
  EXPECT_TRUE(std::any_of(seen.targets.begin(), seen.targets.end(),
                          [](const open_file& t) { return t.name.ends_with("held.txt"); }));
  EXPECT_GE(seen.of(handle_kind::pipe), 2u);
}

TEST_F(open_files_windows, an_identity_that_has_ended_is_not_found) {
  process_id id = identity(GetCurrentProcessId());
  ++id.start;
  open_files out;
  const auto done = reader_->read(id, {}, out);
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, errc::not_found);
}

TEST_F(open_files_windows, without_a_helper_file_objects_are_left_out_and_counted) {
  const auto reader = *open_files_reader::create();
  open_files out;
  ASSERT_TRUE(reader->read(identity(GetCurrentProcessId()), {}, out));
  EXPECT_GT(out.left_out, 0u);
  EXPECT_EQ(out.of(handle_kind::file), 0u);
  EXPECT_GT(out.of(handle_kind::event), 0u);
}

} // namespace
} // namespace reeve::os
