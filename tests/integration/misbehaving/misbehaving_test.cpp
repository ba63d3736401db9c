// SPDX-License-Identifier: Apache-2.0
// A plugin that misbehaves costs only itself: beside each of these process-watch keeps sampling, /metrics
// stays correct and as quick as without it, the log and the metrics name the culprit, and the agent still
// stops.
#include "tests/support/agent_process.hpp"

#include "reeve/base/strings.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>

namespace reeve::test {
namespace {

using testing::HasSubstr;
using steady = std::chrono::steady_clock;

constexpr int scrapes = 300;

struct bad_plugin {
  const char* name;                             // of the case
  const char* plugin;                           // as configured
  const char* library;                          // file name without its ending
  std::string options;                          // further lines of its table
  std::vector<std::string> log;                 // that a line of the log must hold, all of them in one line
  std::function<bool(const exposition&)> shown; // in the metrics, sooner or later
};
void PrintTo(const bad_plugin& b, std::ostream* out) {
  *out << b.name;
}

double number(const exposition& e, std::string_view metric, exposition::wanted_labels labels) {
  return e.value(metric, labels).value_or(-1);
}

std::function<bool(const exposition&)> down(const char* plugin) {
  return [plugin](const exposition& e) { return number(e, "reeve_plugin_up", {{"plugin", plugin}}) == 0; };
}

std::function<bool(const exposition&)> failing(const char* reason) {
  return [reason](const exposition& e) {
    return number(e, "reeve_plugin_up", {{"plugin", "misbehaving"}}) == 0 &&
           number(e, "reeve_plugin_failures_total", {{"plugin", "misbehaving"}, {"reason", reason}}) >= 1 &&
           number(e, "reeve_plugin_quarantined", {{"plugin", "misbehaving"}}) == 1;
  };
}

bool flood_is_cut(const exposition& e) {
  return number(e, "reeve_plugin_dropped_series_total", {{"plugin", "misbehaving"}}) >= 10'000'000 - 1000 &&
         e.all("misbehaving_flood").size() == 1000;
}

bool only_clean_text(const exposition& e) {
  return number(e, "reeve_plugin_rejected_families_total", {{"plugin", "misbehaving"}}) >= 4 &&
         number(e, "reeve_plugin_up", {{"plugin", "misbehaving"}}) == 1 &&
         e.all("misbehaving_text").size() == 5 &&
         e.find("misbehaving_text", {{"text", "\xEF\xBF\xBD\xEF\xBF\xBD"}}) != nullptr;
}

bool is_fine(const exposition& e) {
  return e.value("misbehaving_fine") == 1;
}

std::string does(const char* what, const char* more = "") {
  return cat("does = \"", what,
             "\"\ninterval = \"100ms\"\ndeadline = \"300ms\"\nfailures_before_quarantine = 2\n", more);
}

const bad_plugin bad_plugins[] = {
    {"hangs_in_sample",
     "misbehaving",
     "misbehaving",
     does("hang-in-sample"),
     {"quarantined", "plugin=misbehaving", "passed its deadline"},
     failing("deadline")},
    {"throws",
     "misbehaving",
     "misbehaving",
     does("throw"),
     {"quarantined", "plugin=misbehaving", "thrown by the plugin"},
     failing("error")},
    {"throws_a_number",
     "misbehaving",
     "misbehaving",
     does("throw-a-number"),
     {"quarantined", "plugin=misbehaving", "not a std::exception"},
     failing("error")},
    {"fails",
     "misbehaving",
     "misbehaving",
     does("fail"),
     {"quarantined", "plugin=misbehaving", "the disk of numbers is empty"},
     failing("error")},
    // One run has to come to its end here, and again and again, so the deadline is long.
    {"floods",
     "misbehaving",
     "misbehaving",
     "does = \"flood\"\ninterval = \"100ms\"\ndeadline = \"10m\"\nmax_series = 1000\n",
     {"over its series limit", "plugin=misbehaving", "max_series=1000"},
     &flood_is_cut},
    {"writes_bad_text",
     "misbehaving",
     "misbehaving",
     does("bad-text"),
     {"misbehaving", "metric family refused", "no blanks allowed"},
     &only_clean_text},
    {"hangs_in_its_entry",
     "hangs-in-entry",
     "hangs_in_entry",
     "",
     {"cannot run", "plugin=hangs-in-entry", "loading its library has not returned"},
     down("hangs-in-entry")},
    {"hangs_in_create",
     "hangs-in-create",
     "hangs_in_create",
     "",
     {"cannot run", "plugin=hangs-in-create", "create() has not returned"},
     down("hangs-in-create")},
    {"hangs_in_configure",
     "misbehaving",
     "misbehaving",
     does("hang-in-configure"),
     {"cannot run", "plugin=misbehaving", "configure() has not returned"},
     down("misbehaving")},
    {"hangs_in_start",
     "misbehaving",
     "misbehaving",
     does("hang-in-start"),
     {"cannot start", "plugin=misbehaving", "has not returned"},
     down("misbehaving")},
    {"hangs_in_stop",
     "misbehaving",
     "misbehaving",
     does("hang-in-stop"),
     {"started", "plugin=misbehaving"},
     &is_fine},
    {"has_another_majors_entry",
     "other",
     "next_major_entry",
     "",
     {"cannot run", "plugin=other", "next_major_entry", "major 2"},
     down("other")},
    {"has_another_majors_module",
     "other",
     "next_major_module",
     "",
     {"cannot run", "plugin=other", "next_major_module", "major 2"},
     down("other")},
    {"is_no_library",
     "other",
     "no_library",
     "",
     {"cannot run", "plugin=other", "no_library", "not a plugin library"},
     down("other")},
    {"is_not_there",
     "other",
     "no_such_file",
     "",
     {"cannot run", "plugin=other", "no_such_file"},
     down("other")},
};

bool has_line(const std::string& log, const std::vector<std::string>& words) {
  std::string_view rest = log;
  while (!rest.empty()) {
    const std::string_view line = rest.substr(0, rest.find('\n'));
    if (std::all_of(words.begin(), words.end(),
                    [&](const std::string& word) { return line.find(word) != line.npos; }))
      return true;
    rest.remove_prefix(std::min(line.size() + 1, rest.size()));
  }
  return false;
}

class beside : public testing::TestWithParam<bad_plugin> {
 protected:
  static constexpr const char* watching = "[plugin.process-watch]\ninterval = \"100ms\"\n";

  static std::unique_ptr<agent_process> start(const std::string& more) {
    agent_options options;
    options.plugins = watching + more;
    auto agent = agent_process::start(options);
    EXPECT_TRUE(agent) << agent.error().message;
    return agent ? std::move(*agent) : nullptr;
  }
  void SetUp() override {
    const bad_plugin& bad = GetParam();
    const std::string library = cat(REEVE_MISBEHAVING_DIR, "/", bad.library, REEVE_MISBEHAVING_SUFFIX);
    agent_ = start(cat("[plugin.", bad.plugin, "]\nlibrary = '", library, "'\n", bad.options));
    ASSERT_TRUE(agent_);
  }
  exposition metrics() {
    auto e = agent_->metrics(); // the strict parser
    EXPECT_TRUE(e) << e.error().message;
    return e ? std::move(*e) : exposition{};
  }
  static std::chrono::duration<double, std::milli> timed_scrape(http_session& agent) {
    const auto began = steady::now();
    const auto answer = agent.get("/metrics");
    const auto took = steady::now() - began;
    EXPECT_TRUE(answer && answer->status == 200) << (answer ? answer->body : answer.error().message);
    return took;
  }
  std::unique_ptr<agent_process> agent_;
};

TEST_P(beside, everything_else_goes_on) {
  const bad_plugin& bad = GetParam();
  EXPECT_TRUE(wait_until([&] { return bad.shown(metrics()); }, long_bound)) << agent_->get("/metrics")->body;
  EXPECT_TRUE(wait_until([&] { return has_line(agent_->log(), bad.log); }, long_bound)) << agent_->log();

  const auto sampled = [&] {
    return number(metrics(), "reeve_plugin_last_sample_timestamp_seconds", {{"plugin", "process-watch"}});
  };
  const double before = sampled();
  EXPECT_TRUE(wait_until([&] { return sampled() > before; }, long_bound)) << "process-watch stands still";
  EXPECT_EQ(number(metrics(), "reeve_plugin_up", {{"plugin", "process-watch"}}), 1);
  EXPECT_NE(metrics().find("reeve_process_group_processes"), nullptr);
  EXPECT_EQ(agent_->get("/-/ready")->status, 200u);

  // Both agents run, and are scraped in turns, so that what else this machine does hits both.
  const auto without = start("");
  ASSERT_TRUE(without);
  auto to_that = http_session::open(without->port()), to_this = http_session::open(agent_->port());
  ASSERT_TRUE(to_that && to_this);
  std::vector<std::chrono::duration<double, std::milli>> alone, together;
  for (int i = 0; i < scrapes; ++i) {
    alone.push_back(timed_scrape(*to_that));
    together.push_back(timed_scrape(*to_this));
  }
  const auto p99 = [](auto& times) {
    std::sort(times.begin(), times.end());
    return times[times.size() * 99 / 100 - 1];
  };
  const auto base = p99(alone), beside_it = p99(together);
  EXPECT_LE(beside_it, 3 * base + milliseconds(20)) << "without it: " << base.count() << " ms";
  std::printf("p99 of %d scrapes: %.2f ms alone, %.2f ms beside it\n", scrapes, base.count(),
              beside_it.count());

  ASSERT_TRUE(agent_->ask_to_stop());
  EXPECT_EQ(agent_->process().wait(long_bound), 0) << agent_->log();
  if (std::string_view(bad.name) == "hangs_in_stop") {
    EXPECT_TRUE(has_line(agent_->log(), {"did not stop in time", "plugin=misbehaving"})) << agent_->log();
  }
  ASSERT_TRUE(without->ask_to_stop());
  EXPECT_EQ(without->process().wait(long_bound), 0);
}

INSTANTIATE_TEST_SUITE_P(a_plugin_that, beside, testing::ValuesIn(bad_plugins),
                         [](const auto& row) { return std::string(row.param.name); });

} // namespace
} // namespace reeve::test
