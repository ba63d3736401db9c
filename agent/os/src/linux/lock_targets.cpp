// SPDX-License-Identifier: Apache-2.0
#include "linux/lock_targets.hpp"

#include "file_pattern.hpp"
#include "linux/file_numbers.hpp"
#include "parse/proc_locks.hpp"
#include "parse/proc_pid.hpp"
#include "posix/error.hpp"
#include "posix/unique_fd.hpp"
#include "reeve/base/strings.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <fcntl.h>
#include <filesystem>
#include <memory>

namespace reeve::os {

std::optional<std::uint64_t> mount_map::device_of(std::uint32_t mount, std::uint32_t seen_in) {
  if (devices_.empty()) looked_into_.clear();
  if (const auto found = devices_.find(mount); found != devices_.end()) return found->second;
  if (std::find(looked_into_.begin(), looked_into_.end(), seen_in) != looked_into_.end()) return std::nullopt;
  looked_into_.push_back(seen_in);
  std::string text;
  const std::string path = seen_in == 0 ? "self/mountinfo" : cat(seen_in, "/mountinfo");
  if (!files_->read_whole(path.c_str(), text)) return std::nullopt;
  std::vector<parse::mount_device> mounts;
  parse::parse_mount_devices(text, mounts);
  for (const parse::mount_device& m : mounts)
    devices_.insert_or_assign(m.mount, m.device);
  const auto found = devices_.find(mount);
  return found == devices_.end() ? std::nullopt : std::optional(found->second);
}

void lock_targets::resolve(const file_lock_request& wanted, file_lock_rows& out) {
  by_stat_.clear();
  by_lock_.clear();
  texts_.clear();
  seeks_by_path_ = false;
  for (std::uint32_t asked = 0; asked < wanted.paths.size(); ++asked) {
    std::error_code wrong;
    const std::string path =
        std::filesystem::absolute(wanted.paths[asked], wrong).lexically_normal().string();
    if (!is_pattern(path) || std::filesystem::exists(path, wrong)) {
      add(path, asked, true, out);
      continue;
    }
    texts_.push_back({named_text::kind::pattern, path, asked});
    seeks_by_path_ = true;
    auto matches = expand_pattern(path, false);
    if (!matches) {
      out.problems.push_back({asked, matches.error()});
      continue;
    }
    for (const std::string& match : *matches)
      add(match, asked, false, out);
  }
}

void lock_targets::add(const std::string& path, std::uint32_t asked, bool must_exist, file_lock_rows& out) {
  // No right to read the file is needed for this, and nothing is held of it but its name.
  const unique_fd fd(::open(path.c_str(), O_PATH | O_CLOEXEC));
  file_numbers numbers;
  if (!fd || !numbers_of(fd.get(), "", AT_EMPTY_PATH, numbers)) {
    const int problem = errno;
    if (!must_exist) return; // it went between the listing and now
    if (problem == ENOENT)
      texts_.push_back({named_text::kind::exact, path, asked}); // somebody may still hold it
    out.problems.push_back({asked, posix_error(problem, cat("cannot look at ", path))});
    return;
  }
  const std::unique_ptr<char, void (*)(void*)> real(::realpath(path.c_str(), nullptr), &std::free);
  const std::string resolved = real ? real.get() : path;

  file_key lock_key = numbers.key;
  int problem = 0;
  std::vector<parse::lock_line> none;
  if (const auto info =
          parse::parse_fd_info(proc_->read(cat("self/fdinfo/", fd.get()).c_str(), problem), none)) {
    if (info->inode) lock_key.inode = *info->inode;
    if (info->mount)
      if (const auto device = mounts_->device_of(*info->mount, 0)) lock_key.device = *device;
  }
  const std::uint32_t file = file_of(lock_key, resolved, false, out);
  remember_stat(numbers.key, file);
  if (numbers.folder) out.files[file].flags |= locked_file::folder;
  auto& by = out.files[file].asked_by;
  if (by.empty() || by.back() != asked) by.push_back(asked);
  if (!must_exist) return; // the pattern's own text stands for it
  if (!numbers.folder) {
    texts_.push_back(
        {named_text::kind::exact, resolved, asked}); // an earlier file of this name may still be held
    return;
  }
  texts_.push_back({named_text::kind::folder, resolved == "/" ? resolved : resolved + '/', asked});
  seeks_by_path_ = true;
}

std::optional<std::uint32_t> lock_targets::find_by_stat(const file_key& key) const {
  const auto found = by_stat_.find(key);
  return found == by_stat_.end() ? std::nullopt : std::optional(found->second);
}

std::optional<std::uint32_t> lock_targets::find_by_lock(const file_key& key) const {
  const auto found = by_lock_.find(key);
  return found == by_lock_.end() ? std::nullopt : std::optional(found->second);
}

// What exists has been found by its numbers already, except in a folder, which is not walked.
bool lock_targets::matches(const named_text& n, std::string_view path, bool gone) const {
  switch (n.what) {
  case named_text::kind::exact:
    return gone && path == n.text;
  case named_text::kind::folder:
    return path.starts_with(n.text);
  case named_text::kind::pattern:
    return gone && matches_pattern(path, n.text, false);
  }
  return false;
}

bool lock_targets::asks_for(std::string_view path, bool gone) const {
  return std::any_of(texts_.begin(), texts_.end(),
                     [&](const named_text& n) { return matches(n, path, gone); });
}

std::uint32_t lock_targets::file_of(const file_key& lock_key, std::string_view path, bool gone,
                                    file_lock_rows& out) {
  const auto [place, is_new] = by_lock_.emplace(lock_key, static_cast<std::uint32_t>(out.files.size()));
  if (is_new) {
    locked_file& file = out.files.emplace_back();
    file.device = lock_key.device;
    file.inode = lock_key.inode;
  }
  locked_file& file = out.files[place->second];
  if (file.path.empty() && !path.empty()) {
    file.path = path;
    if (gone) file.flags |= locked_file::deleted;
    for (const named_text& n : texts_)
      if (matches(n, path, gone)) file.asked_by.push_back(n.asked);
  }
  return place->second;
}

} // namespace reeve::os
