// SPDX-License-Identifier: Apache-2.0
#include "sample_file.hpp"

#include "reeve/base/strings.hpp"

#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>

namespace reeve::cli {

result<std::vector<rules::timed_sample>> read_sample_file(const std::string& path) {
  std::string text;
  if (path == "-") {
    text.assign(std::istreambuf_iterator<char>(std::cin), {});
  } else {
    std::ifstream file(std::filesystem::path(std::u8string(path.begin(), path.end())), std::ios::binary);
    if (!file) return error{errc::not_found, cat(path, " cannot be read")};
    text.assign(std::istreambuf_iterator<char>(file), {});
  }
  auto read = rules::read_samples(text);
  if (!read) return error{read.error().code, cat(path, ": ", read.error().message)};
  return read;
}

} // namespace reeve::cli
