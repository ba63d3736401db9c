// SPDX-License-Identifier: Apache-2.0
// A process with a name that nothing else on the machine has.
#pragma once

#include "tests/support/child.hpp"
#include "tests/support/exposition_parser.hpp"
#include "tests/support/temp_dir.hpp"
#include "tests/support/wait_until.hpp"

#include <optional>
#include <random>
#include <string>
#include <utility>
#include <vector>

namespace reeve::test {

// The value of `family` for the group of that name, with or without Windows' ".exe".
inline std::optional<double> group_value(const exposition& e, std::string_view family,
                                         const std::string& group) {
  const auto plain = e.value(family, {{"group", group}});
  return plain ? plain : e.value(family, {{"group", group + ".exe"}});
}

class bystander {
 public:
  explicit bystander(std::vector<std::string> arguments = {"wait"})
      : name_("rv" + std::to_string(std::random_device{}())) { // within Linux's 15 bytes for a name
    const auto program = folder_ / executable_name(name_).string();
    std::filesystem::copy_file(std::filesystem::path(REEVE_TEST_PROGRAMS) / executable_name("bystander"),
                               program);
    child_options how;
    how.program = program;
    how.arguments = std::move(arguments);
    how.input = child_stdin::held_open;
    how.output_file = folder_ / "output";
    process_.emplace(child::start(how).value());
    if (!wait_until([&] { return process_->output().find("ready") != std::string::npos; }, long_bound))
      throw std::runtime_error("the bystander did not get ready");
  }

  const std::string& name() const { return name_; }
  std::int64_t pid() const { return process_->pid(); }
  void end() {
    process_->close_stdin();
    process_->wait(long_bound);
  }

 private:
  temp_dir folder_;
  std::string name_;
  std::optional<child> process_;
};

} // namespace reeve::test
