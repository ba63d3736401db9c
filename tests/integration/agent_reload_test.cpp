// SPDX-License-Identifier: Apache-2.0
// A changed configuration: a good one is taken over, a bad one changes nothing and says why.
#include "tests/integration/bystander.hpp"
#include "tests/support/agent_process.hpp"

#include "reeve/base/strings.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>
#include <vector>

namespace reeve::test {
namespace {

using testing::HasSubstr;

const char* const bad_file =
    "[http]\nlisten = \"127.0.0.1:0\"\n[plugin.process-watch]\nintervall = \"1s\"\n= 3\n";

class agent_reload : public testing::Test {
 protected:
  void SetUp() override {
    options_.scrape = "max_age = \"100ms\"\nrefresh_deadline = \"10s\"";
    options_.http = "reload_endpoint = true";
    options_.plugins = watching;
    auto started = agent_process::start(options_);
    ASSERT_TRUE(started) << started.error().message;
    agent_ = std::move(*started);
  }

  std::optional<double> value(std::string_view name) const {
    const auto e = agent_->metrics();
    EXPECT_TRUE(e) << e.error().message;
    return e ? e->value(name) : std::nullopt;
  }
  bool comes_to(double successful) const {
    return wait_until([&] { return value("reeve_config_last_reload_successful") == successful; }, long_bound);
  }
  void expect_still_working() const {
    EXPECT_EQ(agent_->get("/-/ready")->status, 200u);
    EXPECT_TRUE(wait_until([&] { return value("reeve_process_group_processes").has_value(); }, long_bound));
  }
  std::optional<double> starts(const std::string& group) const {
    const auto e = agent_->metrics();
    return e ? group_value(*e, "reeve_process_group_starts_total", group) : std::nullopt;
  }

  static constexpr const char* watching = "[plugin.process-watch]\ninterval = \"200ms\"\n";
  agent_options options_;
  std::unique_ptr<agent_process> agent_;
};

TEST_F(agent_reload, the_command_prints_what_is_wrong_and_the_state_stays) {
  agent_->rewrite_raw(bad_file);
  const auto told = agent_->reload();
  ASSERT_TRUE(told) << told.error().message;
  EXPECT_NE(told->exit_code, 0);
  EXPECT_THAT(told->output, HasSubstr("reeve.toml:5")); // the line that is not TOML
  EXPECT_EQ(value("reeve_config_last_reload_successful"), 0);
  expect_still_working();
}

TEST_F(agent_reload, an_unknown_key_is_named_with_its_place) {
  agent_->rewrite_raw("[http]\nlisten = \"127.0.0.1:0\"\nlissten = 1\n");
  const auto told = agent_->reload();
  ASSERT_TRUE(told) << told.error().message;
  EXPECT_NE(told->exit_code, 0);
  EXPECT_THAT(told->output, HasSubstr("reeve.toml:3"));
  EXPECT_THAT(told->output, HasSubstr("lissten"));
  EXPECT_EQ(value("reeve_config_last_reload_successful"), 0);
}

TEST_F(agent_reload, a_good_file_mends_a_bad_one) {
  agent_->rewrite_raw(bad_file);
  EXPECT_NE(agent_->reload()->exit_code, 0);
  agent_->rewrite(options_);
  const auto told = agent_->reload();
  ASSERT_TRUE(told) << told.error().message;
  EXPECT_EQ(told->exit_code, 0) << told->output;
  EXPECT_EQ(value("reeve_config_last_reload_successful"), 1);
  EXPECT_GT(value("reeve_config_last_reload_success_timestamp_seconds").value_or(0), 0);
  expect_still_working();
}

TEST_F(agent_reload, by_signal) {
  agent_->rewrite_raw(bad_file);
  const auto asked = agent_->process().hang_up();
  if (!asked && asked.error().code == errc::unsupported) GTEST_SKIP() << asked.error().message;
  ASSERT_TRUE(asked) << asked.error().message;
  EXPECT_TRUE(comes_to(0));
  EXPECT_THAT(agent_->log(), HasSubstr("reeve.toml:5"));
  expect_still_working();
  agent_->rewrite(options_);
  ASSERT_TRUE(agent_->process().hang_up());
  EXPECT_TRUE(comes_to(1));
  expect_still_working();
}

TEST_F(agent_reload, by_request) {
  agent_->rewrite_raw(bad_file);
  const auto refused = agent_->post("/-/reload");
  ASSERT_TRUE(refused) << refused.error().message;
  EXPECT_GE(refused->status, 400u);
  EXPECT_THAT(refused->body, HasSubstr("reeve.toml:5"));
  EXPECT_TRUE(comes_to(0));
  agent_->rewrite(options_);
  const auto taken = agent_->post("/-/reload");
  ASSERT_TRUE(taken) << taken.error().message;
  EXPECT_EQ(taken->status, 200u) << taken->body;
  EXPECT_TRUE(comes_to(1));
}

// One that came while another was at work would be lost, and with it the change of the file that it was sent for.
TEST_F(agent_reload, requests_at_the_same_time_are_all_heard) {
  for (int n = 0; n != 20; ++n) {
    options_.plugins =
        cat("[plugin.process-watch]\ninterval = \"", 200 + n, "ms\"\n"); // is prepared anew: takes time
    agent_->rewrite(options_);
    std::vector<std::future<result<http_response>>> asked;
    for (int i = 0; i != 4; ++i)
      asked.push_back(std::async(std::launch::async, [&] { return agent_->post("/-/reload"); }));
    for (auto& one : asked) {
      const auto answer = one.get();
      ASSERT_TRUE(answer) << answer.error().message;
      EXPECT_EQ(answer->status, 200u) << answer->body;
    }
  }
}

TEST_F(agent_reload, a_plugin_whose_table_is_the_same_keeps_what_it_counted) {
  bystander
      process; // counted as a start; a plugin that begins anew would take it as having been there before
  ASSERT_TRUE(wait_until([&] { return starts(process.name()) == 1; }, long_bound))
      << starts(process.name()).value_or(-1);
  options_.http += "\nmax_connections = 32";
  agent_->rewrite(options_);
  const auto told = agent_->reload();
  ASSERT_TRUE(told) << told.error().message;
  ASSERT_EQ(told->exit_code, 0) << told->output;
  const auto samples = [&] { return value("reeve_plugin_samples_total").value_or(0); };
  const double before = samples();
  ASSERT_TRUE(
      wait_until([&] { return samples() > before; }, long_bound)); // at least one whole tick after the reload
  EXPECT_EQ(starts(process.name()), 1);
}

TEST_F(agent_reload, a_plugin_can_be_switched_off_and_on_again) {
  expect_still_working();
  options_.plugins = std::string(watching) + "enabled = false\n";
  agent_->rewrite(options_);
  auto told = agent_->reload();
  ASSERT_TRUE(told) << told.error().message;
  ASSERT_EQ(told->exit_code, 0) << told->output;
  EXPECT_TRUE(wait_until([&] { return !value("reeve_process_group_processes"); }, long_bound));
  options_.plugins = watching;
  agent_->rewrite(options_);
  ASSERT_EQ(agent_->reload()->exit_code, 0);
  EXPECT_TRUE(
      wait_until([&] { return agent_->get("/-/ready")->status == 200; }, long_bound)); // after its first run
  expect_still_working();
}

TEST_F(agent_reload, the_command_says_so_when_there_is_no_agent) {
  agent_->process().kill();
  ASSERT_TRUE(agent_->process().wait(long_bound));
  const auto told = agent_->reload();
  ASSERT_TRUE(told) << told.error().message;
  EXPECT_NE(told->exit_code, 0);
  EXPECT_FALSE(told->output.empty());
}

} // namespace
} // namespace reeve::test
