// SPDX-License-Identifier: Apache-2.0
// Numbers in files of the user's choice.
#pragma once

#include "counters/catalogue.hpp"
#include "counters/number_pattern.hpp"
#include "linux/kept_file.hpp"

#include <cstdint>
#include <deque>
#include <string>
#include <vector>

namespace reeve::os {

class number_files { // of one request
 public:
  static constexpr std::size_t max_files = 1000; // that a path with * may lead to; further ones are left out

  number_files(const std::string& path, number_pattern pattern);

  // Rows of `measure`, with the instance as their first label: what the * of the path stand for, then what the pattern
  // says, joined by "/". 0, or errno of the last file when none gave a number; ENODATA: there is a file and no number
  // in it. A path with * that leads nowhere is no problem: there is no instance now.
  int read(std::uint64_t tick, std::uint32_t measure, counter_sink& out);

 private:
  struct one {
    kept_file file;
    std::string instance;
  };
  void look_for_files();

  std::string path_;
  bool many_;
  number_pattern pattern_;
  std::deque<one> files_;
  std::string label_;
};

} // namespace reeve::os
