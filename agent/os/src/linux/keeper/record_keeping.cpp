// SPDX-License-Identifier: Apache-2.0
#include "linux/keeper/record_keeping.hpp"

#include "posix/error.hpp"

#include "reeve/base/strings.hpp"

#include <cerrno>
#include <cstdio>
#include <fcntl.h>
#include <unistd.h>

namespace reeve::os {

bool record_keeping::open(const std::string& folder, const process_id& own, std::string& why) {
  folder_.reset(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (folder_) lock_.reset(::openat(folder_.get(), "lock", O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  if (!lock_) {
    why = posix_error(errno, folder).message;
    return false;
  }
  struct flock whole {};
  whole.l_type = F_WRLCK;
  if (::fcntl(lock_.get(), F_OFD_SETLK, &whole) != 0) {
    if (errno != EAGAIN && errno != EACCES) why = posix_error(errno, cat(folder, "/lock")).message;
    return false;
  }
  const std::string text = cat(own.pid, " ", own.start, "\n");
  (void)!::ftruncate(lock_.get(), 0);
  (void)!::pwrite(lock_.get(), text.data(), text.size(), 0);
  return true;
}

void record_keeping::write(const keeper_record& r, int agent) {
  const std::string text = to_text(r);
  {
    const unique_fd file(
        ::openat(folder_.get(), "record.new", O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
    const bool whole =
        file && ::write(file.get(), text.data(), text.size()) == static_cast<ssize_t>(text.size());
    if (whole) ::renameat(folder_.get(), "record.new", folder_.get(), "record");
  }
  // Shorter than PIPE_BUF, so that it arrives whole or not at all.
  (void)!::write(agent, text.data(), text.size());
}

void record_keeping::unlock() {
  lock_.reset();
}

} // namespace reeve::os
