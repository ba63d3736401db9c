// SPDX-License-Identifier: Apache-2.0
#include "reeve/base/strings.hpp"
#include "reeve/os/file_trust.hpp"
#include "reeve/os/runtime.hpp"
#include "reeve/os/self_stats.hpp"
#include "tests/unit/os/windows/waiting_threads.hpp"
#include "windows/security.hpp"
#include "windows/utf.hpp"

#include <aclapi.h>
#include <sddl.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>

namespace reeve::os {
namespace {

using testing::EndsWith;
using testing::HasSubstr;

TEST(runtime_windows, knows_its_places) {
  EXPECT_THAT(executable_path(), EndsWith("\\process_table_windows_test.exe"));
  EXPECT_THAT(default_config_file(), EndsWith("\\reeve\\reeve.toml"));
  EXPECT_TRUE(std::filesystem::is_directory(std::filesystem::path(to_utf16(user_runtime_dir()))));
  EXPECT_EQ(os_name(), "windows");
  EXPECT_FALSE(is_terminal(-1));
  EXPECT_FALSE(is_terminal(3));
}

TEST(self_stats_windows, counts_what_this_process_uses) {
  const auto before = read_self_stats();
  ASSERT_TRUE(before) << before.error().message;
  EXPECT_GT(before->resident_bytes, 0u);
  EXPECT_GE(before->virtual_bytes, before->resident_bytes);
  EXPECT_GT(before->open_handles, 0u);
  const waiting_threads more(20);
  const auto after = read_self_stats();
  ASSERT_TRUE(after);
  EXPECT_GE(after->threads, before->threads + 20);
  EXPECT_GE(after->cpu_seconds, before->cpu_seconds);
  EXPECT_EQ(after->start_unix_seconds, before->start_unix_seconds);
}

class file_trust_windows : public testing::Test {
 protected:
  void SetUp() override {
    folder = std::filesystem::path(to_utf16(executable_path())).parent_path() /
             ("trust-" + std::to_string(GetCurrentProcessId()));
    std::filesystem::create_directories(folder);
    file = folder / "plugin.dll";
    std::ofstream(file) << "x";
    // The owner is whoever made it: this account, or Administrators.
    ASSERT_TRUE(protect(folder, L"D:P(A;;FA;;;SY)(A;;FA;;;BA)(A;;FA;;;" + own() + L")"));
    ASSERT_TRUE(protect(file, L"D:P(A;;FA;;;SY)(A;;FA;;;BA)(A;;FA;;;" + own() + L")"));
  }
  void TearDown() override {
    std::error_code ignored;
    std::filesystem::remove_all(folder, ignored);
  }
  static std::wstring own() {
    auto sid = own_sid().value();
    return sid_text(sid.data());
  }
  static bool protect(const std::filesystem::path& path, const std::wstring& sddl) {
    PSECURITY_DESCRIPTOR descriptor = nullptr;
    if (!ConvertStringSecurityDescriptorToSecurityDescriptorW(sddl.c_str(), SDDL_REVISION_1, &descriptor,
                                                              nullptr))
      return false;
    const local_ptr<void> owned(descriptor);
    return SetFileSecurityW(path.c_str(), DACL_SECURITY_INFORMATION, descriptor) != 0;
  }
  result<> check() const { return check_trusted_file(to_utf8(file.native())); }

  std::filesystem::path folder, file;
};

TEST_F(file_trust_windows, everyone_may_read_but_not_write) {
  ASSERT_TRUE(protect(file, L"D:P(A;;FA;;;SY)(A;;FR;;;WD)(A;;FA;;;" + own() + L")"));
  auto checked = check();
  EXPECT_TRUE(checked) << checked.error().message;
  ASSERT_TRUE(protect(file, L"D:P(A;;FA;;;SY)(A;;FA;;;WD)(A;;FA;;;" + own() + L")"));
  checked = check();
  ASSERT_FALSE(checked);
  EXPECT_EQ(checked.error().code, errc::access_denied);
  EXPECT_THAT(checked.error().message, HasSubstr("S-1-1-0"));
  EXPECT_THAT(checked.error().message, HasSubstr("icacls"));
}

TEST_F(file_trust_windows, a_folder_that_everyone_may_add_to_is_refused) {
  ASSERT_TRUE(protect(folder, L"D:P(A;;FA;;;SY)(A;;FA;;;WD)(A;;FA;;;" + own() + L")"));
  const auto checked = check();
  ASSERT_FALSE(checked);
  EXPECT_EQ(checked.error().code, errc::access_denied);
  EXPECT_THAT(checked.error().message, HasSubstr("the folder"));
}

TEST_F(file_trust_windows, only_absolute_paths_of_files) {
  EXPECT_EQ(check_trusted_file("plugin.dll").error().code, errc::invalid_argument);
  EXPECT_EQ(check_trusted_file("").error().code, errc::invalid_argument);
  EXPECT_EQ(check_trusted_file("\\\\server\\share\\plugin.dll").error().code, errc::invalid_argument);
  EXPECT_EQ(check_trusted_file(to_utf8(folder.native())).error().code, errc::invalid_argument);
  EXPECT_EQ(check_trusted_file(to_utf8((folder / "none.dll").native())).error().code, errc::not_found);
}

} // namespace
} // namespace reeve::os
