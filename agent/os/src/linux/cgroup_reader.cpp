// SPDX-License-Identifier: Apache-2.0
#include "linux/cgroup_reader.hpp"

#include "linux/kept_file.hpp"
#include "parse/linux_counters.hpp"
#include "reeve/base/strings.hpp"

#include <cerrno>
#include <dirent.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <unistd.h>
#include <utility>

namespace reeve::os {

namespace {

constexpr int folder_flags = O_PATH | O_DIRECTORY | O_CLOEXEC;

struct close_folder {
  void operator()(DIR* d) const noexcept { ::closedir(d); }
};

} // namespace

cgroup_reader::cgroup_reader(std::string proc_root, std::string sys_root)
    : proc_root_(std::move(proc_root)), sys_root_(std::move(sys_root)),
      buffer_(std::make_unique<char[]>(buffer_size)) {}

// cgroup.controllers is in every folder of version 2. "unified" is where systemd puts it beside version 1.
bool cgroup_reader::find_root() {
  if (root_) return true;
  for (const char* folder : {"/fs/cgroup", "/fs/cgroup/unified"}) {
    unique_fd found(::open((sys_root_ + folder).c_str(), folder_flags));
    if (!found || ::faccessat(found.get(), "cgroup.controllers", F_OK, 0) != 0) continue;
    root_ = std::move(found);
    int problem = 0;
    kept_file own(proc_root_ + "/self/cgroup");
    self_ = parse::cgroup_of_self(own.read(1, problem));
    return true;
  }
  return false;
}

int cgroup_reader::read(const std::string& group, counter_sink& out) {
  if (!find_root()) return ENOENT;
  std::string_view path = group.empty() ? std::string_view(self_) : std::string_view(group);
  while (path.starts_with('/'))
    path.remove_prefix(1);
  const std::size_t slash = path.rfind('/');
  const std::string_view last = slash == std::string_view::npos ? path : path.substr(slash + 1);
  if (last.find('*') != std::string_view::npos)
    return read_matching(slash == std::string_view::npos ? "." : std::string(path.substr(0, slash)), last,
                         out);
  label_.assign("/").append(path);
  return read_group(root_.get(), path.empty() ? "." : label_.c_str() + 1, label_, out);
}

int cgroup_reader::read_matching(const std::string& folder, std::string_view pattern, counter_sink& out) {
  const std::string wanted(pattern);
  const int parent = ::openat(root_.get(), folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (parent < 0) return errno;
  const std::unique_ptr<DIR, close_folder> list(::fdopendir(parent));
  if (!list) {
    const int problem = errno;
    ::close(parent);
    return problem;
  }
  while (const dirent* entry = ::readdir(list.get())) {
    const bool folder_or_unknown = entry->d_type == DT_DIR || entry->d_type == DT_UNKNOWN;
    if (!folder_or_unknown || ::fnmatch(wanted.c_str(), entry->d_name, FNM_PERIOD) != 0) continue;
    label_ = folder == "." ? cat("/", entry->d_name) : cat("/", folder, "/", entry->d_name);
    (void)read_group(parent, entry->d_name, label_, out); // one that has just gone is no problem
  }
  return 0;
}

int cgroup_reader::read_group(int parent, const char* name, std::string_view shown, counter_sink& out) {
  const unique_fd folder(::openat(parent, name, folder_flags));
  if (!folder) return errno;
  const int f = folder.get();
  using enum measure;
  parse::parse_cgroup_cpu_stat(read_file(f, "cpu.stat"), shown, out);
  parse::parse_cgroup_number(read_file(f, "memory.current"), cgroup_memory_bytes, shown, out);
  parse::parse_cgroup_number(read_file(f, "memory.max"), cgroup_memory_limit_bytes, shown, out);
  parse::parse_cgroup_number(read_file(f, "memory.swap.current"), cgroup_swap_bytes, shown, out);
  parse::parse_cgroup_memory_events(read_file(f, "memory.events"), shown, out);
  parse::parse_cgroup_number(read_file(f, "pids.current"), cgroup_processes, shown, out);
  parse::parse_cgroup_number(read_file(f, "pids.max"), cgroup_processes_limit, shown, out);
  if (::faccessat(f, "io.stat", F_OK, 0) == 0)
    parse::parse_cgroup_io_stat(read_file(f, "io.stat"), shown, out);
  return 0;
}

// Empty when it is not there: a controller that is not switched on for this group, or the root group.
std::string_view cgroup_reader::read_file(int folder, const char* name) {
  const unique_fd file(::openat(folder, name, O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!file) return {};
  std::size_t size = 0;
  while (size < buffer_size) {
    const ssize_t got = ::read(file.get(), buffer_.get() + size, buffer_size - size);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) break;
    size += static_cast<std::size_t>(got);
  }
  return {buffer_.get(), size};
}

} // namespace reeve::os
