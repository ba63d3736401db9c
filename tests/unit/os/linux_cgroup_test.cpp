// SPDX-License-Identifier: Apache-2.0
#include "parse/linux_counters.hpp"

#include "counter_rows_text.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace {

using namespace reeve::os;
using testing::ElementsAre;
using testing::IsEmpty;

template <class Parse>
std::vector<std::string> parsed(Parse&& parse) {
  counter_rows rows;
  counter_sink sink(rows, 0);
  parse(sink);
  return test::lines_of(rows, catalogue());
}

TEST(parse_cgroup, processor_time_by_mode) {
  const std::string text = "usage_usec 3500000\nuser_usec 2000000\nsystem_usec 1500000\nnr_periods 4\n"
                           "nr_throttled 1\nthrottled_usec 250000\n";
  const auto parse = [](std::string_view t) {
    return parsed([&](counter_sink& s) { parse::parse_cgroup_cpu_stat(t, "/a", s); });
  };
  EXPECT_THAT(parse(text), ElementsAre("cgroup_cpu_seconds{cgroup=/a,mode=user} 2",
                                       "cgroup_cpu_seconds{cgroup=/a,mode=system} 1.5",
                                       "cgroup_cpu_throttled_seconds{cgroup=/a} 0.25"));
  EXPECT_THAT(parse("user_usec x\nuser_usec 5"), IsEmpty());
  test::each_truncation(text, [&](std::string_view t) { EXPECT_LE(parse(t).size(), 3u); });
}

TEST(parse_cgroup, bytes_of_all_devices_together) {
  const auto parse = [](std::string_view t) {
    return parsed([&](counter_sink& s) { parse::parse_cgroup_io_stat(t, "/a", s); });
  };
  EXPECT_THAT(
      parse("254:0 rbytes=10 wbytes=20 rios=1 wios=2 dbytes=0 dios=0\n8:0 rbytes=1 wbytes=2\n8:16 \n"),
      ElementsAre("cgroup_io_bytes{cgroup=/a,direction=read} 11",
                  "cgroup_io_bytes{cgroup=/a,direction=write} 22"));
  EXPECT_THAT(parse(""), ElementsAre("cgroup_io_bytes{cgroup=/a,direction=read} 0",
                                     "cgroup_io_bytes{cgroup=/a,direction=write} 0"));
  EXPECT_THAT(parse("254:0 rbytes=x wbytes=-1\n"),
              testing::Contains("cgroup_io_bytes{cgroup=/a,direction=read} 0"));
}

TEST(parse_cgroup, numbers_and_limits) {
  const auto parse = [](std::string_view t) {
    return parsed(
        [&](counter_sink& s) { parse::parse_cgroup_number(t, measure::cgroup_memory_limit_bytes, "/a", s); });
  };
  EXPECT_THAT(parse("1048576\n"), ElementsAre("cgroup_memory_limit_bytes{cgroup=/a} 1048576"));
  for (const std::string text : {"max\n", "", "1048576", "12 34\n", "-1\n"})
    EXPECT_THAT(parse(text), IsEmpty()) << text;
}

TEST(parse_cgroup, kills_for_want_of_memory) {
  const auto parse = [](std::string_view t) {
    return parsed([&](counter_sink& s) { parse::parse_cgroup_memory_events(t, "/a", s); });
  };
  EXPECT_THAT(parse("low 0\nhigh 0\nmax 7\noom 3\noom_kill 2\noom_group_kill 1\n"),
              ElementsAre("cgroup_oom_kills{cgroup=/a} 2"));
  EXPECT_THAT(parse("oom 3\n"), IsEmpty());
}

TEST(parse_cgroup, the_agents_own_group_is_that_of_version_2) {
  EXPECT_EQ(parse::cgroup_of_self("9:name=systemd:/x\n0::/system.slice/reeve.service\n"),
            "/system.slice/reeve.service");
  EXPECT_EQ(parse::cgroup_of_self("0::/\n"), "/");
  EXPECT_EQ(parse::cgroup_of_self("9:name=systemd:/x\n"), "");
  EXPECT_EQ(parse::cgroup_of_self("0::/cut"), "");
}

TEST(parse_cgroup, a_group_is_beneath_each_unit_of_its_path) {
  constexpr std::string_view group = "/user.slice/user@1000.service/app.slice/reeve.service/agent";
  EXPECT_TRUE(parse::is_beneath_unit(group, "reeve.service"));
  EXPECT_TRUE(parse::is_beneath_unit(group, "user@1000.service"));
  EXPECT_TRUE(parse::is_beneath_unit("/system.slice/reeve.service", "reeve.service"));
  EXPECT_FALSE(parse::is_beneath_unit(group, "eve.service"));
  EXPECT_FALSE(parse::is_beneath_unit(group, "user@100.service"));
  EXPECT_FALSE(parse::is_beneath_unit("/", "reeve.service"));
  EXPECT_FALSE(parse::is_beneath_unit("", "reeve.service"));
}

TEST(parse_mount, tells_local_file_systems_from_others) {
  const auto local = [](std::string_view line) {
    parse::mount_line m;
    return parse::parse_mount(line, m) && parse::is_local(m);
  };
  EXPECT_TRUE(local("27 1 254:0 / / rw,relatime - ext4 /dev/vda rw"));
  EXPECT_TRUE(local("27 1 254:0 / /data rw,relatime shared:1 master:2 - xfs /dev/mapper/vg-data rw"));
  EXPECT_TRUE(local("27 1 0:33 / / rw - overlay overlay rw")) << "the root of a container";
  EXPECT_TRUE(local("27 1 0:50 / /tank rw - zfs tank rw"));
  EXPECT_FALSE(local("27 1 0:33 / /var/lib/docker/x rw - overlay overlay rw"));
  EXPECT_FALSE(local("27 1 0:40 / /mnt rw - nfs4 server:/export rw"));
  EXPECT_FALSE(local("27 1 8:1 / /mnt rw - fuseblk /dev/sda1 rw"));
  EXPECT_FALSE(local("22 27 0:21 / /proc rw,relatime - proc proc rw"));
  EXPECT_FALSE(local("27 1 254:0 / / rw,relatime ext4 /dev/vda rw")) << "no dash";
  EXPECT_FALSE(local(""));
}

TEST(parse_mount, undoes_the_kernels_escapes) {
  std::array<char, 4096> buffer;
  EXPECT_EQ(parse::unescape_mount("/mnt/my\\040disk\\134", buffer), "/mnt/my disk\\");
  EXPECT_EQ(parse::unescape_mount("/a\\04", buffer), "/a\\04");
  EXPECT_EQ(parse::unescape_mount("\\", buffer), "\\");
  EXPECT_EQ(parse::unescape_mount(std::string(5000, 'x'), buffer).size(), buffer.size());
}

} // namespace
