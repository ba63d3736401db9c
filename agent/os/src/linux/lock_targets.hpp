// SPDX-License-Identifier: Apache-2.0
// The files a request names, as numbers by which they are recognised elsewhere.
#pragma once

#include "linux/proc_files.hpp"
#include "reeve/os/file_lock_table.hpp"

#include <compare>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace reeve::os {

struct file_key {
  std::uint64_t device = 0, inode = 0;
  friend bool operator==(const file_key&, const file_key&) = default;
  friend auto operator<=>(const file_key&, const file_key&) = default;
};

// The device of each mount, which lock lines name. stat() names another for btrfs subvolumes and some overlays.
// Numbers of mounts are unique in the kernel, so those of other mount namespaces join the same map.
class mount_map {
 public:
  explicit mount_map(proc_files& files) : files_(&files) {}
  void clear() { devices_.clear(); }
  // `seen_in`: the process that has the mount; 0: this one.
  std::optional<std::uint64_t> device_of(std::uint32_t mount, std::uint32_t seen_in);

 private:
  proc_files* files_;
  std::unordered_map<std::uint32_t, std::uint64_t> devices_;
  std::vector<std::uint32_t> looked_into_;
};

// All files of a reading, each once, and which of them were asked for.
class lock_targets {
 public:
  lock_targets(proc_files& files, mount_map& mounts) : proc_(&files), mounts_(&mounts) {}

  // Fills in `out.files` and `out.problems`.
  void resolve(const file_lock_request& wanted, file_lock_rows& out);

  // A folder or a pattern was named, so that a path decides what belongs to it.
  bool seeks_by_path() const noexcept { return seeks_by_path_; }

  std::optional<std::uint32_t> find_by_stat(const file_key& key) const; // as stat() tells them
  std::optional<std::uint32_t> find_by_lock(const file_key& key) const; // as lock lines tell them
  // Whether this path, as a link in /proc tells it, was asked for. `gone`: no name leads to the file.
  bool asks_for(std::string_view path, bool gone) const;
  // The file of that key, new in `out.files` if need be. An empty path is filled in later.
  std::uint32_t file_of(const file_key& lock_key, std::string_view path, bool gone, file_lock_rows& out);
  void remember_stat(const file_key& stat_key, std::uint32_t file) { by_stat_.emplace(stat_key, file); }

 private:
  struct named_text {
    enum class kind : std::uint8_t { exact, folder, pattern } what;
    std::string text; // of a folder with its slash
    std::uint32_t asked = 0;
  };

  void add(const std::string& path, std::uint32_t asked, bool must_exist, file_lock_rows& out);
  bool matches(const named_text& n, std::string_view path, bool gone) const;

  proc_files* proc_;
  mount_map* mounts_;
  std::map<file_key, std::uint32_t> by_stat_, by_lock_;
  std::vector<named_text> texts_;
  bool seeks_by_path_ = false;
};

} // namespace reeve::os
