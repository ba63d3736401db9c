// SPDX-License-Identifier: Apache-2.0
#include "doctor/findings.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace reeve::cli {
namespace {

using testing::HasSubstr;
using testing::Not;

class doctor : public testing::Test {
 protected:
  doctor() {
    for (const char* name : {"CAP_SYS_PTRACE", "CAP_DAC_READ_SEARCH", "CAP_NET_ADMIN"})
      rights_.permissions.push_back({name, true, ""});
  }
  void drop(const char* name) {
    for (os::permission& p : rights_.permissions)
      if (p.name == name) p.held = false;
  }
  finding of(const std::string& id) {
    const auto all = diagnose({rights_, processes_, short_lived_, sockets_, windows_});
    const auto found = std::find_if(all.begin(), all.end(), [&](const finding& f) { return f.id == id; });
    if (found == all.end()) {
      ADD_FAILURE() << "no finding " << id;
      return {};
    }
    EXPECT_EQ(found->hidden, !found->missing.empty());
    EXPECT_EQ(found->hidden, !found->mend.empty()) << "what is hidden has a way out";
    return *found;
  }

  os::account_rights rights_;
  os::process_rows processes_;
  std::string short_lived_;
  os::socket_rows sockets_;
  bool windows_ = false;
};

TEST_F(doctor, finds_nothing_where_nothing_is_hidden) {
  for (const finding& f : diagnose({rights_, processes_, short_lived_, sockets_, windows_}))
    EXPECT_FALSE(f.hidden) << f.id;
}

TEST_F(doctor, names_the_capability_that_is_lacking) {
  processes_.unreadable[static_cast<std::size_t>(os::unreadable_reason::access_denied)] = 12;
  drop("CAP_DAC_READ_SEARCH");
  const finding fields = of("process-fields");
  EXPECT_THAT(fields.missing, HasSubstr("12 values"));
  EXPECT_THAT(fields.mend,
              HasSubstr("CAP_SYS_PTRACE and CAP_DAC_READ_SEARCH (CAP_DAC_READ_SEARCH is lacking)"));
  drop("CAP_SYS_PTRACE");
  EXPECT_THAT(of("process-fields").mend, Not(HasSubstr("lacking")));
}

TEST_F(doctor, says_so_when_the_rights_are_there_and_do_not_help) {
  processes_.unreadable[static_cast<std::size_t>(os::unreadable_reason::access_denied)] = 1;
  EXPECT_THAT(of("process-fields").mend, HasSubstr("container or a security module"));
}

TEST_F(doctor, sockets_without_owner_and_processes_that_hide_them) {
  sockets_.unowned[static_cast<std::size_t>(os::unowned_reason::access_denied)] = 1;
  sockets_.unreadable_processes = 2;
  EXPECT_THAT(of("socket-owners").missing, HasSubstr("1 socket without a known owner"));
  sockets_.unowned = {};
  EXPECT_TRUE(of("socket-owners").hidden) << "a socket may still have further owners among them";
}

TEST_F(doctor, what_the_kernel_does_not_tell) {
  short_lived_ = "no right to listen";
  rights_.hidden_processes = "/proc is mounted with hidepid=2";
  drop("CAP_NET_ADMIN");
  EXPECT_THAT(of("short-lived").missing, HasSubstr("no right to listen"));
  EXPECT_THAT(of("short-lived").mend, HasSubstr("CAP_NET_ADMIN"));
  EXPECT_THAT(of("process-list").missing, HasSubstr("hidepid=2"));
  EXPECT_TRUE(of("context-switches").hidden);
}

TEST_F(doctor, windows_is_mended_by_elevation) {
  windows_ = true;
  rights_.permissions = {{"elevated", false, ""}};
  processes_.unreadable[static_cast<std::size_t>(os::unreadable_reason::access_denied)] = 3;
  EXPECT_THAT(of("process-fields").mend, HasSubstr("elevated"));
}

} // namespace
} // namespace reeve::cli
