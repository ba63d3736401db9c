// SPDX-License-Identifier: Apache-2.0
// Limits of groups on a folder that looks like control groups of version 2; the kernel's answers are keeper_linux_test's.
#include "linux/managed_cgroups.hpp"

#include "tests/support/temp_dir.hpp"

#include <gmock/gmock.h>

#include <cerrno>
#include <unistd.h>

namespace reeve::os {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

const std::vector<resource_limit> half_a_processor{{limited::cpu, 500}};
const std::vector<resource_limit> some_memory{{limited::memory, 512 << 20}};

class cgroup_limits_test : public testing::Test {
 protected:
  // A group with the files that the kernel puts into one.
  void group(const std::string& path, const std::string& controllers, const std::string& procs = {}) const {
    std::filesystem::create_directories(at(path));
    put(path + "/cgroup.controllers", controllers);
    for (const char* name : {"cgroup.subtree_control", "cpu.max", "memory.max", "memory.oom.group"})
      put(path + "/" + name, "");
    put(path + "/cgroup.procs", procs);
    if (!path.empty()) put(path + "/cgroup.type", "domain\n");
  }
  std::filesystem::path at(const std::string& path) const {
    return mount_.path() / path.substr(path.starts_with('/'));
  }
  void put(const std::string& path, const std::string& text) const { test::write_file(at(path), text); }
  std::string text(const std::string& path) const { return test::read_file(at(path)); }
  managed_cgroups groups(const std::string& own) const { return {mount_.path().string(), own, "x"}; }

  test::temp_dir mount_;
};

TEST_F(cgroup_limits_test, without_a_limit_nothing_is_switched_on) {
  group("", "cpuset cpu memory\n", "1\n");
  const auto made = groups("/").make("web", {{limited::open_files, 100}, {limited::memory, UINT64_MAX}});
  ASSERT_TRUE(made) << made.error().message;
  EXPECT_EQ(*made, at("reeve-x/web"));
  EXPECT_EQ(text("cgroup.subtree_control"), "");
}

TEST_F(cgroup_limits_test, a_group_that_was_left_is_made_anew) {
  const auto left = at("reeve-x/web");
  std::filesystem::create_directories(left);
  std::filesystem::permissions(left, std::filesystem::perms::owner_all);
  ASSERT_TRUE(groups("/").make("web", {}));
  EXPECT_NE(std::filesystem::status(left).permissions(), std::filesystem::perms::owner_all);
}

TEST_F(cgroup_limits_test, at_the_topmost_group_the_agent_stays_where_it_is) {
  group("", "cpuset cpu memory\n", "1\n");
  group("/reeve-x", "cpu memory\n");
  group("/reeve-x/web", "cpu\n");
  ASSERT_TRUE(groups("/").make("web", half_a_processor));
  EXPECT_EQ(text("cgroup.subtree_control"), "+cpu");
  EXPECT_EQ(text("reeve-x/cgroup.subtree_control"), "+cpu");
  EXPECT_EQ(text("reeve-x/web/cpu.max"), "50000 100000");
  EXPECT_EQ(text("reeve-x/web/memory.max"), "max") << "of an earlier program of that name";
  EXPECT_FALSE(std::filesystem::exists(at("agent")));

  ASSERT_TRUE(groups("/").make("web", some_memory));
  EXPECT_EQ(text("reeve-x/web/memory.max"), "536870912");
  EXPECT_EQ(text("reeve-x/web/memory.oom.group"), "1");
}

TEST_F(cgroup_limits_test, what_is_switched_on_already_is_left_alone) {
  group("", "cpu memory\n");
  group("/box", "cpu memory\n", "1\n");
  group("/box/reeve-x", "cpu memory\n");
  group("/box/reeve-x/web", "cpu\n");
  put("box/reeve-x/cgroup.subtree_control", "memory cpu\n");
  ASSERT_TRUE(groups("/box").make("web", half_a_processor));
  EXPECT_EQ(text("box/cgroup.subtree_control"), "");
  EXPECT_FALSE(std::filesystem::exists(at("box/agent")));
}

TEST_F(cgroup_limits_test, elsewhere_the_agent_goes_into_a_leaf_and_nobody_else_does) {
  group("", "cpu memory\n");
  group("/box", "cpu memory\n", std::to_string(::getpid()) + "\n" + std::to_string(::getppid()) + "\n");
  group("/box/agent", "");
  group("/box/reeve-x", "cpu memory\n");
  group("/box/reeve-x/web", "cpu memory\n");
  managed_cgroups g = groups("/box");
  const auto made = g.make("web", half_a_processor);
  ASSERT_TRUE(made) << made.error().message;
  EXPECT_EQ(text("box/agent/cgroup.procs"), std::to_string(::getpid()));
  EXPECT_EQ(text("box/cgroup.subtree_control"), "+cpu");
  EXPECT_EQ(text("box/reeve-x/web/cpu.max"), "50000 100000");
}

TEST_F(cgroup_limits_test, a_service_that_is_in_a_leaf_has_its_programs_beside_it) {
  group("", "cpu memory\n");
  group("/a.slice/r.service", "cpu memory\n");
  group("/a.slice/r.service/agent", "", "1\n");
  group("/a.slice/r.service/reeve-x", "cpu memory\n");
  group("/a.slice/r.service/reeve-x/web", "cpu memory\n");
  const auto made = groups("/a.slice/r.service/agent").make("web", some_memory);
  ASSERT_TRUE(made) << made.error().message;
  EXPECT_EQ(*made, at("a.slice/r.service/reeve-x/web"));
  EXPECT_EQ(text("a.slice/r.service/cgroup.subtree_control"), "+memory");
}

TEST_F(cgroup_limits_test, a_service_that_could_not_be_started_again_is_refused_with_what_to_do) {
  group("", "cpu memory\n");
  group("/r.service", "cpu memory\n");
  const auto refused = groups("/r.service").make("web", some_memory);
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message, HasSubstr("DelegateSubgroup=agent"));
  EXPECT_EQ(text("r.service/cgroup.subtree_control"), "");
  EXPECT_FALSE(std::filesystem::exists(at("r.service/agent")));
  EXPECT_TRUE(groups("/r.service").make("web", {}));
}

TEST_F(cgroup_limits_test, a_controller_that_is_not_there_is_named_with_its_place_and_what_to_do) {
  group("", "cpuset cpu hugetlb memory_not\n");
  const auto of_machine = groups("/").make("web", some_memory);
  ASSERT_FALSE(of_machine);
  EXPECT_THAT(of_machine.error().message, StartsWith("limit memory: the controller \"memory\" is not in " +
                                                     at("cgroup.controllers").string() +
                                                     ": boot with systemd.unified_cgroup_hierarchy=1"));
  EXPECT_FALSE(std::filesystem::exists(at("reeve-x/web")));
  group("/box", "hugetlb\n");
  const auto of_unit = groups("/box").make("web", half_a_processor);
  ASSERT_FALSE(of_unit);
  EXPECT_THAT(of_unit.error().message,
              StartsWith("limit cpu: the controller \"cpu\" is not in " +
                         at("box/cgroup.controllers").string() + ": the agent's unit needs Delegate=yes"));
}

TEST_F(cgroup_limits_test, no_version_2_and_no_right_refuse_only_who_asks_for_a_limit) {
  managed_cgroups none("", "", "x");
  ASSERT_TRUE(none.make("web", {{limited::open_files, 100}}));
  EXPECT_EQ(*none.make("web", {}), "");
  EXPECT_THAT(none.make("web", some_memory).error().message,
              StartsWith("limit memory: no control groups of version 2 are mounted: boot with"));
  managed_cgroups elsewhere((mount_ / "nowhere").string(), "/", "x");
  EXPECT_EQ(*elsewhere.make("web", {}), "");
  EXPECT_THAT(elsewhere.make("web", some_memory).error().message, HasSubstr("reeve-x/web: No such file"));
  EXPECT_THAT(refusal(limited::cpu, {errc::access_denied, "folder: Permission denied", EACCES}).message,
              StartsWith("limit cpu: folder: Permission denied: the agent's unit needs Delegate=yes"));
}

} // namespace
} // namespace reeve::os
