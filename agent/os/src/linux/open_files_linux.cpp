// SPDX-License-Identifier: Apache-2.0
#include "reeve/os/open_files.hpp"

#include "linux/file_numbers.hpp"
#include "linux/proc_files.hpp"
#include "linux/process_reader.hpp"
#include "parse/descriptor_link.hpp"
#include "parse/proc_pid.hpp"
#include "posix/error.hpp"

#include "reeve/base/strings.hpp"

#include <algorithm>
#include <utility>

namespace reeve::os {

namespace {

handle_kind kind_of_type(std::uint32_t type, handle_kind otherwise) noexcept {
  switch (type) {
  case S_IFREG:
    return otherwise == handle_kind::shared_memory ? otherwise : handle_kind::file;
  case S_IFDIR:
    return handle_kind::folder;
  case S_IFIFO:
    return handle_kind::pipe;
  case S_IFCHR:
  case S_IFBLK:
    return handle_kind::device;
  case S_IFSOCK:
    return handle_kind::socket;
  case S_IFLNK: // opened with O_PATH
    return handle_kind::other;
  default:
    return otherwise;
  }
}

error gone(std::uint32_t pid) {
  return {errc::not_found, cat("process ", pid, " has ended"), 0};
}

error denied(std::uint32_t pid) {
  return {errc::access_denied,
          cat("the descriptors of process ", pid,
              " may not be seen by this account; root may, or who has CAP_SYS_PTRACE and "
              "CAP_DAC_READ_SEARCH"),
          EACCES};
}

class reader final : public open_files_reader {
 public:
  explicit reader(proc_files files) : files_(std::move(files)) {}

  std::string_view backend() const noexcept override { return "procfs"; }

  result<> read(process_id id, const open_files_request& wanted, open_files& out) override {
    proc_path path(id.pid);
    proc_files::descriptors_seen seen;
    if (auto done = look(path, id, wanted, out, seen); !done) return done;
    if (seen.count + seen.denied == 0) {
      // Nothing is open, or the main thread has ended while others run on: those still have the descriptors.
      const auto thread = main_thread_ended(id.pid) ? files_.living_thread(id.pid) : 0;
      if (thread != 0) {
        path = proc_path(id.pid, thread);
        if (auto done = look(path, id, wanted, out, seen); !done) return done;
      }
    }
    // Read through the open folder where it was read, so that it is not that of a later process.
    if (!seen.start) seen.start = start_of(id.pid);
    if (seen.start != id.start) return gone(id.pid);
    if (seen.count == 0 && seen.denied != 0) return denied(id.pid);
    out.left_out = seen.denied;
    if (seen.stopped) {
      std::uint64_t all = 0;
      int problem = 0;
      if (!files_.count_descriptors(path, all, problem)) return gone(id.pid);
      out.left_out += all > max_handles ? all - max_handles : 0;
    }
    finish_targets(out);
    return {};
  }

 private:
  result<> look(proc_path& path, process_id id, const open_files_request& wanted, open_files& out,
                proc_files::descriptors_seen& seen) {
    out.by_kind = {};
    out.targets.clear();
    oldest_ = 0;
    proc_path inner = path;
    const auto visit = [&](std::uint32_t descriptor, std::string_view target) {
      const handle_kind kind = kind_of(inner, descriptor, target);
      ++out.by_kind[static_cast<std::size_t>(kind)];
      if ((wanted.target_kinds & set_of(kind)) != 0 && wanted.max_targets != 0)
        keep(out, wanted.max_targets, descriptor, kind, target);
      return true;
    };
    int problem = 0;
    if (files_.each_descriptor(path, visit, seen, problem, max_handles)) return {};
    if (proc_gone(problem)) return gone(id.pid);
    if (!proc_denied(problem))
      return posix_error(problem, cat("cannot list the descriptors of process ", id.pid));
    return start_of(id.pid) == id.start ? denied(id.pid) : gone(id.pid);
  }

  handle_kind kind_of(proc_path& path, std::uint32_t descriptor, std::string_view target) const {
    const parse::descriptor_link link = parse::parse_descriptor_link(target);
    if (!link.ask_the_file) return link.kind;
    const small_path below("fd/", descriptor);
    file_numbers numbers;
    if (!numbers_of(files_.folder(), path.file(below.text), 0, numbers)) return link.kind;
    return kind_of_type(numbers.type, link.kind);
  }

  // The last ones win: descriptors are listed in rising order.
  void keep(open_files& out, std::size_t most, std::uint32_t descriptor, handle_kind kind,
            std::string_view target) {
    if (out.targets.size() < most) {
      out.targets.push_back({descriptor, kind, std::string(target)});
      return;
    }
    open_file& slot = out.targets[oldest_];
    slot.handle = descriptor;
    slot.kind = kind;
    slot.name.assign(target);
    oldest_ = (oldest_ + 1) % most;
  }

  void finish_targets(open_files& out) const {
    std::rotate(out.targets.begin(), out.targets.begin() + static_cast<std::ptrdiff_t>(oldest_),
                out.targets.end());
  }

  std::optional<std::uint64_t> start_of(std::uint32_t pid) {
    int problem = 0;
    const auto stat = parse::parse_stat(files_.read(proc_path(pid).file("stat"), problem));
    return stat ? std::optional(stat->start_ticks) : std::nullopt;
  }

  bool main_thread_ended(std::uint32_t pid) {
    int problem = 0;
    const auto stat = parse::parse_stat(files_.read(proc_path(pid).file("stat"), problem));
    return stat && stat->state == 'Z';
  }

  proc_files files_;
  std::size_t oldest_ = 0; // among out.targets, once these are full
};

} // namespace

result<std::unique_ptr<open_files_reader>> open_files_reader::create(const open_files_options& options) {
  auto files = proc_files::open(options.proc_root);
  if (!files) return files.error();
  return std::unique_ptr<open_files_reader>(std::make_unique<reader>(*std::move(files)));
}

} // namespace reeve::os
