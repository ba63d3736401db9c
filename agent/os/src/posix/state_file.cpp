// SPDX-License-Identifier: Apache-2.0
#include "reeve/os/state_file.hpp"

#include "linux/replace_file.hpp"
#include "posix/error.hpp"
#include "posix/unique_fd.hpp"

#include "reeve/base/strings.hpp"

#include <array>
#include <cerrno>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>

namespace reeve::os {

result<> make_private_folder(const std::string& path) {
  if (::mkdir(path.c_str(), 0700) == 0 || errno == EEXIST) return {};
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
  return replace_file(AT_FDCWD, path, text);
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
