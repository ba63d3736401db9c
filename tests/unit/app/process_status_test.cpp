// SPDX-License-Identifier: Apache-2.0
#include "reeve/app/control_requests.hpp"

#include <gmock/gmock.h>

namespace reeve::app {
namespace {

using namespace std::chrono_literals;
using supervise::process_state;
using supervise::process_status;

TEST(process_status, is_read_back_as_it_was) {
  const process_status full{
      "web",
      process_state::waiting,
      {4711, 99887766},
      90s,
      1500ms,
      3,
      {{true, 9}},
      "program /x: No such\tfile\nor directory",
      "pre_start",
      {"front", "all-day"},
      {"80/tcp", "53/udp"},
      "/var/log/web log",
      "/var/log/web hooks",
      {{"http", supervise::health_state::unhealthy, "status 500", 3ms, 2, 10, 4}, {"tcp"}},
      12,
      "timed_out"};
  const process_status bare{"db", process_state::given_up, {}, 0s, {}, 0, {}, {}, {}, {}, {}, {}, {}, {}, 0,
                            {}};
  const auto back = parse_processes(to_text({full, bare}));
  ASSERT_TRUE(back) << back.error().message;
  ASSERT_EQ(back->size(), 2u);
  const process_status& a = back->at(0);
  EXPECT_EQ(a.name, "web");
  EXPECT_EQ(a.state, process_state::waiting);
  EXPECT_EQ(a.id, full.id);
  EXPECT_EQ(a.in_state, 90s);
  EXPECT_EQ(a.next_start_in, nanoseconds(1500ms));
  EXPECT_EQ(a.restarts, 3u);
  EXPECT_EQ(a.last_end, full.last_end);
  EXPECT_EQ(a.failure, "program /x: No such file or directory");
  EXPECT_EQ(a.doing, "pre_start");
  EXPECT_EQ(a.groups, full.groups);
  EXPECT_EQ(a.ports, full.ports);
  EXPECT_EQ(a.output, full.output);
  EXPECT_EQ(a.starts, 12u);
  EXPECT_EQ(a.hook_output, full.hook_output);
  ASSERT_EQ(a.checks.size(), 2u);
  EXPECT_EQ(a.checks[0].name, "http");
  EXPECT_EQ(a.checks[0].state, supervise::health_state::unhealthy);
  EXPECT_EQ(a.checks[0].text, "status 500");
  EXPECT_EQ(a.checks[0].duration, 3ms);
  EXPECT_EQ(a.checks[0].failures_in_row, 2u);
  EXPECT_EQ(a.checks[0].passes_total, 10u);
  EXPECT_EQ(a.checks[0].failures_total, 4u);
  EXPECT_EQ(a.checks[1].name, "tcp");
  EXPECT_EQ(a.last_result, "timed_out");
  const process_status& b = back->at(1);
  EXPECT_EQ(b.state, process_state::given_up);
  EXPECT_FALSE(b.next_start_in);
  EXPECT_FALSE(b.last_end);
  EXPECT_EQ(b.failure, "");
}

TEST(process_status, nonsense_is_refused) {
  EXPECT_TRUE(parse_processes("")->empty());
  for (const char* text : {"web", "web\trunning", "web\tflying\t1\t1\t1\t\t0\t\t\t\t\t\t\t\t0\t\t\t\n",
                           "web\trunning\tx\t1\t1\t\t0\t\t\t\t\t\t\t\t0\t\t\t\n"})
    EXPECT_FALSE(parse_processes(text)) << text;
}

} // namespace
} // namespace reeve::app
