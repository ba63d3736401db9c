// SPDX-License-Identifier: Apache-2.0
// What the live agent says on /metrics, judged by the strict parsers.
#include "tests/integration/bystander.hpp"
#include "tests/support/agent_process.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>
#include <thread>

namespace reeve::test {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

// What Prometheus 2.42 sends.
const std::string prometheus_accept =
    "application/openmetrics-text;version=1.0.0,application/openmetrics-text;"
    "version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1";

class agent_metrics : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    agent_options options;
    options.scrape = "max_age = \"100ms\"\nrefresh_deadline = \"10s\"";
    options.plugins = "[plugin.process-watch]\ninterval = \"200ms\"\n";
    auto started = agent_process::start(options);
    ASSERT_TRUE(started) << started.error().message;
    agent_ = std::move(*started);
  }
  static void TearDownTestSuite() { agent_.reset(); }
  void SetUp() override { ASSERT_TRUE(agent_); }

  static exposition metrics(const std::string& target = "/metrics") {
    auto e = agent_->metrics(target);
    EXPECT_TRUE(e) << e.error().message;
    return e ? std::move(*e) : exposition{};
  }
  static exposition metrics_with_groups() { // the first tick may still be under way
    exposition e;
    EXPECT_TRUE(wait_until(
        [&] {
          e = metrics();
          return e.find("reeve_process_group_processes") != nullptr;
        },
        long_bound));
    return e;
  }

  static std::unique_ptr<agent_process> agent_;
};
std::unique_ptr<agent_process> agent_metrics::agent_;

TEST_F(agent_metrics, text_is_the_answer_to_whoever_does_not_ask) {
  for (const http_headers& headers :
       {http_headers{}, http_headers{{"Accept", "*/*"}}, http_headers{{"Accept", "text/html"}}}) {
    const auto answer = agent_->get("/metrics", headers);
    ASSERT_TRUE(answer) << answer.error().message;
    EXPECT_EQ(answer->status, 200u);
    EXPECT_THAT(answer->header("Content-Type"), StartsWith("text/plain; version=0.0.4"));
    const auto e = parse_text_0_0_4(answer->body);
    EXPECT_TRUE(e) << e.error().message;
  }
}

TEST_F(agent_metrics, openmetrics_is_the_answer_to_prometheus) {
  const auto answer = agent_->get("/metrics", {{"Accept", prometheus_accept}});
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ(answer->status, 200u);
  EXPECT_THAT(answer->header("Content-Type"), StartsWith("application/openmetrics-text; version=1.0.0"));
  const auto e = parse_openmetrics(answer->body);
  ASSERT_TRUE(e) << e.error().message;
  EXPECT_NE(e->find("reeve_build_info"), nullptr);
}

TEST_F(agent_metrics, both_formats_carry_the_same_families) {
  metrics_with_groups();
  const auto answer = agent_->get("/metrics", {{"Accept", prometheus_accept}});
  ASSERT_TRUE(answer) << answer.error().message;
  const auto open = parse_openmetrics(answer->body);
  ASSERT_TRUE(open) << open.error().message;
  std::set<std::string> text_names, open_names;
  for (const auto& f : metrics().families)
    text_names.insert(f.name);
  for (const auto& f : open->families)
    open_names.insert(f.type == "counter" ? f.name + "_total" : f.type == "info" ? f.name + "_info" : f.name);
  EXPECT_EQ(text_names, open_names);
}

TEST_F(agent_metrics, gzip_is_used_when_asked_for_and_only_then) {
  const auto packed = agent_->get("/metrics", {{"Accept-Encoding", "gzip"}});
  ASSERT_TRUE(packed) << packed.error().message;
  EXPECT_EQ(packed->header("Content-Encoding"), "gzip");
  const auto text = gunzip(packed->body);
  ASSERT_TRUE(text) << text.error().message;
  const auto e = parse_text_0_0_4(*text);
  ASSERT_TRUE(e) << e.error().message;
  EXPECT_NE(e->find("reeve_build_info"), nullptr);
  EXPECT_LT(packed->body.size() * 2, text->size());

  for (const http_headers& headers : {http_headers{}, http_headers{{"Accept-Encoding", "identity"}},
                                      http_headers{{"Accept-Encoding", "gzip;q=0"}}}) {
    const auto plain = agent_->get("/metrics", headers);
    ASSERT_TRUE(plain) << plain.error().message;
    EXPECT_EQ(plain->header("Content-Encoding"), "");
    EXPECT_TRUE(parse_text_0_0_4(plain->body));
  }
}

TEST_F(agent_metrics, every_family_is_described_and_named_by_the_rules) {
  const auto e = metrics_with_groups();
  for (const auto& f : e.families) {
    SCOPED_TRACE(f.name);
    EXPECT_TRUE(f.has_type);
    EXPECT_TRUE(f.has_help && !f.help.empty());
    EXPECT_TRUE(f.name.rfind("reeve_", 0) == 0 || f.name.rfind("process_", 0) == 0);
    const bool named_total = f.name.size() > 6 && f.name.compare(f.name.size() - 6, 6, "_total") == 0;
    EXPECT_EQ(f.type == "counter", named_total);
    EXPECT_NE(f.type, "untyped");
  }
}

TEST_F(agent_metrics, the_agent_tells_about_itself) {
  const auto e = metrics_with_groups();
  ASSERT_NE(e.find("reeve_build_info"), nullptr);
  EXPECT_EQ(e.find("reeve_build_info")->value, 1);
  EXPECT_FALSE(e.find("reeve_build_info")->label("version").empty());
  EXPECT_EQ(e.value("reeve_plugin_up", {{"plugin", "process-watch"}}), 1);
  EXPECT_GT(e.value("reeve_plugin_samples_total", {{"plugin", "process-watch"}}).value_or(0), 0);
  EXPECT_EQ(e.value("reeve_config_last_reload_successful"), 1);
  EXPECT_GT(e.value("process_resident_memory_bytes").value_or(0), 0);
  EXPECT_GT(e.value("process_start_time_seconds").value_or(0), 0);
  EXPECT_GE(e.value("process_cpu_seconds_total").value_or(-1), 0);
}

TEST_F(agent_metrics, counters_never_fall) {
  const auto before = metrics_with_groups(), after = metrics();
  std::map<std::pair<std::string, label_list>, double> old;
  for (const auto& s : before.samples)
    old[{s.name, s.labels}] = s.value;
  std::size_t compared = 0;
  for (const auto& s : after.samples) {
    const auto at = old.find({s.name, s.labels});
    if (after.families[s.family].type != "counter" || at == old.end()) continue;
    ++compared;
    EXPECT_GE(s.value, at->second) << s.name << " on line " << s.line;
  }
  EXPECT_GT(compared, 0u);
}

TEST_F(agent_metrics, a_process_comes_and_goes) {
  bystander process;
  const auto processes = [&] {
    return group_value(metrics(), "reeve_process_group_processes", process.name());
  };
  ASSERT_TRUE(wait_until([&] { return processes() == 1; }, long_bound)) << "the group never appeared";
  const auto e = metrics();
  EXPECT_GT(group_value(e, "reeve_process_group_resident_memory_bytes", process.name()).value_or(0), 0);
  EXPECT_GE(group_value(e, "reeve_process_group_threads", process.name()).value_or(0), 1);
  EXPECT_EQ(group_value(e, "reeve_process_group_starts_total", process.name()), 1);
  process.end();
  EXPECT_TRUE(wait_until([&] { return processes().value_or(0) == 0; }, long_bound))
      << "the group never emptied";
}

TEST_F(agent_metrics, a_scrape_may_ask_for_some_plugins) {
  metrics_with_groups();
  const auto some = metrics("/metrics?collect[]=process-watch");
  EXPECT_NE(some.find("reeve_process_group_processes"), nullptr);
  EXPECT_EQ(some.find("reeve_build_info"), nullptr);
  const auto encoded = metrics("/metrics?collect%5B%5D=process-watch");
  EXPECT_NE(encoded.find("reeve_process_group_processes"), nullptr);
}

TEST_F(agent_metrics, an_unknown_plugin_is_a_bad_request_that_names_it) {
  const auto answer = agent_->get("/metrics?collect[]=no-such-thing");
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ(answer->status, 400u);
  EXPECT_THAT(answer->body, HasSubstr("no-such-thing"));
}

TEST_F(agent_metrics, scrapes_at_once_all_get_whole_answers) {
  std::vector<std::thread> scrapers;
  std::vector<std::string> wrong(12);
  for (std::size_t i = 0; i < wrong.size(); ++i)
    scrapers.emplace_back([&, i] {
      for (int n = 0; n < 5 && wrong[i].empty(); ++n) {
        const auto e = agent_->metrics();
        if (!e) wrong[i] = e.error().message;
      }
    });
  for (auto& thread : scrapers)
    thread.join();
  for (const auto& what : wrong)
    EXPECT_EQ(what, "");
}

} // namespace
} // namespace reeve::test
