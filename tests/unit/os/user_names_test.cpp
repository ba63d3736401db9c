// SPDX-License-Identifier: Apache-2.0
#include "posix/user_names.hpp"

#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

namespace {

using reeve::os::user_names;

class account_file : public testing::Test {
 protected:
  void SetUp() override {
    path_ = testing::TempDir() + "reeve_passwd_" + std::to_string(::getpid());
    std::ofstream(path_) << "x";
    set_time(1000);
  }
  void TearDown() override { std::filesystem::remove(path_); }
  void set_time(long seconds) {
    const timespec times[2] = {{seconds, 0}, {seconds, 0}};
    ASSERT_EQ(::utimensat(AT_FDCWD, path_.c_str(), times, 0), 0);
  }
  user_names names() {
    return user_names(path_, [this](std::uint32_t uid) {
      ++lookups_;
      return uid == 7 ? std::string() : "user" + std::to_string(uid);
    });
  }

  std::string path_;
  int lookups_ = 0;
};

TEST_F(account_file, each_name_is_looked_up_once) {
  user_names names = this->names();
  names.refresh(0);
  EXPECT_EQ(names.of(3), "user3");
  EXPECT_EQ(names.of(3), "user3");
  EXPECT_EQ(names.of(7), "7"); // has no name
  EXPECT_EQ(names.of(7), "7");
  EXPECT_EQ(lookups_, 2);
}

TEST_F(account_file, a_change_is_seen_within_a_minute) {
  user_names names = this->names();
  names.refresh(0);
  names.of(3);
  set_time(2000);
  names.refresh(59);
  names.of(3);
  EXPECT_EQ(lookups_, 1);
  names.refresh(60);
  names.of(3);
  EXPECT_EQ(lookups_, 2);
  names.refresh(120);
  names.of(3);
  EXPECT_EQ(lookups_, 2);
}

TEST_F(account_file, names_are_bounded) {
  user_names names = this->names();
  for (std::uint32_t uid = 100; uid < 100 + 3 * user_names::limit; ++uid)
    EXPECT_EQ(names.of(uid), "user" + std::to_string(uid));
  names.of(100); // long forgotten
  EXPECT_EQ(lookups_, static_cast<int>(3 * user_names::limit) + 1);
}

TEST(accounts, of_this_system) {
  user_names names;
  EXPECT_EQ(names.of(0), "root");
  EXPECT_EQ(names.of(4294900001u), "4294900001");
}

} // namespace
