// SPDX-License-Identifier: Apache-2.0
#include "windows/error.hpp"
#include "windows/utf.hpp"
#include "windows/windows.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace reeve::os {
namespace {

using testing::StartsWith;

TEST(windows_error, names_the_kind_and_keeps_the_code) {
  const error e = windows_error(ERROR_ACCESS_DENIED, "cannot open process 4");
  EXPECT_EQ(e.code, errc::access_denied);
  EXPECT_EQ(e.os_code, ERROR_ACCESS_DENIED);
  // One line, no dot at the end, in whatever language this system speaks.
  EXPECT_THAT(e.message, StartsWith("cannot open process 4: "));
  EXPECT_GT(e.message.size(), std::string_view("cannot open process 4: ").size());
  EXPECT_EQ(e.message.find_first_of("\r\n"), std::string::npos);
  EXPECT_NE(e.message.back(), '.');
  EXPECT_NE(e.message.back(), ' ');
}

TEST(windows_error, has_words_for_a_code_nobody_knows) {
  EXPECT_EQ(windows_error(0x2ABCDEF0, "it").message, "it: Windows error 717020912");
  EXPECT_EQ(windows_error(0x2ABCDEF0, "it").code, errc::failed);
}

TEST(windows_error, knows_every_kind) {
  EXPECT_EQ(errc_of(ERROR_FILE_NOT_FOUND), errc::not_found);
  EXPECT_EQ(errc_of(ERROR_SHARING_VIOLATION), errc::busy);
  EXPECT_EQ(errc_of(ERROR_INVALID_PARAMETER), errc::invalid_argument);
  EXPECT_EQ(errc_of(ERROR_NOT_SUPPORTED), errc::unsupported);
  EXPECT_EQ(errc_of(ERROR_NOT_ENOUGH_MEMORY), errc::limit);
  EXPECT_EQ(errc_of(WAIT_TIMEOUT), errc::timed_out);
  EXPECT_EQ(errc_of(ERROR_OPERATION_ABORTED), errc::cancelled);
  EXPECT_EQ(errc_of(740), errc::access_denied);
}

TEST(windows_error, translates_ntstatus) {
  const error e = nt_error(static_cast<std::int32_t>(0xC0000022), "it"); // STATUS_ACCESS_DENIED
  EXPECT_EQ(e.code, errc::access_denied);
  EXPECT_EQ(e.os_code, ERROR_ACCESS_DENIED);
}

TEST(windows_utf, there_and_back) {
  const std::string text = "a\xC3\xBC\xE4\xB8\xAD\xF0\x9F\x98\x80";
  EXPECT_EQ(to_utf16(text), L"a\u00FC\u4E2D\U0001F600");
  EXPECT_EQ(to_utf8(to_utf16(text)), text);
  EXPECT_EQ(to_utf16(""), L"");
  EXPECT_EQ(to_utf16("\xFF"), L"\uFFFD");
}

} // namespace
} // namespace reeve::os
