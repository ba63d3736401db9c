// SPDX-License-Identifier: Apache-2.0
#include "sample_file.hpp"

#include "reeve/base/strings.hpp"

#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <system_error>

namespace reeve::cli {

result<std::vector<rules::timed_sample>> read_sample_file(const std::string& path) {
  std::string text;
  if (path == "-") {
    text.assign(std::istreambuf_iterator<char>(std::cin), {});
  } else {
    const std::filesystem::path native(std::u8string(path.begin(), path.end()));
    std::error_code status;
    if (std::filesystem::is_directory(native, status))
      return error{errc::invalid_argument, cat(path, " cannot be read: it is a directory")};
    std::ifstream file(native, std::ios::binary);
    if (!file) return error{errc::not_found, cat(path, " cannot be read")};
    text.assign(std::istreambuf_iterator<char>(file), {});
  }
  auto read = rules::read_samples(text);
  if (!read) return error{read.error().code, cat(path, ": ", read.error().message)};
  return read;
}

} // namespace reeve::cli
