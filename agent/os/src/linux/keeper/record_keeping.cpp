// SPDX-License-Identifier: Apache-2.0
#include "linux/keeper/record_keeping.hpp"

#include "linux/replace_file.hpp"
#include "posix/error.hpp"

#include "reeve/base/strings.hpp"

#include <cerrno>
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

void record_keeping::write(const std::string& text, int agent) {
  (void)replace_file(folder_.get(), "record", text);
  // Shorter than PIPE_BUF, so that it arrives whole or not at all.
  if (agent >= 0) (void)!::write(agent, text.data(), text.size());
}

void record_keeping::unlock() {
  lock_.reset();
}

} // namespace reeve::os
