// SPDX-License-Identifier: Apache-2.0
#include "linux/number_files.hpp"

#include <algorithm>
#include <cerrno>
#include <glob.h>
#include <utility>

namespace reeve::os {

namespace {

std::string_view next_part(std::string_view& path) noexcept {
  const std::size_t slash = path.find('/');
  const std::string_view part = path.substr(0, slash);
  path.remove_prefix(slash == std::string_view::npos ? path.size() : slash + 1);
  return part;
}

// What the parts of `pattern` with a * became in `path`, of which glob() changes nothing else: "hwmon0/temp1_input".
std::string instance_of(std::string_view pattern, std::string_view path) {
  std::string out;
  while (!pattern.empty() && !path.empty()) {
    const std::string_view wanted = next_part(pattern);
    const std::string_view found = next_part(path);
    if (wanted.find('*') == std::string_view::npos) continue;
    if (!out.empty()) out += '/';
    out += found;
  }
  return out;
}

// glob() gives [ and ? and \ a meaning that a path here does not have.
std::string only_stars(std::string_view path) {
  std::string out;
  for (const char c : path) {
    if (c == '[' || c == '?' || c == '\\') out += '\\';
    out += c;
  }
  return out;
}

} // namespace

number_files::number_files(const std::string& path, number_pattern pattern)
    : path_(path), many_(path.find('*') != std::string::npos), pattern_(std::move(pattern)) {
  if (!many_) files_.push_back({kept_file(path), {}});
}

void number_files::look_for_files() {
  glob_t found{};
  const int status = ::glob(only_stars(path_).c_str(), 0, nullptr, &found);
  const std::size_t n = status == 0 ? std::min<std::size_t>(found.gl_pathc, max_files) : 0;
  bool same = files_.size() == n;
  for (std::size_t i = 0; same && i < n; ++i)
    same = files_[i].file.path() == found.gl_pathv[i];
  if (!same) {
    files_.clear();
    for (std::size_t i = 0; i < n; ++i)
      files_.push_back({kept_file(found.gl_pathv[i]), instance_of(path_, found.gl_pathv[i])});
  }
  ::globfree(&found);
}

int number_files::read(std::uint64_t tick, std::uint32_t measure, counter_sink& out) {
  if (many_) look_for_files();
  bool found = false;
  int last_problem = 0;
  for (one& f : files_) {
    int problem = 0;
    const std::string_view text = f.file.read(tick, problem);
    if (problem != 0) {
      last_problem = problem;
      continue;
    }
    const bool has_number = pattern_.find(text, [&](double value, std::string_view instance) {
      label_.assign(f.instance);
      if (!label_.empty() && !instance.empty()) label_ += '/';
      label_ += instance;
      out.put(measure, value, label_);
    });
    found |= has_number;
    if (!has_number) last_problem = ENODATA;
  }
  return found || files_.empty() ? 0 : last_problem;
}

} // namespace reeve::os
