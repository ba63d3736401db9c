// SPDX-License-Identifier: Apache-2.0
// What an account without rights learns of locks that root's processes hold.
#include "live_process.hpp"
#include "reeve/os/file_lock_table.hpp"
#include "tests/support/file_holder.hpp"

#include <grp.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

namespace {

using namespace reeve::os;
using reeve::test::file_holder;

struct view {
  bool read = false;
  std::size_t locks = 0;
  std::uint32_t holder = 0; // of the record lock
  std::int32_t descriptor = 0;
  bool ofd_unresolved = false;
  std::uint64_t unreadable = 0;
};

view look(const std::string& path) {
  view seen;
  auto table = file_lock_table::create();
  file_lock_rows rows;
  if (!table || !(*table)->read({.paths = {path}}, rows)) return seen;
  seen.read = true;
  seen.locks = rows.locks.size();
  seen.unreadable = rows.unreadable_processes;
  for (const lock_row& row : rows.locks) {
    if (row.kind == lock_kind::posix && row.holders == 1) {
      seen.holder = rows.holders[row.first_holder].id.pid;
      seen.descriptor = rows.holders[row.first_holder].descriptor;
    }
    if (row.kind == lock_kind::ofd)
      seen.ofd_unresolved = row.holders == 0 && row.unresolved == unresolved_reason::access_denied;
  }
  return seen;
}

TEST(file_locks_without_rights, takers_are_named_and_the_rest_has_its_reason) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root can become nobody";
  const std::string folder = "/dev/shm/reeve rights " + std::to_string(::getpid());
  std::filesystem::create_directory(folder);
  ::chmod(folder.c_str(), 0755);
  const std::string path = folder + "/file";
  const file_holder holds({"open=" + path, "posix=write,0,1", "ofd=write,5,1"});
  int ends[2];
  ASSERT_EQ(::pipe2(ends, O_CLOEXEC), 0);
  const unique_fd reading(ends[0]);
  unique_fd writing(ends[1]);
  live::child nobody([&] {
    if (::setgroups(0, nullptr) != 0 || ::setgid(65534) != 0 || ::setuid(65534) != 0) ::_exit(1);
    const view seen = look(path);
    if (::write(writing.get(), &seen, sizeof seen) != sizeof seen) ::_exit(2);
  });
  writing.reset();
  view seen;
  ASSERT_EQ(::read(reading.get(), &seen, sizeof seen), static_cast<ssize_t>(sizeof seen));
  EXPECT_EQ(nobody.reap(), 0);
  std::filesystem::remove_all(folder);

  ASSERT_TRUE(seen.read);
  EXPECT_EQ(seen.locks, 2u);
  EXPECT_EQ(seen.holder, holds.pid());
  EXPECT_EQ(seen.descriptor, -1);
  EXPECT_TRUE(seen.ofd_unresolved);
  EXPECT_GE(seen.unreadable, 1u);
}

} // namespace
