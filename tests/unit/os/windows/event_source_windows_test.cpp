// SPDX-License-Identifier: Apache-2.0
// What is in the registry after the source was installed, and that nothing is left of it.
#include "reeve/os/event_source.hpp"

#include "windows/utf.hpp"
#include "windows/windows.hpp"

#include "reeve/os/runtime.hpp"

#include "plugins/eventlog-writer/windows/event_text.hpp"

#include <gtest/gtest.h>

namespace reeve::os {
namespace {

constexpr const wchar_t* key = L"SYSTEM\\CurrentControlSet\\Services\\EventLog\\Application\\Reeve";

TEST(event_source_on_windows, is_the_one_that_the_plugin_writes_as) {
  EXPECT_EQ(to_utf16(event_source_name), eventlog_writer::event_source_name);
}

TEST(event_source_on_windows, is_registered_and_removed_without_a_trace) {
  const auto before = read_event_source();
  ASSERT_TRUE(before) << before.error().message;
  EXPECT_TRUE(before->needed);
  if (before->installed) GTEST_SKIP() << "it is installed on this machine; the test would remove it";
  const std::string some_file = executable_path();
  const auto installed = install_event_source(some_file);
  if (!installed && installed.error().code == errc::access_denied) GTEST_SKIP() << installed.error().message;
  ASSERT_TRUE(installed) << installed.error().message;

  wchar_t path[1024];
  DWORD size = sizeof path, types = 0;
  EXPECT_EQ(RegGetValueW(HKEY_LOCAL_MACHINE, key, L"EventMessageFile", RRF_RT_REG_SZ, nullptr, path, &size),
            ERROR_SUCCESS);
  EXPECT_EQ(to_utf8(path), some_file);
  size = sizeof types;
  EXPECT_EQ(
      RegGetValueW(HKEY_LOCAL_MACHINE, key, L"TypesSupported", RRF_RT_REG_DWORD, nullptr, &types, &size),
      ERROR_SUCCESS);
  EXPECT_EQ(types, 7u);
  const auto now = read_event_source();
  ASSERT_TRUE(now);
  EXPECT_TRUE(now->installed);
  EXPECT_EQ(now->message_file, some_file);
  EXPECT_TRUE(now->message_file_there);
  EXPECT_TRUE(install_event_source(some_file)) << "once more renews it";

  EXPECT_TRUE(uninstall_event_source());
  EXPECT_FALSE(read_event_source()->installed);
  HKEY left = nullptr;
  EXPECT_EQ(RegOpenKeyExW(HKEY_LOCAL_MACHINE, key, 0, KEY_READ, &left), ERROR_FILE_NOT_FOUND);
  EXPECT_TRUE(uninstall_event_source()) << "what is not there needs no removing";
}

TEST(event_source_on_windows, needs_a_message_file_that_is_there) {
  const auto installed = install_event_source("C:\\nowhere\\reeve-messages.dll");
  ASSERT_FALSE(installed);
  EXPECT_EQ(installed.error().code, errc::not_found);
  EXPECT_TRUE(default_message_file().ends_with("\\reeve-messages.dll"));
}

} // namespace
} // namespace reeve::os
