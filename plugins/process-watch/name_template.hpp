// SPDX-License-Identifier: Apache-2.0
// A group's name with variables in it, written as process-exporter writes them:
// "{{.ExeBase}}:{{.Matches.port}}".
#pragma once

#include "subject.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace reeve::process_watch {

class name_template {
 public:
  enum class variable : std::uint8_t { none, comm, exe_base, exe_full, username, pid, start_time, match };

  // False: `problem` says what is wrong, in a sentence for the person who wrote it, and the template is
  // unchanged.
  bool parse(std::string_view text, std::string& problem);

  bool uses(variable v) const noexcept;
  std::vector<std::string_view> match_names() const; // of {{.Matches.NAME}}

  // Falls back to the process's own name where the executable is unknown, and where nothing at all would be
  // left.
  std::string render(const subject& process, const captures& taken) const;

 private:
  struct part {
    std::string text; // before the variable; of a match its name follows in `match`
    variable what = variable::none;
    std::string match;
  };
  std::vector<part> parts_;
};

} // namespace reeve::process_watch
