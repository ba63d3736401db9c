// SPDX-License-Identifier: Apache-2.0
// Who started whom, and what a process holds: as `reeve ps` tells it, and on /metrics.
#include "tests/integration/bystander.hpp"
#include "tests/integration/reeve_command.hpp"
#include "tests/support/agent_process.hpp"

#include "reeve/base/strings.hpp"

#include <boost/json/parse.hpp>
#include <gtest/gtest.h>

#include <charconv>

namespace reeve::test {
namespace {

namespace json = boost::json;

std::filesystem::path program(const char* name) {
  return std::filesystem::path(REEVE_TEST_PROGRAMS) / executable_name(name);
}

// The array "processes" of `reeve ps --json` with these arguments.
result<json::array> ps(std::vector<std::string> arguments) {
  arguments.push_back("--json");
  const finished_child done = run_reeve("ps", std::move(arguments));
  if (done.exit_code != 0) return error{errc::failed, cat("status ", done.exit_code, ": ", done.output)};
  // What could not be read is told on standard error, after the JSON.
  const auto text = std::string_view(done.output).substr(0, done.output.rfind('}') + 1);
  boost::system::error_code wrong;
  const json::value all = json::parse(text, wrong);
  if (wrong) return error{errc::failed, cat(wrong.message(), ": ", done.output)};
  return all.at("processes").as_array();
}

std::string text_of(const json::object& row, std::string_view key) {
  const json::value* const value = row.if_contains(key);
  return value && value->is_string() ? std::string(value->as_string()) : "(none)";
}
std::int64_t number_of(const json::object& row, std::string_view key) {
  const json::value* const value = row.if_contains(key);
  boost::system::error_code wrong;
  const auto number = value ? value->to_number<std::int64_t>(wrong) : -1;
  return wrong ? -1 : number;
}

// Starts `parent`, which starts a bystander.
class family {
 public:
  family() {
    child_options how;
    how.program = program("parent");
    how.arguments = {program("bystander").string(), "wait"};
    how.input = child_stdin::held_open;
    how.output_file = folder_ / "output";
    auto started = child::start(how);
    if (!started) throw std::runtime_error(started.error().message);
    parent_.emplace(std::move(*started));
    if (!wait_until([this] { return read_child(); }, long_bound))
      throw std::runtime_error("the parent did not get ready: " + parent_->output());
  }
  std::int64_t parent() const { return parent_->pid(); }
  std::int64_t child_of_parent() const { return child_; }
  bool end() {
    parent_->close_stdin();
    return parent_->wait(long_bound).has_value();
  }

 private:
  bool read_child() {
    constexpr std::string_view said = "ready ";
    const std::string output = parent_->output();
    if (output.rfind(said, 0) != 0 || output.find('\n') == std::string::npos) return false;
    std::from_chars(output.data() + said.size(), output.data() + output.size(), child_);
    return child_ > 0;
  }

  temp_dir folder_;
  std::optional<child> parent_;
  std::int64_t child_ = 0;
};

TEST(process_tree, a_child_is_below_its_parent) {
  family process;
  const auto found = ps({"--tree", "--pid", std::to_string(process.parent())});
  ASSERT_TRUE(found) << found.error().message;
  ASSERT_EQ(found->size(), 1u) << *found;
  const json::object& parent = found->front().as_object();
  EXPECT_EQ(number_of(parent, "pid"), process.parent());
  EXPECT_EQ(number_of(parent, "ppid"), own_pid());
  EXPECT_EQ(text_of(parent, "name"), executable_name("parent").string());

  const json::object* child = nullptr; // Windows may put a console host beside it
  for (const json::value& one : parent.at("children").as_array())
    if (number_of(one.as_object(), "pid") == process.child_of_parent()) child = &one.as_object();
  ASSERT_NE(child, nullptr) << parent;
  EXPECT_EQ(number_of(*child, "ppid"), process.parent());
  EXPECT_EQ(text_of(*child, "name"), executable_name("bystander").string());
  EXPECT_GE(child->at("start_time_seconds").to_number<double>(),
            parent.at("start_time_seconds").to_number<double>());

  ASSERT_TRUE(process.end());
  EXPECT_FALSE(ps({"--pid", std::to_string(process.parent())})) << "it is still listed";
}

// Wine 8.0 reports the size of the handle table, which doubles: so many files that the table has to grow.
constexpr int more_threads = 7, more_files = 300;
const std::vector<std::string> holding = {"wait", std::to_string(more_threads), std::to_string(more_files)};

TEST(process_tree, threads_and_handles_are_those_it_holds) {
  // One thread more than its first in the lesser too: a sanitizer's runtime starts one of its own with the first.
  const bystander plain({"wait", "1", "0"}), busy(holding);
  const auto row = [](const bystander& process) {
    const auto found = ps({"--pid", std::to_string(process.pid())});
    EXPECT_TRUE(found) << found.error().message;
    return found && found->size() == 1 ? found->front().as_object() : json::object{};
  };
  const json::object less = row(plain), more = row(busy);
  EXPECT_EQ(text_of(more, "name"), executable_name(busy.name()).string());
  EXPECT_GE(number_of(less, "threads"), 1);
  EXPECT_EQ(number_of(more, "threads"), number_of(less, "threads") + more_threads - 1);
  EXPECT_GE(number_of(less, "open_handles"), 1);
  EXPECT_LT(number_of(less, "open_handles"), more_files);
  EXPECT_GE(number_of(more, "open_handles"), more_files);
}

TEST(process_tree, metrics_tell_the_same) {
  agent_options options;
  options.scrape = "max_age = \"100ms\"\nrefresh_deadline = \"10s\"";
  options.plugins = "[plugin.process-watch]\ninterval = \"200ms\"\n";
  const auto agent = agent_process::start(options);
  ASSERT_TRUE(agent) << agent.error().message;
  const bystander busy(holding);
  const auto listed = ps({"--pid", std::to_string(busy.pid())});
  ASSERT_TRUE(listed) << listed.error().message;
  ASSERT_EQ(listed->size(), 1u);
  const json::object& row = listed->front().as_object();

  exposition e;
  ASSERT_TRUE(wait_until(
      [&] {
        auto scraped = (*agent)->metrics();
        if (scraped) e = std::move(*scraped);
        return group_value(e, "reeve_process_group_processes", busy.name()) == 1;
      },
      long_bound));
  EXPECT_EQ(group_value(e, "reeve_process_group_threads", busy.name()), number_of(row, "threads"));
  EXPECT_EQ(group_value(e, "reeve_process_group_open_handles", busy.name()), number_of(row, "open_handles"));
}

} // namespace
} // namespace reeve::test
