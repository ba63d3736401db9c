// SPDX-License-Identifier: Apache-2.0
#include "linux/lock_scan.hpp"

#include "linux/process_reader.hpp"
#include "parse/proc_pid.hpp"

#include <algorithm>
#include <utility>

namespace reeve::os {

namespace {

std::uint8_t access_of(std::uint32_t flags) noexcept { // of open(2)
  if (flags & O_PATH) return 0;
  switch (flags & O_ACCMODE) {
  case O_RDONLY:
    return file_opening::reads;
  case O_WRONLY:
    return file_opening::writes;
  default:
    return file_opening::reads | file_opening::writes;
  }
}

constexpr std::string_view deleted_mark = " (deleted)";

} // namespace

void lock_scan::begin(wishes w) {
  wishes_ = std::move(w);
  sightings_.clear();
  near_locks_.clear();
  denied_.clear();
}

bool lock_scan::asked_for(const file_numbers& numbers) const {
  if (targets_.find_by_stat(numbers.key)) return true;
  const bool marked = link_.ends_with(deleted_mark);
  if (!targets_.asks_for(numbers.gone ? parse::without_deleted(link_) : std::string_view(link_),
                         numbers.gone))
    return false;
  // In another mount namespace the same path may be another file.
  file_numbers here;
  return marked || !numbers_of(AT_FDCWD, link_.c_str(), 0, here) || here.key == numbers.key;
}

// The mark behind a link's text may be part of the name.
std::uint32_t lock_scan::file_behind(const file_numbers& numbers, std::uint32_t pid,
                                     const parse::fd_info* info, std::string_view link, file_lock_rows& out) {
  if (const auto known = targets_.find_by_stat(numbers.key)) return *known;
  bool gone = numbers.gone;
  if (link.ends_with(deleted_mark)) {
    file_numbers named;
    const bool part_of_name =
        !gone && numbers_of(AT_FDCWD, std::string(link).c_str(), 0, named) && named.key == numbers.key;
    if (!part_of_name) {
      link.remove_suffix(deleted_mark.size());
      gone = true;
    }
  }
  file_key key = numbers.key;
  if (info) {
    if (info->inode) key.inode = *info->inode;
    if (info->mount)
      if (const auto device = mounts_.device_of(*info->mount, pid)) key.device = *device;
  }
  const std::uint32_t file = targets_.file_of(key, link, gone, out);
  if (numbers.folder) out.files[file].flags |= locked_file::folder;
  return file;
}

void lock_scan::look_at_descriptor(proc_path& path, std::uint32_t pid, std::uint32_t descriptor,
                                   file_lock_rows& out) {
  file_numbers numbers;
  if (!numbers_of(proc_.folder(), path.file(small_path("fd/", descriptor).text), 0, numbers)) return;
  const bool locked = wishes_.locked_inodes.contains(numbers.key.inode);
  if (!locked && !(wishes_.openings && asked_for(numbers))) return;

  int problem = 0;
  lines_.clear();
  const auto info =
      parse::parse_fd_info(proc_.read(path.file(small_path("fdinfo/", descriptor).text), problem), lines_);
  const std::uint32_t file = file_behind(numbers, pid, info ? &*info : nullptr, link_, out);
  file_opening opening;
  opening.id.pid = pid;
  opening.file = file;
  opening.how = opening_kind::descriptor;
  opening.access = info ? access_of(info->flags) : std::uint8_t{0};
  opening.descriptor = static_cast<std::int32_t>(descriptor);
  if (locked) near_locks_.push_back(opening);
  if (wishes_.openings && !out.files[file].asked_by.empty()) out.openings.push_back(opening);
  for (const parse::lock_line& line : lines_)
    sightings_.push_back({line.what, line.breaking, opening.id, opening.descriptor, file});
}

void lock_scan::look_at_folder(proc_path& path, std::uint32_t pid, const char* name, opening_kind how,
                               file_lock_rows& out) {
  int problem = 0;
  link_ = proc_.read_link(path.file(name), problem);
  if (!link_.starts_with('/')) return;
  file_numbers numbers;
  if (!numbers_of(proc_.folder(), path.file(name), 0, numbers)) return;
  if (!asked_for(numbers)) return;
  const std::uint32_t file = file_behind(numbers, pid, nullptr, link_, out);
  if (!out.files[file].asked_by.empty())
    out.openings.push_back({{pid, 0}, file, how, file_opening::reads, -1});
}

void lock_scan::look_at_mappings(std::uint32_t pid, file_lock_rows& out) {
  proc_path path(pid);
  if (!proc_.read_whole(path.file("maps"), text_)) return;
  const std::size_t first = out.openings.size();
  parse::each_mapping(text_, [&](const parse::mapping& m) {
    const bool gone = m.path.ends_with(deleted_mark);
    const std::string_view name = gone ? parse::without_deleted(m.path) : m.path;
    auto file = targets_.find_by_lock({m.device, m.inode});
    if (!file && targets_.asks_for(name, gone)) file = targets_.file_of({m.device, m.inode}, name, gone, out);
    if (!file || out.files[*file].asked_by.empty()) return;
    std::uint8_t access = file_opening::reads;
    if (m.writes_to_file) access |= file_opening::writes;
    for (std::size_t i = first; i < out.openings.size(); ++i)
      if (out.openings[i].file == *file) {
        out.openings[i].access |= access;
        return;
      }
    out.openings.push_back({{pid, 0}, *file, opening_kind::mapping, access, -1});
  });
}

void lock_scan::look_into(std::uint32_t pid, file_lock_rows& out) {
  const std::size_t first_sighting = sightings_.size(), first_opening = out.openings.size(),
                    first_near = near_locks_.size();
  proc_path path(pid), inner(pid);
  const auto visit = [&](std::uint32_t descriptor, std::string_view target) {
    if (!target.starts_with('/')) return false; // sockets, pipes and the like
    link_ = target;
    const std::size_t before = out.openings.size() + near_locks_.size();
    look_at_descriptor(inner, pid, descriptor, out);
    return out.openings.size() + near_locks_.size() != before;
  };
  proc_files::descriptors_seen seen;
  int problem = 0;
  bool listed = proc_.each_descriptor(path, visit, seen, problem);
  const bool denied = !listed && proc_denied(problem);
  if (listed && seen.count == 0) {
    // Nothing is open, or the main thread has ended while others run on: those still have the descriptors.
    const auto stat = parse::parse_stat(proc_.read(path.file("stat"), problem));
    const std::uint32_t thread = stat && stat->state == 'Z' ? proc_.living_thread(pid) : 0;
    if (thread != 0) {
      path = proc_path(pid, thread);
      inner = proc_path(pid, thread);
      listed = proc_.each_descriptor(path, visit, seen, problem);
    }
  }
  if (denied) {
    ++out.unreadable_processes;
    denied_.insert(pid);
    return;
  }
  if (wishes_.openings) {
    look_at_folder(path, pid, "cwd", opening_kind::working_directory, out);
    look_at_folder(path, pid, "root", opening_kind::root_directory, out);
    look_at_folder(path, pid, "exe", opening_kind::executable, out);
    if (wishes_.mappings) look_at_mappings(pid, out);
  }
  if (sightings_.size() == first_sighting && out.openings.size() == first_opening &&
      near_locks_.size() == first_near)
    return;
  if (!seen.start)
    if (const auto stat = parse::parse_stat(proc_.read(proc_path(pid).file("stat"), problem)))
      seen.start = stat->start_ticks;
  if (!seen.start) { // it has gone, and what it held with it
    sightings_.resize(first_sighting);
    out.openings.resize(first_opening);
    near_locks_.resize(first_near);
    return;
  }
  for (std::size_t i = first_sighting; i < sightings_.size(); ++i)
    sightings_[i].id.start = *seen.start;
  for (std::size_t i = first_opening; i < out.openings.size(); ++i)
    out.openings[i].id.start = *seen.start;
  for (std::size_t i = first_near; i < near_locks_.size(); ++i)
    near_locks_[i].id.start = *seen.start;
}

} // namespace reeve::os
