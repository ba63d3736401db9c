// SPDX-License-Identifier: Apache-2.0
// A file's numbers without waiting for a server: what the kernel has cached of a remote file is enough.
#pragma once

#include "linux/lock_targets.hpp"
#include "parse/proc_locks.hpp"

#include <cerrno>
#include <fcntl.h>
#include <sys/stat.h>

namespace reeve::os {

struct file_numbers {
  file_key key;           // as stat() tells them
  std::uint32_t type = 0; // of st_mode, S_IFMT
  bool folder = false;
  bool gone = false; // no name leads to it
};

// Follows links, also those of /proc. False with errno set.
inline bool numbers_of(int at, const char* path, int flags, file_numbers& out) noexcept {
  struct statx s {};
  if (::statx(at, path, flags | AT_STATX_DONT_SYNC | AT_NO_AUTOMOUNT, STATX_TYPE | STATX_INO | STATX_NLINK,
              &s) != 0)
    return false;
  out.key = {parse::device_number(s.stx_dev_major, s.stx_dev_minor), s.stx_ino};
  out.type = s.stx_mode & S_IFMT;
  out.folder = S_ISDIR(s.stx_mode);
  out.gone = s.stx_nlink == 0;
  return true;
}

} // namespace reeve::os
