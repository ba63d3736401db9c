// SPDX-License-Identifier: Apache-2.0
// The text that Event Viewer shows, from the message file as it was built, and a write into this system's Event Log.
#include "system_log.hpp"
#include "windows/event_text.hpp"
#include "windows/windows.hpp"

#include <gtest/gtest.h>

namespace reeve::eventlog_writer {
namespace {

TEST(event_text, has_lines_that_event_viewer_breaks) {
  EXPECT_EQ(event_text("a\nb\r\nc", 100), L"a\r\nb\r\nc");
  EXPECT_EQ(event_text("\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80", 100), L"\u00e4\u20ac\U0001F600");
  EXPECT_EQ(event_text(std::string_view("a\0b", 3), 100), L"a b");
}

TEST(event_text, holds_no_insertions) {
  EXPECT_EQ(event_text("fe80::1%12 is 100% of %1", 100), L"fe80::1% 12 is 100% of % 1");
}

TEST(event_text, is_cut_between_characters) {
  EXPECT_EQ(event_text("abcdef", 3), L"abc");
  EXPECT_EQ(event_text("ab\xf0\x9f\x98\x80", 3), L"ab");
}

TEST(message_file, gives_the_whole_text_for_every_id) {
  const std::wstring path = event_text(REEVE_BIN_DIR "/reeve-messages.dll", 1000);
  const HMODULE file =
      LoadLibraryExW(path.c_str(), nullptr, LOAD_LIBRARY_AS_DATAFILE | LOAD_LIBRARY_AS_IMAGE_RESOURCE);
  ASSERT_NE(file, nullptr) << GetLastError();
  const std::wstring text = L"Plugin p is late: \u20ac\r\n\r\nEvent: plugin.late";
  DWORD_PTR inserts[] = {reinterpret_cast<DWORD_PTR>(text.c_str()), reinterpret_cast<DWORD_PTR>(L"agent"),
                         reinterpret_cast<DWORD_PTR>(L"plugin.late")};
  int wrong = 0;
  for (DWORD id = 1; id <= 65535; ++id) {
    wchar_t out[256];
    const DWORD length = FormatMessageW(FORMAT_MESSAGE_FROM_HMODULE | FORMAT_MESSAGE_ARGUMENT_ARRAY, file, id,
                                        0, out, 256, reinterpret_cast<va_list*>(inserts));
    if (std::wstring_view(out, length) == text + L"\r\n") continue;
    if (++wrong < 5)
      ADD_FAILURE() << "id " << id << ": " << length << " characters, error " << GetLastError();
  }
  EXPECT_EQ(wrong, 0);
  FreeLibrary(file);
}

TEST(system_log_on_windows, takes_an_event) {
  record r;
  r.severity = REEVE_WARN;
  r.id = 24;
  r.source = "agent";
  r.name = "plugin.late";
  r.message = "A test of Reeve wrote this.";
  const auto log = make_system_log({});
  const write_result result = log->write(r);
  if (result == write_result::later) GTEST_SKIP() << "no Event Log here: " << log->trouble();
  EXPECT_EQ(result, write_result::written);
  EXPECT_EQ(log->backend(), "windows");
  r.message = std::string(100'000, 'x');
  EXPECT_EQ(log->write(r), write_result::written) << "cut to what an event may hold";
}

} // namespace
} // namespace reeve::eventlog_writer
