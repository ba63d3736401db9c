// SPDX-License-Identifier: Apache-2.0
// An hour's worth of scrapes in a minute, by a real server, while processes start and end 200 times a second.
#include "tests/integration/prometheus_server.hpp"
#include "tests/integration/promtool.hpp"
#include "tests/support/agent_process.hpp"

#include "reeve/base/strings.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>

namespace reeve::test {
namespace {

constexpr int target_count = 60;
constexpr milliseconds query_step{250}; // a query costs the server more than a look at a log

int run_seconds() {
  const char* text = std::getenv("REEVE_PROMETHEUS_SECONDS");
  const int seconds = text ? std::atoi(text) : 0;
  return seconds > 0 ? seconds : 60;
}

class prometheus : public testing::Test {
 protected:
  void SetUp() override {
    for (const char* program : {prometheus_program, promtool_program})
      if (!std::filesystem::exists(program))
        GTEST_SKIP() << program << " is not installed (Debian's package prometheus)";
    agent_options options;
    options.scrape = "max_age = \"200ms\"";
    options.plugins = "[plugin.process-watch]\ninterval = \"200ms\"\n";
    auto started = agent_process::start(options);
    ASSERT_TRUE(started) << started.error().message;
    agent_ = std::move(*started);
  }

  // Processes of the given name at the given rate; the lifetime decides whether a sampling agent can see
  // each.
  result<child> start_churn(int per_second, milliseconds lifetime, const std::string& name) {
    child_options how;
    how.program = std::filesystem::path(REEVE_TEST_PROGRAMS) / "churn";
    how.arguments = {cat(per_second), cat(run_seconds()), cat(lifetime.count()), name};
    how.output_file = folder_ / name;
    return child::start(how);
  }
  static double true_starts(child& churn) { // and the churn program itself
    EXPECT_EQ(churn.wait(std::chrono::seconds(run_seconds()) + long_bound), 0) << churn.output();
    const std::string out = churn.output();
    const auto at = out.rfind("started ");
    return at == std::string::npos ? -1 : std::atof(out.c_str() + at + 8) + 1;
  }

  temp_dir folder_;
  std::unique_ptr<agent_process> agent_;
};

TEST_F(prometheus, promtool_has_no_complaint) {
  ASSERT_TRUE(wait_until(
      [&] {
        const auto e = agent_->metrics();
        return e && e->find("reeve_process_group_processes");
      },
      long_bound));
  EXPECT_EQ(promtool_complaints(agent_->get("/metrics")->body), "");
}

TEST_F(prometheus, an_hour_of_scrapes_under_churn) {
  auto started = prometheus_server::start(agent_->port(), target_count);
  ASSERT_TRUE(started) << started.error().message;
  auto& server = **started;
  // The agent samples five times a second: it cannot miss what lives for 1.5 s and need not see what ends at
  // once.
  auto lasting = start_churn(100, milliseconds(1500), "churn-lasting");
  auto brief = start_churn(100, milliseconds(0), "churn-brief");
  ASSERT_TRUE(lasting && brief);

  const double wanted = double(target_count) * run_seconds();
  const auto scrapes = [&] {
    return server.value("sum(count_over_time(up{job=\"reeve\"}[2h]))").value_or(0);
  };
  EXPECT_TRUE(wait_until([&] { return scrapes() >= wanted; },
                         2 * std::chrono::seconds(run_seconds()) + long_bound, query_step));
  RecordProperty("scrapes", static_cast<int>(scrapes()));

  const auto up = server.query("min_over_time(up{job=\"reeve\"}[2h])");
  ASSERT_TRUE(up) << up.error().message;
  EXPECT_EQ(up->size(), static_cast<std::size_t>(target_count));
  for (const auto& series : *up)
    EXPECT_EQ(series.value, 1) << "probe " << series.labels.at("probe");
  EXPECT_GT(server.value("min(min_over_time(scrape_samples_scraped{job=\"reeve\"}[2h]))").value_or(0), 0);

  const auto own = server.own_metrics();
  ASSERT_TRUE(own) << own.error().message;
  for (const char* trouble : {"duplicate_timestamp", "out_of_order", "out_of_bounds"})
    EXPECT_EQ(own->value(cat("prometheus_target_scrapes_sample_", trouble, "_total")), 0) << trouble;
  for (const auto& s : own->samples) {
    if (s.name.rfind("prometheus_target_scrapes_", 0) ==
        0) { // every other way in which a scrape can go wrong
      EXPECT_EQ(s.value, 0) << s.name;
    }
  }

  const double lasting_truth = true_starts(*lasting), brief_truth = true_starts(*brief);
  const auto seen = [&](const std::string& name) {
    return server.value("max(max_over_time(reeve_process_group_starts_total{group=\"" + name + "\"}[2h]))")
        .value_or(0);
  };
  EXPECT_TRUE(wait_until([&] { return seen("churn-lasting") >= lasting_truth; }, std::chrono::seconds(5),
                         query_step) ||
              seen("churn-lasting") >= lasting_truth * 0.99) // a stalled machine may hide a few
      << "counted " << seen("churn-lasting") << " of " << lasting_truth;
  EXPECT_LE(seen("churn-lasting"), lasting_truth);
  EXPECT_LE(seen("churn-brief"), brief_truth);
  std::printf("scrapes %.0f, lasting starts %.0f of %.0f, brief starts %.0f of %.0f\n", scrapes(),
              seen("churn-lasting"), lasting_truth, seen("churn-brief"), brief_truth);

  for (const char* word : {"level=warn", "level=error"})
    EXPECT_THAT(server.log(), testing::Not(testing::HasSubstr(word)));
  EXPECT_TRUE(agent_->process().running());
  ASSERT_TRUE(server.process().terminate());
  EXPECT_EQ(server.process().wait(long_bound), 0);
}

} // namespace
} // namespace reeve::test
