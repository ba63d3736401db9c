// SPDX-License-Identifier: Apache-2.0
#include "tests/support/temp_dir.hpp"

#include <fstream>
#include <iterator>
#include <random>

namespace reeve::test {

namespace fs = std::filesystem;

temp_dir::temp_dir() {
  std::random_device random;
  const fs::path root = fs::temp_directory_path();
  for (int attempt = 0;; ++attempt) {
    path_ = root / ("reeve test " + std::to_string(random()));
    std::error_code failed;
    if (fs::create_directory(path_, failed)) break;
    if (failed || attempt == 100) throw fs::filesystem_error("make a folder for a test", path_, failed);
  }
  fs::permissions(path_, fs::perms::owner_all);
}

temp_dir::~temp_dir() {
  std::error_code ignored; // on Windows a file may still be open elsewhere; a leftover folder fails no test
  fs::remove_all(path_, ignored);
}

void write_file(const fs::path& path, std::string_view bytes) {
  fs::path beside = path;
  beside += ".new";
  std::ofstream file(beside, std::ios::binary | std::ios::trunc);
  file.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  file.close();
  if (!file) throw fs::filesystem_error("write", beside, std::make_error_code(std::errc::io_error));
  fs::rename(beside, path);
}

std::string read_file(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file)
    throw fs::filesystem_error("read", path, std::make_error_code(std::errc::no_such_file_or_directory));
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

} // namespace reeve::test
