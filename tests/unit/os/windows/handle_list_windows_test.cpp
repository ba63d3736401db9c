// SPDX-License-Identifier: Apache-2.0
#include "windows/handle_list.hpp"

#include "windows/unique_handle.hpp"
#include "windows/windows.hpp"

#include <gtest/gtest.h>

#include <optional>

namespace reeve::os {
namespace {

std::optional<parse::handle_row> own_row(const handle_list& list, HANDLE handle) {
  for (const parse::handle_row& row : list.rows())
    if (row.pid == GetCurrentProcessId() && row.handle == reinterpret_cast<std::uintptr_t>(handle))
      return row;
  return std::nullopt;
}

TEST(handle_list_windows, own_handles_are_there_with_their_kinds) {
  const unique_handle event(CreateEventW(nullptr, TRUE, FALSE, nullptr));
  const unique_handle mutant(CreateMutexW(nullptr, FALSE, nullptr));
  const unique_handle semaphore(CreateSemaphoreW(nullptr, 0, 5, nullptr));
  const unique_handle section(
      CreateFileMappingW(INVALID_HANDLE_VALUE, nullptr, PAGE_READONLY, 0, 65536, nullptr));
  const unique_handle process(OpenProcess(PROCESS_QUERY_LIMITED_INFORMATION, FALSE, GetCurrentProcessId()));
  const unique_handle thread(OpenThread(THREAD_QUERY_LIMITED_INFORMATION, FALSE, GetCurrentThreadId()));
  const unique_handle timer(CreateWaitableTimerW(nullptr, TRUE, nullptr));
  const unique_handle port(CreateIoCompletionPort(INVALID_HANDLE_VALUE, nullptr, 0, 1));
  const unique_handle job(CreateJobObjectW(nullptr, nullptr));
  HANDLE read_end = nullptr, write_end = nullptr;
  ASSERT_TRUE(CreatePipe(&read_end, &write_end, nullptr, 0));
  const unique_handle reads(read_end), writes(write_end);
  HKEY key = nullptr;
  ASSERT_EQ(RegOpenKeyExW(HKEY_LOCAL_MACHINE, L"SYSTEM", 0, KEY_READ, &key), ERROR_SUCCESS);

  handle_list list;
  const auto read = list.read();
  const std::pair<HANDLE, handle_kind> expected[] = {
      {event.get(), handle_kind::event},
      {mutant.get(), handle_kind::event},
      {section.get(), handle_kind::shared_memory},
      {semaphore.get(), handle_kind::event},
      {process.get(), handle_kind::process},
      {thread.get(), handle_kind::thread},
      {timer.get(), handle_kind::event},
      {port.get(), handle_kind::event},
      {job.get(), handle_kind::other},
      {reads.get(), handle_kind::file},
      {writes.get(), handle_kind::file},
      {key, handle_kind::registry_key},
  };
  ASSERT_TRUE(read) << read.error().message;
  for (const auto& [handle, kind] : expected) {
    const auto row = own_row(list, handle);
    ASSERT_TRUE(row) << static_cast<int>(kind);
    EXPECT_EQ(list.kind_of(*row), kind);
  }
  EXPECT_TRUE(own_row(list, reads.get())->access & FILE_READ_DATA);
  EXPECT_FALSE(own_row(list, writes.get())->access & FILE_READ_DATA);
  EXPECT_EQ(list.oversized(), 0u);
  RegCloseKey(key);
}

TEST(handle_list_windows, the_next_reading_is_of_its_own_time) {
  handle_list list;
  unique_handle event(CreateEventW(nullptr, TRUE, FALSE, nullptr));
  const HANDLE value = event.get();
  ASSERT_TRUE(list.read());
  EXPECT_TRUE(own_row(list, value));
  event = unique_handle();
  { const unique_handle closed = std::move(event); }
  const unique_handle another(CreateFileMappingW(INVALID_HANDLE_VALUE, nullptr, PAGE_READONLY, 0, 4096,
                                                 nullptr)); // may get the same number
  ASSERT_TRUE(list.read());
  const auto row = own_row(list, value);
  EXPECT_TRUE(!row || list.kind_of(*row) != handle_kind::event);
  EXPECT_EQ(list.kind_of(own_row(list, another.get()).value()), handle_kind::shared_memory);
}

TEST(handle_list_windows, handles_of_other_processes_are_there) {
  handle_list list;
  ASSERT_TRUE(list.read());
  std::size_t others = 0;
  for (const parse::handle_row& row : list.rows())
    others += row.pid != GetCurrentProcessId();
  EXPECT_GT(others, 0u);
}

} // namespace
} // namespace reeve::os
