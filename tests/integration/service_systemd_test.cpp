// SPDX-License-Identifier: Apache-2.0
// The unit under a real systemd: a user's manager of our own, which root may start in a mount namespace where /run says
// that the system was booted with systemd.
#include "tests/integration/reeve_command.hpp"
#include "tests/integration/run_of_its_own.hpp"
#include "tests/support/http_client.hpp"

#include "reeve/base/strings.hpp"

#include <boost/json.hpp>
#include <gmock/gmock.h>

#include <charconv>
#include <csignal>
#include <optional>
#include <random>
#include <unistd.h>

namespace reeve::test {
namespace {

using testing::HasSubstr;
namespace fs = std::filesystem;

constexpr const char* manager_program = "/lib/systemd/systemd"; // Debian's package systemd
constexpr const char* runtime_parent = "/run/user";
constexpr const char* runtime_folder = "/run/user/0";

class under_systemd : public testing::Test {
 protected:
  void SetUp() override {
    if (::geteuid() != 0) GTEST_SKIP() << "only root may start a systemd of its own";
    if (!fs::exists(manager_program)) GTEST_SKIP() << "systemd is not installed";
    child_options how = with_a_run_of_its_own(
        cat("mkdir ", runtime_parent, " && mkdir -m 700 ", runtime_folder), {manager_program, "--user"});
    how.environment = environment();
    how.output_file = folder_ / "manager";
    auto started = child::start(how);
    ASSERT_TRUE(started) << started.error().message;
    manager_.emplace(std::move(*started));
    const bool up = wait_until(
        [&] { return systemctl({"is-system-running"}).output == "running\n" || !manager_->running(); },
        long_bound);
    if (!manager_->running())
      GTEST_SKIP() << "no mount namespace, or no systemd in it, may be had here: " << manager_->output();
    ASSERT_TRUE(up) << manager_->output();
    write_config();
    const finished_child installed = reeve("install", {"--config", config().string()});
    ASSERT_EQ(installed.exit_code, 0) << installed.output;
  }
  void TearDown() override {
    if (!manager_) return;
    reeve("uninstall", {});
    (void)manager_->terminate();
    manager_->wait(long_bound);
  }

  std::vector<std::pair<std::string, std::string>> environment() const {
    return {{"XDG_RUNTIME_DIR", runtime_folder}, {"XDG_CONFIG_HOME", (folder_ / "config").string()}};
  }
  // Where the manager is.
  finished_child run_there(std::vector<std::string> command) const {
    const temp_dir output;
    child_options how;
    how.program = "/usr/bin/nsenter";
    how.arguments = {"--mount", "--target", std::to_string(manager_->pid())};
    how.arguments.insert(how.arguments.end(), command.begin(), command.end());
    how.environment = environment();
    how.output_file = output / "output";
    auto ended = run(how, long_bound);
    EXPECT_TRUE(ended) << ended.error().message;
    return ended ? *std::move(ended) : finished_child{-1, {}};
  }
  finished_child systemctl(std::vector<std::string> arguments) const {
    arguments.insert(arguments.begin(), {"/usr/bin/systemctl", "--user"});
    return run_there(std::move(arguments));
  }
  finished_child reeve(const char* action, std::vector<std::string> more) const {
    more.insert(more.begin(), {reeve_program().string(), "service", action, "--user", "--name", name_});
    return run_there(std::move(more));
  }
  std::string property(const char* name) const {
    std::string out = systemctl({"show", "--value", "--property", name, name_}).output;
    return out.substr(0, out.find('\n'));
  }
  boost::json::object status() const {
    return boost::json::parse(reeve("status", {"--json"}).output).as_object();
  }
  // What a drop-in of the administrator would say.
  void change(const std::string& lines) const {
    const fs::path folder = folder_ / "config" / "systemd" / "user" / (name_ + ".service.d");
    fs::create_directories(folder);
    write_file(folder / "test.conf", "[Service]\n" + lines);
    EXPECT_EQ(systemctl({"daemon-reload"}).exit_code, 0);
  }

  void write_config(const std::string& more = {}) const {
    write_file(config(),
               cat("[agent]\ninstance = \"", name_, "\"\n[http]\nlisten = \"127.0.0.1:0\"\n[log]\nfile = \"",
                   (folder_ / "log").string(), "\"\n", more));
  }
  fs::path config() const { return folder_ / "reeve.toml"; }
  std::string log() const { return fs::exists(folder_ / "log") ? read_file(folder_ / "log") : std::string(); }
  std::uint16_t port() const {
    const std::string text = log();
    constexpr std::string_view field = "address=127.0.0.1:";
    const std::size_t at = text.rfind(field);
    std::uint16_t out = 0;
    if (at != std::string::npos)
      std::from_chars(text.data() + at + field.size(), text.data() + text.size(), out);
    return out;
  }

  const temp_dir folder_;
  const std::string name_ = cat("reeve-test-", std::random_device{}());
  std::optional<child> manager_;
};

TEST_F(under_systemd, lives_from_install_to_uninstall) {
  EXPECT_EQ(status().at("state").as_string(), "stopped");
  EXPECT_TRUE(status().at("starts_at_boot").as_bool());
  const finished_child started = reeve("start", {});
  ASSERT_EQ(started.exit_code, 0) << started.output;
  // It has said that it is ready: nothing has to be waited for.
  const auto metrics = http_get(port(), "/metrics");
  ASSERT_TRUE(metrics) << metrics.error().message;
  EXPECT_THAT(metrics->body, HasSubstr("reeve_build_info"));
  EXPECT_EQ(status().at("state").as_string(), "running");
  EXPECT_EQ(property("StatusText"), "serving");

  EXPECT_EQ(systemctl({"reload", name_}).exit_code, 0);
  EXPECT_TRUE(wait_until([&] { return log().find("reloaded") != std::string::npos; }, long_bound)) << log();
  EXPECT_TRUE(wait_until([&] { return property("ActiveState") == "active"; }, long_bound));
  write_file(config(), "nonsense");
  EXPECT_EQ(systemctl({"reload", name_}).exit_code, 0);
  EXPECT_TRUE(
      wait_until([&] { return property("StatusText").find("refused") != std::string::npos; }, long_bound))
      << property("StatusText");

  EXPECT_EQ(reeve("stop", {}).exit_code, 0);
  EXPECT_EQ(status().at("state").as_string(), "stopped");
  EXPECT_EQ(property("Result"), "success");
  EXPECT_EQ(reeve("uninstall", {}).exit_code, 0);
  EXPECT_EQ(status().at("state").as_string(), "not_installed");
  EXPECT_EQ(reeve("uninstall", {}).exit_code, 1);
}

TEST_F(under_systemd, a_start_that_fails_says_so_and_is_tried_again) {
  change("RestartSec=100ms\n");
  write_file(config(), "[http]\nlisten = 17\n");
  const finished_child started = reeve("start", {});
  EXPECT_EQ(started.exit_code, 1);
  EXPECT_THAT(started.output, HasSubstr("exit-code"));
  write_config();
  EXPECT_TRUE(wait_until([&] { return status().at("state").as_string() == "running"; }, long_bound))
      << "by itself, when the configuration is mended";
}

TEST_F(under_systemd, an_agent_that_hangs_is_started_anew) {
  change("WatchdogSec=1s\nRestartSec=100ms\n");
  ASSERT_EQ(reeve("start", {}).exit_code, 0);
  const std::string pid = property("MainPID");
  ASSERT_GT(std::stoi(pid), 1);
  ASSERT_EQ(::kill(std::stoi(pid), SIGSTOP), 0);
  EXPECT_TRUE(wait_until([&] { return property("MainPID") != pid && property("ActiveState") == "active"; },
                         long_bound));
  EXPECT_EQ(property("NRestarts"), "1");
}

TEST_F(under_systemd, managed_programs_go_on_when_the_agent_does_not) {
  change("RestartSec=1h\n");
  const std::string output = (folder_ / "pid").string();
  write_config(cat(
      "[[process]]\nname = \"web\"\ncommand = \"/bin/sh\"\nargs = [\"-c\", \"echo $$; exec sleep 1000\"]\n"
      "output = \"",
      output, "\"\n"));
  ASSERT_EQ(reeve("start", {}).exit_code, 0);
  ASSERT_TRUE(
      wait_until([&] { return fs::exists(output) && read_file(output).ends_with('\n'); }, long_bound));
  const int web = std::stoi(read_file(output));
  ASSERT_EQ(::kill(std::stoi(property("MainPID")), SIGKILL), 0);
  EXPECT_TRUE(wait_until([&] { return property("MainPID") == "0"; }, long_bound));
  EXPECT_EQ(::kill(web, 0), 0) << "it was killed with the agent";
  EXPECT_EQ(reeve("stop", {}).exit_code, 0);
  EXPECT_EQ(::kill(web, SIGKILL), 0) << "it was killed by the stop";
}

} // namespace
} // namespace reeve::test
