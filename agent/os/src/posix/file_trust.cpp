// SPDX-License-Identifier: Apache-2.0
#include "reeve/os/file_trust.hpp"

#include "posix/error.hpp"
#include "posix/unique_fd.hpp"
#include "reeve/base/strings.hpp"

#include <array>
#include <cerrno>
#include <climits>
#include <deque>
#include <fcntl.h>
#include <string_view>
#include <sys/stat.h>
#include <unistd.h>

namespace reeve::os {

namespace {

constexpr int max_links = 40; // the kernel's own limit, path_resolution(7)

enum class kind { file, own_folder, folder_above };

std::string octal(mode_t mode) {
  std::string out = "0";
  for (int shift = (mode & 07000) != 0 ? 9 : 6; shift >= 0; shift -= 3)
    out += static_cast<char>('0' + ((mode >> shift) & 7));
  return out;
}

error distrust(std::string message) {
  return error{errc::access_denied, std::move(message), 0};
}

result<> check(const std::string& path, const struct stat& what, kind is) {
  const std::string_view noun = is == kind::file ? "the file " : "the folder ";
  if (what.st_uid != 0 && what.st_uid != ::geteuid())
    return distrust(cat(noun, path, " belongs to user ", what.st_uid,
                        ", who could change it; mend it with: chown root ", path));
  const mode_t writers = what.st_mode & (S_IWGRP | S_IWOTH);
  if (writers == 0) return {};
  if (is == kind::folder_above && (what.st_mode & S_ISVTX) != 0) return {};
  const bool group = (writers & S_IWGRP) != 0, others = (writers & S_IWOTH) != 0;
  return distrust(cat(noun, path, " (mode ", octal(what.st_mode & 07777), ") may be written by ",
                      group && others ? "its group and all others"
                      : group         ? "its group"
                                      : "all others",
                      "; mend it with: chmod ",
                      group && others ? "go-w "
                      : group         ? "g-w "
                                      : "o-w ",
                      path));
}

std::string child_of(const std::string& folder, const std::string& name) {
  return cat(folder, folder == "/" ? "" : "/", name);
}

void push_components(std::deque<std::string>& todo, std::string_view path) {
  auto at = todo.begin();
  while (!path.empty()) {
    const std::size_t slash = path.find('/');
    const std::string_view piece = path.substr(0, slash);
    if (!piece.empty() && piece != ".") at = todo.emplace(at, piece) + 1;
    path.remove_prefix(slash == std::string_view::npos ? path.size() : slash + 1);
  }
}

// The way from the root to the file; a folder is known to be the file's own only when the file has been
// reached.
class walk {
 public:
  explicit walk(const std::string& path) : asked_(path) { push_components(todo_, path); }

  result<> run() {
    if (auto at_root = enter_root(); !at_root) return at_root;
    while (!todo_.empty()) {
      const std::string name = std::move(todo_.front());
      todo_.pop_front();
      if (auto stepped = name == ".." ? go_up() : step(name); !stepped) return stepped;
    }
    if (reached_) return {};
    return error{errc::invalid_argument, cat(asked_, " is a folder, not a regular file"), 0};
  }

 private:
  result<> enter_root() {
    folder_.reset(::open("/", O_PATH | O_DIRECTORY | O_CLOEXEC));
    if (!folder_) return posix_error(errno, "cannot open /");
    path_.assign(1, '/');
    return look_at_folder();
  }

  result<> look_at_folder() {
    if (::fstat(folder_.get(), &status_) != 0) return posix_error(errno, cat("cannot look at ", path_));
    return check(path_, status_, kind::folder_above);
  }

  result<> go_up() {
    unique_fd up(::openat(folder_.get(), "..", O_PATH | O_DIRECTORY | O_CLOEXEC));
    if (!up) return posix_error(errno, cat("cannot open ", path_, "/.."));
    folder_ = std::move(up);
    path_.resize(path_.rfind('/'));
    if (path_.empty()) path_.assign(1, '/');
    return look_at_folder();
  }

  result<> step(const std::string& name) {
    const std::string path = child_of(path_, name);
    unique_fd next(::openat(folder_.get(), name.c_str(), O_PATH | O_NOFOLLOW | O_CLOEXEC));
    struct stat status {};
    if (!next || ::fstat(next.get(), &status) != 0) return posix_error(errno, cat("cannot open ", path));
    if (S_ISLNK(status.st_mode)) return follow(next.get(), path, status);
    if (S_ISDIR(status.st_mode)) {
      folder_ = std::move(next);
      path_ = path;
      return look_at_folder();
    }
    if (!todo_.empty()) return error{errc::invalid_argument, cat(path, " is not a folder"), ENOTDIR};
    if (!S_ISREG(status.st_mode))
      return error{errc::invalid_argument, cat(path, " is not a regular file"), 0};
    reached_ = true;
    if (auto own = check(path_, status_, kind::own_folder); !own) return own;
    return check(path, status, kind::file);
  }

  result<> follow(int link, const std::string& path, const struct stat& status) {
    if (++links_ > max_links)
      return error{errc::invalid_argument, cat(asked_, " leads through too many symbolic links"), ELOOP};
    // In a sticky folder a link belongs to whoever made it; its mode means nothing.
    if (status.st_uid != 0 && status.st_uid != ::geteuid())
      return distrust(cat("the symbolic link ", path, " belongs to user ", status.st_uid,
                          ", who could change it; mend it with: chown -h root ", path));
    std::array<char, PATH_MAX> target;
    const ssize_t length = ::readlinkat(link, "", target.data(), target.size());
    if (length <= 0) return posix_error(errno, cat("cannot read the symbolic link ", path));
    const std::string_view to(target.data(), static_cast<std::size_t>(length));
    // A link that is the file itself decides what is loaded, so its folder counts as the file's own.
    if (todo_.empty())
      if (auto own = check(path_, status_, kind::own_folder); !own) return own;
    push_components(todo_, to);
    return to.front() == '/' ? enter_root() : result<>{};
  }

  const std::string& asked_;
  std::deque<std::string> todo_;
  unique_fd folder_;
  struct stat status_ {}; // of folder_
  std::string path_;      // of folder_
  int links_ = 0;
  bool reached_ = false;
};

} // namespace

result<> check_trusted_file(const std::string& absolute_path) {
  if (absolute_path.empty() || absolute_path.front() != '/' || absolute_path.find('\0') != std::string::npos)
    return error{errc::invalid_argument, cat("\"", absolute_path, "\" is not an absolute path"), 0};
  return walk(absolute_path).run();
}

} // namespace reeve::os
