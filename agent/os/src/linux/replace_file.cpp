// SPDX-License-Identifier: Apache-2.0
#include "linux/replace_file.hpp"

#include "posix/error.hpp"
#include "posix/unique_fd.hpp"

#include "reeve/base/strings.hpp"

#include <cerrno>
#include <cstdio>
#include <fcntl.h>
#include <unistd.h>

namespace reeve::os {

result<> replace_file(int folder, const std::string& path, std::string_view text) {
  const std::string beside = cat(path, ".new");
  {
    const unique_fd file(::openat(folder, beside.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
    if (!file) return posix_error(errno, beside);
    for (std::string_view rest = text; !rest.empty();) {
      const ssize_t n = ::write(file.get(), rest.data(), rest.size());
      if (n < 0 && errno == EINTR) continue;
      if (n <= 0) return posix_error(errno, beside);
      rest.remove_prefix(static_cast<std::size_t>(n));
    }
    if (::ftruncate(file.get(), static_cast<off_t>(text.size())) != 0) return posix_error(errno, beside);
  }
  // The two change places, and neither is cut to nothing before: a file that is emptied and written, or renamed over
  // another, is sent to the disk at once (ext4(5), auto_da_alloc), which takes longer than all else that a start does.
  if (::renameat2(folder, beside.c_str(), folder, path.c_str(), RENAME_EXCHANGE) == 0) return {};
  // There is none yet, or the file system cannot.
  if (::renameat(folder, beside.c_str(), folder, path.c_str()) == 0) return {};
  return posix_error(errno, path);
}

} // namespace reeve::os
