// SPDX-License-Identifier: Apache-2.0
#include "linux/keeper/record_keeping.hpp"

#include "posix/error.hpp"

#include "reeve/base/strings.hpp"

#include <cerrno>
#include <cstdio>
#include <fcntl.h>
#include <unistd.h>

namespace reeve::os {

namespace {

constexpr std::size_t lock_text_bytes = 48; // two numbers of 10 and 20 digits at most

} // namespace

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
  // Always of one length: to cut the file makes ext4 write it to the disk.
  std::string text = cat(own.pid, " ", own.start);
  text.resize(lock_text_bytes, ' ');
  text.back() = '\n';
  (void)!::pwrite(lock_.get(), text.data(), text.size(), 0);
  return true;
}

void record_keeping::write(const keeper_record& r, int agent) {
  const std::string text = to_text(r);
  {
    const unique_fd file(::openat(folder_.get(), "record.new", O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
    const bool whole = file &&
                       ::write(file.get(), text.data(), text.size()) == static_cast<ssize_t>(text.size()) &&
                       ::ftruncate(file.get(), static_cast<off_t>(text.size())) == 0;
    if (whole) put_in_place();
  }
  // Shorter than PIPE_BUF, so that it arrives whole or not at all.
  (void)!::write(agent, text.data(), text.size());
}

// The two change places: a file that is renamed over another is written to the disk first (ext4(5), auto_da_alloc), which
// takes longer than all else that a keeper does, and a record means nothing any more once the machine has stopped.
void record_keeping::put_in_place() const {
  const int folder = folder_.get();
  if (::renameat2(folder, "record.new", folder, "record", RENAME_EXCHANGE) == 0) return;
  ::renameat(folder, "record.new", folder, "record"); // there is none yet, or the file system cannot
}

void record_keeping::unlock() {
  lock_.reset();
}

} // namespace reeve::os
