// SPDX-License-Identifier: Apache-2.0
// Two real processes, of which one leaks files and the other sockets: the agent and `reeve leaks` tell which is which.
#include "tests/integration/reeve_command.hpp"
#include "tests/support/agent_process.hpp"

#include "reeve/base/strings.hpp"

#include <boost/json.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

namespace reeve::test {
namespace {

using kinds = std::map<std::string, std::string>; // by pid

class leaker {
 public:
  explicit leaker(const char* verb) {
    child_options how;
    how.program = std::filesystem::path(REEVE_TEST_PROGRAMS) / executable_name("descriptors");
    how.arguments = {verb, "50"};
    how.input = child_stdin::held_open;
    how.output_file = folder_ / "output";
    child_.emplace(child::start(how).value());
    EXPECT_TRUE(wait_until([&] { return child_->output().find("ready") != std::string::npos; }, long_bound));
  }
  std::string pid() const { return cat(child_->pid()); }

 private:
  temp_dir folder_;
  std::optional<child> child_;
};

// Of these alone: other tests beside this one have processes that use files.
kinds only(const kinds& all, const kinds& of) {
  kinds out;
  for (const auto& [pid, kind] : all)
    if (of.contains(pid)) out[pid] = kind;
  return out;
}

kinds exposed(const exposition& e) {
  kinds out;
  for (const exposed_sample& s : e.samples)
    if (e.families[s.family].name == "reeve_leak_handles") out[std::string(s.label("pid"))] = s.label("kind");
  return out;
}

struct answer {
  kinds of;
  std::map<std::string, std::string> examples;
};

answer told(std::vector<std::string> arguments) {
  arguments.push_back("--json");
  const finished_child ended = run_reeve("leaks", std::move(arguments));
  EXPECT_EQ(ended.exit_code, 4) << ended.output;
  answer out;
  const boost::json::value report = boost::json::parse(ended.output.substr(0, ended.output.rfind("\n}") + 2));
  for (const boost::json::value& s : report.at("suspects").as_array()) {
    if (s.at("resource") != "handles") {
      EXPECT_TRUE(s.at("kind").is_null());
      continue;
    }
    const std::string pid = cat(s.at("pid").to_number<std::int64_t>());
    out.of[pid] = s.at("kind").as_string();
    if (s.at("example").is_string()) out.examples[pid] = s.at("example").as_string();
  }
  return out;
}

TEST(leak_kinds, files_and_sockets_are_told_apart) {
  agent_options options;
  options.plugins = "[plugin.handle-leak]\ninterval = \"100ms\"\ninclude = [\"descriptors*\"]\n";
  const auto agent = agent_process::start(options);
  ASSERT_TRUE(agent) << agent.error().message;
  const leaker files("leak"), sockets("leak-sockets");
  const kinds expected{{files.pid(), "file"}, {sockets.pid(), "socket"}};

  kinds seen;
  EXPECT_TRUE(wait_until(
      [&] {
        const auto e = (*agent)->metrics();
        if (e) seen = only(exposed(*e), expected);
        return seen == expected;
      },
      2 * long_bound))
      << testing::PrintToString(seen);
  const auto count =
      (*agent)->metrics()->value("reeve_leak_handles", {{"pid", sockets.pid()}, {"kind", "socket"}});
  EXPECT_GT(count.value_or(0), 20);
  EXPECT_THAT((*agent)->log(), testing::HasSubstr("of the kind socket"));
  EXPECT_EQ(only(told({"--instance", (*agent)->instance()}).of, expected), expected);
}

TEST(leak_kinds, reeve_leaks_tells_them_apart_by_itself) {
  const leaker files("leak"), sockets("leak-sockets");
  const answer got = told({"--for", "20s", "--interval", "50ms", "--name", "descriptors*"});
  const kinds expected{{files.pid(), "file"}, {sockets.pid(), "socket"}};
  EXPECT_EQ(only(got.of, expected), expected);
  ASSERT_TRUE(got.examples.contains(files.pid()) && got.examples.contains(sockets.pid()));
  EXPECT_THAT(got.examples.at(files.pid()), testing::EndsWith("descriptors"));
  EXPECT_THAT(got.examples.at(sockets.pid()), testing::StartsWith("socket:["));
}

} // namespace
} // namespace reeve::test
