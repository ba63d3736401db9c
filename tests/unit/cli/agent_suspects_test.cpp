// SPDX-License-Identifier: Apache-2.0
#include "leaks/agent_suspects.hpp"

#include <gtest/gtest.h>

namespace reeve::cli {
namespace {

using handle_leak::resource;

constexpr const char* answer =
    "# HELP reeve_leak_suspected 1 while a leak is suspected.\n# TYPE reeve_leak_suspected gauge\n"
    "reeve_leak_suspected{resource=\"handles\",pid=\"7\",name=\"a \\\"b\\\\c\"} 1\n"
    "reeve_leak_suspected{resource=\"memory\",pid=\"7\",name=\"a \\\"b\\\\c\"} 0\n"
    "reeve_leak_suspected{resource=\"threads\",pid=\"8\",name=\"d\"} 1\n"
    "reeve_leak_confidence_ratio{resource=\"handles\",pid=\"7\",name=\"a \\\"b\\\\c\"} 0.5\n"
    "reeve_leak_confidence_ratio{resource=\"threads\",pid=\"8\",name=\"d\"} 0.75\n"
    "reeve_leak_slope_per_second{resource=\"handles\",pid=\"7\",name=\"a \\\"b\\\\c\"} 1.5e-03\n"
    "reeve_leak_seconds_to_limit{resource=\"handles\",pid=\"7\",name=\"a \\\"b\\\\c\"} 3600\n"
    "reeve_leak_handles{pid=\"7\",name=\"a \\\"b\\\\c\",kind=\"socket\"} 812\n"
    "reeve_leak_watched_processes 42\nreeve_leak_limited{limit=\"max_processes\"} 3\n"
    "reeve_leak_limited{limit=\"max_reported\"} 9\n"
    "reeve_leak_of_a_later_version{kind=\"x\"} NaN\nreeve_leak_another +Inf\n";

TEST(agent_suspects, are_those_that_are_suspected_the_surest_first) {
  const auto report = parse_suspects(answer);
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_EQ(report->processes, 42u);
  EXPECT_EQ(report->left_out, 3u);
  ASSERT_EQ(report->suspects.size(), 2u);
  EXPECT_EQ(report->suspects[0].pid, 8u);
  EXPECT_EQ(report->suspects[0].of, resource::threads);
  EXPECT_FALSE(report->suspects[0].seconds_to_limit);
  const leak_suspect& handles = report->suspects[1];
  EXPECT_EQ(handles.name, "a \"b\\c");
  EXPECT_EQ(handles.confidence, 0.5);
  EXPECT_EQ(handles.slope_per_second, 0.0015);
  EXPECT_EQ(handles.seconds_to_limit, 3600);
  EXPECT_EQ(handles.kind, "socket");
  EXPECT_EQ(handles.kind_count, 812u);
  EXPECT_EQ(report->suspects[0].kind, "");
}

TEST(agent_suspects, an_answer_that_is_cut_or_mangled_is_refused) {
  for (const char* bad :
       {"reeve_leak_suspected", "reeve_leak_suspected{pid=\"7\"", "reeve_leak_suspected{pid=7} 1",
        "reeve_leak_suspected{pid=\"7\"}1", "reeve_leak_suspected x"})
    EXPECT_FALSE(parse_suspects(bad)) << bad;
  EXPECT_TRUE(parse_suspects("")) << "a plugin without any series";
}

TEST(agent_suspects, without_an_agent_there_is_nobody_to_ask) {
  const auto report = ask_for_suspects("nobody-has-this-name");
  ASSERT_FALSE(report);
  EXPECT_EQ(report.error().code, errc::not_found);
}

} // namespace
} // namespace reeve::cli
