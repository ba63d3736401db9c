// SPDX-License-Identifier: Apache-2.0
#include "dump_folder.hpp"

#include "reeve/base/strings.hpp"
#include "reeve/os/process_dump.hpp"
#include "reeve/os/state_file.hpp"

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <vector>

namespace reeve::app {

namespace {

namespace fs = std::filesystem;

// Part of a file's name, whatever a program calls itself.
std::string harmless(std::string_view program) {
  std::string out(program.substr(0, 64));
  std::ranges::replace_if(
      out,
      [](char c) {
        return !((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
                 c == '_');
      },
      '_');
  return out;
}

std::u8string_view utf8(std::string_view text) {
  return {reinterpret_cast<const char8_t*>(text.data()), text.size()};
}

// Before the next is written, so that there is room.
void remove_oldest(const fs::path& folder, std::size_t keep) {
  std::vector<std::pair<fs::file_time_type, fs::path>> dumps;
  std::error_code problem;
  for (const auto& entry : fs::directory_iterator(folder, problem))
    if (entry.path().extension() == fs::path(os::dump_suffix())) {
      const auto time = entry.last_write_time(problem);
      if (!problem) dumps.emplace_back(time, entry.path());
    }
  std::ranges::sort(dumps);
  for (std::size_t i = 0; i + keep < dumps.size() + 1 && i < dumps.size(); ++i)
    fs::remove(dumps[i].second, problem);
}

} // namespace

result<std::string> write_dump(const std::string& folder, std::size_t keep, const process_id& id,
                               std::string_view program, nanoseconds unix_time, nanoseconds patience) {
  if (auto made = os::make_private_folder(folder); !made) return made.error();
  remove_oldest(fs::path(utf8(folder)), keep);
  const std::string file =
      cat(folder, "/", harmless(program), "-", id.pid, "-",
          std::chrono::floor<std::chrono::seconds>(unix_time).count(), os::dump_suffix());
  if (auto written = os::dump_process(id, file, patience); !written) return written.error();
  return file;
}

} // namespace reeve::app
