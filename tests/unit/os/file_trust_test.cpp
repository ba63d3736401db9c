// SPDX-License-Identifier: Apache-2.0
#include "reeve/os/file_trust.hpp"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

namespace {

namespace fs = std::filesystem;
using reeve::errc;
using reeve::os::check_trusted_file;
using testing::AllOf;
using testing::HasSubstr;

class trusted_file : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = "/tmp/reeve_trust_XXXXXX";
    ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
    base_ = pattern;
    fs::create_directories(base_ / "lib/plugins");
    for (const auto& folder : {base_, base_ / "lib", base_ / "lib/plugins"})
      mode(folder, 0755);
    file_ = base_ / "lib/plugins/a.so";
    std::ofstream(file_) << "x";
    mode(file_, 0644);
  }
  void TearDown() override { fs::remove_all(base_); }

  static void mode(const fs::path& path, mode_t bits) { ASSERT_EQ(::chmod(path.c_str(), bits), 0); }

  static reeve::error refusal(const fs::path& path) {
    const auto trusted = check_trusted_file(path.string());
    return trusted ? reeve::error{errc::failed, "trusted", 0} : trusted.error();
  }
  void expect_refused(const fs::path& culprit, const std::string& bits, const std::string& mend) {
    const auto e = refusal(file_);
    EXPECT_EQ(e.code, errc::access_denied) << e.message;
    EXPECT_THAT(e.message, AllOf(HasSubstr(" " + culprit.string() + " (mode " + bits + ")"),
                                 HasSubstr("chmod " + mend + " " + culprit.string())));
  }

  fs::path base_;
  fs::path file_;
};

TEST_F(trusted_file, below_folders_that_nobody_else_may_write) {
  const auto trusted = check_trusted_file(file_.string());
  EXPECT_TRUE(trusted) << trusted.error().message; // also below /tmp, whose sticky bit protects our folder
}

TEST_F(trusted_file, not_when_group_or_others_may_write_it) {
  mode(file_, 0664);
  expect_refused(file_, "0664", "g-w");
  mode(file_, 0646);
  expect_refused(file_, "0646", "o-w");
  mode(file_, 0666);
  expect_refused(file_, "0666", "go-w");
}

TEST_F(trusted_file, not_when_its_folder_is_open_even_if_sticky) {
  const fs::path folder = base_ / "lib/plugins";
  mode(folder, 0775);
  expect_refused(folder, "0775", "g-w");
  mode(folder, 01777);
  expect_refused(folder, "01777", "go-w");
}

TEST_F(trusted_file, not_when_a_folder_above_is_open_without_sticky_bit) {
  mode(base_ / "lib", 0777);
  expect_refused(base_ / "lib", "0777", "go-w");
  mode(base_ / "lib", 0775);
  expect_refused(base_ / "lib", "0775", "g-w");
  mode(base_ / "lib", 01777);
  EXPECT_TRUE(check_trusted_file(file_.string()));
}

TEST_F(trusted_file, not_when_somebody_else_owns_a_part_of_the_way) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root can give files away";
  for (const auto& culprit : {file_, base_ / "lib/plugins", base_ / "lib"}) {
    ASSERT_EQ(::chown(culprit.c_str(), 65534, static_cast<gid_t>(-1)), 0);
    const auto e = refusal(file_);
    EXPECT_EQ(e.code, errc::access_denied);
    EXPECT_THAT(e.message,
                AllOf(HasSubstr(culprit.string() + " belongs to user 65534"), HasSubstr("chown root")));
    ASSERT_EQ(::chown(culprit.c_str(), 0, static_cast<gid_t>(-1)), 0);
  }
}

TEST_F(trusted_file, links_are_followed_and_their_folders_checked) {
  fs::create_directory(base_ / "links");
  mode(base_ / "links", 0755);
  fs::create_symlink("../lib/plugins/a.so", base_ / "links/relative.so");
  fs::create_symlink(file_, base_ / "links/absolute.so");
  fs::create_symlink(base_ / "lib", base_ / "links/folder");
  fs::create_symlink("relative.so", base_ / "links/twice.so");
  for (const char* name :
       {"relative.so", "absolute.so", "folder/plugins/a.so", "twice.so", "../links/./relative.so"})
    EXPECT_TRUE(check_trusted_file((base_ / "links").string() + "/" + name)) << name;

  mode(base_ / "lib/plugins", 0777); // the way of the target
  for (const char* name : {"relative.so", "absolute.so", "folder/plugins/a.so"})
    EXPECT_EQ(refusal(base_ / "links" / name).code, errc::access_denied) << name;
  mode(base_ / "lib/plugins", 0755);

  mode(base_ / "links", 0777); // the way of the link
  EXPECT_EQ(refusal(base_ / "links/absolute.so").code, errc::access_denied);
  mode(base_ / "links", 01777); // sticky does not help the folder that decides which file is loaded
  EXPECT_EQ(refusal(base_ / "links/absolute.so").code, errc::access_denied);
  EXPECT_TRUE(check_trusted_file((base_ / "links/folder/plugins/a.so").string()));
}

TEST_F(trusted_file, a_link_of_somebody_else_is_refused) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root can give files away";
  fs::create_symlink(base_ / "lib", base_ / "link");
  ASSERT_EQ(::lchown((base_ / "link").c_str(), 65534, static_cast<gid_t>(-1)), 0);
  EXPECT_THAT(refusal(base_ / "link/plugins/a.so").message, HasSubstr("symbolic link"));
}

TEST_F(trusted_file, circles_end) {
  fs::create_symlink("b", base_ / "a");
  fs::create_symlink("a", base_ / "b");
  EXPECT_EQ(refusal(base_ / "a").code, errc::invalid_argument);
  EXPECT_EQ(refusal(base_ / "a/x.so").code, errc::invalid_argument);
}

TEST_F(trusted_file, only_regular_files_by_absolute_path) {
  EXPECT_EQ(refusal("a.so").code, errc::invalid_argument);
  EXPECT_EQ(refusal("").code, errc::invalid_argument);
  EXPECT_EQ(refusal(base_ / "lib").code, errc::invalid_argument);
  EXPECT_EQ(refusal("/").code, errc::invalid_argument);
  EXPECT_EQ(refusal(file_ / "x").code, errc::invalid_argument);
  EXPECT_EQ(refusal(base_ / "missing.so").code, errc::not_found);
  ASSERT_EQ(::mkfifo((base_ / "pipe").c_str(), 0644), 0);
  EXPECT_EQ(refusal(base_ / "pipe").code, errc::invalid_argument); // and does not wait for a writer
}

} // namespace
