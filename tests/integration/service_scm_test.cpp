// SPDX-License-Identifier: Apache-2.0
// A service of the service control manager, from its installation to its end.
#include "tests/integration/reeve_command.hpp"
#include "tests/support/http_client.hpp"

#include "reeve/base/strings.hpp"

#include <boost/json.hpp>
#include <gmock/gmock.h>

#include <charconv>
#include <cstdlib>
#include <random>

namespace reeve::test {
namespace {

using testing::HasSubstr;

class windows_service : public testing::Test {
 protected:
  void SetUp() override {
    write_file(config(),
               cat("[agent]\ninstance = \"", instance_, "\"\nplugin_dir = '", REEVE_TEST_PLUGIN_DIR,
                   "'\n[http]\nlisten = \"127.0.0.1:0\"\n[log]\nfile = '", log_file().string(), "'\n"));
    const finished_child installed = tell("install", {"--config", config().string()});
    if (installed.output.find("elevated prompt") != std::string::npos)
      GTEST_SKIP() << "this account may not install services";
    ASSERT_EQ(installed.exit_code, 0) << installed.output;
    installed_ = true;
  }
  void TearDown() override {
    if (installed_) tell("uninstall", {});
  }

  finished_child tell(const char* action, std::vector<std::string> more) const {
    more.insert(more.begin(), {action, "--name", instance_});
    return run_reeve("service", std::move(more));
  }
  std::string state() const {
    const finished_child answer = tell("status", {"--json"});
    return std::string(boost::json::parse(answer.output).at("state").as_string());
  }
  std::filesystem::path config() const { return folder_ / "reeve.toml"; }
  std::filesystem::path log_file() const { return folder_ / "reeve.log"; }
  std::string log() const {
    return std::filesystem::exists(log_file()) ? read_file(log_file()) : std::string();
  }
  // 0: it does not listen yet
  std::uint16_t port() const {
    const std::string text = log();
    constexpr std::string_view field = "address=127.0.0.1:";
    const std::size_t at = text.find(field);
    std::uint16_t out = 0;
    if (at != std::string::npos)
      std::from_chars(text.data() + at + field.size(), text.data() + text.size(), out);
    return out;
  }

  const temp_dir folder_;
  const std::string instance_ = cat("reeve-test-", std::random_device{}());
  bool installed_ = false;
};

TEST_F(windows_service, is_installed_started_stopped_and_uninstalled) {
  EXPECT_EQ(state(), "stopped");
  EXPECT_EQ(tell("status", {}).exit_code, 1);
  const finished_child started = tell("start", {});
  ASSERT_EQ(started.exit_code, 0) << started.output;
  EXPECT_EQ(state(), "running");
  EXPECT_EQ(tell("status", {}).exit_code, 0);
  ASSERT_TRUE(wait_until([&] { return port() != 0; }, long_bound)) << log();
  const auto metrics = http_get(port(), "/metrics");
  ASSERT_TRUE(metrics) << metrics.error().message;
  EXPECT_THAT(metrics->body, HasSubstr("reeve_build_info"));
  EXPECT_EQ(tell("start", {}).exit_code, 0) << "it runs already";

  const finished_child stopped = tell("stop", {});
  EXPECT_EQ(stopped.exit_code, 0) << stopped.output;
  EXPECT_EQ(state(), "stopped");
  EXPECT_THAT(log(), HasSubstr("asked by the service manager"));
  EXPECT_THAT(log(), HasSubstr("agent: stopped"));
  EXPECT_EQ(tell("stop", {}).exit_code, 0) << "it is stopped already";

  const finished_child gone = tell("uninstall", {});
  EXPECT_EQ(gone.exit_code, 0) << gone.output;
  installed_ = false;
  EXPECT_EQ(state(), "not_installed");
  EXPECT_EQ(tell("uninstall", {}).exit_code, 1);
  EXPECT_EQ(tell("start", {}).exit_code, 1);
}

TEST_F(windows_service, that_the_command_line_stops_counts_as_stopped) {
  ASSERT_EQ(tell("start", {}).exit_code, 0);
  ASSERT_TRUE(wait_until([&] { return port() != 0; }, long_bound)) << log();
  EXPECT_EQ(run_reeve("stop", {"--agent", "--instance", instance_}).exit_code, 0);
  EXPECT_TRUE(wait_until([&] { return state() == "stopped"; }, long_bound)) << state();
}

// It was reported as running before, so that a slow start is none for the manager.
TEST_F(windows_service, whose_start_fails_ends_with_an_error_of_its_own) {
  write_file(config(), "[http]\nlisten = 17\n");
  tell("start", {});
  EXPECT_TRUE(wait_until([&] { return state() == "failed"; }, long_bound)) << state();
  const finished_child shown = tell("status", {});
  EXPECT_EQ(shown.exit_code, 1);
  EXPECT_THAT(shown.output, HasSubstr("service-specific error 3"));
  // The configuration names no log that could be trusted, so the reason is in the default one.
  const char* data = std::getenv("ProgramData");
  ASSERT_TRUE(data);
  const auto file = std::filesystem::path(data) / "reeve" / (instance_ + ".log");
  ASSERT_TRUE(std::filesystem::exists(file)) << file;
  EXPECT_THAT(read_file(file), HasSubstr("line=2"));
  std::filesystem::remove(file);
}

TEST_F(windows_service, is_uninstalled_while_it_runs) {
  ASSERT_EQ(tell("start", {}).exit_code, 0);
  const finished_child gone = tell("uninstall", {});
  EXPECT_EQ(gone.exit_code, 0) << gone.output;
  installed_ = false;
  EXPECT_EQ(state(), "not_installed");
}

TEST_F(windows_service, is_renewed_by_a_second_install) {
  const finished_child again = tell("install", {"--config", config().string()});
  EXPECT_EQ(again.exit_code, 0) << again.output;
  EXPECT_EQ(tell("start", {}).exit_code, 0);
  EXPECT_EQ(state(), "running");
}

TEST_F(windows_service, of_others_is_left_alone) {
  const finished_child installed =
      run_reeve("service", {"install", "--name", "Spooler", "--config", config().string()});
  EXPECT_EQ(installed.exit_code, 1);
  EXPECT_THAT(installed.output, HasSubstr("is not Reeve's"));
  const finished_child removed = run_reeve("service", {"uninstall", "--name", "Spooler"});
  EXPECT_EQ(removed.exit_code, 1);
  EXPECT_THAT(removed.output, HasSubstr("is not Reeve's"));
}

} // namespace
} // namespace reeve::test
