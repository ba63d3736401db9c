// SPDX-License-Identifier: Apache-2.0
// The plugin in a host made up by the test, with the words in which the tests ask for what a group publishes.
#pragma once

#include "tests/support/fake_plugin_host.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace reeve::process_watch::testing {

constexpr std::uint64_t second = 1'000'000'000;

class process_watch_test : public ::testing::Test {
 protected:
  void TearDown() override { EXPECT_THAT(host.violations(), ::testing::IsEmpty()); }

  void sample() { ASSERT_EQ(host.sample(), REEVE_OK) << host.last_error(); }
  std::optional<double> group(const std::string& what, const std::string& name,
                              const std::string& more = "") {
    return host.value("reeve_process_group_" + what + "{group=\"" + name + "\"" + more + "}");
  }
  std::vector<std::string> groups() { return host.with_prefix("reeve_process_group_processes"); }
  reeve::testing::fake_process& add(std::uint32_t pid, std::string name, std::uint32_t ppid = 1) {
    return host.processes.add(pid, pid * 10, std::move(name), ppid);
  }

  reeve::testing::fake_plugin_host host;
};

} // namespace reeve::process_watch::testing
