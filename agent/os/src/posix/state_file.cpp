// SPDX-License-Identifier: Apache-2.0
#include "reeve/os/state_file.hpp"

#include "posix/error.hpp"
#include "posix/unique_fd.hpp"

#include "reeve/base/strings.hpp"

#include <array>
#include <cerrno>
#include <cstdio>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>

namespace reeve::os {

result<> make_private_folder(const std::string& path) {
  for (std::size_t end = path.find('/', 1);; end = path.find('/', end + 1)) {
    const std::string part = path.substr(0, end);
    if (::mkdir(part.c_str(), 0700) != 0 && errno != EEXIST) return posix_error(errno, cat("folder ", part));
    if (end == path.npos) return {};
  }
}

result<std::string> read_state_file(const std::string& path) {
  const unique_fd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file) return posix_error(errno, path);
  std::string out;
  std::array<char, 8192> part;
  ssize_t n = 0;
  while ((n = ::read(file.get(), part.data(), part.size())) > 0)
    out.append(part.data(), static_cast<std::size_t>(n));
  if (n < 0) return posix_error(errno, path);
  return out;
}

result<> write_state_file(const std::string& path, std::string_view text) {
  const std::string beside = cat(path, ".new");
  {
    const unique_fd file(::open(beside.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
    if (!file) return posix_error(errno, beside);
    while (!text.empty()) {
      const ssize_t n = ::write(file.get(), text.data(), text.size());
      if (n < 0 && errno == EINTR) continue;
      if (n <= 0) return posix_error(errno, beside);
      text.remove_prefix(static_cast<std::size_t>(n));
    }
  }
  if (std::rename(beside.c_str(), path.c_str()) != 0) return posix_error(errno, path);
  return {};
}

namespace {

class held_lock final : public folder_lock {
 public:
  explicit held_lock(unique_fd fd) : fd_(std::move(fd)) {}

 private:
  unique_fd fd_;
};

} // namespace

result<std::unique_ptr<folder_lock>> folder_lock::take(const std::string& folder) {
  const std::string path = cat(folder, "/agent.lock");
  unique_fd file(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  if (!file) return posix_error(errno, path);
  if (::flock(file.get(), LOCK_EX | LOCK_NB) != 0) return posix_error(errno, path);
  return std::make_unique<held_lock>(std::move(file));
}

} // namespace reeve::os
