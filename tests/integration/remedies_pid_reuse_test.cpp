// SPDX-License-Identifier: Apache-2.0
// An alert names a process; before anything is done about it that process has ended, and a stranger has its number.
#include "tests/integration/pid_namespace.hpp"
#include "tests/integration/remedies.hpp"

#include <chrono>
#include <ctime>

namespace reeve::test {
namespace {

using namespace std::chrono_literals;

class remedies_pid_reuse_test : public remedies {
 protected:
  void begin() {
    start(webhook("[[webhook.alert]]\nname = \"leak\"\nmatch = \"alertname=leak\"\nmode = \"act\"\n"
                  "action = \"kill\"\ntarget = \"series\"\n"));
    first_ = with_number(2000);
  }
  static std::string now() {
    const auto time = std::chrono::system_clock::now();
    const std::time_t seconds = std::chrono::system_clock::to_time_t(time);
    char text[32];
    (void)std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", std::gmtime(&seconds));
    const auto ms = std::chrono::floor<std::chrono::milliseconds>(time.time_since_epoch()).count() % 1000;
    return cat(text, ".", ms / 100, ms / 10 % 10, ms % 10, "Z");
  }
  // Starts are told in ticks of 10 ms, and now() cuts off what is less than 1.
  static void pass_a_tick() {
    const auto next_tick = std::chrono::steady_clock::now() + 20ms;
    ASSERT_TRUE(wait_until([&] { return std::chrono::steady_clock::now() > next_tick; }, long_bound));
  }
  void tell_of(std::int64_t pid, const std::string& since, const alert_labels& more = {}) const {
    alert_labels labels{{"alertname", "leak"}, {"pid", std::to_string(pid)}};
    labels.insert(labels.end(), more.begin(), more.end());
    EXPECT_EQ(post_alerts(alert("a", labels, since)).status, 200u);
  }
  void expect_left_alone(child& process) const {
    EXPECT_EQ(audited({"\"action_begins\""}), 0u) << audit();
    EXPECT_TRUE(process.running());
    process.close_stdin();
    EXPECT_EQ(process.wait(long_bound), 0);
  }

  std::optional<child> first_;
};

TEST_F(remedies_pid_reuse_test, a_stranger_that_began_after_the_alert_is_left_alone) {
  REEVE_INSIDE_OR_RETURN();
  begin();
  const std::int64_t pid = first_->pid();
  const std::string since = now();
  ASSERT_TRUE(first_->kill());
  ASSERT_TRUE(first_->wait(long_bound));
  pass_a_tick();
  auto stranger = with_number(pid);
  ASSERT_EQ(stranger->pid(), pid);
  tell_of(pid, since);
  ASSERT_TRUE(becomes_audited({"\"refused\"", "\"identity\"", "it began after the alert did"})) << audit();
  expect_left_alone(*stranger);
}

TEST_F(remedies_pid_reuse_test, a_stranger_with_another_start_is_left_alone) {
  REEVE_INSIDE_OR_RETURN();
  begin();
  tell_of(first_->pid(), now(), {{"start", "1"}});
  ASSERT_TRUE(becomes_audited({"\"refused\"", "is another one by now"})) << audit();
  expect_left_alone(*first_);
}

TEST_F(remedies_pid_reuse_test, the_process_that_the_alert_is_about_is_ended) {
  REEVE_INSIDE_OR_RETURN();
  begin();
  pass_a_tick();
  tell_of(first_->pid(), now());
  ASSERT_TRUE(becomes_audited({"\"action_ended\"", "\"kill\"", "\"succeeded\""})) << audit();
  EXPECT_TRUE(first_->wait(long_bound));
}

} // namespace
} // namespace reeve::test
