// SPDX-License-Identifier: Apache-2.0
// The agent is killed fifty times at random moments, while processes start, stop and end: never two of one, none that
// nobody knows, no start that was not counted. The seed is printed; REEVE_SEED repeats one.
#include "tests/integration/managed_processes.hpp"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <random>
#include <sstream>
#include <thread>

namespace reeve::test {
namespace {

constexpr int kills = 50;

class managed_crash_test : public managed_processes {
 protected:
  std::string tally(const std::string& name, int ms, const std::string& more) const {
    const auto program = std::filesystem::path(REEVE_TEST_PROGRAMS) / "tally";
    return "[[process]]\nname = \"" + name + "\"\ncommand = '" + program.string() + "'\nargs = ['" +
           folder_.path().string() + "', \"" + name + "\", \"" + std::to_string(ms) +
           "\", \"1\"]\nstop_timeout = \"5s\"\ngive_up_after = 0\nrestart_delay = "
           "\"20ms\"\nrestart_delay_max = \"60ms\"\n" +
           more;
  }
  std::vector<int> starts_of(const std::string& name) const {
    std::vector<int> out;
    const std::filesystem::path file = folder_ / (name + ".starts");
    if (!std::filesystem::exists(file)) return out;
    std::istringstream lines(read_file(file));
    for (int pid = 0; lines >> pid;)
      out.push_back(pid);
    return out;
  }
  // Of all the processes of this machine, those that run our program for this folder.
  std::vector<int> living() const {
    std::vector<int> out;
    for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
      const std::string name = entry.path().filename().string();
      int pid = 0;
      if (std::from_chars(name.data(), name.data() + name.size(), pid).ec != std::errc{}) continue;
      std::ifstream file(entry.path() / "cmdline");
      const std::string line((std::istreambuf_iterator<char>(file)), {});
      if (line.find("tally") != line.npos && line.find(folder_.path().string()) != line.npos)
        out.push_back(pid);
    }
    return out;
  }
  static bool was_asked_to_end(const boost::json::object& status) {
    const boost::json::value& end = status.at("last_end");
    return end.is_string() && end.as_string() == "signal 15";
  }
  // Without waiting for its end: the agent may be killed meanwhile.
  void order(const char* verb, const std::string& name) {
    child_options how;
    how.program = reeve_program();
    how.arguments = {verb, name, "--instance", agent_->instance(), "--timeout", "5s"};
    if (auto begun = child::start(how)) orders_.push_back(std::move(*begun));
  }
  std::vector<child> orders_;
};

TEST_F(managed_crash_test, fifty_kills_at_random_moments_lose_nothing) {
  const char* given = std::getenv("REEVE_SEED");
  const unsigned seed = given ? static_cast<unsigned>(std::atol(given)) : std::random_device{}();
  std::cout << "REEVE_SEED=" << seed << "\n";
  std::mt19937 random(seed);
  const auto up_to = [&](int n) { return std::uniform_int_distribution<int>(0, n)(random); };

  const std::vector<std::string> names{"steady", "crashes", "hooked", "handled", "waits"};
  start(tally("steady", 0, "") + tally("crashes", 15, "") +
        tally("hooked", 25, "pre_start = [\"/bin/true\"]\npost_stop = [\"/bin/true\"]\n") +
        tally("handled", 0, "") + tally("waits", 40, "after = [\"hooked\"]\n"));
  for (int round = 0; round < kills; ++round) {
    static constexpr const char* verbs[] = {"restart", "stop", "start"};
    for (int i = up_to(2); i > 0; --i)
      order(verbs[up_to(2)], "handled");
    std::this_thread::sleep_for(std::chrono::microseconds(up_to(60'000)));
    ASSERT_TRUE(agent_->process().kill());
    ASSERT_TRUE(agent_->process().wait(long_bound));
    if (up_to(2) == 0) std::this_thread::sleep_for(std::chrono::microseconds(up_to(40'000)));
    const auto again = agent_->start_again();
    ASSERT_TRUE(again) << again.error().message;
  }
  orders_.clear();
  ASSERT_EQ(tell("start", {"steady", "handled"}).exit_code, 0);
  EXPECT_EQ(starts_of("steady").size(), 1u) << "nobody told it to end";
  EXPECT_EQ(pid_of("steady"), starts_of("steady").front());
  ASSERT_EQ(tell("stop", {"all"}).exit_code, 0);
  EXPECT_TRUE(wait_until([&] { return living().empty(); }, long_bound)) << living().size() << " live on";
  for (const std::string& name : names) {
    SCOPED_TRACE(name);
    EXPECT_FALSE(std::filesystem::exists(folder_ / (name + ".twice"))) << "two at once";
    const boost::json::object s = status_of(name);
    const std::size_t starts = starts_of(name).size();
    const auto counted = s.at("starts").to_number<std::size_t>();
    if (name == "handled") {
      EXPECT_LE(starts, counted) << "one may be stopped before it writes its line";
    } else {
      // The stop at the end may come between the start of its program and the line that this writes.
      const bool is_last_unwritten = was_asked_to_end(s) && starts + 1 == counted;
      EXPECT_EQ(starts + (is_last_unwritten ? 1 : 0), counted);
      EXPECT_EQ(s.at("restarts").to_number<std::size_t>() + 1, counted);
    }
    std::cout << name << ": " << starts << " starts\n";
  }
}

} // namespace
} // namespace reeve::test
