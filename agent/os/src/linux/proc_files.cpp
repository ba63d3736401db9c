// SPDX-License-Identifier: Apache-2.0
#include "linux/proc_files.hpp"

#include "parse/proc_pid.hpp"
#include "posix/error.hpp"
#include "reeve/base/strings.hpp"

#include <cerrno>
#include <charconv>
#include <cstring>
#include <dirent.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

namespace reeve::os {

proc_path::proc_path(std::uint32_t pid) noexcept {
  append(pid);
  append("/");
}

proc_path::proc_path(std::uint32_t pid, std::uint32_t thread) noexcept : thread_(true) {
  append(pid);
  append("/task/");
  append(thread);
  append("/");
}

const char* proc_path::file(const char* name) noexcept {
  const std::size_t length = std::min(std::strlen(name), text_.size() - base_ - 1);
  std::memcpy(text_.data() + base_, name, length);
  text_[base_ + length] = '\0';
  return text_.data();
}

void proc_path::append(std::string_view piece) noexcept {
  std::memcpy(text_.data() + base_, piece.data(), piece.size());
  base_ += piece.size();
}

void proc_path::append(std::uint32_t number) noexcept {
  base_ = static_cast<std::size_t>(
      std::to_chars(text_.data() + base_, text_.data() + text_.size(), number).ptr - text_.data());
}

result<proc_files> proc_files::open(const std::string& root) {
  proc_files out;
  out.root_.reset(::open(root.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!out.root_) return posix_error(errno, cat("cannot open the process folder ", root));
  out.buffer_ = std::make_unique<char[]>(read_size);
  out.entries_ = std::make_unique<char[]>(buffer_size);

  struct statfs fs {};
  const bool live = ::fstatfs(out.root_.get(), &fs) == 0 && fs.f_type == PROC_SUPER_MAGIC;
  if (!live) return out;
  int problem = 0;
  // "self" is this process as that /proc numbers it: another number means the /proc of another pid namespace.
  out.own_namespace_ =
      parse::parse_pid(out.read_link("self", problem)) == static_cast<std::uint32_t>(::getpid());
  struct stat folder {};
  out.folder_size_counts_ = out.status_of("self/fd", folder, problem) && folder.st_size > 0;
  return out;
}

template <class F>
bool proc_files::each_entry(int folder, F&& f) {
  for (;;) {
    const ssize_t got = ::getdents64(folder, entries_.get(), buffer_size);
    if (got < 0) return false;
    if (got == 0) return true;
    for (ssize_t at = 0; at < got;) {
      const auto* entry = reinterpret_cast<const dirent64*>(entries_.get() + at);
      if (!f(std::string_view(entry->d_name))) return true;
      at += entry->d_reclen;
    }
  }
}

bool proc_files::list(std::vector<std::uint32_t>& pids) {
  pids.clear();
  if (::lseek(root_.get(), 0, SEEK_SET) < 0) return false;
  return each_entry(root_.get(), [&](std::string_view name) {
    if (name[0] >= '1' && name[0] <= '9')
      if (const auto pid = parse::parse_pid(name)) pids.push_back(*pid);
    return true;
  });
}

std::string_view proc_files::read(const char* path, int& problem, std::size_t max_bytes) {
  const int fd = ::openat(root_.get(), path, O_RDONLY | O_CLOEXEC);
  if (fd < 0) {
    problem = errno;
    return {};
  }
  const ssize_t got = ::read(fd, buffer_.get(), std::min(max_bytes, read_size));
  problem = got < 0 ? errno : 0;
  ::close(fd);
  return got > 0 ? std::string_view(buffer_.get(), static_cast<std::size_t>(got)) : std::string_view{};
}

bool proc_files::read_whole(const char* path, std::string& out, std::size_t* pieces) {
  out.clear();
  if (pieces) *pieces = 0;
  const unique_fd fd(::openat(root_.get(), path, O_RDONLY | O_CLOEXEC));
  if (!fd) return false;
  for (;;) {
    const ssize_t got = ::read(fd.get(), buffer_.get(), read_size);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return false;
    if (got == 0) return true;
    out.append(buffer_.get(), static_cast<std::size_t>(got));
    if (pieces) ++*pieces;
  }
}

std::string_view proc_files::read_link(const char* path, int& problem) {
  const ssize_t got = ::readlinkat(root_.get(), path, buffer_.get(), read_size);
  problem = got < 0 ? errno : 0;
  return got > 0 ? std::string_view(buffer_.get(), static_cast<std::size_t>(got)) : std::string_view{};
}

bool proc_files::status_of(const char* path, struct stat& out, int& problem) const {
  problem = ::fstatat(root_.get(), path, &out, 0) == 0 ? 0 : errno;
  return problem == 0;
}

bool proc_files::count_descriptors(proc_path& process, std::uint64_t& count, int& problem) {
  if (folder_size_counts_) {
    struct stat folder {};
    if (!status_of(process.file("fd"), folder, problem)) return false;
    count = static_cast<std::uint64_t>(folder.st_size);
    return true;
  }
  const unique_fd folder(::openat(root_.get(), process.file("fd"), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  std::uint64_t entries = 0;
  const bool listed = folder && each_entry(folder.get(), [&](std::string_view name) {
                        if (name[0] != '.') ++entries;
                        return true;
                      });
  problem = listed ? 0 : errno;
  if (listed) count = entries;
  return listed;
}

bool proc_files::each_descriptor(proc_path& process, const visit_descriptor& visit, descriptors_seen& seen,
                                 int& problem, std::uint64_t most) {
  seen = {};
  bool of_interest = false;
  const unique_fd folder(::openat(root_.get(), process.file("fd"), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  const bool listed = folder && each_entry(folder.get(), [&](std::string_view name) {
                        const auto descriptor = parse::parse_pid(name);
                        if (!descriptor) return true; // "." and ".."
                        if (seen.count + seen.denied >= most) {
                          seen.stopped = true;
                          return false;
                        }
                        const ssize_t got = ::readlinkat(folder.get(), name.data(), buffer_.get(), read_size);
                        if (got <= 0) {
                          if (got < 0 && errno == EACCES) ++seen.denied;
                          return true;
                        }
                        ++seen.count;
                        of_interest |= visit(*descriptor, {buffer_.get(), static_cast<std::size_t>(got)});
                        return true;
                      });
  problem = listed ? 0 : errno;
  if (!of_interest) return listed;
  const unique_fd stat(::openat(folder.get(), process.stat_from_descriptors(), O_RDONLY | O_CLOEXEC));
  const ssize_t got = stat ? ::read(stat.get(), buffer_.get(), read_size) : -1;
  if (got > 0)
    if (const auto parsed = parse::parse_stat({buffer_.get(), static_cast<std::size_t>(got)}))
      seen.start = parsed->start_ticks;
  return listed;
}

bool proc_files::list_threads(std::uint32_t pid, std::vector<std::uint32_t>& threads) {
  threads.clear();
  proc_path process(pid);
  const unique_fd folder(::openat(root_.get(), process.file("task"), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  return folder && each_entry(folder.get(), [&](std::string_view name) {
           if (const auto thread = parse::parse_pid(name)) threads.push_back(*thread);
           return true;
         });
}

std::uint32_t proc_files::living_thread(std::uint32_t pid) {
  proc_path process(pid);
  const unique_fd folder(::openat(root_.get(), process.file("task"), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!folder) return 0;
  std::uint32_t found = 0;
  each_entry(folder.get(), [&](std::string_view name) {
    const auto thread = parse::parse_pid(name);
    if (!thread || *thread == pid) return true;
    proc_path path(pid, *thread);
    int problem = 0;
    const auto stat = parse::parse_stat(read(path.file("stat"), problem));
    if (!stat || stat->state == 'Z' || stat->state == 'X') return true;
    found = *thread;
    return false;
  });
  return found;
}

} // namespace reeve::os
