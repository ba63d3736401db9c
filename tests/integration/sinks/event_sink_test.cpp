// SPDX-License-Identifier: Apache-2.0
// The agent's events reach a plugin that receives them, and one that misbehaves harms nobody else.
#include "tests/support/agent_process.hpp"

#include "reeve/base/strings.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace reeve::test {
namespace {

using testing::HasSubstr;

class event_sink : public testing::Test {
 protected:
  void start(const std::string& does) {
    options_.plugins =
        cat("[plugin.process-watch]\ninterval = \"200ms\"\n[plugin.recorder]\nlibrary = '", REEVE_RECORDER,
            "'\ndeadline = \"100ms\"\nfile = '", file_.string(), "'\ndoes = \"", does, "\"\n");
    auto started = agent_process::start(options_);
    ASSERT_TRUE(started) << started.error().message;
    agent_ = *std::move(started);
  }
  std::string recorded() const { return std::filesystem::exists(file_) ? read_file(file_) : std::string(); }
  bool comes(const std::string& line) const {
    return wait_until([&] { return recorded().find(line) != std::string::npos; }, long_bound);
  }
  double value(std::string_view family,
               const std::vector<std::pair<std::string, std::string>>& labels) const {
    const auto e = agent_->metrics();
    if (!e) return -1;
    double sum = 0;
    for (const exposed_sample& s : e->samples) {
      if (s.name != family) continue;
      bool fits = true;
      for (const auto& [key, text] : labels)
        fits = fits && s.label(key) == text;
      if (fits) sum += s.value;
    }
    return sum;
  }

  temp_dir folder_;
  const std::filesystem::path file_ = folder_ / "events";
  agent_options options_;
  std::unique_ptr<agent_process> agent_;
};

TEST_F(event_sink, hears_of_the_life_of_the_agent) {
  start("");
  EXPECT_TRUE(comes("agent plugin.started 2: Plugin process-watch")) << recorded() << agent_->log();
  EXPECT_TRUE(comes("agent agent.started 2: Reeve "));
  agent_->rewrite_raw("[plugin.process-watch]\nintervall = \"1s\"\n");
  ASSERT_TRUE(agent_->reload());
  EXPECT_TRUE(comes("agent config.refused 4: The configuration "));
  EXPECT_TRUE(wait_until([&] { return value("reeve_event_sink_waiting", {}) == 0; }, long_bound));
  EXPECT_EQ(value("reeve_event_sink_dropped_total", {{"sink", "recorder"}}), 0);
  EXPECT_GE(value("reeve_event_sink_delivered_total", {{"sink", "recorder"}}), 4);
  EXPECT_EQ(value("reeve_events_total", {{"source", "agent"}, {"severity", "error"}}), 1);
  EXPECT_EQ(value("reeve_plugin_up", {{"plugin", "recorder"}}), 1)
      << "it has nothing to sample, and that is fine";

  ASSERT_TRUE(agent_->ask_to_stop());
  EXPECT_EQ(agent_->process().wait(long_bound), 0);
  EXPECT_THAT(recorded(), HasSubstr("agent agent.stopping 2: Reeve stops: signal"));
  EXPECT_TRUE(recorded().ends_with("flush\n")) << recorded();
}

TEST_F(event_sink, that_hangs_costs_nobody_anything) {
  start("hang");
  EXPECT_TRUE(wait_until([&] { return agent_->log().find("sink fails sink=recorder") != std::string::npos; },
                         long_bound))
      << agent_->log();
  const double before = value("reeve_plugin_samples_total", {{"plugin", "process-watch"}});
  EXPECT_TRUE(wait_until(
      [&] {
        return value("reeve_plugin_samples_total", {{"plugin", "process-watch"}}) > before;
      },
      long_bound));
  EXPECT_GE(value("reeve_event_sink_waiting", {{"sink", "recorder"}}), 1);
  ASSERT_TRUE(agent_->ask_to_stop());
  EXPECT_EQ(agent_->process().wait(long_bound), 0) << "the bound of stopping holds";
  EXPECT_THAT(agent_->log(), HasSubstr("did not stop in time plugin=recorder"));
}

TEST_F(event_sink, that_fails_is_named_with_its_reason) {
  start("fail");
  EXPECT_TRUE(wait_until(
      [&] {
        return value("reeve_events_dropped_total", {{"reason", "sink_failed"}}) > 0;
      },
      long_bound));
  EXPECT_THAT(agent_->log(), HasSubstr("the paper is out"));
  ASSERT_TRUE(agent_->ask_to_stop());
  EXPECT_EQ(agent_->process().wait(long_bound), 0);
}

} // namespace
} // namespace reeve::test
