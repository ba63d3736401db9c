// SPDX-License-Identifier: Apache-2.0
// A journald of the test's own, in a namespace, and what journalctl reads from it. Needs root and systemd's programs;
// no booted systemd.
#include "message_id.hpp"
#include "system_log.hpp"

#include "tests/support/child.hpp"
#include "tests/support/temp_dir.hpp"
#include "tests/support/wait_until.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <unistd.h>

namespace reeve::eventlog_writer {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

class journald : public testing::Test {
 protected:
  void SetUp() override {
    if (::geteuid() != 0) GTEST_SKIP() << "only root may start systemd-journald";
    if (!fs::exists(program)) GTEST_SKIP() << program << " is not installed";
    if (!fs::exists("/usr/bin/journalctl")) GTEST_SKIP() << "journalctl is not installed";
    if (!fs::exists("/etc/machine-id"))
      GTEST_SKIP() << "there is no /etc/machine-id, without which journald ends";
    fs::create_directories("/run/systemd");
    test::child_options how;
    how.program = program;
    how.arguments = {name_};
    how.output_file = folder_ / "output";
    auto started = test::child::start(how);
    ASSERT_TRUE(started) << started.error().message;
    daemon_.emplace(*std::move(started));
    ASSERT_TRUE(test::wait_until([&] { return fs::exists(runtime_ / "socket") || !daemon_->running(); },
                                 test::long_bound));
    ASSERT_TRUE(daemon_->running()) << daemon_->output();
    options_.journal_socket = (runtime_ / "socket").string();
    options_.syslog_socket = (runtime_ / "dev-log").string();
  }
  void TearDown() override {
    if (daemon_) {
      (void)daemon_->terminate();
      EXPECT_TRUE(daemon_->wait(test::long_bound));
    }
    fs::remove_all(runtime_);
    for (const char* root : {"/run/log/journal", "/var/log/journal"}) {
      std::error_code none;
      for (const auto& entry : fs::directory_iterator(root, none))
        if (entry.path().extension() == "." + name_) fs::remove_all(entry.path());
    }
  }
  // The value of `field` in all entries with this MESSAGE_ID, as journalctl prints it.
  std::string read(const std::string& match, const std::string& field) {
    test::child_options how;
    how.program = "/usr/bin/journalctl";
    how.arguments = {"--namespace=" + name_,     "--all", "-o", "cat", "--no-pager",
                     "--output-fields=" + field, match};
    how.output_file = folder_ / ("read " + std::to_string(++reads_));
    const auto ended = test::run(how, test::long_bound);
    return ended ? ended->output : ended.error().message;
  }
  bool comes(const std::string& match, const std::string& field, const std::string& value) {
    return test::wait_until([&] { return read(match, field) == value + "\n"; }, test::long_bound,
                            std::chrono::milliseconds(50));
  }

  static constexpr const char* program = "/lib/systemd/systemd-journald";
  const std::string name_ = "reeve" + std::to_string(::getpid());
  const fs::path runtime_ = "/run/systemd/journal." + name_;
  test::temp_dir folder_;
  system_log_options options_;
  std::optional<test::child> daemon_;
  int reads_ = 0;
};

TEST_F(journald, has_every_field_of_an_event) {
  record r;
  r.severity = REEVE_WARN;
  r.id = 24;
  r.source = "agent";
  r.name = "plugin.late";
  r.message = "Plugin p is late:\nmore of it";
  r.fields = {{"plugin", "p"}, {"reason", "first\nsecond"}};
  const auto log = make_system_log(options_);
  ASSERT_EQ(log->write(r), write_result::written) << log->trouble();
  const std::string match = "MESSAGE_ID=" + message_id("agent", "plugin.late", 24);
  EXPECT_TRUE(comes(match, "MESSAGE", r.message)) << read(match, "MESSAGE");
  EXPECT_EQ(read(match, "PRIORITY"), "4\n");
  EXPECT_EQ(read(match, "SYSLOG_IDENTIFIER"), "reeve\n");
  EXPECT_EQ(read(match, "REEVE_EVENT"), "plugin.late\n");
  EXPECT_EQ(read(match, "REEVE_EVENT_ID"), "24\n");
  EXPECT_EQ(read(match, "REEVE_SOURCE"), "agent\n");
  EXPECT_EQ(read(match, "REEVE_PLUGIN"), "p\n");
  EXPECT_EQ(read(match, "REEVE_REASON"), "first\nsecond\n");
  EXPECT_TRUE(comes(match, "_PID", std::to_string(::getpid()))) << read(match, "_PID");
}

TEST_F(journald, takes_what_is_too_long_for_a_datagram) {
  record r;
  r.id = 1;
  r.source = "p";
  r.name = "big";
  r.message = std::string(500'000, 'x') + "the end";
  const auto log = make_system_log(options_);
  ASSERT_EQ(log->write(r), write_result::written) << log->trouble();
  EXPECT_TRUE(comes("REEVE_EVENT=big", "MESSAGE", r.message));
}

TEST_F(journald, reads_our_syslog_lines_as_those_of_libc) {
  record r;
  r.severity = REEVE_ERROR;
  r.id = 1;
  r.unix_ns = 1'764'100'800'000'000'000;
  r.source = "p";
  r.name = "a.b";
  r.message = "hello";
  options_.backend = "syslog";
  const auto log = make_system_log(options_);
  ASSERT_EQ(log->write(r), write_result::written) << log->trouble();
  EXPECT_TRUE(comes("_TRANSPORT=syslog", "MESSAGE", "hello [p a.b]"));
  EXPECT_EQ(read("_TRANSPORT=syslog", "PRIORITY"), "3\n");
  EXPECT_EQ(read("_TRANSPORT=syslog", "SYSLOG_FACILITY"), "3\n");
  EXPECT_EQ(read("_TRANSPORT=syslog", "SYSLOG_IDENTIFIER"), "reeve\n");
  EXPECT_EQ(read("_TRANSPORT=syslog", "SYSLOG_PID"), std::to_string(::getpid()) + "\n");
}

} // namespace
} // namespace reeve::eventlog_writer
