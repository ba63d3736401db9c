// SPDX-License-Identifier: Apache-2.0
#include "reeve/os/append_file.hpp"

#include "posix/error.hpp"

#include "reeve/base/strings.hpp"

#include <cerrno>
#include <cstdio>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace reeve::os {

result<append_file> append_file::open(const std::string& path) {
  append_file out;
  out.handle_ = ::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0640);
  if (out.handle_ < 0) return posix_error(errno, path);
  return out;
}

append_file::~append_file() {
  if (handle_ >= 0) ::close(static_cast<int>(handle_));
}

std::size_t append_file::write(std::string_view bytes) noexcept {
  std::size_t done = 0;
  while (done < bytes.size()) {
    const ssize_t n = ::write(static_cast<int>(handle_), bytes.data() + done, bytes.size() - done);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) break;
    done += static_cast<std::size_t>(n);
  }
  return done;
}

result<> append_file::flush() noexcept {
  if (::fdatasync(static_cast<int>(handle_)) == 0) return {};
  return posix_error(errno, "flush");
}

std::uint64_t append_file::size_bytes() const noexcept {
  struct stat s {};
  return ::fstat(static_cast<int>(handle_), &s) == 0 && s.st_size > 0 ? static_cast<std::uint64_t>(s.st_size)
                                                                      : 0;
}

bool append_file::is_at(const std::string& path) const noexcept {
  struct stat own {
  }, there{};
  return ::fstat(static_cast<int>(handle_), &own) == 0 && ::stat(path.c_str(), &there) == 0 &&
         own.st_dev == there.st_dev && own.st_ino == there.st_ino;
}

bool rename_over(const std::string& from, const std::string& to) noexcept {
  return std::rename(from.c_str(), to.c_str()) == 0;
}

void remove_file(const std::string& path) noexcept {
  ::unlink(path.c_str());
}

} // namespace reeve::os
